"""The promise to ship: what breaking it gives the buyer, and that it waits while money back is asked."""

import pytest

from huozhan import ordering, payments
from huozhan.doors.jobs import ordering as jobs
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import TakeBackRefund, TimerDue
from huozhan.ordering.compensating import compensation
from tests.ordering.test_refunding import answer, ask_back
from tests.ordering.trading import Trade


@pytest.mark.parametrize(("goods", "owed"), [(6_000, 500), (80_000, 4_000), (500_000, 10_000)])
def test_late_compensation_is_a_twentieth_within_bounds(goods: int, owed: int) -> None:
    """The vectors of domain rules B9: ¥60, ¥800 and ¥5,000 of goods."""
    assert compensation(goods, bp=500, least=500, most=10_000) == owed


async def test_a_broken_promise_gives_one_claim_that_both_sides_see(trade: Trade) -> None:
    order = await trade.paid(red=80)

    await trade.let_pass(hours=47, minutes=59)
    assert (await trade.page(order)).claims == []
    await trade.let_pass(minutes=1)
    async with trade.hall.working(trade.system) as work:
        work.set_timer("ship_promise", about=int(order.order_id), due_at=trade.clock.now())
    await trade.hall.run(ordering.ship_promise_due, TimerDue(about_id=order.order_id), trade.system)
    assert [moment.event for moment in (await trade.page(order)).timeline].count("late") == 1

    for actor in (trade.li, trade.chenguang):
        page = await trade.page(order, actor)
        assert page.is_late
        assert [(c.cause, c.goods_minor, c.amount_minor) for c in page.claims] == [("late", 80_000, 4_000)]
        assert page.claims[0].paid_at == trade.clock.now()
    taken = page.claims[0].taken
    assert taken is not None
    assert (taken.amount_minor, taken.debt_minor) == (4_000, 4_000), "nothing was sold yet: all of it is owed"
    assert (await trade.page(order)).claims[0].taken is None, "the buyer is not told out of what it came"
    assert (await trade.hall.run(payments.funds, Nothing(), trade.li)).wallet_minor == 4_000
    assert await trade.findings() == []


async def test_a_claim_of_former_times_is_paid_once(trade: Trade) -> None:
    order = await trade.paid(red=80)
    await trade.hall.pool.db.execute(  # type: ignore[attr-defined]
        "INSERT INTO order_claim (order_id, cause, goods_minor, amount_minor, made_at) VALUES ($1, 'late', 80000, 4000, $2)",
        int(order.order_id), trade.clock.now(),
    )  # fmt: skip

    for _ in range(2):
        await jobs.pay_claim(trade.hall, order_id=int(order.order_id), cause="late")

    assert (await trade.hall.run(payments.funds, Nothing(), trade.li)).wallet_minor == 4_000
    assert (await trade.page(order)).claims[0].paid_at is not None


async def test_what_was_given_back_before_is_not_compensated(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await answer(trade, order, await ask_back(trade, order, l1=60), agree=True)

    await trade.let_pass(hours=48)

    (claim,) = (await trade.page(order)).claims
    assert (claim.goods_minor, claim.amount_minor) == (54_000, 2_700)


async def test_an_order_sent_in_time_owes_nothing(trade: Trade) -> None:
    order = await trade.paid(red=80)
    await trade.ship(order)

    await trade.let_pass(hours=100)

    page = await trade.page(order)
    assert (page.is_late, page.claims) == (False, [])


async def test_the_promise_waits_while_money_back_is_asked(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.let_pass(hours=40)
    refund = await ask_back(trade, order)
    await trade.let_pass(hours=10)
    assert not (await trade.page(order)).is_late

    await answer(trade, order, refund, agree=False, reason="已打包")

    await trade.let_pass(hours=7, minutes=59)
    assert not (await trade.page(order)).is_late
    await trade.let_pass(minutes=1)
    assert (await trade.page(order)).is_late


async def test_a_question_taken_back_lets_the_seller_ship_all_again(trade: Trade) -> None:
    order = await trade.paid(red=120)
    refund = await ask_back(trade, order, l1=100)
    await trade.let_pass(hours=5)
    ask = TakeBackRefund(order_id=order.order_id, refund_id=refund.refund_id)

    with pytest.raises(NotFound):
        await trade.hall.run(ordering.take_back_refund, ask, trade.chenguang)
    assert "take_back_refund" in (await trade.page(order)).can
    taken_back = await trade.hall.run(ordering.take_back_refund, ask, trade.li)

    assert (taken_back.state, taken_back.answered_by) == ("taken_back", "buyer")
    page = await trade.page(order)
    assert (page.state, page.lines[0].to_ship, page.who_acts) == ("wait_send", 120, "seller")
    assert page.timeline[-1].event == "refund_taken_back"
    assert "take_back_refund" not in page.can
    await trade.let_pass(hours=47)
    assert (await trade.page(order)).state == "wait_send", "the answer's timer is gone"
    await trade.ship(order)
    assert await trade.findings() == []


async def test_what_is_answered_cannot_be_taken_back(trade: Trade) -> None:
    order = await trade.paid(red=120)
    refund = await ask_back(trade, order, l1=20)
    await answer(trade, order, refund, agree=True)

    with pytest.raises(NotFound):
        ask = TakeBackRefund(order_id=order.order_id, refund_id=refund.refund_id)
        await trade.hall.run(ordering.take_back_refund, ask, trade.li)


async def test_goods_never_shipped_are_refunded_by_themselves(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.ship(order, l1=20)
    await trade.confirm(order)
    await trade.let_pass(hours=48)

    await trade.let_pass(days=14, hours=23)
    assert (await trade.page(order)).state == "part_sent"
    await trade.let_pass(hours=1)

    page = await trade.page(order)
    assert (page.state, page.money.escrow_minor) == ("success", 0)
    assert (page.refunds[0].answered_by, page.refunds[0].lines[0].quantity) == ("unshipped", 100)
    assert page.timeline[-1].by == "market"
    assert await trade.findings() == []


async def test_what_was_shipped_late_is_not_refunded_by_itself(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.let_pass(hours=48)
    await trade.ship(order)

    await trade.let_pass(days=15)

    page = await trade.page(order)
    assert (page.state, page.refunds) == ("wait_receive", [])


async def test_a_closed_order_is_no_open_order(trade: Trade) -> None:
    """An organisation whose only order was closed may go: nothing of it waits."""
    await trade.one(red=10)
    await trade.let_pass(hours=24)

    async with trade.hall.pool.acquire() as db:
        counted = await ordering.open_orders(trade.hall.work(db, trade.system), [trade.li.org_id])

    assert counted == {trade.li.org_id: 0}
