"""The market's own coupons: good in every shop, paid for out of a budget. The console writes down who made them."""

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.promotion import budget, making
from huozhan.promotion.asks import MakeMarketCoupon, StopPromotion
from huozhan.promotion.making import NoName, OffTooLarge
from huozhan.promotion.promotion import MOVES, Promotion, Step, Terms
from huozhan.promotion.using import MARKET
from huozhan.promotion.views import Made


@use_case("market.rules", writes=True)
async def make_market_coupon(work: Work, ask: MakeMarketCoupon) -> Made:
    """Make coupons of the market and set their budget aside."""
    if not (ask.name_zh.strip() or ask.name_en.strip()):
        raise NoName(field="name_zh")
    if ask.least_minor and ask.off_minor >= ask.least_minor:
        raise OffTooLarge(field="off")
    making.must_fit(work, ask.starts_at, ask.ends_at)
    made = Promotion(
        promotion_id=work.new_id(),
        seller_id=MARKET,
        kind=Step.platform_coupon,
        state=MOVES.first,
        name=Bilingual(ask.name_zh.strip(), ask.name_en.strip()),
        terms=Terms(least_minor=ask.least_minor, off_minor=ask.off_minor),
        starts_at=ask.starts_at.astimezone(work.now.tzinfo),
        ends_at=ask.ends_at.astimezone(work.now.tzinfo),
        issue=making.issue_of(work, ask, ask.budget_minor),
    )
    added = await making.add(work, made)
    await budget.grant(work, made.promotion_id, ask.budget_minor)
    return added


@use_case("market.rules", writes=True)
async def stop_market_coupon(work: Work, ask: StopPromotion) -> Made:
    """Give out no more of the market's coupons; those that were claimed stay good until their end."""
    return await making.stop(work, int(ask.promotion_id), MARKET, ask.reason)
