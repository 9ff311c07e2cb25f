"""Shop coupons: claimed within their limits, used once, and given back where no order came of them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from huozhan import catalogue, ordering, promotion
from huozhan.catalogue.goods import Step
from huozhan.catalogue.offer import SkuAsk
from huozhan.catalogue.shop import EditShop
from huozhan.kernel import database
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import NotFound
from huozhan.ordering.asks import AmendPrice, LineAmount, PlaceOrder, QuoteAsk
from huozhan.ordering.quoting import NoSuchCoupon
from huozhan.ordering.views import PlacedOrder, QuoteView
from huozhan.promotion.asks import ClaimCoupon
from huozhan.promotion.claiming import ClaimedAll, CouponsGone, NotGivenNow
from huozhan.promotion.making import BadUsableUntil, NoCoupons, OffTooLarge
from huozhan.promotion.using import CouponSpent
from tests.conftest import make_hall
from tests.ordering.trading import BOLTS, Trade, open_trade
from tests.promotion import promoting


async def quote(trade: Trade, coupons: tuple[str, ...] | None = None, **quantities: int) -> QuoteView:
    ask = QuoteAsk(address_id=trade.address_id, lines=trade.want(**quantities), coupons=coupons)
    return await trade.hall.run(ordering.quote, ask, trade.li)


async def place(trade: Trade, coupons: tuple[str, ...] | None = None, **quantities: int) -> list[PlacedOrder]:
    quoted = await quote(trade, coupons, **quantities)
    ask = PlaceOrder(
        address_id=trade.address_id,
        quote_hash=quoted.quote_hash,
        lines=trade.want(**quantities),
        coupons=coupons,
    )
    return (await trade.hall.run(ordering.place_order, ask, trade.li)).orders


async def amend(trade: Trade, order: PlacedOrder, goods_minor: int) -> None:
    """The seller names what the first line costs."""
    lines = (LineAmount(line_no=1, goods_minor=goods_minor),)
    ask = AmendPrice(order_id=order.order_id, reason="老客户", lines=lines)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"off": 3_000, "least": 3_000}, OffTooLarge),
        ({"off": 3_000, "total": None}, NoCoupons),
        ({"off": 3_000, "usable_days": 9}, BadUsableUntil),
        ({"off": 3_000, "usable_days": 191}, BadUsableUntil),
    ],
)
async def test_unsound_coupons_are_refused(trade: Trade, more: dict[str, Any], why: type[Exception]) -> None:
    days = more.pop("usable_days", None)
    if days:
        more["usable_until"] = trade.clock.now() + timedelta(days=days)

    with pytest.raises(why):
        await promoting.shop_coupon(trade, **more)


async def test_a_buyer_claims_up_to_the_limit_and_only_while_they_are_given_out(trade: Trade) -> None:
    later = trade.clock.now() + timedelta(days=2)
    ahead = await promoting.shop_coupon(trade, 2_000, starts_at=later)
    twice = await promoting.shop_coupon(trade, 2_000, per_buyer=2, total=2)

    with pytest.raises(NotGivenNow):
        await promoting.claim(trade, ahead)
    await promoting.claim(trade, twice)
    await promoting.claim(trade, twice)
    with pytest.raises(CouponsGone):
        await promoting.claim(trade, twice, trade.people.hengxin)
    trade.clock.pass_(days=2)
    await promoting.claim(trade, ahead)
    with pytest.raises(ClaimedAll):
        await promoting.claim(trade, ahead)
    await promoting.stop(trade, ahead)
    with pytest.raises(NotGivenNow):
        await promoting.claim(trade, ahead, trade.people.hengxin)
    sale = await promoting.item(trade, off_bp=100)
    for promotion_id in (sale.promotion_id, "17"):
        with pytest.raises(NotFound):
            await trade.hall.run(promotion.claim_coupon, ClaimCoupon(promotion_id=promotion_id), trade.li)


async def test_the_best_coupon_is_preselected_and_shows_what_is_missing(trade: Trade) -> None:
    small = await promoting.claim(trade, await promoting.shop_coupon(trade, 1_000))
    large = await promoting.claim(trade, await promoting.shop_coupon(trade, 3_000, 30_000))

    below = await quote(trade, red=20)
    assert [(one.coupon_id, one.is_chosen, one.off_now_minor, one.missing_minor) for one in below.coupons] == [
        (small, True, 1_000, 0), (large, False, 0, 10_000),
    ]  # fmt: skip
    assert below.goods_minor == 19_000
    above = await quote(trade, red=30)
    assert [one.coupon_id for one in above.coupons if one.is_chosen] == [large]
    assert above.goods_minor == 27_000
    assert (await quote(trade, (small,), red=30)).goods_minor == 29_000
    assert (await quote(trade, (), red=30)).goods_minor == 30_000


async def test_only_an_own_coupon_of_these_shops_is_used(trade: Trade) -> None:
    made = await promoting.shop_coupon(trade, 1_000)
    theirs = await promoting.claim(trade, made, trade.people.hengxin)

    with pytest.raises(NoSuchCoupon):
        await quote(trade, (theirs,), red=20)
    own = await promoting.claim(trade, made)
    with pytest.raises(NoSuchCoupon):
        await quote(trade, (own,), bolt=900)
    trade.clock.pass_(days=10)
    with pytest.raises(NoSuchCoupon):
        await quote(trade, (own,), red=20)
    assert await promoting.phases(trade) == ["over"]


async def test_a_coupon_is_spent_once_and_comes_back_with_an_unpaid_order(trade: Trade) -> None:
    coupon = await promoting.claim(trade, await promoting.shop_coupon(trade, 1_000))
    (order,) = await place(trade, red=20)

    page = await trade.page(order)
    assert [(off.step, off.amount_minor) for off in page.offs] == [("shop_coupon", 1_000)]
    assert await promoting.phases(trade) == ["spent"]
    with pytest.raises(NoSuchCoupon):
        await quote(trade, (coupon,), red=20)

    await trade.let_pass(hours=25)
    assert (await trade.page(order)).state == "closed"
    assert await promoting.phases(trade) == ["usable"]
    assert (await quote(trade, red=20)).goods_minor == 19_000


async def test_a_coupon_of_two_orders_comes_back_with_the_last_of_them(trade: Trade) -> None:
    """Cups go by a freight template, caps by none: two orders of one shop."""
    await _caps_are_sent_free(trade)
    await promoting.claim(trade, await promoting.shop_coupon(trade, 1_000))
    first, second = await place(trade, red=20, cap=20)

    offs = [off.amount_minor for one in (first, second) for off in (await trade.page(one)).offs]
    assert offs == [500, 500]
    await _cancel(trade, first)
    assert await promoting.phases(trade) == ["spent"]
    await _cancel(trade, second)
    assert await promoting.phases(trade) == ["usable"]


async def test_a_coupon_of_which_an_amendment_leaves_nothing_comes_back_at_once(trade: Trade) -> None:
    await trade.hall.run(catalogue.edit_shop, EditShop(reopens_late=True), trade.chenguang)
    made = await promoting.shop_coupon(trade, 2_000, 10_000)
    await promoting.claim(trade, made)
    (order,) = await place(trade, red=30)
    payment_id = await trade.open_payment(order)
    await trade.close(payment_id)

    await amend(trade, order, 27_000)

    page = await trade.page(order)
    assert (page.goods_minor, page.offs, await promoting.phases(trade)) == (27_000, [], ["usable"])
    (shown,) = await promoting.made_by(trade)
    assert (shown.use.orders, shown.use.held_minor) == (0, 0)
    payment_id = await trade.open_payment(order)
    await trade.let_pass(days=5)
    await trade.close(payment_id)
    await trade.settle(payment_id)
    assert (await trade.page(order)).state == "wait_send"
    assert await promoting.phases(trade) == ["usable"]


async def test_a_coupon_of_which_an_amendment_leaves_a_part_stays_with_the_order(trade: Trade) -> None:
    made = await promoting.shop_coupon(trade, 2_000, 10_000)
    await promoting.claim(trade, made)
    (order,) = await place(trade, red=30, blue=10)

    await amend(trade, order, 27_000)

    assert [off.amount_minor for off in (await trade.page(order)).offs] == [500]
    assert await promoting.phases(trade) == ["spent"]
    (shown,) = await promoting.made_by(trade)
    assert (shown.use.orders, shown.use.held_minor) == (1, 500)
    await trade.let_pass(days=5)
    assert (await trade.page(order)).state == "closed"
    assert await promoting.phases(trade) == ["usable"]


async def test_two_purchases_at_once_cannot_both_have_it(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    await promoting.claim(trade, await promoting.shop_coupon(trade, 1_000))
    at_hand = promotion.at_hand
    known: list[promotion.AtHand] = []

    async def as_before(work: Any, seller_ids: Any) -> promotion.AtHand:
        """What the other purchase saw before this one took the coupon."""
        known.append(known[0] if known else await at_hand(work, seller_ids))
        return known[-1]

    monkeypatch.setattr(promotion, "at_hand", as_before)
    await place(trade, red=20)
    with pytest.raises(CouponSpent):
        await place(trade, red=20)


async def test_an_order_paid_too_late_goes_on_only_where_its_coupon_is_still_free(trade: Trade) -> None:
    await trade.hall.run(catalogue.edit_shop, EditShop(reopens_late=True), trade.chenguang)
    await promoting.claim(trade, await promoting.shop_coupon(trade, 1_000))
    (kept,) = await place(trade, red=20)
    payment_id = await trade.open_payment(kept)
    await _closed_by_the_clock(trade, payment_id)
    (taker,) = await place(trade, red=30)

    await trade.settle(payment_id)
    page = await trade.page(kept)
    assert (page.state, page.money.refunded_minor) == ("closed", kept.amount_minor)

    await _cancel(trade, taker)
    (again,) = await place(trade, red=20)
    payment_id = await trade.open_payment(again)
    await _closed_by_the_clock(trade, payment_id)
    assert await promoting.phases(trade) == ["usable"]
    await trade.settle(payment_id)
    assert (await trade.page(again)).state == "wait_send"
    assert await promoting.phases(trade) == ["spent"]
    assert await trade.findings() == []


async def test_a_thousand_claims_at_once_give_out_what_there_is(
    open_dsn: str, clock: MovableClock, tmp_path: Path
) -> None:
    pool = await database.open_pool(open_dsn)
    try:
        trade = await open_trade(await make_hall(pool, clock, tmp_path), clock)
        made = await promoting.shop_coupon(trade, 1_000, total=30, per_buyer=20)
        buyers = [trade.li, trade.people.hengxin]
        ask = ClaimCoupon(promotion_id=made.promotion_id)
        tries = [trade.hall.run(promotion.claim_coupon, ask, buyers[n % 2]) for n in range(1_000)]
        ended = await asyncio.gather(*tries, return_exceptions=True)

        got = [one for one in ended if not isinstance(one, BaseException)]
        assert len(got) == 30
        assert {type(one) for one in ended if isinstance(one, BaseException)} <= {CouponsGone, ClaimedAll}
        async with pool.acquire() as db:
            held = dict(await db.fetch("SELECT buyer_id, count(*) FROM coupon GROUP BY buyer_id"))
            assert sum(held.values()) == await db.fetchval("SELECT sum(claimed) FROM promotion") == 30
            assert max(held.values()) <= 20
    finally:
        await pool.close()


async def test_the_database_itself_keeps_the_limits(trade: Trade, db: asyncpg.Connection) -> None:
    made = await promoting.shop_coupon(trade, 1_000, total=1)
    await promoting.claim(trade, made)

    for statement, constraint in (
        ("UPDATE promotion SET claimed = 2", "promotion_coupons_are_enough"),
        ("UPDATE coupon SET place = 2", "coupon_within_limit"),
        (("INSERT INTO coupon SELECT buyer_id, coupon_id + 1, promotion_id, place, per_buyer, usable_until, claimed_at,"
         " claimed_by FROM coupon"), "coupon_one_per_place"),
    ):  # fmt: skip
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as caught:
            async with db.transaction():
                await db.execute(statement)
        assert caught.value.constraint_name == constraint  # type: ignore[attr-defined]


async def _cancel(trade: Trade, order: PlacedOrder) -> None:
    ask = ordering.asks.CancelOrder(order_id=order.order_id, reason="不要了")
    await trade.hall.run(ordering.cancel_order, ask, trade.li)


async def _closed_by_the_clock(trade: Trade, payment_id: str) -> None:
    await trade.let_pass(hours=24)
    await trade.close(payment_id)


async def _caps_are_sent_free(trade: Trade) -> None:
    """陈掌柜 also sells caps at 10.00 whose freight is the shop's own affair."""
    caps = msgspec.structs.replace(
        BOLTS, offer_code="CAP", skus=(SkuAsk(sku_code="CAP-1", stock=1_000),), ladder=(Step(1, 100_000),)
    )
    await trade.hall.run(catalogue.publish_offer, caps, trade.chenguang)
    async with trade.hall.pool.acquire() as db:
        trade.skus["cap"] = await db.fetchval("SELECT sku_id FROM sku WHERE sku_code = 'CAP-1'")
