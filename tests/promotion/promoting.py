"""What sellers promote in these tests, in one line each."""

from datetime import timedelta
from typing import Any

from huozhan import ledger, operations, promotion
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.promotion.asks import ClaimCoupon, MakeMarketCoupon, MakePromotion, StopPromotion
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


async def market_coupon(
    trade: Trade, off: int, least: int = 0, *, budget: int, operator: Actor | None = None, **more: Any
) -> Made:
    """The market gives coupons out: market_coupon(trade, 2_000, budget=10_000)."""
    now = trade.clock.now()
    ask = MakeMarketCoupon(
        **{
            "name_zh": "开市券", "starts_at": now, "ends_at": now + timedelta(days=10), "off_minor": off,
            "least_minor": least, "coupons_total": 100, "per_buyer": 9, "budget_minor": budget, "reason": "开市活动",
        }
        | more
    )  # fmt: skip
    return await trade.hall.run(operations.make_market_coupon, ask, operator or trade.people.operator)


async def budget_of(trade: Trade, made: Made) -> tuple[int, int, int]:
    """What is left of a budget, what is held of it, and what the market has spent, in the ledger."""
    promotion_id = int(made.promotion_id)
    async with trade.hall.pool.acquire() as db:
        work = trade.hall.work(db, system())
        free = await ledger.balance(work, ledger.budget_free(promotion_id))
        spent = await ledger.balances(work, [ledger.coupon_subsidy(promotion_id)])
    return free.posted_minor, free.held_minor, next(iter(spent.values())).posted_minor


async def findings(trade: Trade) -> list[Finding]:
    """What any check of the books finds wrong."""
    async with trade.hall.pool.acquire() as db:
        work = trade.hall.work(db, system())
        found = [*await trade.findings(), *await promotion.verify(work), *await ledger.verify(work)]
    # No worker seals the book while a test moves the clock.
    return [finding for finding in found if finding.code != "ledger.unsealed_tail"]
