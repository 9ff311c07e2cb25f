"""What guards a database has, read from its catalogue, and rows that try them."""

import json
from typing import Any

import asyncpg
import msgspec

from tests.guards.database import ALSO, MONEY_OR_STOCK, NOT_HELD, NOW, TABLES, Table
from tests.guards.table import Row


class DatabaseGuard(msgspec.Struct, frozen=True, order=True):
    """A CHECK or a unique key."""

    table: str
    name: str

    @property
    def label(self) -> str:
        """How the registry and the drill call it."""
        return f"{self.table}.{self.name}"

    async def take_out(self, db: asyncpg.Connection) -> None:
        """The database has it no more."""
        drop = "ALTER TABLE {0} DROP CONSTRAINT {1} CASCADE"
        if not await db.fetchval(
            "SELECT true FROM pg_constraint WHERE conname = $1 AND conrelid = $2::regclass",
            self.name,
            self.table,
        ):
            drop = "DROP INDEX {1}"
        await db.execute(drop.format(self.table, self.name))


async def guards_of(db: asyncpg.Connection) -> list[DatabaseGuard]:
    """Every CHECK and unique key of tables that hold money or stock."""
    rows = await db.fetch(_GUARDS, MONEY_OR_STOCK, list(ALSO), list(NOT_HELD))
    return [DatabaseGuard(**dict(row)) for row in rows]


_GUARDS = """
WITH held AS (
    SELECT c.oid, c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL ($3::text[])
       AND (c.relname = ANY ($2::text[]) OR EXISTS (
            SELECT 1 FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname ~ $1))
)
SELECT h.relname AS table, k.conname AS name
  FROM held h JOIN pg_constraint k ON k.conrelid = h.oid WHERE k.contype IN ('c', 'x')
 UNION ALL
SELECT h.relname, i.relname
  FROM held h JOIN pg_index x ON x.indrelid = h.oid JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indisunique
 ORDER BY 1, 2
"""

_BY_TYPE: dict[str, Any] = {
    "bigint": 1, "integer": 1, "smallint": 1, "numeric": 1, "text": "x", "boolean": False, "bytea": "\\x00",
    "timestamp with time zone": NOW, "date": NOW[:10], "jsonb": {}, "ARRAY": [],
}  # fmt: skip


async def lawful_row(db: asyncpg.Connection, table: str) -> dict[str, Any]:
    """A row that the table takes: what is said of it, what its columns are by default, and something of their type."""
    columns = await db.fetch(
        "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1",
        table,
    )
    row: dict[str, Any] = {}
    for column in columns:
        if column["column_default"] is not None:
            row[column["column_name"]] = json.loads(
                await db.fetchval(f"SELECT to_json({column['column_default']})::text")
            )
        elif column["is_nullable"] == "NO":
            row[column["column_name"]] = _BY_TYPE[column["data_type"]]
    return row | dict(TABLES.get(table, Table()).lawful)


async def insert(db: asyncpg.Connection, table: str, row: Row) -> None:
    """Writes a row."""
    await db.execute(
        f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1)", json.dumps(row)
    )
