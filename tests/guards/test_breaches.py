"""Each guard of the database refuses its breach, under its own name; the same row without the breach is taken."""

import asyncpg
import pytest

from tests.guards.database import TABLES, Table, labels
from tests.guards.reading import insert, lawful_row


@pytest.mark.parametrize("guard_label", labels())
async def test_a_breach_is_refused(db: asyncpg.Connection, guard_label: str, without_its_guard: None) -> None:
    table, _, name = guard_label.partition(".")
    said, row = TABLES.get(table, Table()), await lawful_row(db, table)
    # Rows of one table stand alone here: what they refer to is another guard's matter.
    await db.execute("SET LOCAL session_replication_role = replica")

    await insert(db, table, row)
    if name in said.breaches:
        await db.execute(f"DELETE FROM {table}")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        async with db.transaction():
            await insert(db, table, {**row, **said.breaches.get(name, {}), **said.twins.get(name, {})})
    assert refused.value.constraint_name == name
