"""What carriage shows."""

from datetime import date, datetime

from huozhan import payments
from huozhan.kernel.shapes import Id, View


class PriceView(View, frozen=True, kw_only=True):
    """A price to a region; an empty code is everywhere that no other price names."""

    region_code: str
    first_g: int
    first_minor: int
    next_g: int
    next_minor: int


class TermsView(View, frozen=True, kw_only=True):
    """A version of what holds with a carrier."""

    version: int
    is_on: bool
    effective_from: datetime
    published_at: datetime
    reason: str
    prices: list[PriceView]


class ContractView(View, frozen=True, kw_only=True):
    """A contract with a carrier: what holds now, what will, and what is owed."""

    carrier_id: Id
    carrier_code: str
    account: str
    account_name: str
    bank_name: str
    is_on: bool
    now: TermsView | None
    versions: list[TermsView]
    notice_days: int


class ContractsView(View, frozen=True, kw_only=True):
    """All contracts."""

    contracts: list[ContractView]


class OfferedCarrier(View, frozen=True, kw_only=True):
    """A carrier of which waybills are given now, at these prices."""

    carrier_id: Id
    carrier_code: str
    version: int
    prices: list[PriceView]


class BillLineView(View, frozen=True, kw_only=True):
    """A line of a bill beside our charge; `by_terms_minor` is what the billed weight costs under the waybill's own price table."""

    on: date
    nth: int
    carrier_id: Id
    bill_txn: str
    order_id: Id
    order_number: str
    waybill: str
    sort: str
    state: str
    weight_g: int
    ours_weight_g: int
    amount_minor: int
    ours_minor: int
    by_terms_minor: int
    payable_minor: int
    reason: str
    can: list[str]


class OwedView(View, frozen=True, kw_only=True):
    """What a carrier is owed (208), by how far its bills are: the five parts are what is booked."""

    carrier_id: Id
    carrier_code: str
    booked_minor: int
    payable_minor: int
    """Billed, agreed and not asked for yet."""
    paying_minor: int
    disputed_minor: int
    """What we hold for owed of lines that are disputed."""
    open_minor: int
    """What we hold for owed of lines that wait for a person."""
    unbilled_minor: int
    paid_minor: int


class CarrierDesk(View, frozen=True, kw_only=True):
    """The operator's view of all carriers: what they are owed, what differs, what goes to them."""

    owed: list[OwedView]
    lines: list[BillLineView]
    next_cursor: str | None
    payouts: list[payments.views.CarrierPayoutView]
    unread: list[payments.UnreadLine]
    """Lines of bills that nobody can read; each is a difference, and ends as one."""


class PayingCarrier(View, frozen=True, kw_only=True):
    """Money for a carrier waits for a second person."""

    carrier_id: Id
    payout_id: Id
    amount_minor: int
    lines: int


class FreightView(View, frozen=True, kw_only=True):
    """The freight of one waybill as its supplier sees it."""

    order_id: Id
    order_number: str
    waybill: str
    state: str
    weight_g: int
    amount_minor: int
    picked_up_at: datetime | None
    taken_at: datetime | None


class LineDecided(View, frozen=True, kw_only=True):
    """What became of a line."""

    on: date
    nth: int
    state: str
    payable_minor: int
