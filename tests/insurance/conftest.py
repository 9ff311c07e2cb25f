"""The ground of insurance's tests: the little trade of ordering's tests, and an insurer of freight."""

import pytest_asyncio

from tests.insurance.insured import Insured, open_insured
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def insured(trade: Trade) -> Insured:
    """晨光 gives freight insurance; 宏发 does not."""
    return await open_insured(trade)
