"""The ground of insurance's tests: the little trade of ordering's tests, and an insurer of freight."""

import pytest_asyncio

from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.insurance.insured import Insured, open_insured
from tests.ordering.conftest import category_tree

__all__ = ["category_tree"]


@pytest_asyncio.fixture(loop_scope="session")
async def insured(hall: Hall, clock: MovableClock) -> Insured:
    """晨光 gives freight insurance; 宏发 does not."""
    return await open_insured(hall, clock)
