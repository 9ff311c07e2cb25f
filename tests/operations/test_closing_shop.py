"""Closing a shop against an order that is being placed at that moment, on real connections: no order is left without its deposit."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from huozhan import catalogue, ledger, operations, ordering, parties, payments
from huozhan.catalogue import load_categories
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import CancelOrder, PlaceOrder
from tests import world
from tests.conftest import make_hall
from tests.ordering.trading import Trade, open_trade
from tests.payments.test_deposit import pay_in


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Trade]:
    """A trade whose people come through connections of their own and really commit; 晨光 has paid a deposit in."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=6)
    try:
        trade = await open_trade(await make_hall(pool, clock, tmp_path), clock)
        await pay_in(trade, 50_000)
        yield trade
    finally:
        await pool.close()


async def deposit_of(trade: Trade) -> int:
    async with trade.hall.pool.acquire() as db:
        held = await ledger.balance(trade.hall.work(db, system()), ledger.deposit(trade.chenguang.org_id))
    return held.posted_minor


async def test_an_order_that_was_being_placed_while_its_shop_closed_keeps_the_deposit(
    busy: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, may_go_on = asyncio.Event(), asyncio.Event()
    reserve = catalogue.reserve

    async def slowly(*args: Any) -> None:
        looked.set()
        await may_go_on.wait()
        await reserve(*args)

    lines = busy.want(red=10)
    quoted = await busy.quote(*lines)
    ask = PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines)
    monkeypatch.setattr(catalogue, "reserve", slowly)
    placing = asyncio.create_task(busy.hall.run(ordering.place_order, ask, busy.li))
    await looked.wait()

    await busy.hall.run(operations.close_shop, Nothing(), busy.chenguang)
    assert await deposit_of(busy) == 50_000, "nobody knows yet whether an order is left"
    may_go_on.set()
    (order,) = (await placing).orders

    await busy.let_pass(minutes=2)
    assert await deposit_of(busy) == 50_000
    await busy.hall.run(ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), busy.li)
    await busy.let_pass(days=31)

    assert await deposit_of(busy) == 0
    async with busy.hall.pool.acquire() as db:
        assert await payments.verify(busy.hall.work(db, system())) == []


async def test_the_deposit_of_a_closed_shop_comes_back_once_nobody_can_be_placing(busy: Trade) -> None:
    await busy.hall.run(operations.close_shop, Nothing(), busy.chenguang)
    await busy.let_pass(seconds=30)
    assert await deposit_of(busy) == 50_000

    await busy.let_pass(seconds=31)

    assert await deposit_of(busy) == 0
    while await relay_once(busy.hall):
        pass
    async with busy.hall.pool.acquire() as db:
        told = await db.fetch("SELECT kind FROM notice WHERE org_id = $1", busy.chenguang.org_id)
    assert "deposit_returned" in {row["kind"] for row in told}


async def test_a_shop_that_is_opened_again_keeps_its_deposit(busy: Trade) -> None:
    await busy.hall.run(operations.close_shop, Nothing(), busy.chenguang)
    await busy.hall.run(operations.open_shop, Nothing(), busy.chenguang)

    await busy.let_pass(minutes=2)

    assert await deposit_of(busy) == 50_000


async def test_an_order_that_was_being_placed_keeps_the_one_who_alone_would_ship_it(
    busy: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, may_go_on = asyncio.Event(), asyncio.Event()
    reserve = catalogue.reserve

    async def slowly(*args: Any) -> None:
        looked.set()
        await may_go_on.wait()
        await reserve(*args)

    lines = busy.want(bolt=100)
    quoted = await busy.quote(*lines)
    ask = PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines)
    monkeypatch.setattr(catalogue, "reserve", slowly)
    placing = asyncio.create_task(busy.hall.run(ordering.place_order, ask, busy.li))
    await looked.wait()
    await busy.hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), busy.hongfa)
    may_go_on.set()
    await placing

    await busy.let_pass(minutes=2)

    async with busy.hall.pool.acquire() as db:
        erased = await db.fetchval(
            "SELECT erased_at IS NOT NULL FROM person WHERE person_id = $1", busy.hongfa.person_id
        )
        told = await db.fetch("SELECT kind FROM notice WHERE org_id = $1", busy.hongfa.org_id)
    assert not erased
    assert "erasure_kept" in {row["kind"] for row in told}
