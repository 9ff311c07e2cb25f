"""The ground of the tests of reviews: a little trade, and buyers who say what they think of it."""

import asyncpg
import pytest_asyncio

from huozhan.catalogue import load_categories
from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.ordering.trading import open_trade
from tests.reviews.reviewing import Reviewing


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def category_tree(dsn: str) -> None:
    """The reference tables, filled once for the session."""
    db = await asyncpg.connect(dsn)
    await load_categories(db)
    await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(hall: Hall, clock: MovableClock) -> Reviewing:
    """晨光 sells cups, 小李 buys them and says how they are."""
    return Reviewing(await open_trade(hall, clock))
