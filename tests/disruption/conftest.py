"""The ground of these tests: the little trade, and two operators who publish notices together."""

import pytest_asyncio

from tests.disruption.disrupting import Disruption, disrupt
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def disruption(trade: Trade) -> Disruption:
    """Two operators of that market."""
    return await disrupt(trade)
