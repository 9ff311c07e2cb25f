"""The ground of platform logistics' tests: the little trade of ordering's tests, and a carrier that gives waybills."""

import pytest_asyncio

from tests.carriage.hauling import Haul, open_haul
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def haul(trade: Trade) -> Haul:
    """The market has a contract with SF at 8.00 + 2.00 a kilogram; 晨光 takes its waybills."""
    return await open_haul(trade)
