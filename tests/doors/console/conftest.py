"""The ground of the console's tests: a little trade, and the browsers of the operator and of others."""

from pathlib import Path

import asyncpg
import pytest_asyncio

from huozhan import search
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
async def trade(hall: Hall, clock: MovableClock, tmp_path: Path) -> Trade:
    """晨光 and 宏发 sell, 小李 buys, the operator watches."""
    hall.index = search.open_index(tmp_path / "index")
    return await open_trade(hall, clock)


@pytest_asyncio.fixture(loop_scope="session")
async def operator(trade: Trade) -> Browser:
    """The browser of the market's operator."""
    return await Browser(trade.hall).sign_in(trade.people.operator)


@pytest_asyncio.fixture(loop_scope="session")
async def chenguang(trade: Trade) -> Browser:
    """The browser of a supplier."""
    return await Browser(trade.hall).sign_in(trade.chenguang)
