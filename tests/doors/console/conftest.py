"""The ground of the console's tests: a little trade, and the browsers of the operator and of others."""

from pathlib import Path

import pytest
import pytest_asyncio

from huozhan import search
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


@pytest.fixture
def trade(opened_trade: Trade, tmp_path: Path) -> Trade:
    """晨光 and 宏发 sell, 小李 buys, the operator watches."""
    opened_trade.hall.index = search.open_index(tmp_path / "index")
    return opened_trade


@pytest_asyncio.fixture(loop_scope="session")
async def operator(trade: Trade) -> Browser:
    """The browser of the market's operator."""
    return await Browser(trade.hall).sign_in(trade.people.operator)


@pytest_asyncio.fixture(loop_scope="session")
async def chenguang(trade: Trade) -> Browser:
    """The browser of a supplier."""
    return await Browser(trade.hall).sign_in(trade.chenguang)
