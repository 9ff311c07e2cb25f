"""The ground of the workbench's tests: a little trade, and the browsers of its people."""

import asyncpg
import pytest_asyncio

from huozhan.catalogue import load_categories
from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade, open_trade


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def category_tree(dsn: str) -> None:
    """The reference tables, filled once for the session."""
    db = await asyncpg.connect(dsn)
    await load_categories(db)
    await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def trade(hall: Hall, clock: MovableClock) -> Trade:
    """晨光 sells cups and 宏发 bolts; 小李 buys."""
    return await open_trade(hall, clock)


@pytest_asyncio.fixture(loop_scope="session")
async def chenguang(trade: Trade) -> Browser:
    """The browser of 晨光's owner."""
    return await Browser(trade.hall).sign_in(trade.chenguang)


@pytest_asyncio.fixture(loop_scope="session")
async def hongfa(trade: Trade) -> Browser:
    """The browser of another supplier's owner."""
    return await Browser(trade.hall).sign_in(trade.hongfa)


@pytest_asyncio.fixture(loop_scope="session")
async def li(trade: Trade) -> Browser:
    """The browser of a buyer who sells nothing."""
    return await Browser(trade.hall).sign_in(trade.li)
