"""Prices that change while an order is placed: the buyer pays what was quoted, or sees a new quote; on real connections."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from huozhan import ordering
from huozhan.catalogue import load_categories
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.ordering.asks import PlaceOrder
from huozhan.ordering.placing import PriceMoved
from tests.conftest import make_hall
from tests.ordering.trading import Trade, open_trade
from tests.pricebook import booking

ROUNDS = 8


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Trade]:
    """A trade whose people come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_trade(await make_hall(pool, clock, tmp_path), clock)
    finally:
        await pool.close()


async def test_a_level_that_changes_while_an_order_is_placed_never_gives_another_price(busy: Trade) -> None:
    await booking.level(busy, "vip", 500)
    await booking.level(busy, "normal", 300)
    lines = busy.want(red=10)
    for round_no in range(ROUNDS):
        await booking.assign(busy, "normal" if round_no % 2 else None)
        quoted = await busy.quote(*lines)
        ask = PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines)
        both = [busy.hall.run(ordering.place_order, ask, busy.li), booking.assign(busy, "vip")]

        placed, assigned = await asyncio.gather(*both, return_exceptions=True)

        assert assigned is None
        if isinstance(placed, PriceMoved):
            after = await busy.quote(*lines)
            assert placed.facts["quote_hash"] == after.quote_hash != quoted.quote_hash
        else:
            assert not isinstance(placed, BaseException), placed
            assert placed.amount_minor == quoted.amount_minor
        assert await booking.unit(busy, 10) == (95_000, "member", 1)
    assert await booking.findings(busy) == []


async def test_two_answers_to_a_contract_at_once_are_one(busy: Trade) -> None:
    offered = await booking.offer(busy, red=80_000)

    answers = await asyncio.gather(*(booking.accept(busy, offered) for _ in range(6)), return_exceptions=True)

    assert len([one for one in answers if not isinstance(one, BaseException)]) == 1
    assert await booking.unit(busy) == (80_000, "contract", 1)
