"""The ground of the tests of conversations."""

import pytest_asyncio

from huozhan.doors.hall import Hall
from tests.messaging.talking import Talk, open_talk


@pytest_asyncio.fixture(loop_scope="session")
async def talk(hall: Hall) -> Talk:
    """小李 and 晨光, who have not talked yet."""
    return await open_talk(hall)
