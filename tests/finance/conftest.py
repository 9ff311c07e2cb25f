"""The ground of finance's tests: the little trade of ordering's tests, and a lender that trusts 小李."""

import pytest_asyncio

from tests.finance.fast import Fast, open_fast
from tests.finance.later import Later, open_later
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def later(trade: Trade) -> Later:
    """The lender trusts 小李 with 20,000.00; 晨光 takes its promises."""
    return await open_later(trade)


@pytest_asyncio.fixture(loop_scope="session")
async def fast(trade: Trade) -> Fast:
    """The funder trusts 晨光 with 50,000.00, and 晨光 has agreed to its fee."""
    return await open_fast(trade)
