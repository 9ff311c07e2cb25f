"""What sellers promote in these tests, in one line each."""

from datetime import timedelta
from typing import Any

from huozhan import promotion
from huozhan.kernel.actor import Actor
from huozhan.promotion.asks import ClaimCoupon, MakePromotion, StopPromotion
from huozhan.promotion.promotion import FullStep
from huozhan.promotion.views import Made, PromotionView
from tests.ordering.trading import Trade


def ask_for(trade: Trade, kind: str, **more: Any) -> MakePromotion:
    """A promotion from now on, for ten days."""
    now = trade.clock.now()
    return MakePromotion(
        **{"kind": kind, "name_zh": "春季促销", "starts_at": now, "ends_at": now + timedelta(days=10)} | more
    )


async def full(trade: Trade, *steps: tuple[int, int], seller: Actor | None = None, **more: Any) -> Made:
    """陈掌柜 takes so much off from an amount on: full(trade, (50_000, 3_000))."""
    ask = ask_for(trade, "full", steps=tuple(FullStep(*step) for step in steps), **more)
    return await trade.hall.run(promotion.make_promotion, ask, seller or trade.chenguang)


async def item(trade: Trade, *, seller: Actor | None = None, **more: Any) -> Made:
    """陈掌柜 takes a rate or so much per piece off: item(trade, off_bp=1_200)."""
    return await trade.hall.run(
        promotion.make_promotion, ask_for(trade, "item", **more), seller or trade.chenguang
    )


async def stop(trade: Trade, made: Made, seller: Actor | None = None) -> Made:
    """It ends at once."""
    ask = StopPromotion(promotion_id=made.promotion_id, reason="卖完了")
    return await trade.hall.run(promotion.stop_promotion, ask, seller or trade.chenguang)


async def made_by(trade: Trade, seller: Actor | None = None) -> list[PromotionView]:
    """What a seller sees of the own promotions."""
    asked = promotion.asks.MyPromotions()
    return (await trade.hall.run(promotion.my_promotions, asked, seller or trade.chenguang)).items


async def shop_coupon(
    trade: Trade, off: int, least: int = 0, *, total: int = 10, seller: Actor | None = None, **more: Any
) -> Made:
    """陈掌柜 gives coupons out: shop_coupon(trade, 2_000, 30_000)."""
    ask = ask_for(trade, "shop_coupon", off_minor=off, least_minor=least, coupons_total=total, **more)
    return await trade.hall.run(promotion.make_promotion, ask, seller or trade.chenguang)


async def claim(trade: Trade, made: Made, buyer: Actor | None = None) -> str:
    """小李 takes one of them."""
    ask = ClaimCoupon(promotion_id=made.promotion_id)
    return (await trade.hall.run(promotion.claim_coupon, ask, buyer or trade.li)).coupon_id


async def phases(trade: Trade) -> list[str]:
    """Where 小李's coupons stand, the one claimed last first."""
    held = await trade.hall.run(promotion.my_coupons, promotion.asks.MyCoupons(), trade.li)
    return [one.phase for one in held.items]
