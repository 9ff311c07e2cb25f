"""Watching: parcels that no carrier has seen are doubted, and so are orders that were picked up too late."""

from datetime import timedelta

import pytest

from huozhan import fulfilment, operations
from huozhan.fulfilment.asks import ListDoubts, ParcelAsk, SettleDoubt, Ship, TimerDue
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.ordering.views import PlacedOrder
from tests.fulfilment.test_tracking import WAYBILL, told
from tests.ordering.trading import Trade

PICKED_UP, NO_SCAN = 1, 0


async def open_doubts(trade: Trade) -> list[str]:
    page = await trade.hall.run(fulfilment.doubts, ListDoubts(), trade.people.operator)
    return [one.doubt for one in page.items]


async def shipped(trade: Trade, after_hours: float = 0) -> PlacedOrder:
    order = await trade.paid(red=10)
    await trade.let_pass(hours=after_hours)
    await trade.ship(order, waybill=WAYBILL)
    return order


async def test_a_parcel_unseen_for_a_day_is_doubted_until_it_is_seen(trade: Trade) -> None:
    order = await shipped(trade)

    await trade.let_pass(hours=23, minutes=59)
    assert await open_doubts(trade) == []
    await trade.let_pass(minutes=1)
    assert await open_doubts(trade) == ["no_track"]
    assert [parcel.no_track for parcel in (await trade.parcels(order)).parcels] == [True]

    await told(trade, "m1", PICKED_UP, trade.clock.now())
    assert await open_doubts(trade) == []
    assert [parcel.no_track for parcel in (await trade.parcels(order)).parcels] == [False]
    assert await trade.findings() == []


async def test_a_parcel_that_was_seen_is_never_doubted(trade: Trade) -> None:
    order = await shipped(trade)
    await told(trade, "m1", PICKED_UP, trade.clock.now() + timedelta(hours=1))

    await trade.let_pass(days=20)

    assert await open_doubts(trade) == []
    assert not (await trade.parcels(order)).late_pickup


async def test_a_hub_that_has_nothing_to_tell_has_seen_nothing(trade: Trade) -> None:
    await shipped(trade)
    await told(trade, "m1", NO_SCAN, trade.clock.now() + timedelta(hours=1))

    await trade.let_pass(hours=24)

    assert await open_doubts(trade) == ["no_track"]


async def test_each_parcel_has_its_own_day(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order, l1=4)
    await trade.let_pass(hours=12)
    await trade.ship(order, l1=6)

    await trade.let_pass(hours=12)
    assert [parcel.no_track for parcel in (await trade.parcels(order)).parcels] == [True, False]
    await trade.let_pass(hours=12)
    assert [parcel.no_track for parcel in (await trade.parcels(order)).parcels] == [True, True]


@pytest.mark.parametrize(("scanned_after", "is_late"), [(47, False), (48, False), (49, True)])
async def test_an_order_must_be_picked_up_within_two_days_of_its_payment(
    trade: Trade, scanned_after: int, is_late: bool
) -> None:
    paid_at = trade.clock.now()
    order = await shipped(trade, after_hours=40)
    await told(trade, "m1", PICKED_UP, paid_at + timedelta(hours=scanned_after))

    await trade.let_pass(hours=8)

    assert (await trade.parcels(order)).late_pickup == is_late
    assert await trade.findings() == []


async def test_a_scan_in_time_that_is_told_late_settles_the_doubt(trade: Trade) -> None:
    paid_at = trade.clock.now()
    order = await shipped(trade, after_hours=40)
    await trade.let_pass(hours=8)
    assert (await trade.parcels(order)).late_pickup

    await told(trade, "m1", PICKED_UP, paid_at + timedelta(hours=49))
    assert (await trade.parcels(order)).late_pickup
    await told(trade, "m2", PICKED_UP, paid_at + timedelta(hours=48))
    assert not (await trade.parcels(order)).late_pickup


async def test_goods_that_go_by_own_hands_are_not_watched(trade: Trade) -> None:
    order = await trade.paid(red=10)
    ask = Ship(order_id=order.order_id, parcels=(ParcelAsk(kind="own_delivery"),))
    await trade.hall.run(fulfilment.ship, ask, trade.chenguang)

    await trade.let_pass(days=5)

    assert await open_doubts(trade) == []


async def test_a_timer_too_early_or_after_the_end_doubts_nothing(trade: Trade) -> None:
    order = await shipped(trade)
    due = TimerDue(about_id=order.order_id)
    for use_case in (fulfilment.no_track_due, fulfilment.pickup_due_passed):
        await trade.hall.run(use_case, due, trade.system)
    await trade.confirm(order)

    await trade.let_pass(days=5)

    assert await open_doubts(trade) == []
    assert await trade.findings() == []


async def test_an_operator_settles_a_doubt_once_and_nobody_else(trade: Trade) -> None:
    await shipped(trade)
    await trade.let_pass(hours=24)
    (doubt,) = (await trade.hall.run(fulfilment.doubts, ListDoubts(), trade.people.operator)).items
    ask = SettleDoubt(order_id=doubt.order_id, doubt_id=doubt.doubt_id, reason="已核实")

    with pytest.raises(Forbidden):
        await trade.hall.run(operations.settle_doubt, ask, trade.chenguang)
    await trade.hall.run(operations.settle_doubt, ask, trade.people.operator)

    assert await open_doubts(trade) == []
    with pytest.raises(NotFound):
        await trade.hall.run(operations.settle_doubt, ask, trade.people.operator)
