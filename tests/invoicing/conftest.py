"""The ground of invoicing's tests: the little trade of ordering's tests, and a tax party that can be made to misbehave."""

import pytest_asyncio

from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from tests.invoicing.billing import Billing
from tests.ordering.conftest import category_tree
from tests.ordering.trading import open_trade

__all__ = ["category_tree"]


@pytest_asyncio.fixture(loop_scope="session")
async def billing(hall: Hall, clock: MovableClock) -> Billing:
    """晨光 and 宏发 sell, 小李 buys and wants invoices."""
    return Billing(await open_trade(hall, clock))
