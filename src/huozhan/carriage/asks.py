"""What is asked of carriage through a door, or by whoever stands above it."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

PRICES_MAX = 400
WEIGHT_G_MAX = 10_000_000
WHOLE_MAX = 2**31 - 1
"""What a weight that a carrier tells may be, to be kept at all."""

CarrierCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9_]{1,20}(?!\n)$")]
RegionPrefix = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})?(?!\n)$")]
Grams = Annotated[int, msgspec.Meta(ge=1, le=WEIGHT_G_MAX)]
FeeMinor = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
StepCode = Annotated[str, msgspec.Meta(max_length=20)]


class MakeContract(Ask, frozen=True, kw_only=True):
    """A contract with a carrier: who it is, and where its bills are paid to. Asked again it changes the account."""

    carrier_code: CarrierCode
    account_no: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z ]{6,40}(?!\n)$")]
    account_name: Name
    bank_name: Name
    reason: Reason


class PriceAsk(Ask, frozen=True, kw_only=True):
    """A price to a region: the first two, four or six digits of its division code, none for everywhere else."""

    region_code: RegionPrefix = ""
    first_g: Grams
    first_minor: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
    next_g: Grams
    next_minor: FeeMinor


class PublishTerms(Ask, frozen=True, kw_only=True):
    """The next version of what holds with a carrier, from a moment on that its notice allows."""

    carrier_id: Id
    is_on: bool
    effective_from: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """None is as soon as the notice allows; a first version, or one before which nothing was on, may hold at once."""
    prices: Annotated[tuple[PriceAsk, ...], msgspec.Meta(max_length=PRICES_MAX)] = ()
    reason: Reason


class CarrierRef(Ask, frozen=True):
    """One carrier that the market has a contract with."""

    carrier_id: Id


class BillLineIn(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a carrier's bill as it is told."""

    bill_txn: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    carrier_code: str
    waybill: str
    weight_g: Annotated[int, msgspec.Meta(ge=-WHOLE_MAX, le=WHOLE_MAX)]
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]
    currency: str
    at: datetime


class NoteBill(Ask, frozen=True):
    """The carriers' bill of a day."""

    on: date
    lines: list[BillLineIn]
    unread: list[str] = []
    """Lines that nobody can read, as they came: they agree to nothing, and a person looks at each."""


class ListBillLines(Ask, frozen=True, kw_only=True):
    """Lines of bills, the newest first: those that wait for a person, or all."""

    state: Literal["waiting", "all"] = "waiting"
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class DecideLine(Ask, frozen=True, kw_only=True):
    """What becomes of a line that differs: it is accepted and somebody bears it, the carrier takes what we say, it is disputed, or it
    is not owed at all."""

    on: date
    nth: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    deed: Literal["accept", "concede", "dispute", "void"]
    bearer: Literal["supplier", "market"] = "supplier"
    reason: Reason


class PayCarrier(Ask, frozen=True, kw_only=True):
    """Ask for what is agreed and in the book to go to a carrier; the amount is the one that was shown."""

    carrier_id: Id
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]
    code: StepCode = ""
    reason: Reason


class AnswerPayout(Ask, frozen=True, kw_only=True):
    """A second person approves money to a carrier, with the second step, or anybody refuses it."""

    carrier_id: Id
    payout_id: Id
    code: StepCode = ""
    reason: Reason


class ListFreight(Ask, frozen=True, kw_only=True):
    """The freight of one's own waybills, the newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class FreightDue(Ask, frozen=True):
    """A timer of a charge is due."""

    about_id: Id
