"""Every CHECK and unique key that holds money or stock is registered with the breach that it alone refuses."""

import asyncpg
import pytest

from tests.guards.code import CODE_GUARDS, CodeGuard
from tests.guards.database import IMPLIED, labels
from tests.guards.reading import guards_of


async def test_every_guard_of_money_and_stock_is_registered(db: asyncpg.Connection) -> None:
    found = {guard.label for guard in await guards_of(db)}

    assert sorted(found - set(labels()) - set(IMPLIED)) == [], (
        "say in tests/guards/database.py what breaks them"
    )
    assert sorted((set(labels()) | set(IMPLIED)) - found) == [], "registered, and not in the database"


@pytest.mark.parametrize("guard", CODE_GUARDS, ids=lambda guard: guard.name)
def test_a_guard_of_the_code_stands_where_the_registry_says(guard: CodeGuard) -> None:
    assert guard.cut.applied() != ""
