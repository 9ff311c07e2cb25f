"""A database of its own for every replay: it commits."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import fresh_database


@pytest_asyncio.fixture(loop_scope="session")
async def gbp_dsn(server_dsn: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty, migrated database in which no market is founded yet."""
    name = f"huozhan_replay_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    async with fresh_database(server_dsn, name) as dsn:
        yield dsn
