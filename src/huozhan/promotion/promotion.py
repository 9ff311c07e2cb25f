"""A promotion: what lowers a price, who bears it, and the one table of its moves."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from huozhan.kernel.money import BASIS_POINTS, PRICE_E4_MAX
from huozhan.kernel.moves import Moves
from huozhan.kernel.shapes import Bilingual

STEPS_MAX = 5
OFFERS_MAX = 200
AMOUNT_MINOR_MAX = 10**12

Amount = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]


class Step(StrEnum):
    """The steps that lower a line, in the order in which they are taken (domain rule B2.2, step 6)."""

    item = "item"
    full = "full"
    shop_coupon = "shop_coupon"
    platform_coupon = "platform_coupon"


COUPON_STEPS = frozenset({Step.shop_coupon, Step.platform_coupon})


class Funder(StrEnum):
    """Who bears what is taken off: the seller earns less, or the market adds it."""

    seller = "seller"
    market = "market"


def funder_of(step: Step) -> Funder:
    """Who bears a step."""
    return Funder.market if step is Step.platform_coupon else Funder.seller


class PromotionState(StrEnum):
    """Whether a promotion may still lower a price; between its dates it does."""

    open = "open"
    stopped = "stopped"


MOVES = Moves("promotion", PromotionState.open, {(PromotionState.open, "stop"): PromotionState.stopped})


class UseState(StrEnum):
    """What became of the order that used a promotion."""

    placed = "placed"
    paid = "paid"
    closed = "closed"
    dropped = "dropped"
    """Nothing of it is left in the order, because the order was amended."""


USE_MOVES = Moves(
    "promotion_use",
    UseState.placed,
    {
        (UseState.placed, "pay"): UseState.paid,
        (UseState.placed, "close"): UseState.closed,
        (UseState.placed, "drop"): UseState.dropped,
        (UseState.closed, "reopen"): UseState.paid,
    },
)


class FullStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a full reduction 满减: from so much of the shop's goods on, so much less."""

    from_minor: Amount
    off_minor: Amount


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a promotion takes off, and from which goods; no `offer_ids` means all of the shop's."""

    offer_ids: tuple[int, ...] = ()
    off_bp: Annotated[int, msgspec.Meta(ge=0, lt=BASIS_POINTS)] = 0
    off_e4: Annotated[int, msgspec.Meta(ge=0, le=PRICE_E4_MAX)] = 0
    steps: tuple[FullStep, ...] = ()
    least_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] = 0
    off_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] = 0
    """What a coupon takes off, and from which amount on."""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """How a promotion's coupons are given out: so many in all, so many to a buyer, good until a moment."""

    total: int
    per_buyer: int
    usable_until: datetime
    claimed: int = 0
    budget_minor: int | None = None
    """What the market may spend on them; None for a shop's, which lower its own price."""


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion as it is read from its row; `seller_id` 0 is the market itself."""

    promotion_id: int
    seller_id: int
    kind: Step
    state: PromotionState
    name: Bilingual
    terms: Terms
    starts_at: datetime
    ends_at: datetime
    stopped_at: datetime | None = None
    stop_reason: str = ""
    issue: Issue | None = None

    @property
    def is_coupon(self) -> bool:
        """Tells whether a buyer must claim it first."""
        return self.kind in COUPON_STEPS

    def covers(self, seller_id: int, offer_id: int) -> bool:
        """Tells whether goods are among those it lowers."""
        is_in_shop = self.seller_id in {0, seller_id}
        return is_in_shop and (not self.terms.offer_ids or offer_id in self.terms.offer_ids)

    def phase(self, now: datetime) -> str:
        """Where it stands: `ahead`, `running`, `over` or `stopped`."""
        if self.state is PromotionState.stopped:
            return "stopped"
        if now < self.starts_at:
            return "ahead"
        return "running" if now < self.ends_at else "over"
