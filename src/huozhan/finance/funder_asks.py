"""What is asked of fast arrival through a door."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from huozhan.finance.funder_ports import FunderDone
from huozhan.finance.ports import LenderAccount
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class FastArrivalAsk(Ask, frozen=True, kw_only=True):
    """The shop's fast arrival, with a page of advances, the newest parcel first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class SwitchFastArrival(Ask, frozen=True, kw_only=True):
    """Take advances at the fee that was shown, or take no more of them."""

    is_on: bool
    fee_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class EndDeed(Ask, frozen=True, kw_only=True):
    """Ask the funder once more what it answered otherwise than asked, or end it because a person settled it with the funder."""

    deed_id: Id
    again: bool
    taken_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] | None = None
    """What of a repayment the funder took, ended by hand; None is all of it."""
    reason: Reason


class FunderAccountAsk(Ask, frozen=True):
    """The account of an organisation."""

    org_id: Id


class NoteFunderAccount(Ask, frozen=True):
    """What the funder says of an account."""

    told: LenderAccount


class AdvanceAsk(Ask, frozen=True):
    """One advance."""

    order_id: Id
    parcel_id: Id


class NoteAdvanceDone(Ask, frozen=True):
    """What the funder did, or why it never will."""

    order_id: Id
    parcel_id: Id
    deed_id: Id
    told: FunderDone | None = None
    why: str = ""


class HearFunder(Ask, frozen=True):
    """What came to the funder's hook."""

    message_id: Annotated[str, msgspec.Meta(max_length=200)]
    body: bytes
    is_genuine: bool


class FunderSettlementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the funder's settlement file, as far as it is booked."""

    kind: str
    currency: str
    net_minor: int


class NoteFunderSettlement(Ask, frozen=True):
    """The funder's settlement file of a day."""

    on: date
    lines: list[FunderSettlementLine]
    unread: list[str] = []


class AdvanceFileLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the funder's file of a day: one deed, with the fee that the funder kept of an advance."""

    kind: str
    funder_txn: str
    ref: str
    advance_ref: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: datetime | None = None


class NoteAdvanceFile(Ask, frozen=True):
    """The funder's file of what was done to advances on a day."""

    on: date
    lines: list[AdvanceFileLine]
    unread: list[str] = []
