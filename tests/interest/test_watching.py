"""Watches: a fall at one's own price and quantity, goods that are there again, each change told once and to one person."""

from datetime import timedelta
from typing import Any

import pytest

from huozhan import catalogue, interest, messaging, operations, parties, pricebook, promotion
from huozhan.doors.jobs.interest import look_at_watched
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.interest.asks import EditWatch, MyWatches, WatchGoods, WatchRef
from huozhan.interest.watching import GoodsAreThere, NoPriceNow, PriceIsMet, TooManyWatches
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import Forbidden, NotFound
from tests import world
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade


async def watch(trade: Trade, offer_id: str, by: Actor | None = None, **says: Any) -> Any:
    wanted = WatchGoods(offer_id=offer_id, **{"kind": "price", "pieces": 100, **says})
    return await trade.hall.run(interest.watch_goods, wanted, by or trade.li)


async def mine(trade: Trade, by: Actor | None = None) -> list[Any]:
    return (await trade.hall.run(interest.my_watches, MyWatches(), by or trade.li)).items


async def told(trade: Trade, by: Actor | None = None) -> list[tuple[str, Any]]:
    """What somebody was told of their watches, the oldest first."""
    page = await trade.hall.run(messaging.notices, messaging.Notices(), by or trade.li)
    return [
        (one.kind, one.facts.get("price", one.facts.get("pieces")))
        for one in reversed(page.items)
        if one.kind.startswith("watch_")
    ]


async def settle(trade: Trade, seconds: int = 61) -> None:
    """Facts are told, time passes, and the worker looks."""
    while await relay_once(trade.hall):
        pass
    trade.clock.pass_(seconds=seconds)
    while await look_at_watched(trade.hall):
        pass


async def ask_cups(trade: Trade, offer_id: str, from_100_e4: int) -> None:
    edit = catalogue.EditPrices(
        offer_id=offer_id, ladder=(catalogue.Step(1, 100_000), catalogue.Step(100, from_100_e4))
    )
    await trade.hall.run(catalogue.edit_prices, edit, trade.chenguang)


async def test_a_fall_is_told_once_and_a_further_fall_again(trade: Trade) -> None:
    cup = await cups(trade)
    made = await watch(trade, cup, limit_e4=85_000)
    assert (made.price_e4, made.base_e4, made.is_met, made.state) == (90_000, 90_000, False, "open")

    for price_e4 in (86_000, 85_000, 85_000, 84_000, 84_500, 84_000, 90_000, 85_000):
        await ask_cups(trade, cup, price_e4)
        await settle(trade)

    assert await told(trade) == [
        ("watch_price_fell", "8.50"),
        ("watch_price_fell", "8.40"),
        ("watch_price_fell", "8.40"),
        ("watch_price_fell", "8.50"),
    ]
    (one,) = await mine(trade)
    assert (one.times_told, one.price_e4, one.is_met) == (4, 85_000, True)


async def test_without_a_limit_any_fall_below_todays_price_is_told(trade: Trade) -> None:
    cup = await cups(trade)
    await watch(trade, cup)

    for price_e4 in (95_000, 90_000, 89_999):
        await ask_cups(trade, cup, price_e4)
        await settle(trade)

    assert await told(trade) == [("watch_price_fell", "8.9999")]


async def test_a_price_that_flaps_within_a_minute_is_told_once(trade: Trade) -> None:
    cup = await cups(trade)
    await watch(trade, cup, limit_e4=85_000)
    await settle(trade)

    for price_e4 in (80_000, 90_000, 80_000, 90_000, 80_000):
        await ask_cups(trade, cup, price_e4)
        await settle(trade, seconds=20)
    assert await told(trade) == [], "it is not quiet yet"
    await settle(trade)
    assert await told(trade) == [("watch_price_fell", "8.00")]

    for price_e4 in (90_000, 80_000):
        await ask_cups(trade, cup, price_e4)
        await settle(trade, seconds=30)
    await settle(trade)
    assert await told(trade) == [("watch_price_fell", "8.00")]


async def test_goods_that_never_rest_are_looked_at_in_the_end(trade: Trade) -> None:
    cup = await cups(trade)
    await watch(trade, cup, limit_e4=85_000)
    await settle(trade)
    for step in range(13):
        await ask_cups(trade, cup, 80_000 - step)
        await settle(trade, seconds=50)

    assert [kind for kind, _ in await told(trade)] == ["watch_price_fell"]


