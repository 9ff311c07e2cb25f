"""What buyers also stock is learnt once a day from paid orders, shown where goods are on sale; what was bought comes due."""

import asyncio

from huozhan import catalogue, insight
from huozhan.doors.jobs.insight import learn
from huozhan.insight.asks import AlsoStocked, Restocks
from huozhan.insight.learning import Lesson, keep_neighbours, lesson_due
from huozhan.insight.neighbours import Neighbour
from huozhan.kernel.actor import anonymous, system
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade


async def learnt(trade: Trade, *pairs: tuple[str, str]) -> None:
    """That buyers of the first also stock the second."""
    async with trade.hall.working(system()) as work:
        found = {int(one): [Neighbour(int(other), 500_000, 4)] for one, other in pairs}
        await keep_neighbours(work, Lesson(pairs=((1, 1),), least_buyers=3), found)


async def also(trade: Trade, *offers: str, without: tuple[str, ...] = ()) -> list[tuple[str, int | None]]:
    ask = AlsoStocked(offers=offers, without=without)
    shown = await trade.hall.run(insight.also_stocked, ask, anonymous())
    return [(one.offer.card.offer_id, one.buyers) for one in shown.offers]


async def test_neighbours_are_shown_while_they_are_on_sale_and_not_among_what_is_there(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await learnt(trade, (cup, bolt), (bolt, cup))

    together = await also(trade, cup)
    both = await also(trade, cup, bolt)
    hidden = await also(trade, cup, without=(bolt,))
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=bolt), trade.hongfa)

    assert together == [(bolt, 4)]
    assert both == hidden == []
    assert await also(trade, cup) == []
    assert await also(trade, "123") == []


async def test_a_lesson_is_what_was_paid_for_and_comes_once_a_day(trade: Trade) -> None:
    order = await trade.one(red=10)
    await trade.one(blue=5)
    await trade.pay(order)
    trade.clock.pass_(minutes=1)

    async with trade.hall.working(system()) as work:
        lesson = await lesson_due(work)
    async with trade.hall.working(system()) as work:
        busy = await lesson_due(work)
    trade.clock.pass_(hours=2)
    async with trade.hall.working(system()) as work:
        taken_up = await lesson_due(work)
        assert taken_up is not None
        await keep_neighbours(work, taken_up, {})
    trade.clock.pass_(hours=23)
    async with trade.hall.working(system()) as work:
        early = await lesson_due(work)
    trade.clock.pass_(hours=1)

    assert lesson is not None
    assert lesson.pairs == ((trade.li.org_id, int(await cups(trade))),)
    assert lesson.least_buyers == 3
    assert (busy, early) == (None, None)
    await learn(trade.hall)
    async with trade.hall.pool.acquire() as db:
        row = await db.fetchrow("SELECT buyers, pairs, done_at FROM learning WHERE what = 'neighbours'")
    assert (row["buyers"], row["pairs"], row["done_at"]) == (1, 0, trade.clock.now())


async def test_what_was_bought_comes_due_by_its_own_rhythm(trade: Trade) -> None:
    async def restocks() -> list[tuple[str, int, int | None, bool]]:
        shown = await trade.hall.run(insight.restocks, Restocks(), trade.li)
        return [(one.sku_id, one.quantity, one.every_days, one.is_due) for one in shown.items]

    assert await restocks() == []
    await trade.pay(await trade.one(red=10))
    once = await restocks()
    trade.clock.pass_(days=20)
    await trade.pay(await trade.one(red=30))
    trade.clock.pass_(days=15)
    early = await restocks()
    trade.clock.pass_(days=1)

    red = str(trade.skus["red"])
    assert once == [(red, 10, None, False)]
    assert early == [(red, 30, 20, False)]
    assert await restocks() == [(red, 30, 20, True)]
    assert (await trade.hall.run(insight.restocks, Restocks(), trade.people.hengxin)).items == []


def test_the_sums_run_in_a_thread() -> None:
    lesson = Lesson(pairs=tuple((buyer, item) for buyer in range(4) for item in (1, 2)), least_buyers=3)

    found = asyncio.run(asyncio.to_thread(insight.learn, lesson))

    assert {item: [one.item for one in some] for item, some in found.items()} == {1: [2], 2: [1]}
