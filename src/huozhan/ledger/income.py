"""Income of sellers between two moments, from the book itself: what reports to the tax authority rest on (Order 810)."""

from datetime import date, datetime

import msgspec

from huozhan.kernel.work import Work
from huozhan.ledger.account import (
    COMMISSION,
    DEPOSIT,
    PAYABLE_AVAILABLE,
    PAYABLE_PENDING,
    SELLER_DEBT,
    SERVICE_FEE,
    VAT,
    WALLET,
)
from huozhan.ledger.store import fees, income

SALES = ("E4", "E11b", "E12")
"""Events by which a seller is paid for goods; what the market keeps of it is the seller's income too."""
RETURNS = ("E8", "E8w")
"""Events by which a seller gives back what it was paid."""
_SELLERS = (PAYABLE_PENDING, PAYABLE_AVAILABLE, DEPOSIT, SELLER_DEBT)
_FEES = (COMMISSION, SERVICE_FEE, VAT)


class Income(msgspec.Struct, frozen=True, kw_only=True):
    """One seller's: sales before fees, what of them went back, and the fees with their tax that stayed with the market."""

    seller_id: int
    gross_minor: int
    returns_minor: int
    fees_minor: int

    @property
    def net_minor(self) -> int:
        """What is left of the sales."""
        return self.gross_minor - self.returns_minor


async def income_by_seller(work: Work, from_at: datetime, until_at: datetime) -> list[Income]:
    """Income of every seller that had any from one moment until before another, in order of id."""
    rows = await income.by_seller(work, from_at, until_at, SALES, RETURNS, _SELLERS, _FEES, WALLET)
    return [Income(**dict(row)) for row in rows]


class Fees(msgspec.Struct, frozen=True, kw_only=True):
    """What the market charged one seller in a month of its time zone, and what it gave back, with the tax inside."""

    month: date
    seller_id: int
    charged_minor: int
    returned_minor: int


async def fees_by_month(work: Work, from_at: datetime, until_at: datetime) -> list[Fees]:
    """Fees of every seller from one moment until before another, by month, in order of month and id."""
    rows = await fees.by_month(work, from_at, until_at, SALES, RETURNS, _SELLERS, _FEES)
    return [Fees(**dict(row)) for row in rows]


async def first_entry_at(work: Work) -> datetime | None:
    """When the book begins; no seller was charged before."""
    return await fees.first_entry_at(work)
