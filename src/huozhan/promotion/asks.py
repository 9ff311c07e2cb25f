"""What promotions are asked to do, and within which limits."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from huozhan.kernel.money import BASIS_POINTS, PRICE_E4_MAX
from huozhan.kernel.shapes import Ask, Cursor, Id, PageSize, Reason
from huozhan.promotion.promotion import AMOUNT_MINOR_MAX, OFFERS_MAX, STEPS_MAX, Amount, FullStep

NAME_MAX = 40

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
NameText = Annotated[str, msgspec.Meta(max_length=NAME_MAX)]


CouponCount = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
PerBuyer = Annotated[int, msgspec.Meta(ge=1, le=100)]


class MakePromotion(Ask, frozen=True, kw_only=True):
    """A shop's promotion: `item` takes a rate (`off_bp`) or so much per piece (`off_e4`) off each line; `full` takes so
    much off the shop's goods from an amount on; `shop_coupon` takes `off_minor` off them from `least_minor` on, for a buyer
    who has claimed one of `coupons_total` between the dates. No `offer_ids` means all of the shop's goods.
    """

    kind: Literal["item", "full", "shop_coupon"]
    name_zh: NameText = ""
    name_en: NameText = ""
    starts_at: Moment
    ends_at: Moment
    offer_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=OFFERS_MAX)] = ()
    off_bp: Annotated[int, msgspec.Meta(ge=0, lt=BASIS_POINTS)] = 0
    off_e4: Annotated[int, msgspec.Meta(ge=0, le=PRICE_E4_MAX)] = 0
    steps: Annotated[tuple[FullStep, ...], msgspec.Meta(max_length=STEPS_MAX)] = ()
    least_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] = 0
    off_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] = 0
    coupons_total: CouponCount | None = None
    per_buyer: PerBuyer = 1
    usable_until: Moment | None = None
    """Until when a claimed coupon is good; the promotion's end where nothing is said."""


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


class ClaimCoupon(Ask, frozen=True, kw_only=True):
    """Take one of a promotion's coupons for the organisation."""

    promotion_id: Id


class MyCoupons(Ask, frozen=True, kw_only=True):
    """A page of the organisation's coupons, those claimed last first."""

    cursor: Cursor = ""
    size: PageSize = 50


class MakeMarketCoupon(Ask, frozen=True, kw_only=True):
    """Coupons that are good in every shop: the market adds what they take off, within `budget_minor` in all."""

    name_zh: NameText = ""
    name_en: NameText = ""
    starts_at: Moment
    ends_at: Moment
    off_minor: Amount
    least_minor: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)] = 0
    coupons_total: CouponCount
    per_buyer: PerBuyer = 1
    usable_until: Moment | None = None
    budget_minor: Amount
    reason: Reason
