"""Applying and what the seller, the buyer and the clock make of it: money to the fen, clocks to the second."""

from datetime import timedelta

import pytest

from huozhan.aftersales.applying import CaseIsOpen, MoreThanRefundable, NotSent, ReasonDoesNotFit
from huozhan.fulfilment.receiving import CaseOpen
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from tests import world
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade


async def test_a_whole_refund_of_goods_that_never_came_ends_the_order(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)  # 100.00 and 8.00 freight
    await trade.ship(order)

    case = await desk.apply(order, l1=10, goods_status="not_received", reason_code="not_arrived")
    assert (case.state, case.asked_minor, case.who_acts) == ("wait_seller", 10_800, "seller")
    agreed = await desk.answer(case, agree=True)
    await desk.paid_out(case)

    page = await trade.page(order)
    assert (agreed.state, agreed.refunded_minor) == ("refunding", 10_800)
    assert (page.state, page.money.refunded_minor, page.money.escrow_minor) == ("terminated", 10_800, 0)
    assert (await desk.page(case)).state == "success"
    assert await trade.owed_to(trade.chenguang) == 0
    assert await desk.findings() == []


async def test_the_worked_example_of_the_ledger(trade: Trade) -> None:
    """Goods 1 000.00, freight 15.00: 300.00 back, the rest is the seller's less 2 % of 700.00 (B5.3)."""
    desk = Desk(trade)
    order = await trade.paid(red=60, blue=40)
    await trade.ship(order)
    freight = order.amount_minor - 90_000

    case = await desk.apply(order, l1=60, l2=40, goods_minor=30_000, freight_minor=0)
    await desk.answer(case, agree=True)

    page = await trade.page(order)
    assert (page.state, page.money.refunded_minor) == ("success", 30_000)
    assert await trade.owed_to(trade.chenguang) == 60_000 + freight - 1_200
    assert await desk.findings() == []


async def test_what_is_not_in_the_case_goes_on_its_way(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=60, blue=40)
    await trade.ship(order)

    case = await desk.apply(order, l1=10)  # 10 of 60 pieces at 9.00
    await desk.answer(case, agree=True)
    assert (await trade.page(order)).state == "wait_receive"
    await trade.confirm(order)

    page = await trade.page(order)
    assert (page.state, page.money.escrow_minor) == ("success", 0)
    back = page.money.refunded_minor
    assert back == 9_000 + 300  # a sixth of the line's freight of 18.00
    assert [(line.received, line.returned) for line in page.lines] == [(50, 10), (40, 0)]
    assert await trade.owed_to(trade.chenguang) == order.amount_minor - back - 1_620
    assert await desk.findings() == []


async def test_silence_of_the_seller_is_a_yes_after_five_days(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10)

    await trade.let_pass(days=4, hours=23, minutes=59)
    assert (await desk.page(case)).state == "wait_seller"
    await trade.let_pass(minutes=1)

    page = await desk.page(case)
    assert (page.state, page.refunded_minor, page.timeline[-1].by) == ("refunding", 10_800, "clock")
    assert await desk.findings() == []


async def test_the_clock_of_receipt_stands_still_and_goes_on_with_what_was_left(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)  # never scanned: received after 30 days
    await trade.let_pass(days=20)
    case = await desk.apply(order, l1=5)
    assert (await trade.page(order)).until is None
    with pytest.raises(CaseOpen):
        await trade.confirm(order)
    await trade.let_pass(days=3)

    await desk.cancel(case)

    (parcel,) = (await trade.parcels(order)).parcels
    assert parcel.confirm_due_at == trade.clock.now() + timedelta(days=10)
    await trade.let_pass(days=10)
    assert (await trade.page(order)).state == "success"
    assert await desk.findings() == []


