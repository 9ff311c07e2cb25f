"""Receiving: parcel by parcel, by the buyer or the clock; what was not sent is never paid out."""

from datetime import timedelta

import pytest

from huozhan import fulfilment, ordering
from huozhan.fulfilment.asks import ExtendReceipt
from huozhan.fulfilment.receiving import NoMoreTime, NothingToReceive
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.ordering import OrderEvent
from huozhan.ordering.order import Held
from huozhan.ordering.views import PlacedOrder
from tests.ordering.test_refunding import ask_back
from tests.ordering.trading import Trade


async def extend(trade: Trade, order: PlacedOrder, parcel_id: str, actor: Actor, days: int = 0):
    ask = ExtendReceipt(order_id=order.order_id, parcel_id=parcel_id, days=days)
    return await trade.hall.run(fulfilment.extend_receipt, ask, actor)


async def test_only_what_a_parcel_held_is_paid_out(trade: Trade) -> None:
    order = await trade.paid(red=60, blue=40)
    (first,) = await trade.ship(order, l1=20)
    await trade.ship(order, l1=10, l2=40)

    received = await trade.confirm(order, first)

    page = await trade.page(order)
    assert received.released_minor == 18_000 + 600  # a third of the line's goods and freight
    assert (page.state, page.money.escrow_minor) == (
        "part_sent",
        order.amount_minor - received.released_minor,
    )
    assert [line.received for line in page.lines] == [20, 0]
    assert await trade.findings() == []


async def test_the_seller_gets_everything_but_the_commission(trade: Trade) -> None:
    order = await trade.paid(red=60, blue=40)
    await trade.ship(order, l1=20)
    await trade.confirm(order)
    await trade.ship(order)
    await trade.confirm(order)

    assert (await trade.page(order)).state == "success"
    assert await trade.owed_to(trade.chenguang) == order.amount_minor - 1_800  # 2 % of 900.00
    assert await trade.findings() == []


async def test_many_parcels_cost_no_more_commission_than_one(trade: Trade) -> None:
    """Two per cent of a line of 3.50 are 7 fen, however often a parcel of 35 fen is received (B5.4)."""
    order = await trade.paid(bolt=100)
    for _ in range(10):
        await trade.ship(order, l1=10)
        await trade.confirm(order)

    assert (await trade.page(order)).state == "success"
    assert await trade.owed_to(trade.hongfa) == 350 - 7
    assert await trade.findings() == []


async def test_refunds_in_between_leave_the_commission_of_what_was_received(trade: Trade) -> None:
    order = await trade.paid(bolt=100)
    await trade.ship(order, l1=10)
    await trade.confirm(order)
    await ask_back(trade, order, l1=25)
    await trade.let_pass(hours=48)
    await trade.ship(order)
    await trade.confirm(order)

    page = await trade.page(order)
    assert (page.state, page.money.released_minor) == ("success", 262)
    assert await trade.owed_to(trade.hongfa) == 262 - 5  # 2 % of 75 bolts
    assert await trade.findings() == []


async def test_the_clock_receives_each_parcel_at_its_own_moment(trade: Trade) -> None:
    order = await trade.paid(red=60)
    await trade.ship(order, l1=20)
    await trade.let_pass(days=5)
    await trade.ship(order)

    await trade.let_pass(days=25)
    page = await trade.page(order)
    assert (page.state, page.lines[0].received) == ("wait_receive", 20)
    await trade.let_pass(days=5)

    assert (await trade.page(order)).state == "success"
    assert [parcel.received_by for parcel in (await trade.parcels(order)).parcels] == ["clock", "clock"]
    assert await trade.findings() == []


async def test_a_buyer_extends_once_by_a_week(trade: Trade) -> None:
    order = await trade.paid(red=10)
    (parcel_id,) = await trade.ship(order)

    extended = await extend(trade, order, parcel_id, trade.li)
    assert extended.confirm_due_at == trade.clock.now() + timedelta(days=37)
    with pytest.raises(NoMoreTime):
        await extend(trade, order, parcel_id, trade.li)

    await trade.let_pass(days=36, hours=23)
    assert (await trade.page(order)).state == "wait_receive"
    await trade.let_pass(hours=1)
    assert (await trade.page(order)).state == "success"


async def test_a_seller_extends_by_set_spans_up_to_thirty_days_in_all(trade: Trade) -> None:
    order = await trade.paid(red=10)
    (parcel_id,) = await trade.ship(order)

    for days in (0, 4):
        with pytest.raises(Invalid):
            await extend(trade, order, parcel_id, trade.chenguang, days)
    (parcel,) = (
        await trade.hall.run(
            fulfilment.parcels_of, fulfilment.asks.ParcelsOf(order_id=order.order_id), trade.chenguang
        )
    ).parcels
    assert parcel.can_extend == [3, 5, 7, 10]
    for days in (10, 10, 7):
        await extend(trade, order, parcel_id, trade.chenguang, days)
    with pytest.raises(NoMoreTime):
        await extend(trade, order, parcel_id, trade.chenguang, 3)
    with pytest.raises(NoMoreTime):
        await extend(trade, order, parcel_id, trade.li)


async def test_nothing_is_received_twice_or_before_it_was_sent_or_by_a_stranger(trade: Trade) -> None:
    order = await trade.paid(red=10)

    with pytest.raises(NothingToReceive):
        await trade.confirm(order)
    (parcel_id,) = await trade.ship(order)
    for other in (trade.people.hengxin, trade.chenguang):
        with pytest.raises(NotFound):
            await trade.hall.run(
                fulfilment.confirm_receipt,
                fulfilment.asks.ConfirmReceipt(order_id=order.order_id),
                other,
            )
    await trade.confirm(order, parcel_id)
    with pytest.raises(NotFound):
        await trade.confirm(order, parcel_id)


async def test_a_hold_stops_receipt_until_it_is_lifted(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    stops = [OrderEvent.receive_part, OrderEvent.receive_all]
    async with trade.hall.working(trade.system) as work:
        await ordering.hold_order(work, int(order.order_id), code="dispute", about_id=5, stops=stops)

    with pytest.raises(Held):
        await trade.confirm(order)

    async with trade.hall.working(trade.system) as work:
        await ordering.lift_hold(work, int(order.order_id), code="dispute", about_id=5)
    assert (await trade.confirm(order)).state == "success"
