"""Queries of a key rotation: of every organisation, run by the market itself; names come from constants."""

from collections.abc import Sequence
from typing import Any

from huozhan.kernel.work import Work


async def rows_with_old_key(
    work: Work, table: str, column: str, owner: str, newest: bytes, rows_max: int
) -> list[Any]:
    """Sealed values whose first bytes (version and key id) are not the newest key's."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {owner} AS owner, {column} AS sealed FROM {table}"
        f" WHERE {column} IS NOT NULL AND {column} <> '' AND substring({column} FOR 5) <> $1 LIMIT $2",
        newest, rows_max,
    )  # fmt: skip
    return rows


async def sealed_values(work: Work, table: str, column: str, owner: str, rows_max: int) -> list[Any]:
    """Sealed values as they stand, the newest owners first."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {owner} AS owner, {column} AS sealed FROM {table}"
        f" WHERE {column} IS NOT NULL AND {column} <> '' ORDER BY {owner} DESC LIMIT $1",
        rows_max,
    )
    return rows


async def write_resealed(
    work: Work, table: str, column: str, owner: str, values: Sequence[tuple[int, bytes, bytes]]
) -> None:
    """Replaces each old value where it still stands: one that was changed meanwhile has the newest key already."""
    owners, old, new = zip(*values, strict=True)
    await work.db.execute(
        f"UPDATE {table} t SET {column} = v.new FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS v(owner, old, new)"
        f" WHERE t.{owner} = v.owner AND t.{column} = v.old",
        list(owners), list(old), list(new),
    )  # fmt: skip
