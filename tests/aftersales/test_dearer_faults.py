"""The difference of an exchange at the channel: answered twice, late, after another payment; it is taken once and never lost."""

import pytest

from huozhan import aftersales, payments
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from tests.aftersales.complaining import Desk
from tests.aftersales.shirts import fill_wallet, open_shirts, sent, sent_back, swap
from tests.aftersales.test_dearer import MORE, escrow
from tests.aftersales.test_faults import jobs_of
from tests.ordering.trading import Trade


@pytest.fixture
async def desk(trade: Trade) -> Desk:
    await open_shirts(trade)
    await fill_wallet(trade, 2_000)
    return Desk(trade)


async def at_the_channel(trade: Trade, desk: Desk):
    """A payment of 12.00 is open at the channel."""
    case = await swap(desk, await sent(trade, M=10), "XL", 3, difference=MORE)
    await sent_back(desk, case)
    return case, (await desk.pay_difference(case, "channel")).payment_id


async def refunds_of(trade: Trade, payment_id: str) -> list[tuple[int, str]]:
    async with trade.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT amount_minor, refund_key FROM payment_refund WHERE payment_id = $1", int(payment_id)
        )
    return [tuple(row) for row in rows]


async def pays_back(trade: Trade, payment_id: str) -> None:
    """The channel refuses to pay it back, so that it is in the wallet."""
    async with trade.hall.pool.acquire() as db:
        ref = await db.fetchval("SELECT refund_id FROM payment_refund WHERE payment_id = $1", int(payment_id))
    ask = payments.asks.RefuseAsk(what="refund", of=payment_id, ref=str(ref), why="closed")
    await trade.hall.run(payments.note_refused, ask, system())


async def test_the_channels_word_lets_the_exchange_go_on_through_the_relay_once(
    trade: Trade, desk: Desk
) -> None:
    case, payment_id = await at_the_channel(trade, desk)
    for _ in range(2):
        await trade.settle(payment_id)
    assert await desk.findings() == [], "between the two it waits in the case's escrow"
    while await relay_once(trade.hall):
        pass
    assert await jobs_of(trade, aftersales.PAID_JOB) == 1
    for _ in range(3):
        await desk.difference_heard(case, payment_id, MORE)

    page = await desk.page(case)
    assert (page.state, page.topup_minor) == ("wait_seller_send", MORE)
    assert [move.event for move in page.timeline].count("pay_difference") == 1
    assert await escrow(trade, case) == MORE
    await desk.send_again(case)
    await desk.got_again(case)
    await desk.difference_heard(case, payment_id, MORE)
    assert await refunds_of(trade, payment_id) == []
    assert await escrow(trade, case) == 0
    assert await desk.findings() == []


@pytest.mark.parametrize("paid", ["before", "after"])
async def test_what_comes_once_nobody_waits_for_it_goes_back_whole(
    trade: Trade, desk: Desk, paid: str
) -> None:
    """The time to pay was over: the money came after that, or a moment before, and after-sales had not heard of it yet."""
    case, payment_id = await at_the_channel(trade, desk)
    if paid == "before":
        await trade.settle(payment_id)
    await trade.let_pass(days=3)
    if paid == "after":
        await trade.settle(payment_id)
    assert (await desk.page(case)).refunded_minor == 6_000
    for _ in range(2):
        await desk.difference_heard(case, payment_id, MORE)

    assert await refunds_of(trade, payment_id) == [(MORE, "late")]
    assert await escrow(trade, case) == 0
    await pays_back(trade, payment_id)
    assert await desk.wallet() == 2_000 + MORE
    assert await desk.findings() == []


async def test_of_two_payments_one_pays_and_the_other_goes_back(trade: Trade, desk: Desk) -> None:
    case, payment_id = await at_the_channel(trade, desk)
    await desk.pay_difference(case)
    await trade.settle(payment_id)
    await desk.difference_heard(case, payment_id, MORE)

    page = await desk.page(case)
    assert (page.state, page.topup_minor) == ("wait_seller_send", MORE)
    assert await refunds_of(trade, payment_id) == [(MORE, "late")]
    assert (await desk.wallet(), await escrow(trade, case)) == (800, MORE)
    await desk.refund_instead(case)
    assert (await desk.wallet(), await escrow(trade, case)) == (2_000, 0)
    assert await desk.findings() == []


async def test_a_payment_that_the_channel_closed_is_opened_anew(trade: Trade, desk: Desk) -> None:
    case, payment_id = await at_the_channel(trade, desk)
    await trade.close(payment_id)
    again = (await desk.pay_difference(case, "channel")).payment_id
    assert again != payment_id
    await trade.settle(again)
    await desk.difference_heard(case, again, MORE)
    assert (await desk.page(case)).topup_minor == MORE
    await desk.refund_instead(case)
    assert await refunds_of(trade, again) == [(MORE, "difference")]
    assert await desk.findings() == []


async def test_of_two_payments_at_the_channel_the_one_that_was_replaced_pays_nothing(
    trade: Trade, desk: Desk
) -> None:
    case, first = await at_the_channel(trade, desk)
    second = (await desk.pay_difference(case, "channel")).payment_id
    await trade.settle(first)
    await desk.difference_heard(case, first, MORE)
    assert (await desk.page(case)).state == "wait_buyer_pay"
    assert await refunds_of(trade, first) == [(MORE, "late")]

    await trade.settle(second)
    await desk.difference_heard(case, second, MORE)
    assert (await desk.page(case)).topup_minor == MORE
    assert await refunds_of(trade, second) == []
    assert await desk.findings() == []


@pytest.mark.parametrize("told", [{"paid_amount_minor": 1_100}, {"amount_minor": 1_100}])
async def test_another_amount_pays_no_difference(trade: Trade, desk: Desk, told: dict) -> None:
    case, payment_id = await at_the_channel(trade, desk)
    await trade.settle(payment_id, **told)
    assert (await desk.page(case)).state == "wait_buyer_pay"
    assert await escrow(trade, case) == 0
