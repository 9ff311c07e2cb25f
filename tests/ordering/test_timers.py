"""Timers of an order: whoever rings one too early, a second time or after the order went on changes nothing (A3.4)."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from huozhan import ordering
from huozhan.doors.jobs.table import TIMERS
from huozhan.ordering.asks import CancelOrder, TimerDue
from huozhan.ordering.views import PlacedOrder
from tests.ordering.test_refunding import answer, ask_back
from tests.ordering.trading import Trade

OF_OTHERS = {
    "settle_hold", "bank_expiry", "contract_sign", "invoice_due", "invoice_red_due", "invoice_refund_held", "talk_unread_buyer",
    "talk_unread_seller",
}  # fmt: skip
"""Timers about what has an id of its own: a release, a payment, a contract, an invoice, a conversation."""
OF_ORDERS = [kind for kind in TIMERS if kind not in OF_OTHERS]


async def unpaid(trade: Trade) -> PlacedOrder:
    return await trade.one(red=120)


async def being_closed(trade: Trade) -> PlacedOrder:
    order = await trade.one(red=120)
    await trade.open_payment(order)
    await trade.hall.run(
        ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), trade.li
    )
    return order


async def paid(trade: Trade) -> PlacedOrder:
    return await trade.paid(red=120)


async def asked_back(trade: Trade) -> PlacedOrder:
    order = await trade.paid(red=120)
    await ask_back(trade, order, l1=20)
    return order


async def refused(trade: Trade) -> PlacedOrder:
    order = await trade.paid(red=120)
    await answer(trade, order, await ask_back(trade, order, l1=20), agree=False, reason="已打包")
    return order


async def late(trade: Trade) -> PlacedOrder:
    order = await trade.paid(red=120)
    await trade.let_pass(hours=48)
    return order


async def part_sent(trade: Trade) -> PlacedOrder:
    order = await trade.paid(red=120)
    await trade.ship(order, l1=20)
    return order


async def sent(trade: Trade) -> PlacedOrder:
    order = await trade.paid(red=120)
    await trade.ship(order)
    return order


async def sent_late(trade: Trade) -> PlacedOrder:
    order = await late(trade)
    await trade.ship(order)
    await trade.let_pass(seconds=1)
    return order


async def completed(trade: Trade) -> PlacedOrder:
    order = await sent(trade)
    await trade.confirm(order)
    return order


async def closed(trade: Trade) -> PlacedOrder:
    order = await unpaid(trade)
    await trade.let_pass(hours=24)
    return order


async def terminated(trade: Trade) -> PlacedOrder:
    order = await asked_back(trade)
    await trade.let_pass(hours=48)
    await ask_back(trade, order)
    await trade.let_pass(hours=48)
    return order


LIVES = [
    unpaid,
    being_closed,
    paid,
    asked_back,
    late,
    part_sent,
    sent,
    sent_late,
    completed,
    closed,
    terminated,
]
SET = {
    unpaid: {"pay_close"},
    being_closed: {"pay_close"},
    paid: {"ship_promise"},
    asked_back: {"ship_promise", "refund_answer"},
    refused: {"ship_promise"},
    late: {"auto_refund"},
    part_sent: {"ship_promise", "auto_confirm", "no_track", "pickup"},
    sent: {"auto_confirm", "no_track", "pickup"},
    sent_late: {"auto_confirm", "no_track"},
}
"""Which timers stand in each life; none in one that has ended."""


async def told(trade: Trade, order: PlacedOrder) -> Any:
    """All that both sides see of it."""
    seen = [await trade.page(order, actor) for actor in (trade.li, trade.chenguang)]
    return msgspec.to_builtins([*seen, await trade.parcels(order), await trade.free("red")])


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
async def test_just_those_timers_stand_that_the_rules_name(
    trade: Trade, life: Callable[[Trade], Awaitable[PlacedOrder]]
) -> None:
    order = await life(trade)

    async with trade.hall.pool.acquire() as db:
        rows = await db.fetch("SELECT kind FROM timer WHERE about_id = $1", int(order.order_id))

    assert {row["kind"] for row in rows} == SET.get(life, set())


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
async def test_a_timer_that_is_not_due_changes_nothing(
    trade: Trade, life: Callable[[Trade], Awaitable[PlacedOrder]]
) -> None:
    order = await life(trade)
    before = await told(trade, order)

    for kind in OF_ORDERS:
        await trade.hall.run(TIMERS[kind], TimerDue(about_id=order.order_id), trade.system)

    assert await told(trade, order) == before
    assert await trade.findings() == []


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
async def test_a_timer_that_rings_twice_or_much_too_late_does_its_deed_once(
    trade: Trade, life: Callable[[Trade], Awaitable[PlacedOrder]]
) -> None:
    order = await life(trade)
    await trade.let_pass(days=60)
    once = await told(trade, order)

    for kind in OF_ORDERS * 2:
        await trade.hall.run(TIMERS[kind], TimerDue(about_id=order.order_id), trade.system)

    assert await told(trade, order) == once
    assert await trade.findings() == []


@pytest.mark.parametrize("kind", OF_ORDERS)
async def test_a_timer_left_behind_by_mistake_does_not_touch_an_order_that_went_on(
    trade: Trade, kind: str
) -> None:
    """The row is still there and due; only the order's own state says no."""
    orders = [await life(trade) for life in (completed, closed)]
    before = [await told(trade, order) for order in orders]
    async with trade.hall.pool.acquire() as db:
        await db.executemany(
            "INSERT INTO timer (about_id, kind, due_at) VALUES ($1, $2, $3)",
            [(int(order.order_id), kind, trade.clock.now()) for order in orders],
        )

    await trade.let_pass(seconds=1)

    assert [await told(trade, order) for order in orders] == before
    assert await trade.findings() == []
