"""What people and programs see of after-sales cases."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, View


class CaseStateView(View, frozen=True, kw_only=True):
    """Where a case stands after what was just done, and until when who must act."""

    order_id: str
    case_id: str
    number: str
    kind: str
    state: str
    who_acts: str
    until: datetime | None
    asked_minor: int
    refunded_minor: int
    difference_minor: int = 0
    """What an exchange for another SKU costs the buyer more; below nothing it comes back when it is complete."""


class PayingDifferenceView(View, frozen=True, kw_only=True):
    """The payment for the difference of an exchange; from the wallet it is paid already."""

    case_id: str
    payment_id: str
    method: str
    amount_minor: int


class WantedView(View, frozen=True, kw_only=True):
    """What is wanted instead of a line's units; `difference_minor` more than they cost, or less where it is below nothing."""

    sku_id: str
    options: Bilingual
    quantity: int
    price_e4: int
    difference_minor: int


class SwapView(View, frozen=True, kw_only=True):
    """A SKU that a line can be exchanged for, at its price as of the order; what one piece for one would cost more, or less."""

    sku_id: str
    options: Bilingual
    free: int
    price_e4: int
    piece_difference_minor: int


class CaseLineView(View, frozen=True, kw_only=True):
    """So many units of a line, what is asked for them, and the most that could be."""

    line_no: int
    offer_id: str
    category_id: str
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
    quantity: int
    goods_minor: int
    freight_minor: int
    goods_most: int
    wanted: WantedView | None = None
    """What an exchange sends instead, where it is not the same."""
    swaps: list[SwapView] = []
    """What it could be exchanged for, where the buyer may ask for something else now."""


class CaseCard(View, frozen=True, kw_only=True):
    """A case in a list."""

    order_id: str
    case_id: str
    number: str
    order_number: str
    kind: str
    state: str
    reason: str
    who_acts: str
    until: datetime | None
    asked_minor: int
    refunded_minor: int
    applied_at: datetime
    counterparty: Bilingual
    line: CaseLineView


class CasesView(View, frozen=True, kw_only=True):
    """One page of cases; how many open ones wait for this side, counted up to `at_most`."""

    cases: list[CaseCard]
    waiting: int
    at_most: int
    next_cursor: str | None


class GoodwillView(View, frozen=True, kw_only=True):
    """What a seller gave a buyer of its own accord."""

    goodwill_id: str
    order_id: str | None
    order_number: str
    counterparty: Bilingual
    amount_minor: int
    reason: str
    given_at: datetime


class CasesWaiting(View, frozen=True, kw_only=True):
    """How many cases wait for one side, counted up to a bound."""

    count: int


class EvidenceView(View, frozen=True, kw_only=True):
    """What one side said and showed."""

    side: str
    note: str
    pictures: list[str]
    at: datetime


class CaseMoment(View, frozen=True, kw_only=True):
    """One moment of a case; the words are under `case.event.<event>`."""

    event: str
    state: str
    by: str
    at: datetime
    note: str


class ReturnPlaceView(View, frozen=True, kw_only=True):
    """Where goods go back to, with receiver, phone and street masked."""

    country: str
    province: str
    city: str
    county: str
    postcode: str
    receiver: str
    phone: str
    street: str


class ReturnAddress(View, frozen=True, kw_only=True):
    """Whom goods go back to, in plain; that it was shown is on record."""

    receiver: str
    phone: str
    street: str


class RulingView(View, frozen=True, kw_only=True):
    """What the market decided, by which rules and why; the second ruling stands."""

    round: int
    outcome: str
    goods_minor: int
    freight_minor: int
    freight_bearer: str
    compensation_minor: int
    liability: str
    needs_return: bool
    restock: bool
    rules: list[str]
    reason: str
    ruled_at: datetime


class CasePage(View, frozen=True, kw_only=True):
    """Everything one side may see of a case: where it stands, who must act until when, what was said and shown."""

    order_id: str
    case_id: str
    number: str
    order_number: str
    side: str
    buyer_id: str
    buyer: Bilingual
    seller_id: str
    seller: Bilingual
    kind: str
    goods_status: str
    state: str
    reason: str
    liability: str
    who_acts: str
    until: datetime | None
    can: list[str]
    asked_minor: int
    goods_minor: int
    freight_minor: int
    goods_most: int
    freight_most: int
    refunded_minor: int
    money_to: str
    """Where its money goes: to the `payer` as it was paid, into the `wallet`, or off the `bill` of an order on credit."""
    difference_minor: int
    """What an exchange for another SKU costs the buyer more; below nothing it comes back when it is complete."""
    topup_minor: int
    """What of it the buyer has paid and the market keeps until the exchange ends."""
    applied_at: datetime
    ended_at: datetime | None
    carrier_code: str
    carrier: Bilingual
    waybill: str
    again_carrier: Bilingual
    again_waybill: str
    """How the replacement is sent."""
    restocked: bool | None
    lines: list[CaseLineView]
    evidence: list[EvidenceView]
    timeline: list[CaseMoment]
    return_place: ReturnPlaceView | None
    escalate_from: datetime | None
    """From when the buyer may have the market rule without a no."""
    escalated_at: datetime | None
    evidence_until: datetime | None
    decide_by: datetime | None
    """When the market should have ruled."""
    extended_by: str
    appealed_by: str
    rulings: list[RulingView]


class LineToApply(View, frozen=True, kw_only=True):
    """A line of an order as the application shows it: how many units could be in a case, and what they cost."""

    line_no: int
    offer_id: str
    category_id: str
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
    most: int
    goods_minor: int
    freight_minor: int
    swaps: list[SwapView]
    """For which other SKUs of its offer it can be exchanged."""


class ReasonView(View, frozen=True, kw_only=True):
    """A reason to choose, and where the goods can be when it is said."""

    code: str
    statuses: list[str]


class OrderCases(View, frozen=True, kw_only=True):
    """The cases of an order, and what of it another could be about."""

    order_id: str
    cases: list[CaseStateView]
    lines: list[LineToApply]
    reasons: list[ReasonView]
