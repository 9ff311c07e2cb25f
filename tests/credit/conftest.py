"""The ground of credit's tests: the little trade of ordering's tests, and one line between 宏发 and 小李."""

import pytest_asyncio

from tests.credit.lending import Lending, open_lending
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def lending(trade: Trade) -> Lending:
    """宏发 trusts 小李 with 1,000.00 for 30 days after receipt; both are small."""
    return await open_lending(trade)
