"""The ground of invoicing's tests: the little trade of ordering's tests, and a tax party that can be made to misbehave."""

import pytest_asyncio

from tests.invoicing.billing import Billing
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def billing(trade: Trade) -> Billing:
    """晨光 and 宏发 sell, 小李 buys and wants invoices."""
    return Billing(trade)
