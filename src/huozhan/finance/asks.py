"""What is asked of finance through a door."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from huozhan.finance.ports import LenderAccount, LenderDone, LenderLoan
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

AmountMinor = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]
What = Literal["pay_later"]


class ListLoans(Ask, frozen=True, kw_only=True):
    """A page of loans, the newest order first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class LoanOfOrder(Ask, frozen=True, kw_only=True):
    """The loan of an order."""

    order_id: Id


class RepayLoan(Ask, frozen=True, kw_only=True):
    """Repay what is owed to the lender for an order, all of it or so much, early or late."""

    order_id: Id
    amount_minor: AmountMinor | None = None


class AgreeToDebit(Ask, frozen=True, kw_only=True):
    """Whether what is owed to the lender is repaid from the wallet on its due day."""

    is_on: bool


class SwitchFinance(Ask, frozen=True, kw_only=True):
    """A supplier takes orders that a lender pays, or no more; the fee is the one that was shown."""

    what: What
    is_on: bool
    fee_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class AccountErrandAsk(Ask, frozen=True):
    """The account of an organisation."""

    org_id: Id


class NoteAccount(Ask, frozen=True):
    """What the lender says of an account."""

    told: LenderAccount


class RequestAsk(Ask, frozen=True):
    """A payment by the lender."""

    payment_id: Id


class LoanAsk(Ask, frozen=True):
    """One loan."""

    order_id: Id
    payment_id: Id


class RefundToLender(Ask, frozen=True):
    """A refund of what a lender paid."""

    order_id: Id
    payment_id: Id
    refund_id: Id


class NoteDone(Ask, frozen=True):
    """What the lender did, or why it never will."""

    order_id: Id
    payment_id: Id
    deed_id: Id
    told: LenderDone | None = None
    why: str = ""


class EndOddDeed(Ask, frozen=True, kw_only=True):
    """How something ends that the lender answered otherwise: asked again, or with so much taken as the lender did."""

    order_id: Id
    deed_id: Id
    end: Literal["ask_again", "accept", "write_off"]
    taken_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] | None = None
    """What the lender did of it, of a refund, repayment or capture; None where it is asked again or was a void."""
    reason: Reason


class NoteLoan(Ask, frozen=True):
    """How the lender says that a loan stands."""

    order_id: Id
    payment_id: Id
    told: LenderLoan


class HearLender(Ask, frozen=True):
    """What came to the lender's hook."""

    message_id: Annotated[str, msgspec.Meta(max_length=200)]
    body: bytes
    is_genuine: bool


class SettlementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the lender's settlement file, as far as it is booked."""

    kind: str
    currency: str
    net_minor: int
    count: int = 0


class NoteLenderSettlement(Ask, frozen=True):
    """The lender's settlement file of a day."""

    on: date
    lines: list[SettlementLine]
    unread: list[str] = []


class LoanFileLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the lender's file of a day: one deed, and what of it was taken."""

    kind: str
    lender_txn: str
    ref: str
    loan_ref: str
    amount_minor: int
    currency: str
    at: datetime | None = None


class NoteLoanFile(Ask, frozen=True):
    """The lender's file of what was done to loans on a day."""

    on: date
    lines: list[LoanFileLine]
    unread: list[str] = []
