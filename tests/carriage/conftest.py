"""The ground of platform logistics' tests: the little trade of ordering's tests, and a carrier that gives waybills."""

import pytest_asyncio

from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.carriage.hauling import Haul, open_haul
from tests.ordering.conftest import category_tree

__all__ = ["category_tree"]


@pytest_asyncio.fixture(loop_scope="session")
async def haul(hall: Hall, clock: MovableClock) -> Haul:
    """The market has a contract with SF at 8.00 + 2.00 a kilogram; 晨光 takes its waybills."""
    return await open_haul(hall, clock)
