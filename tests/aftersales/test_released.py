"""Goods that were confirmed: their money is taken back from the seller, within the time for it, held while the case is open."""

import pytest

from huozhan import ledger, payments
from huozhan.aftersales.applying import MoreThanRefundable, NotSent, ReasonDoesNotFit, WindowOver
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from tests import world
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade


async def confirmed(trade: Trade):
    """Ten cups for 100.00 and 8.00 of freight, confirmed: the seller has 106.00 of it."""
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)
    return order


async def held(trade: Trade) -> int:
    async with trade.hall.pool.acquire() as db:
        work = trade.hall.work(db, system())
        return (await ledger.balance(work, ledger.payable_available(trade.chenguang.org_id))).held_minor


async def test_money_of_confirmed_goods_comes_back_from_the_seller_with_our_commission(trade: Trade) -> None:
    desk = Desk(trade)
    order = await confirmed(trade)
    assert await trade.owed_to(trade.chenguang) == 10_600

    case = await desk.apply(order, l1=4)
    assert (case.asked_minor, await held(trade)) == (4_320, 4_320)
    assert await desk.findings() == [], "what a case holds is no withdrawal"
    done = await desk.answer(case, agree=True)
    assert (done.state, done.refunded_minor, await held(trade)) == ("refunding", 4_320, 0)
    await desk.paid_out(case)

    assert (await desk.page(case)).state == "success"
    assert await trade.owed_to(trade.chenguang) == 10_600 - 4_320 + 80  # 2 % of 40.00
    assert await desk.findings() == []


async def test_what_a_case_holds_is_not_shown_as_on_its_way_to_the_bank(trade: Trade) -> None:
    case = await Desk(trade).apply(await confirmed(trade), l1=4)

    shown = await trade.hall.run(payments.funds, Nothing(), trade.chenguang)

    assert (shown.in_cases_minor, shown.in_transit_minor) == (case.asked_minor, 0)
    assert shown.available_minor == 10_600 - case.asked_minor


async def test_what_came_back_is_not_asked_for_again(trade: Trade) -> None:
    desk = Desk(trade)
    order = await confirmed(trade)
    case = await desk.apply(order, l1=7, goods_minor=6_000, freight_minor=0)
    await desk.answer(case, agree=True)

    with pytest.raises(NotSent):
        await desk.apply(order, l1=4)
    rest = await desk.apply(order, l1=3)
    await desk.answer(rest, agree=True)

    assert rest.asked_minor == 3_000 + 240
    assert await trade.owed_to(trade.chenguang) == 10_600 - 6_000 + 120 - 3_240 + 60
    assert await desk.findings() == []


async def test_goods_go_back_first_also_after_confirmation(trade: Trade) -> None:
    desk = Desk(trade)
    await world.address(trade.hall, trade.chenguang, division="510104")
    order = await confirmed(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=10, kind="return_refund")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    await desk.receive(case, restock=True)

    assert await trade.free("red") == free + 10
    assert await trade.owed_to(trade.chenguang) == 0
    assert await desk.findings() == []


async def test_a_closed_case_frees_what_was_held(trade: Trade) -> None:
    desk = Desk(trade)
    order = await confirmed(trade)
    case = await desk.apply(order, l1=10)
    await desk.answer(case, agree=False, reason="已签收多日")
    await trade.let_pass(days=5)

    assert (await desk.page(case)).state == "closed"
    assert (await held(trade), await trade.owed_to(trade.chenguang)) == (0, 10_600)
    assert await desk.findings() == []


async def test_the_time_is_fifteen_days_and_thirty_for_quality(trade: Trade) -> None:
    desk = Desk(trade)
    order = await confirmed(trade)
    await trade.let_pass(days=15)

    with pytest.raises(WindowOver):
        await desk.apply(order, l1=1, reason_code="wrong_item")
    await desk.cancel(await desk.apply(order, l1=1))
    await trade.let_pass(days=15)
    with pytest.raises(WindowOver):
        await desk.apply(order, l1=1)


async def test_confirmed_goods_were_received(trade: Trade) -> None:
    desk = Desk(trade)
    order = await confirmed(trade)

    with pytest.raises(ReasonDoesNotFit):
        await desk.apply(order, l1=1, goods_status="not_received", reason_code="not_arrived")
    with pytest.raises(MoreThanRefundable):
        await desk.apply(order, l1=1, goods_minor=1_001)


async def test_the_market_rules_on_confirmed_goods_too(trade: Trade) -> None:
    desk = Desk(trade)
    order = await confirmed(trade)
    case = await desk.apply(order, l1=10)
    await desk.answer(case, agree=False, reason="正常损耗")
    await desk.escalate(case)
    await trade.let_pass(days=3)
    await desk.rule(case, "part", goods_minor=5_000)
    await trade.let_pass(days=3)

    assert (await desk.page(case)).refunded_minor == 5_000
    assert await trade.owed_to(trade.chenguang) == 10_600 - 5_000 + 100
    assert await desk.findings() == []


async def test_freight_that_went_back_on_the_way_is_not_given_back_again_after_release(trade: Trade) -> None:
    """Half of the goods' money and all freight of ten cups went back before the rest was the seller's."""
    desk = Desk(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    await desk.answer(await desk.apply(order, l1=10, goods_minor=5_000, freight_minor=800), agree=True)
    assert await trade.owed_to(trade.chenguang) == 5_000 - 100

    case = await desk.apply(order, l1=10)
    assert case.asked_minor == 5_000, "the freight is with the buyer already"
    done = await desk.answer(case, agree=True)

    assert done.refunded_minor == 5_000
    assert await trade.owed_to(trade.chenguang) == 0
    assert await desk.findings() == []


async def test_open_cases_of_two_lines_never_ask_more_freight_than_the_seller_has(trade: Trade) -> None:
    """One line's freight went back before; the other's is asked for while the first is complained of again."""
    desk = Desk(trade)
    order = await trade.paid(red=10, blue=10)
    await trade.ship(order)
    first = await desk.apply(order, l1=10, goods_minor=1_000)
    await desk.answer(first, agree=True)
    await trade.confirm(order)

    cases = [await desk.apply(order, l1=10), await desk.apply(order, l2=10)]
    for case in cases:
        await desk.answer(case, agree=True)

    assert first.asked_minor + sum(case.asked_minor for case in cases) == order.amount_minor
    assert await trade.owed_to(trade.chenguang) == 0
    assert await desk.findings() == []


async def test_a_hold_that_does_not_fit_its_case_is_found(trade: Trade) -> None:
    desk = Desk(trade)
    case = await desk.apply(await confirmed(trade), l1=4)
    async with trade.hall.working(system()) as work:
        await ledger.void_hold(work, f"E20:{case.case_id}", "by mistake")

    assert [finding.code for finding in await desk.findings()] == ["aftersales.hold_apart"]
