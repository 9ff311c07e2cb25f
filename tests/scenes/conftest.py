"""The ground of the tests of service: a little trade and the worker's nightly count."""

import asyncpg
import pytest_asyncio

from huozhan.catalogue import load_categories
from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.ordering.trading import Trade, open_trade
from tests.scenes.serving import Service


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def category_tree(dsn: str) -> None:
    """The reference tables, filled once for the session."""
    db = await asyncpg.connect(dsn)
    await load_categories(db)
    await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def trade(hall: Hall, clock: MovableClock) -> Trade:
    """A little trade: 晨光 and 宏发 sell, 小李 buys."""
    return await open_trade(hall, clock)


@pytest_asyncio.fixture(loop_scope="session")
async def service(trade: Trade) -> Service:
    """The same, with the worker's count."""
    return Service(trade)