async def test_each_waits_at_the_prices_of_their_own_organisation(trade: Trade) -> None:
    hall, cup, hengxin = trade.hall, await cups(trade), trade.people.hengxin
    red = str(trade.skus["red"])
    await watch(trade, cup, limit_e4=85_000)
    await watch(trade, cup, by=hengxin, limit_e4=85_000)

    given = pricebook.asks.GivePrice(
        buyer_id=str(hengxin.org_id),
        offer_id=cup,
        rows=(pricebook.asks.SkuPrice(sku_id=red, price_e4=80_000),),
        ends_at=trade.clock.now() + timedelta(days=9),
    )
    await hall.run(pricebook.give_price, given, trade.chenguang)
    await settle(trade)

    assert await told(trade, hengxin) == [("watch_price_fell", "8.00")]
    assert await told(trade) == []
    assert [one.price_e4 for one in await mine(trade, hengxin)] == [80_000]
    assert [one.price_e4 for one in await mine(trade)] == [90_000]


async def test_what_a_shop_takes_off_counts_and_coupons_do_not(trade: Trade) -> None:
    cup = await cups(trade)
    await watch(trade, cup, limit_e4=85_000)
    now = trade.clock.now()
    sale = promotion.asks.MakePromotion(
        kind="item",
        name_zh="年末特价",
        name_en="",
        off_bp=1_000,
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )
    await trade.hall.run(promotion.make_promotion, sale, trade.chenguang)

    await settle(trade)

    assert await told(trade) == [("watch_price_fell", "8.10")]


async def test_goods_are_told_of_when_they_are_there_again(trade: Trade) -> None:
    hall, bolt = trade.hall, await bolts(trade)
    sku = str(trade.skus["bolt"])

    async def count(pieces: int) -> None:
        more = pieces - await trade.free("bolt")
        ask = catalogue.AdjustStock(sku_id=sku, quantity=more, reason="盘点")
        await hall.run(catalogue.adjust_stock, ask, trade.hongfa)

    await count(400)
    made = await watch(trade, bolt, kind="stock", pieces=500)
    assert (made.standing, made.free, made.is_met) == ("short", 400, False)
    for pieces in (499, 500, 600, 100, 0, 501):
        await count(pieces)
        await settle(trade)

    assert await told(trade) == [("watch_goods_back", 500), ("watch_goods_back", 500)]


async def test_paused_goods_wait_and_banned_goods_end_the_watch(trade: Trade) -> None:
    hall, cup = trade.hall, await cups(trade)
    await watch(trade, cup, limit_e4=85_000)
    own = catalogue.OwnOffer(offer_id=cup)
    await hall.run(catalogue.pause_offer, own, trade.chenguang)
    await settle(trade)
    assert [(one.state, one.standing, one.price_e4) for one in await mine(trade)] == [("open", "away", None)]

    await hall.run(catalogue.resume_offer, own, trade.chenguang)
    await ask_cups(trade, cup, 80_000)
    await settle(trade)
    assert await told(trade) == [("watch_price_fell", "8.00")]

    ask = catalogue.JudgeOffer(offer_id=cup, reason="违禁品")
    await hall.run(operations.take_down_offer, ask, trade.people.operator)
    await settle(trade)
    await settle(trade)
    assert (await told(trade))[1:] == [("watch_banned", None)]
    assert [(one.state, one.standing) for one in await mine(trade)] == [("banned", "banned")]


async def test_goods_that_are_not_sent_to_the_buyer_are_no_news(trade: Trade) -> None:
    hall, cup = trade.hall, await cups(trade)
    await watch(trade, cup, limit_e4=85_000)
    await hall.run(catalogue.edit_shop, catalogue.EditShop(not_sold_to=("51",)), trade.chenguang)
    await ask_cups(trade, cup, 80_000)
    await settle(trade)
    assert await told(trade) == []
    assert [one.standing for one in await mine(trade)] == ["unreached"]

    await hall.run(catalogue.edit_shop, catalogue.EditShop(not_sold_to=()), trade.chenguang)
    await settle(trade)
    assert await told(trade) == [("watch_price_fell", "8.00")]


async def test_a_watch_ends_in_its_time_and_can_begin_again(trade: Trade) -> None:
    cup = await cups(trade)
    ref = (await watch(trade, cup, limit_e4=85_000)).watch_id
    trade.clock.pass_(days=89)
    await trade.hall.run(interest.edit_watch, EditWatch(watch_id=ref, pieces=100, limit_e4=84_000), trade.li)
    trade.clock.pass_(days=2)
    while await fire_once(trade.hall, TIMERS):
        pass
    assert await told(trade) == []
    trade.clock.pass_(days=88)
    while await fire_once(trade.hall, TIMERS):
        pass

    assert await told(trade) == [("watch_over", None)]
    assert [one.state for one in await mine(trade)] == ["over"]
    again = await trade.hall.run(interest.edit_watch, EditWatch(watch_id=ref, pieces=100), trade.li)
    assert (again.state, again.limit_e4, again.ended_at) == ("open", None, None)


