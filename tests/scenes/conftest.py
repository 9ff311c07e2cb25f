"""The ground of the tests of service: a little trade and the worker's nightly count."""

import pytest_asyncio

from tests.ordering.trading import Trade
from tests.scenes.serving import Service


@pytest_asyncio.fixture(loop_scope="session")
async def service(trade: Trade) -> Service:
    """The same, with the worker's count."""
    return Service(trade)
