"""Received goods of orders whose money was in no escrow: a credit note on the bill, stages' money from the seller."""

import pytest_asyncio

from tests.aftersales.complaining import Desk
from tests.credit.lending import Lending, open_lending
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def lending(trade: Trade) -> Lending:
    """宏发 trusts 小李 with 1,000.00 for 30 days after receipt."""
    return await open_lending(trade)


async def test_a_credit_note_takes_off_what_is_open(lending: Lending) -> None:
    """1,000 bolts for 35.00, of which 300 are useless before anything is paid."""
    order = await lending.receive(1_000)
    desk = Desk(lending.trade)
    case = await desk.apply(order, l1=300)
    assert case.asked_minor == 1_050
    done = await desk.answer(case, agree=True)

    assert (done.state, done.refunded_minor) == ("success", 1_050)
    line = await lending.line()
    assert (line.owed_minor, line.left_minor) == (2_450, 97_550)
    (bill,) = (await lending.page()).bills
    assert (bill.amount_minor, bill.reduced_minor) == (3_500, 1_050)
    await lending.repay()
    assert await lending.trade.owed_to(lending.hongfa) == 2_450 - 49
    assert await desk.wallet() == 0
    assert [*await desk.findings(), *await lending.findings()] == []


async def test_what_was_paid_of_a_bill_is_in_the_wallet_with_commission_back(lending: Lending) -> None:
    """20.00 of 35.00 are paid; goods for 28.00 come back: 15.00 off the bill, 13.00 from the seller."""
    order = await lending.receive(1_000)
    await lending.repay(2_000)
    desk = Desk(lending.trade)
    await desk.answer(await desk.apply(order, l1=800), agree=True)

    (bill,) = (await lending.page()).bills
    assert (bill.state, bill.paid_minor, bill.reduced_minor) == ("settled", 2_000, 1_500)
    assert await desk.wallet() == 1_300
    assert await lending.trade.owed_to(lending.hongfa) == 2_000 - 40 - 1_300 + 26
    assert (await lending.line()).owed_minor == 0

    await desk.answer(await desk.apply(order, l1=200), agree=True)
    assert await desk.wallet() == 2_000
    assert await lending.trade.owed_to(lending.hongfa) == 0
    assert [*await desk.findings(), *await lending.findings()] == []


async def test_a_part_that_was_forgiven_is_not_given_back_once_more(lending: Lending) -> None:
    """5.00 of 35.00 were questioned and forgiven; then all of the goods come back."""
    await lending.grant(term_day=10)
    order = await lending.receive(1_000)
    await lending.trade.let_pass(days=8)
    await lending.dispute(500)
    await lending.answer(agree=True)
    desk = Desk(lending.trade)
    done = await desk.answer(await desk.apply(order, l1=1_000), agree=True)

    assert done.refunded_minor == 3_000
    assert ((await lending.line()).owed_minor, await desk.wallet()) == (0, 0)
    assert [*await desk.findings(), *await lending.findings()] == []


async def test_goods_of_a_staged_order_come_back_once_they_are_received(trade: Trade) -> None:
    """100 cups for 930.00 in 3/7: 10 of them are cracked, 93.00 come from the seller into the wallet."""
    staged, desk = StagedTrade(trade), Desk(trade)
    order = await staged.one("3-7")
    await staged.to_second(order)
    await staged.push(order)
    await trade.pay(order)
    await trade.ship(order)
    await trade.confirm(order)
    earned = await trade.owed_to(trade.chenguang)
    assert earned == 93_000 - 1_800

    done = await desk.answer(await desk.apply(order, l1=10), agree=True)

    assert (done.state, done.refunded_minor) == ("success", 9_300)
    assert await desk.wallet() == 9_300
    assert await trade.owed_to(trade.chenguang) == earned - 9_300 + 180
    await desk.answer(await desk.apply(order, l1=90), agree=True)
    assert (await desk.wallet(), await trade.owed_to(trade.chenguang)) == (93_000, 0)
    assert await desk.findings() == []


async def test_of_a_staged_order_with_a_tail_goes_back_what_was_paid(trade: Trade) -> None:
    """Nine tenths of 900.00 and the freight are paid before shipping, the tail after the receipt."""
    staged, desk = StagedTrade(trade), Desk(trade)
    order = await staged.one("9-1", "goods_received")
    await trade.pay(order)
    await trade.ship(order)
    await trade.confirm(order)
    first = await desk.apply(order, l1=100)
    assert first.asked_minor == 81_000 + 3_000
    await desk.cancel(first)
    await trade.pay(order)

    done = await desk.answer(await desk.apply(order, l1=100), agree=True)

    assert done.refunded_minor == 93_000
    assert await desk.wallet() == 93_000
    assert await desk.findings() == []
