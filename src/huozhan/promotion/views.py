"""What people and programs see of promotions."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, Id, View
from huozhan.promotion.promotion import FullStep


class PromotionFace(View, frozen=True, kw_only=True):
    """A promotion as a buyer sees it; the words for it are under `promotion.says.<kind>`."""

    promotion_id: Id
    seller_id: Id
    kind: str
    name: Bilingual
    off_bp: int
    off_e4: int
    steps: list[FullStep]
    least_minor: int
    off_minor: int
    is_for_all: bool
    ends_at: datetime
    coupons_left: int | None = None
    """How many coupons are left to claim; None where it needs none."""
    i_hold: int = 0
    """How many of them the one who looks has claimed, of at most `per_buyer`."""
    per_buyer: int = 0


class Faces(View, frozen=True, kw_only=True):
    """The promotions that run now."""

    items: list[PromotionFace]


class UseSoFar(View, frozen=True, kw_only=True):
    """What a promotion has brought: orders that used it, those paid, what was taken off and what was sold by the paid ones."""

    orders: int = 0
    paid: int = 0
    buyers: int = 0
    off_minor: int = 0
    sold_minor: int = 0
    held_minor: int = 0
    back_minor: int = 0
    """What orders that are not paid yet would take off, and what refunds gave back of what was."""


class PromotionView(View, frozen=True, kw_only=True):
    """A promotion as its maker sees it; `phase` is ahead, running, over or stopped."""

    promotion_id: Id
    kind: str
    name: Bilingual
    phase: str
    offer_ids: list[Id]
    off_bp: int
    off_e4: int
    steps: list[FullStep]
    least_minor: int
    off_minor: int
    starts_at: datetime
    ends_at: datetime
    coupons_total: int | None
    per_buyer: int
    claimed: int
    usable_until: datetime | None
    budget_minor: int | None
    stop_reason: str
    use: UseSoFar


class Made(View, frozen=True, kw_only=True):
    """A promotion that was just made or stopped."""

    promotion_id: Id
    phase: str


class OffView(View, frozen=True, kw_only=True):
    """So much off, by one promotion: `step` is when it is taken, `funder` who bears it."""

    step: str
    funder: str
    promotion_id: Id
    name: Bilingual
    amount_minor: int


class NudgeView(View, frozen=True, kw_only=True):
    """So much more of a shop's goods (`missing_minor`), and from `from_minor` on `off_minor` is taken off."""

    promotion_id: Id
    from_minor: int
    off_minor: int
    missing_minor: int


class CouponView(View, frozen=True, kw_only=True):
    """A coupon of the organisation; `phase` is usable, spent or over. `seller_id` 0 is the market: good in every shop."""

    coupon_id: Id
    promotion_id: Id
    seller_id: Id
    name: Bilingual
    least_minor: int
    off_minor: int
    is_for_all: bool
    usable_until: datetime
    phase: str


class CouponChoice(View, frozen=True, kw_only=True):
    """A coupon that could be used on a purchase: what it takes off it (`off_now_minor`), or how much is missing."""

    coupon_id: Id
    seller_id: Id
    name: Bilingual
    least_minor: int
    off_minor: int
    usable_until: datetime
    is_chosen: bool
    off_now_minor: int
    missing_minor: int
