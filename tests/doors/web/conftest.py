"""The ground of the pages' tests: one market with goods, orders and an index; each test's changes are undone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from huozhan import search
from huozhan.doors.jobs.search import index_all
from huozhan.kernel.clock import MovableClock
from tests.conftest import OPENING, STANDING, OneConnection, connect_for_long, make_hall, own_market
from tests.doors.standing import app_of
from tests.doors.web.browsing import Browser, Market
from tests.ordering.trading import Trade, open_trade


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def standing(
    server_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Market, Trade]]:
    """The market for all tests of this folder."""
    async with own_market(server_dsn, "web") as dsn:
        db = await connect_for_long(dsn)
        transaction = db.transaction(isolation=STANDING)
        await transaction.start()
        home: Path = tmp_path_factory.mktemp("web")
        clock = MovableClock(OPENING)
        hall = await make_hall(OneConnection(db), clock, home)
        trade = await open_trade(hall, clock)
        await index_all(hall)
        hall.index = search.open_index(hall.settings.index)
        yield Market(hall, app_of(hall)), trade
        await transaction.rollback()
        await db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def market(standing: tuple[Market, Trade]) -> AsyncIterator[Market]:
    """The market; what a test does in it is undone."""
    market, _ = standing
    async with market.hall.pool.acquire() as db:
        undo = db.transaction()
        await undo.start()
        yield market
        await undo.rollback()


@pytest.fixture
def trade(standing: tuple[Market, Trade]) -> Trade:
    """People and goods."""
    return standing[1]


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(market: Market) -> Browser:
    """Somebody who is not signed in."""
    return market.visitor()


@pytest_asyncio.fixture(loop_scope="session")
async def li(market: Market, trade: Trade) -> Browser:
    """小李's browser, signed in."""
    return await market.signed_in(trade.li)
