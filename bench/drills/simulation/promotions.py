"""What lowers prices: promotions of a shop, its coupons and the market's; orders take the best by themselves."""

from tests.promotion import promoting

from bench.drills.simulation.happening import Happening, event
from huozhan import operations, promotion
from huozhan.promotion.asks import StopPromotion


@event(2)
async def promote(h: Happening) -> str:
    """A shop takes something off."""
    seller = h.chance.choice((h.trade.chenguang, h.trade.hongfa))
    kind = h.chance.choice(("item", "full", "full"))
    if kind == "item":
        made = await promoting.item(h.trade, seller=seller, off_bp=h.chance.choice((333, 1_000, 2_500)))
    else:
        made = await promoting.full(h.trade, (2_000, 150), (10_000, 1_001), seller=seller)
    h.promotions.append((kind, made.promotion_id))
    return kind


@event(3)
async def give_coupons(h: Happening) -> str:
    """A shop or the market gives coupons out."""
    if h.chance.random() < 0.5:
        made = await promoting.shop_coupon(
            h.trade, h.chance.choice((100, 777)), h.chance.choice((0, 3_000)), total=3, per_buyer=2,
            seller=h.chance.choice((h.trade.chenguang, h.trade.hongfa)),
        )  # fmt: skip
        h.promotions.append(("shop_coupon", made.promotion_id))
    else:
        made = await promoting.market_coupon(
            h.trade, h.chance.choice((200, 999)), h.chance.choice((0, 2_000)), budget=h.chance.choice((999, 5_000))
        )  # fmt: skip
        h.promotions.append(("market_coupon", made.promotion_id))
    return h.promotions[-1][0]


@event(8)
async def claim(h: Happening) -> str:
    """The buyer takes a coupon."""
    given = [made for kind, made in h.promotions if kind.endswith("coupon")]
    if not given:
        return "none"
    ask = promotion.asks.ClaimCoupon(promotion_id=h.chance.choice(given[-3:]))
    await h.hall.run(promotion.claim_coupon, ask, h.trade.li)
    return "claimed"


@event(1)
async def stop_promotion(h: Happening) -> str:
    """One ends before its time."""
    if not h.promotions:
        return "none"
    kind, promotion_id = h.chance.choice(h.promotions)
    ask = StopPromotion(promotion_id=promotion_id, reason="卖完了")
    if kind == "market_coupon":
        await h.hall.run(operations.stop_market_coupon, ask, h.operator)
    else:
        seller = h.chance.choice((h.trade.chenguang, h.trade.hongfa))
        await h.hall.run(promotion.stop_promotion, ask, seller)
    return kind


@event(5)
async def order_by_coupon(h: Happening) -> str:
    """Cups and bolts under one purchase, so that a market coupon spans two shops."""
    wanted = {"red": h.chance.randint(1, 30), "bolt": h.chance.randint(10, 3_000)}
    placed = await h.trade.place(*h.trade.want(**wanted), from_cart=False)
    h.orders += placed.orders
    return str([order.amount_minor for order in placed.orders])
