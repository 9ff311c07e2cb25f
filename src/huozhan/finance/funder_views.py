"""What fast arrival shows."""

from datetime import datetime

from huozhan.finance.views import AgeLine, EndingProposed
from huozhan.kernel.shapes import Id, View


class AdvanceView(View, frozen=True, kw_only=True):
    """An advance as its seller sees it."""

    order_id: Id
    order_number: str
    parcel_id: Id
    state: str
    advanced_minor: int
    fee_minor: int
    fee_bp: int
    paid_out_minor: int
    """What reached the seller: advanced, less the fee."""
    repaid_minor: int
    borne_minor: int
    """What refunds before receipt took of it: the funder's loss."""
    open_minor: int
    why: str
    asked_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None


class FunderLimitView(View, frozen=True, kw_only=True):
    """What is known of a supplier's account at the funder; `state` is empty where none was asked for."""

    state: str
    limit_minor: int
    used_minor: int
    left_minor: int
    apply_url: str
    known_at: datetime | None


class FastArrivalView(View, frozen=True, kw_only=True):
    """A shop's fast arrival: its limit, the switch with the fee now and the one agreed, sums and a page of advances."""

    limit: FunderLimitView
    is_on: bool
    fee_bp: int
    agreed_fee_bp: int | None
    switched_at: datetime | None
    why: str
    """Why nothing is advanced now: `off`, `no_account`, `stopped`, `fee_moved`, or empty."""
    advanced_minor: int
    fees_minor: int
    open_minor: int
    borne_minor: int
    advances: list[AdvanceView]
    next_cursor: str | None


class FunderErrand(View, frozen=True, kw_only=True):
    """What the funder needs to know of a supplier."""

    org_id: Id
    name: str
    currency: str


class AdvanceErrand(View, frozen=True, kw_only=True):
    """The oldest thing that is asked of the funder about an advance; `deed_id` is None where nothing is."""

    deed_id: Id | None
    kind: str = ""
    amount_minor: int = 0
    fee_minor: int = 0
    currency: str = ""
    seller_id: Id = "0"
    order_number: str = ""


class FunderDeedView(View, frozen=True, kw_only=True):
    """Something that is asked of the funder and not done, or done otherwise than asked."""

    deed_id: Id
    order_id: Id
    order_number: str
    kind: str
    amount_minor: int
    state: str
    why: str
    asked_at: datetime
    can: list[str]
    """What a person may do about it: `again`, `end`."""
    taken_matters: bool
    """Whether it ends with how much of it the funder took."""
    proposed: EndingProposed | None


class FunderDesk(View, frozen=True, kw_only=True):
    """The operator's view of the funder: its clearing account, how old it is, what is open and what differs."""

    clearing_minor: int
    second_person_from_minor: int
    """From this difference on two people end a repayment."""
    open_minor: int
    repaid_minor: int
    borne_minor: int
    suppliers: int
    """How many shops take advances now."""
    ages: list[AgeLine]
    open: list[FunderDeedView]
    settled: list[tuple[str, int]]
