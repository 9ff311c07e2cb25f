"""A snowstorm, from the first notice to the last parcel: what buyer, seller and operators see of it, and that the books hold."""

from datetime import timedelta

import pytest

from huozhan import catalogue, ledger, ordering
from huozhan import disruption as notices
from huozhan.catalogue.shop import EditShop
from huozhan.disruption.asks import DisruptionsFor
from huozhan.kernel.actor import anonymous
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AnswerLongerPromise, AskLongerPromise
from huozhan.ordering.placing import NotDelivered
from tests.disruption.disrupting import Disruption
from tests.disruption.test_excusing import has, odd
from tests.ordering.trading import Trade


async def test_a_snowstorm_in_yiwu(trade: Trade, disruption: Disruption) -> None:
    run, seller = trade.hall.run, trade.chenguang
    # Monday: four orders are paid. It begins to snow; one order, called late on Wednesday, is compensated.
    waits, leaves, sent, late = [await trade.paid(red=80 + n) for n in range(4)]
    monday = trade.clock.now()
    await trade.let_pass(hours=20)
    await trade.ship(sent)
    await trade.let_pass(hours=28)
    assert [(await trade.page(order)).is_late for order in (waits, leaves, sent, late)] == [
        True, True, False, True,
    ]  # fmt: skip
    assert await has(trade, ledger.wallet(trade.li.org_id)) == [3 * 4_000 + 4 * 50]

    # Wednesday: two operators publish that the roads are closed since Monday evening, until Friday.
    closed = monday + timedelta(hours=8)
    snow = await disruption.publish(
        regions=("330700",), from_at=closed, until_at=monday + timedelta(hours=100)
    )
    assert [(await trade.page(order)).is_late for order in (waits, leaves, late)] == [False] * 3
    assert await has(trade, ledger.wallet(trade.li.org_id), ledger.seller_debt(seller.org_id)) == [0, 0]
    assert await disruption.due(waits) == monday + timedelta(hours=140)
    seen = await run(notices.disruptions, DisruptionsFor(origin="330700"), anonymous())
    assert [one.runs for one in seen.items] == [True]

    # One buyer leaves free; the shop stops selling to where nothing arrives; a new order waits from its first moment.
    assert (await disruption.leave(leaves)).state == "agreed"
    await run(catalogue.edit_shop, EditShop(not_sold_to=("51",)), seller)
    with pytest.raises(NotDelivered):
        await trade.place(*trade.want(red=10))
    await run(catalogue.edit_shop, EditShop(), seller)
    new = await trade.paid(blue=100)
    assert await disruption.due(new) == monday + timedelta(hours=148)

    # Thursday: the snow stops early. The seller still asks for two days more, and is given them.
    await trade.let_pass(hours=24)
    await disruption.move_end(snow, disruption.at(hours=1))
    assert await disruption.due(waits) == monday + timedelta(hours=73 + 40)
    asked = AskLongerPromise(order_id=waits.order_id, days=2, reason="道路清理中")
    longer = await run(ordering.ask_longer_promise, asked, seller)
    yes = AnswerLongerPromise(order_id=waits.order_id, request_id=longer.request_id, agree=True)
    await run(ordering.answer_longer_promise, yes, trade.li)
    assert await disruption.due(waits) == monday + timedelta(hours=73 + 40 + 48)

    # What is truly late after that is late; the rest leaves in time, and counts on neither side.
    await trade.let_pass(days=3)
    for order in (waits, new):
        await trade.ship(order)
    await trade.let_pass(days=2)
    assert [(await trade.page(order)).is_late for order in (waits, new, late)] == [False, True, True]
    record = await run(ordering.my_promises, Nothing(), seller)
    assert (record.due, record.kept, record.exempt) == (0, 0, 4)
    for order in (waits, new, sent):
        await trade.confirm(order)
    events = [moment.event for moment in (await trade.page(waits)).timeline]
    assert [event for event in events if event.endswith("_moved")] == [
        "clock_moved", "clock_moved", "promise_moved",
    ]  # fmt: skip
    assert await odd(trade) == []


async def test_a_promise_that_is_not_what_its_stops_make_it_is_found(
    trade: Trade, disruption: Disruption
) -> None:
    order = await trade.paid(red=80)
    await disruption.publish()
    assert await odd(trade) == []

    async with trade.hall.pool.acquire() as db:
        await db.execute(
            "UPDATE order_exemption SET until_at = until_at - interval '1 hour' WHERE order_id = $1",
            int(order.order_id),
        )

    assert await odd(trade) == ["ordering.promise_apart"]
