"""What freight insurance shows."""

from datetime import datetime

from huozhan.kernel.shapes import Id, View


class CoverView(View, frozen=True, kw_only=True):
    """Freight insurance of an order that would be placed: who pays the premium, and what the insurer pays at most.

    `payer` is `seller`, `buyer` (who has chosen it) or empty; `why` says why there is none: `trade_type`, `too_large` or empty.
    """

    payer: str
    premium_minor: int
    sum_minor: int
    goods_most_minor: int
    pays_within_hours: int
    why: str


class InsuranceClaimView(View, frozen=True, kw_only=True):
    """A claim: what it can bring, what it brought, and until when the insurer answers; words for `state` under `insurance.claim.<state>`."""

    case_id: Id
    case_number: str
    state: str
    waybill: str
    most_minor: int
    paid_minor: int
    why: str
    filed_at: datetime
    pays_by: datetime | None
    ended_at: datetime | None


class PolicyView(View, frozen=True, kw_only=True):
    """A policy as both sides of its order see it, with its claims; words for `state` are under `insurance.policy.<state>`."""

    order_id: Id
    order_number: str
    payer: str
    state: str
    premium_minor: int
    premium_is_paid: bool
    """The premium was taken: of the buyer with the payment, of a supplier out of what the order brought."""
    premium_back_minor: int
    """What of it went back to its buyer, because nothing was sent or the insurer declined."""
    sum_minor: int
    paid_minor: int
    left_minor: int
    pays_within_hours: int
    why: str
    asked_at: datetime
    ended_at: datetime | None
    claims: list[InsuranceClaimView]


class ShopInsuranceView(View, frozen=True, kw_only=True):
    """What a shop gives: the switch with the premium as it is now, sums, and a page of policies on its orders."""

    is_on: bool
    premium_bp: int
    premium_least_minor: int
    premium_most_minor: int
    sum_minor: int
    goods_most_minor: int
    pays_within_hours: int
    policies_count: int
    premiums_minor: int
    """What the shop has paid in premiums."""
    paid_minor: int
    """What the insurer has paid to its buyers."""
    policies: list[PolicyView]
    next_cursor: str | None


class InsurerErrand(View, frozen=True, kw_only=True):
    """The oldest thing that is asked of the insurer about a policy; `deed_id` is None where nothing is."""

    deed_id: Id | None
    kind: str = ""
    amount_minor: int = 0
    sum_minor: int = 0
    currency: str = ""
    order_number: str = ""
    carrier_code: str = ""
    waybill: str = ""
    weight_g: int = 0


class Asked(View, frozen=True):
    """How much is asked again."""

    asked: int


class InsurerDeedView(View, frozen=True, kw_only=True):
    """Something that is asked of the insurer and not done, was done otherwise than asked, or is a claim that it refused."""

    deed_id: Id
    order_id: Id
    order_number: str
    case_number: str
    kind: str
    amount_minor: int
    state: str
    why: str
    asked_at: datetime
    pays_by: datetime | None
    is_overdue: bool
    """The insurer has not answered a claim in the time of the rule."""
    can: list[str]
    """What a person may do about it: `again`, `end`, and `pay` where the insurer pays a claim after all."""


class AgeLine(View, frozen=True, kw_only=True):
    """What moved so many days ago."""

    days: int
    amount_minor: int


class InsurerDesk(View, frozen=True, kw_only=True):
    """The operator's view of the insurer: its clearing account, premiums that wait on 209, what is open and what differs."""

    clearing_minor: int
    pool_minor: int
    """Premiums of policies that the insurer has not taken on yet."""
    policies: int
    premiums_minor: int
    paid_minor: int
    suppliers: int
    """How many shops give it now."""
    ages: list[AgeLine]
    open: list[InsurerDeedView]
    settled: list[tuple[str, int]]
