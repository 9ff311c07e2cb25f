"""The ground of finance's tests: the little trade of ordering's tests, and a lender that trusts 小李."""

import pytest_asyncio

from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.finance.fast import Fast, open_fast
from tests.finance.later import Later, open_later
from tests.ordering.conftest import category_tree

__all__ = ["category_tree"]


@pytest_asyncio.fixture(loop_scope="session")
async def later(hall: Hall, clock: MovableClock) -> Later:
    """The lender trusts 小李 with 20,000.00; 晨光 takes its promises."""
    return await open_later(hall, clock)


@pytest_asyncio.fixture(loop_scope="session")
async def fast(hall: Hall, clock: MovableClock) -> Fast:
    """The funder trusts 晨光 with 50,000.00, and 晨光 has agreed to its fee."""
    return await open_fast(hall, clock)