async def test_what_is_met_already_is_refused_with_the_facts(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)

    with pytest.raises(PriceIsMet) as met:
        await watch(trade, cup, limit_e4=90_000)
    with pytest.raises(GoodsAreThere) as there:
        await watch(trade, cup, kind="stock", pieces=1_500)
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=bolt), trade.hongfa)
    with pytest.raises(NoPriceNow):
        await watch(trade, bolt)
    with pytest.raises(NotFound):
        await watch(trade, cup, sku_id=str(trade.skus["bolt"]))
    with pytest.raises(NotFound):
        await watch(trade, "123")

    assert met.value.facts["price_e4"] == 90_000
    assert there.value.facts["free"] == 1_500


async def test_a_person_waits_for_so_many_and_colleagues_do_not_see_it(trade: Trade, db: Any) -> None:
    hall, cup, bolt, people = trade.hall, await cups(trade), await bolts(trade), trade.people
    await db.execute("UPDATE rule_version SET value = 1 WHERE code = 'interest.watches_most'")
    await hall.reread_rules()
    first = await watch(trade, cup, by=people.hengxin, limit_e4=80_000)
    same = await watch(trade, cup, by=people.hengxin, limit_e4=85_000)
    with pytest.raises(TooManyWatches):
        await watch(trade, bolt, by=people.hengxin, limit_e4=100)

    assert (same.watch_id, same.limit_e4) == (first.watch_id, 85_000)
    assert await mine(trade, people.hengxin_buyer) == []
    for use_case in (interest.end_watch, interest.one_watch):
        with pytest.raises(NotFound):
            await hall.run(use_case, WatchRef(watch_id=first.watch_id), people.hengxin_buyer)
    with pytest.raises(Forbidden):
        await watch(trade, cup, by=people.hengxin_finance)
    await ask_cups(trade, cup, 80_000)
    await settle(trade)
    assert await told(trade, people.hengxin) == [("watch_price_fell", "8.00")]
    assert await told(trade, people.hengxin_buyer) == []


async def test_an_ended_watch_is_told_nothing_more(trade: Trade) -> None:
    cup = await cups(trade)
    ref = (await watch(trade, cup, limit_e4=85_000)).watch_id
    await trade.hall.run(interest.end_watch, WatchRef(watch_id=ref), trade.li)
    await ask_cups(trade, cup, 80_000)
    await settle(trade)

    assert await told(trade) == []
    assert await mine(trade) == []
    async with trade.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM watched_offer") == 0


async def test_watches_go_with_the_person(trade: Trade, db: Any) -> None:
    buyer = await world.buyer(trade.hall, "新开杂货店", "shop@example.cn")
    cup = await cups(trade)
    await watch(trade, cup, by=buyer, limit_e4=85_000)
    await ask_cups(trade, cup, 80_000)
    await settle(trade)
    await trade.hall.run(operations.erase_me, parties.EraseMe(world.PASSWORD), buyer)
    trade.clock.pass_(seconds=61)
    while await fire_once(trade.hall, TIMERS):
        pass

    assert await db.fetchval("SELECT count(*) FROM watch WHERE person_id = $1", buyer.person_id) == 0
    assert await db.fetchval("SELECT count(*) FROM notice WHERE person_id = $1", buyer.person_id) == 0


async def test_many_watches_of_many_buyers_are_looked_at_in_as_many_questions_as_one(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await watch(trade, cup, limit_e4=85_000)
    one = await questions(trade)
    for buyer in (trade.people.hengxin, trade.people.hengxin_buyer):
        await watch(trade, cup, by=buyer, limit_e4=85_000)
        await watch(trade, bolt, by=buyer, limit_e4=100)
    many = await questions(trade)

    assert one == many == 8


async def questions(trade: Trade) -> int:
    """How many statements a look takes that finds nothing new."""
    trade.clock.pass_(hours=1)
    counted: list[str] = []
    async with trade.hall.working(trade.system) as work:
        work.db.add_query_logger(lambda record: counted.append(record.query))
        await interest.watch_round(work)
    return len(counted)
