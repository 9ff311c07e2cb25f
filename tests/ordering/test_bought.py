"""What was bought of each offer is told by the day, and becomes the offers' measures."""

from datetime import timedelta

from huozhan import ordering, search
from huozhan.doors.jobs.measures import count_day
from huozhan.doors.noting import put_away
from huozhan.kernel.actor import system
from huozhan.ordering.asks import PutInCart, WantedLine
from tests.ordering.trading import Trade


async def test_paid_orders_are_told_by_offer_and_buyer_and_samples_are_not(trade: Trade) -> None:
    begun = trade.clock.now()
    await trade.paid(red=10, blue=5)
    await trade.paid(blue=2)
    await trade.one(red=9)  # not paid
    sample = WantedLine(sku_id=str(trade.skus["red"]), quantity=1, is_sample=True)
    (ordered,) = (await trade.place(sample)).orders
    await trade.pay(ordered)
    until = trade.clock.now() + timedelta(seconds=1)

    async with trade.hall.working(system()) as work:
        found = await ordering.bought_between(work, begun, until)
        assert await ordering.bought_between(work, until, until + timedelta(days=1)) == []

    assert [(one.buyer_id, one.orders) for one in found] == [(trade.li.org_id, 2)]


async def test_a_day_is_counted_with_its_paid_orders_and_carts(trade: Trade) -> None:
    trade.hall.notes = search.Notebook()
    line = WantedLine(sku_id=str(trade.skus["red"]), quantity=5)
    await trade.hall.run(ordering.put_in_cart, PutInCart(lines=(line,)), trade.li)
    await trade.paid(red=10)
    assert await put_away(trade.hall) == 1
    trade.clock.pass_(days=1)

    assert await count_day(trade.hall) == 1
    assert await count_day(trade.hall) == 0

    async with trade.hall.working(system()) as work:
        offer_id = await work.db.fetchval("SELECT offer_id FROM sku WHERE sku_id = $1", trade.skus["red"])
        measured = (await search.measures_of(work, [offer_id]))[offer_id]
    assert (measured.carts, measured.orders, measured.buyers) == (1, 1, 1)
