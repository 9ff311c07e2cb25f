"""A policy of freight insurance 退货运费险: what is insured of an order, what is claimed, and what is asked of the insurer (E16)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class Payer(StrEnum):
    """Who pays the premium: the supplier gives it with the order, or the buyer buys it at checkout."""

    buyer = "buyer"
    seller = "seller"


class PolicyState(StrEnum):
    """Where a policy stands."""

    asked = "asked"
    bound = "bound"
    refused = "refused"
    ended = "ended"
    """The order ended before anything was sent: there is nothing to send back, and no premium."""


_S = PolicyState

MOVES = Moves(
    "policy",
    _S.asked,
    {
        (_S.asked, "bind"): _S.bound,
        (_S.asked, "refuse"): _S.refused,
        (_S.asked, "end"): _S.ended,
        (_S.bound, "end"): _S.ended,
        (_S.bound, "claim"): _S.bound,
    },
)


class ClaimState(StrEnum):
    """Where a claim stands."""

    filed = "filed"
    """The goods are on their way back."""
    asked = "asked"
    """The seller has taken them: the insurer is asked to pay."""
    paid = "paid"
    refused = "refused"
    dropped = "dropped"
    """The case ended without its goods being taken back."""


_C = ClaimState

CLAIM_MOVES = Moves(
    "insurance_claim",
    _C.filed,
    {
        (_C.filed, "ask"): _C.asked,
        (_C.filed, "drop"): _C.dropped,
        (_C.asked, "pay"): _C.paid,
        (_C.asked, "refuse"): _C.refused,
        (_C.refused, "ask_again"): _C.asked,
        (_C.refused, "pay"): _C.paid,
    },
)


class DeedKind(StrEnum):
    """What is asked of the insurer about a policy."""

    policies = "policies"
    premiums = "premiums"
    cancels = "cancels"
    claims = "claims"


class DeedState(StrEnum):
    """Where something that is asked of the insurer stands; `odd`, and a claim that was refused, wait for a person."""

    asked = "asked"
    done = "done"
    refused = "refused"
    odd = "odd"
    ended = "ended"


_D = DeedState

DEED_MOVES = Moves(
    "insurance_deed",
    _D.asked,
    {
        (_D.asked, "do"): _D.done,
        (_D.asked, "refuse"): _D.refused,
        (_D.asked, "differ"): _D.odd,
        (_D.odd, "ask_again"): _D.asked,
        (_D.odd, "end"): _D.ended,
        (_D.refused, "end"): _D.ended,
    },
)


class ToInsure(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was paid and is insured, as insurance sees it; `rules` are the versions that the order has pinned."""

    order_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    payment_id: int
    payer: Payer
    goods_minor: int
    """What its buyer pays for the goods: a premium that the supplier gives is counted by it."""
    premium_minor: int = 0
    """The premium that its buyer has paid with it; 0 where the supplier gives it."""
    rules: Mapping[str, int]
    placed_at: datetime


class SentBack(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of a case that their buyer has sent back."""

    order_id: int
    case_id: int
    case_number: str
    carrier_code: str
    waybill: str
    weight_g: int
    """What the goods weigh by the supplier's word; 0 where it said nothing."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy, of one order; amounts in minor units."""

    order_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    payment_id: int
    payer: Payer
    state: PolicyState
    premium_minor: int
    premium_bp: int
    rule_version: int
    sum_minor: int
    taken_minor: int = 0
    handed_minor: int = 0
    back_minor: int = 0
    paid_minor: int = 0
    is_due: bool = False
    why: str = ""
    asked_at: datetime
    bound_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tells whether goods sent back are insured, or may be once the insurer answers."""
        return self.state in (PolicyState.asked, PolicyState.bound)

    @property
    def memo(self) -> dict[str, str | int]:
        """What the book says beside an entry of it."""
        return {"order_number": self.order_number, "premium_minor": self.premium_minor}


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One claim, of one case; amounts in minor units."""

    order_id: int
    case_id: int
    case_number: str
    state: ClaimState
    carrier_code: str
    waybill: str
    weight_g: int
    most_minor: int
    """What it can bring at most: what others leave of the insured sum, known for good once the insurer is asked."""
    paid_minor: int = 0
    why: str = ""
    filed_at: datetime
    taken_back_at: datetime | None = None
    """When the seller had the goods; it is asked for then, or once others have left it something."""
    asked_at: datetime | None = None
    pays_by: datetime | None = None
    ended_at: datetime | None = None

    @property
    def spoken_for_minor(self) -> int:
        """What of the insured sum is its own, whatever it will come to; nothing before it is asked for."""
        return self.most_minor if self.state is ClaimState.asked else self.paid_minor
