"""What promotions are asked to do, and within which limits."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from huozhan.kernel.money import BASIS_POINTS, PRICE_E4_MAX
from huozhan.kernel.shapes import Ask, Cursor, Id, PageSize, Reason
from huozhan.promotion.promotion import OFFERS_MAX, STEPS_MAX, FullStep

NAME_MAX = 40

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
NameText = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]


class MakePromotion(Ask, frozen=True, kw_only=True):
    """A shop's promotion: `item` takes a rate (`off_bp`) or so much per piece (`off_e4`) off each line; `full` takes so
    much off the shop's goods from an amount on. No `offer_ids` means all of the shop's goods.
    """

    kind: Literal["item", "full"]
    name_zh: NameText = ""
    name_en: NameText = ""
    starts_at: Moment
    ends_at: Moment
    offer_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=OFFERS_MAX)] = ()
    off_bp: Annotated[int, msgspec.Meta(ge=0, lt=BASIS_POINTS)] = 0
    off_e4: Annotated[int, msgspec.Meta(ge=0, le=PRICE_E4_MAX)] = 0
    steps: Annotated[tuple[FullStep, ...], msgspec.Meta(max_length=STEPS_MAX)] = ()


class StopPromotion(Ask, frozen=True, kw_only=True):
    """Stop a promotion for good; what was ordered under it stays as it is."""

    promotion_id: Id
    reason: Reason


class MyPromotions(Ask, frozen=True, kw_only=True):
    """A page of the shop's promotions, the newest first."""

    cursor: Cursor = ""
    size: PageSize = 50


class ShopPromotions(Ask, frozen=True, kw_only=True):
    """What a shop takes off right now; with `offer_id` only what that offer's price may fall by."""

    seller_id: Id
    offer_id: Id | None = None
