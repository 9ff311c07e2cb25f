"""The ground of the workbench's tests: a little trade, and the browsers of its people."""

import pytest_asyncio

from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


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
