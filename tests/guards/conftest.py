"""Guards are tried one by one; a drill says which of them the database is to be without."""

import os

import asyncpg
import pytest

from tests.guards.reading import guards_of

WITHOUT_ITS_GUARD = "HUOZHAN_WITHOUT_ITS_GUARD"
"""Set by `bin/drill guards`: every breach is tried on a table that has just lost the guard, so every test must fail."""


@pytest.fixture
async def without_its_guard(db: asyncpg.Connection, guard_label: str) -> None:
    """The guard is dropped in the test's own transaction, where the drill asks for it."""
    if os.environ.get(WITHOUT_ITS_GUARD):
        (guard,) = [guard for guard in await guards_of(db) if guard.label == guard_label]
        await guard.take_out(db)
