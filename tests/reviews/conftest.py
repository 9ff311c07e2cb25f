"""The ground of the tests of reviews: a little trade, and buyers who say what they think of it."""

import pytest

from tests.ordering.trading import Trade
from tests.reviews.reviewing import Reviewing


@pytest.fixture
def shop(trade: Trade) -> Reviewing:
    """晨光 sells cups, 小李 buys them and says how they are."""
    return Reviewing(trade)
