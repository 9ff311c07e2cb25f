"""Closing: by the buyer, the seller, the clock; a payment that is open is closed at the channel first."""

import pytest

from huozhan import ordering, payments
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.ordering.asks import CancelOrder
from huozhan.ordering.order import Held
from huozhan.ordering.paying import PaidTooLate
from huozhan.ordering.views import PlacedOrder
from huozhan.payments.asks import PaymentAsk
from tests.ordering.trading import Trade


def cancel(order: PlacedOrder) -> CancelOrder:
    return CancelOrder(order_id=order.order_id, reason="不想要了")


async def test_a_cancelled_order_gives_its_stock_back(trade: Trade) -> None:
    order = await trade.one(red=10)

    closed = await trade.hall.run(ordering.cancel_order, cancel(order), trade.li)

    assert (closed.state, closed.closing) == ("closed", False)
    assert await trade.free("red") == 1_000
    moment = (await trade.page(order)).timeline[-1]
    assert (moment.event, moment.by, moment.reason) == ("cancel", "buyer", "不想要了")
    assert await trade.findings() == []


async def test_the_seller_may_cancel_an_unpaid_order_and_nobody_else_sees_it(trade: Trade) -> None:
    order = await trade.one(red=10)

    with pytest.raises(NotFound):
        await trade.hall.run(ordering.cancel_order, cancel(order), trade.hongfa)
    with pytest.raises(NotFound):
        await trade.hall.run(ordering.cancel_order, cancel(order), trade.people.hengxin)
    await trade.hall.run(ordering.cancel_order, cancel(order), trade.chenguang)

    assert (await trade.page(order)).timeline[-1].by == "seller"


async def test_a_role_that_may_only_look_cannot_cancel(trade: Trade) -> None:
    order = await trade.one(red=10)
    looking = trade.li.using(permissions=frozenset({"order.view"}))

    with pytest.raises(Forbidden):
        await trade.hall.run(ordering.cancel_order, cancel(order), looking)


async def test_a_paid_order_cannot_be_cancelled(trade: Trade) -> None:
    order = await trade.paid(red=10)

    with pytest.raises(NoSuchMove):
        await trade.hall.run(ordering.cancel_order, cancel(order), trade.li)


async def test_the_clock_closes_what_is_not_paid_in_a_day(trade: Trade) -> None:
    order = await trade.one(red=10)

    await trade.let_pass(hours=23, minutes=59)
    assert (await trade.page(order)).state == "wait_pay"
    await trade.let_pass(minutes=1)

    page = await trade.page(order)
    assert (page.state, page.timeline[-1].by) == ("closed", "market")
    assert await trade.free("red") == 1_000
    assert await trade.findings() == []


async def test_cancelling_waits_for_the_channel_where_a_payment_is_open(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)

    waiting = await trade.hall.run(ordering.cancel_order, cancel(order), trade.li)
    assert (waiting.state, waiting.closing) == ("wait_pay", True)
    with pytest.raises(Held):
        await trade.open_payment(order)
    with pytest.raises(Held):
        await trade.hall.run(ordering.cancel_order, cancel(order), trade.chenguang)

    await trade.close(payment_id)
    page = await trade.page(order)
    assert (page.state, page.closing, page.timeline[-1].by) == ("closed", False, "buyer")


async def test_a_payer_who_is_faster_than_the_cancelling_has_paid(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    await trade.hall.run(ordering.cancel_order, cancel(order), trade.li)

    await trade.settle(payment_id)

    page = await trade.page(order)
    assert (page.state, page.closing) == ("wait_send", False)
    assert page.money.escrow_minor == page.amount_minor
    assert await trade.findings() == []


async def test_the_clock_asks_the_channel_first(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)

    await trade.let_pass(hours=24)
    assert (await trade.page(order)).closing
    await trade.close(payment_id)

    assert (await trade.page(order)).state == "closed"
    assert await trade.findings() == []


async def test_money_for_a_closed_order_goes_back_whole_and_it_stays_closed(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    await trade.let_pass(hours=24)
    await trade.close(payment_id)

    await trade.settle(payment_id)

    page = await trade.page(order)
    assert (page.state, page.timeline[-1].event) == ("closed", "pay_late")
    assert (page.money.escrow_minor, page.money.refunded_minor) == (0, order.amount_minor)
    assert await trade.free("red") == 1_000
    assert await trade.findings() == []


async def test_the_channel_telling_twice_changes_nothing(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)

    await trade.settle(payment_id)
    await trade.settle(payment_id)

    page = await trade.page(order)
    assert [moment.event for moment in page.timeline] == ["place", "pay"]
    assert await trade.findings() == []


async def test_one_payment_pays_several_orders(trade: Trade) -> None:
    orders = (await trade.place(*trade.want(red=10, bolt=1_000))).orders

    await trade.pay(*orders)

    assert [(await trade.page(order)).state for order in orders] == ["wait_send", "wait_send"]
    assert await trade.findings() == []


async def test_asking_to_pay_again_shows_the_same_payment(trade: Trade) -> None:
    order = await trade.one(red=10)

    assert await trade.open_payment(order) == await trade.open_payment(order)


async def test_a_second_payment_of_a_paid_order_goes_back(trade: Trade) -> None:
    first, second = (await trade.place(*trade.want(red=10, bolt=1_000))).orders
    both = await trade.open_payment(first, second)
    alone = await trade.open_payment(first)

    await trade.settle(alone)
    await trade.settle(both)

    assert [(await trade.page(order)).state for order in (first, second)] == ["wait_send", "wait_send"]
    assert (await trade.page(first)).money.escrow_minor == first.amount_minor
    assert await trade.findings() == []


async def test_nobody_pays_when_the_time_is_over(trade: Trade) -> None:
    order = await trade.one(red=10)
    trade.clock.pass_(hours=24)

    with pytest.raises(PaidTooLate):
        await trade.open_payment(order)


async def test_a_closed_orders_timer_does_nothing(trade: Trade) -> None:
    order = await trade.paid(red=10)

    await trade.hall.run(
        ordering.pay_close_due, ordering.asks.TimerDue(about_id=order.order_id), trade.system
    )

    assert (await trade.page(order)).state == "wait_send"


async def test_a_payment_that_another_takes_the_place_of_is_closed_at_the_channel(trade: Trade) -> None:
    first, second = (await trade.place(*trade.want(red=10, bolt=1_000))).orders
    both = await trade.open_payment(first, second)

    await trade.open_payment(first)

    shown = await trade.hall.run(payments.payment, PaymentAsk(payment_id=both), trade.li)
    assert shown.state == "closing"


async def test_every_open_payment_is_closed_before_the_order_is(trade: Trade) -> None:
    first, second = (await trade.place(*trade.want(red=10, bolt=1_000))).orders
    both = await trade.open_payment(first, second)
    alone = await trade.open_payment(first)
    await trade.hall.run(ordering.cancel_order, cancel(first), trade.li)

    for _ in range(2):
        await trade.close(both)
        assert ((await trade.page(first)).state, (await trade.page(first)).closing) == ("wait_pay", True)
    await trade.close(alone)

    assert (await trade.page(first)).state == "closed"
    assert (await trade.page(second)).state == "wait_pay"
    assert await trade.findings() == []
