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
    is_for_all: bool
    ends_at: datetime


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
    starts_at: datetime
    ends_at: datetime
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