async def test_a_buyer_has_two_days_left_at_least(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.let_pass(days=29, hours=23)
    case = await desk.apply(order, l1=5)
    await desk.answer(case, agree=False, reason="外包装完好")
    await trade.let_pass(days=5)  # the buyer does nothing

    page = await desk.page(case)
    (parcel,) = (await trade.parcels(order)).parcels
    assert page.state == "closed"
    assert parcel.confirm_due_at == trade.clock.now() + timedelta(hours=48)


async def test_goods_come_back_before_the_money_does(trade: Trade) -> None:
    desk = Desk(trade)
    await world.address(trade.hall, trade.chenguang, division="510104")
    order = await trade.paid(red=10)
    await trade.ship(order)
    free = await trade.free("red")

    case = await desk.apply(order, l1=4, kind="return_refund", reason_code="wish")
    assert case.asked_minor == 4_000  # the freight was spent, and the buyer changed their mind
    agreed = await desk.answer(case, agree=True)
    assert agreed.state == "wait_buyer_send"
    shown = await desk.page(case)
    assert shown.return_place is not None
    assert shown.return_place.phone.count("*") == 4
    assert (await desk.send_back(case)).state == "wait_seller_receive"
    done = await desk.receive(case, restock=True)

    assert (done.state, done.refunded_minor) == ("refunding", 4_000)
    assert await trade.free("red") == free + 4
    await trade.confirm(order)
    page = await trade.page(order)
    assert page.money.refunded_minor == 4_000
    assert await trade.owed_to(trade.chenguang) == 6_800 - 120
    assert await desk.findings() == []


async def test_a_return_that_is_not_sent_in_seven_days_is_over(trade: Trade) -> None:
    desk = Desk(trade)
    await world.address(trade.hall, trade.chenguang, division="510104")
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=4, kind="return_refund")
    await desk.answer(case, agree=True)

    await trade.let_pass(days=7)

    assert (await desk.page(case)).state == "closed"
    assert (await desk.apply(order, l1=4)).state == "wait_seller"  # the line is free again


async def test_a_seller_who_ignores_a_return_for_ten_days_has_received_it(trade: Trade) -> None:
    desk = Desk(trade)
    await world.address(trade.hall, trade.chenguang, division="510104")
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10, kind="return_refund")
    await desk.answer(case, agree=True)
    await desk.send_back(case)

    await trade.let_pass(days=10)

    page = await desk.page(case)
    assert (page.state, page.refunded_minor, page.restocked) == ("refunding", 10_800, False)
    assert await desk.findings() == []


async def test_after_a_no_the_buyer_asks_for_less(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10)
    await desk.answer(case, agree=False, reason="只有两件有瑕疵")

    changed = await desk.modify(case, goods_minor=2_000)
    assert (changed.state, changed.asked_minor) == ("wait_seller", 2_000)
    await desk.answer(changed, agree=True)

    page = await trade.page(order)
    assert (page.state, page.money.refunded_minor, page.money.released_minor) == ("success", 2_000, 8_800)
    assert await desk.findings() == []


async def test_a_line_has_one_open_case(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=60, blue=40)
    await trade.ship(order)
    await desk.apply(order, l1=10)

    with pytest.raises(CaseIsOpen):
        await desk.apply(order, l1=1)
    assert (await desk.apply(order, l2=1)).state == "wait_seller"


@pytest.mark.parametrize(
    ("refusal", "fields"),
    [
        (NotSent, {"l1": 11}),
        (NotSent, {"l2": 1}),
        (MoreThanRefundable, {"l1": 10, "goods_minor": 10_001}),
        (MoreThanRefundable, {"l1": 10, "freight_minor": 801}),
        (MoreThanRefundable, {"l1": 10, "reason_code": "wish", "freight_minor": 1}),
        (
            MoreThanRefundable,
            {"l1": 10, "goods_status": "not_received", "reason_code": "late", "goods_minor": 9_999},
        ),
        (ReasonDoesNotFit, {"l1": 10, "goods_status": "not_received"}),
        (ReasonDoesNotFit, {"l1": 10, "reason_code": "weather"}),
        (
            ReasonDoesNotFit,
            {"l1": 10, "goods_status": "not_received", "reason_code": "late", "kind": "return_refund"},
        ),
    ],
)
async def test_refuses_what_cannot_be_asked(trade: Trade, refusal: type[Exception], fields: dict) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)

    with pytest.raises(refusal):
        await desk.apply(order, **fields)


async def test_nobody_else_applies_answers_or_looks(trade: Trade) -> None:
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    with pytest.raises(NotFound):
        await desk.apply(order, l1=1, by=trade.people.hengxin)
    case = await desk.apply(order, l1=1)

    with pytest.raises(NotFound):
        await desk.page(case, trade.hongfa)
    await desk.cancel(case)
    with pytest.raises(NoSuchMove):
        await desk.answer(case, agree=True)
