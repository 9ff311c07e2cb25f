"""The feeds of indexes: writers and indexers that reach for the same offers in any order never wait in a ring."""

import asyncio
import random
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.search import store as offers
from huozhan.search.pictures import store as pictures
from huozhan.search.same import store as same
from tests.conftest import OPENING, make_hall

HANDS = 4


@pytest.mark.parametrize("feed", [offers, pictures, same])
async def test_many_hands_on_a_feed_never_wait_in_a_ring(open_dsn: str, tmp_path: Path, feed: Any) -> None:
    pool = await database.open_pool(open_dsn, size_max=HANDS)
    hall = await make_hall(pool, MovableClock(OPENING), tmp_path)
    ids = list(range(1, 401))

    async def hand(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            noting = chance.random() < 0.5
            try:
                async with hall.working(system()) as work:
                    if noting:
                        await feed.feed(work, chance.sample(ids, 300))
                    else:
                        noted = await feed.waiting(work, 400)
                        await feed.done(work, chance.sample(noted, len(noted)))
            except asyncpg.SerializationError:
                continue  # as the runner does, later again

    await asyncio.gather(*map(hand, range(HANDS)))

    async with hall.working(system()) as work:
        await feed.done(work, await feed.waiting(work, 1_000))
        assert await feed.waiting(work, 10) == []
    await pool.close()
