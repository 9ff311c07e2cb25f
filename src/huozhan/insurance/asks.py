"""What is asked of freight insurance through a door."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from huozhan.insurance.ports import InsurerDone
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason


class ShopInsuranceAsk(Ask, frozen=True, kw_only=True):
    """What the shop insures, with a page of policies, the newest order first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class SwitchInsurance(Ask, frozen=True, kw_only=True):
    """Give freight insurance with all orders from now on, at the premium that was shown, or with none any more."""

    is_on: bool
    premium_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class ListPolicies(Ask, frozen=True, kw_only=True):
    """A page of all policies, the newest order first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class EndInsurerDeed(Ask, frozen=True, kw_only=True):
    """Ask the insurer once more, or end what it answered otherwise or refused as a person settled it with the insurer.

    `paid_minor` is what it pays for a claim after all; the buyer has it at once.
    """

    deed_id: Id
    again: bool
    paid_minor: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    reason: Reason


class PolicyAsk(Ask, frozen=True):
    """One policy."""

    order_id: Id


class NoteInsurerDone(Ask, frozen=True):
    """What the insurer did, or why it never will."""

    order_id: Id
    deed_id: Id
    told: InsurerDone | None = None
    why: str = ""


class InsurerSettlementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the insurer's settlement file, as far as it is booked."""

    kind: str
    currency: str
    net_minor: int


class NoteInsurerSettlement(Ask, frozen=True):
    """The insurer's settlement file of a day."""

    on: date
    lines: list[InsurerSettlementLine]
    unread: list[str] = []


class InsurerFileLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the insurer's file of a day: one premium, premium given back, or claim paid."""

    kind: str
    insurer_txn: str
    ref: str
    policy_ref: str
    amount_minor: int
    currency: str
    at: datetime | None = None


class NoteInsurerFile(Ask, frozen=True):
    """The insurer's file of premiums and claims of a day."""

    on: date
    lines: list[InsurerFileLine]
    unread: list[str] = []
