"""Offers are noted and taken off the feed by several hands at once, and none waits for another that waits for it."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.search import store
from tests.conftest import make_hall

OFFERS = range(1, 401)
ROUNDS = 25


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Hall]:
    """A market whose hands have connections of their own."""
    pool = await open_pool(open_dsn, size_min=2, size_max=6)
    try:
        yield await make_hall(pool, clock, tmp_path)
    finally:
        await pool.close()


async def test_the_feed_is_filled_and_emptied_at_once(busy: Hall) -> None:
    dice = random.Random(7)

    async def note() -> None:
        for _ in range(ROUNDS):
            ids = dice.sample(OFFERS, 200)
            async with busy.pool.acquire() as db, db.transaction():
                await store.feed(busy.work(db, system("relay")), ids)

    async def index() -> None:
        for _ in range(ROUNDS):
            async with busy.pool.acquire() as db:
                work = busy.work(db, system("indexer"))
                noted = await store.waiting(work, 300)
                dice.shuffle(noted)
                await store.done(work, noted)

    await asyncio.gather(note(), note(), index(), index())

    async with busy.pool.acquire() as db:
        work = busy.work(db, system("indexer"))
        await store.done(work, await store.waiting(work, 1_000))
        assert await store.waiting(work, 1_000) == []
