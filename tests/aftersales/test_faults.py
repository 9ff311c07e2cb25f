"""A case's refund at the channel: silence, a repeat, a partial pay-out, a no; the case ends once and the money is never lost."""

import pytest

from huozhan import aftersales, payments
from huozhan.aftersales.asks import Refunded
from huozhan.doors.jobs.aftersales import case_refunded
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade


async def refunding(trade: Trade, desk: Desk):
    """A whole refund of 108.00 on its way to the channel."""
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=10)
    return order, await desk.answer(case, agree=True)


async def jobs_of(trade: Trade, kind: str) -> int:
    async with trade.hall.pool.acquire() as db:
        count: int = await db.fetchval("SELECT count(*) FROM job WHERE kind = $1", kind)
    return count


async def test_the_end_of_a_refund_ends_its_case_through_the_relay_once(trade: Trade) -> None:
    desk = Desk(trade)
    _, case = await refunding(trade, desk)
    await desk.channel_says(case, refunded_minor=10_800)
    while await relay_once(trade.hall):
        pass

    assert await jobs_of(trade, aftersales.REFUNDED_JOB) == 1
    row = await desk.refund_row(case)
    for _ in range(3):
        await case_refunded(trade.hall, order_id=row["order_id"], refund_id=row["refund_id"])

    page = await desk.page(case)
    assert [move.event for move in page.timeline].count("refunded") == 1
    assert page.state == "success"
    assert await desk.findings() == []


async def test_what_the_channel_did_not_pay_is_in_the_wallet_and_the_case_ends(trade: Trade) -> None:
    desk = Desk(trade)
    _, case = await refunding(trade, desk)
    row = await desk.refund_row(case)
    ask = payments.asks.RefuseAsk(
        what="refund", of=str(row["payment_id"]), ref=str(row["refund_id"]), why="closed"
    )
    await trade.hall.run(payments.note_refused, ask, system())
    await case_refunded(trade.hall, order_id=row["order_id"], refund_id=row["refund_id"])

    ended = await desk.refund_row(case)
    assert (ended["channel_minor"], ended["wallet_minor"]) == (0, 10_800)
    assert (await desk.page(case)).state == "success"
    assert await desk.findings() == []


@pytest.mark.parametrize("told", [{"amount_minor": 10_700}, {"currency": "USD"}, {"refunded_minor": 99}])
async def test_a_wrong_word_of_the_channel_ends_no_case(trade: Trade, told: dict) -> None:
    desk = Desk(trade)
    _, case = await refunding(trade, desk)
    await desk.channel_says(case, **told)
    row = await desk.refund_row(case)

    assert row["state"] == "asked"
    assert (await desk.page(case)).state == "refunding"


async def test_anybodys_refund_ends_no_case(trade: Trade) -> None:
    desk = Desk(trade)
    order, case = await refunding(trade, desk)
    await trade.hall.run(aftersales.case_refunded, Refunded(order_id=order.order_id, refund_id="7"), system())

    assert (await desk.page(case)).state == "refunding"
