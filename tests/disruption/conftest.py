"""The ground of these tests: the little trade, and two operators who publish notices together."""

import asyncpg
import pytest_asyncio

from huozhan.catalogue import load_categories
from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.disruption.disrupting import Disruption, disrupt
from tests.ordering.trading import Trade, open_trade


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def category_tree(dsn: str) -> None:
    """The reference tables, filled once for the session."""
    db = await asyncpg.connect(dsn)
    await load_categories(db)
    await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def trade(hall: Hall, clock: MovableClock) -> Trade:
    """A little trade: 晨光 in Yiwu and 宏发 in Foshan sell, 小李 in Chengdu buys."""
    return await open_trade(hall, clock)


@pytest_asyncio.fixture(loop_scope="session")
async def disruption(trade: Trade) -> Disruption:
    """Two operators of that market."""
    return await disrupt(trade)
