"""The ground of tests in a browser: Chromium, and one market that is served for all of them."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.sync_api import Browser, sync_playwright

from tests.browser.market import ServedMarket, apart
from tests.conftest import fresh_database

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; closed with the module, for its loop must not stand in the way of other tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def market_dsn(server_dsn: str) -> AsyncIterator[str]:
    """A database for the market that is served."""
    async with fresh_database(server_dsn, f"huozhan_browser_{os.getpid()}") as dsn:
        yield dsn


@pytest.fixture(scope="module")
def market(
    request: pytest.FixtureRequest, market_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedMarket]:
    """One market for all stories of a module, with people of their own for those that it names in STORIES.

    Not one for all modules: stories let days pass at once, and the worker reads the files of so many days at its own pace.
    """
    served = ServedMarket(tmp_path_factory.mktemp("market") / "home", market_dsn, request.module.STORIES)
    apart(served.prepare())
    try:
        served.serve()
        yield served
    finally:
        served.stop()
