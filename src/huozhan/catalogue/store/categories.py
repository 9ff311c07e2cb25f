"""SQL of the category tree and its attribute templates: small reference tables, read by everybody."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg

from huozhan.kernel.work import Work


async def digest(db: asyncpg.Connection, name: str) -> str | None:
    """The digest of the file from which a reference table was filled last."""
    found: str | None = await db.fetchval("SELECT digest FROM reference_digest WHERE name = $1", name)
    return found


async def fill(
    db: asyncpg.Connection,
    categories: Sequence[tuple[Any, ...]],
    attributes: Sequence[tuple[Any, ...]],
    name: str,
    digest: str,
) -> None:
    """Fills both tables; what is no longer in the files stays, because offers may point to it."""
    async with db.transaction():
        await db.execute(
            "CREATE TEMP TABLE category_new (LIKE category) ON COMMIT DROP;"
            "CREATE TEMP TABLE attribute_new (LIKE attribute) ON COMMIT DROP"
        )
        await db.copy_records_to_table("category_new", records=categories)
        await db.copy_records_to_table("attribute_new", records=attributes)
        await db.execute(
            "INSERT INTO category SELECT * FROM category_new ON CONFLICT (category_id) DO UPDATE"
            " SET parent_id = EXCLUDED.parent_id, level = EXCLUDED.level, position = EXCLUDED.position,"
            "     name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en, path_ids = EXCLUDED.path_ids,"
            "     attributes = EXCLUDED.attributes"
        )
        await db.execute(
            "INSERT INTO attribute SELECT * FROM attribute_new ON CONFLICT (handle) DO UPDATE"
            " SET name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en, choices = EXCLUDED.choices"
        )
        await db.execute(
            "INSERT INTO reference_digest VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET digest = $2",
            name,
            digest,
        )


_CHILDREN = """
SELECT c.category_id, c.name_zh, c.name_en,
       EXISTS (SELECT 1 FROM category k WHERE k.parent_id = c.category_id) AS has_children
  FROM category c WHERE c.parent_id IS NOT DISTINCT FROM $1 ORDER BY c.position
"""


async def children(work: Work, parent_id: str | None) -> list[Any]:
    """The categories right below one, or the top ones."""
    rows: list[Any] = await work.db.fetch(_CHILDREN, parent_id)
    return rows


async def path(work: Work, category_id: str) -> list[Any]:
    """A category and all above it, the top one first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT p.category_id, p.name_zh, p.name_en, p.attributes FROM category c"
        "  JOIN category p ON p.category_id = ANY (c.path_ids) WHERE c.category_id = $1 ORDER BY p.level",
        category_id,
    )
    return rows


async def attributes(work: Work, handles: Collection[str]) -> list[Any]:
    """Attributes with their names and choices, by handle."""
    rows: list[Any] = await work.db.fetch(
        "SELECT handle, name_zh, name_en, choices FROM attribute WHERE handle = ANY ($1::text[])"
        " ORDER BY array_position($1::text[], handle)",
        list(handles),
    )
    return rows


async def matching(work: Work, words: str, limit: int) -> list[Any]:
    """Categories whose name holds some words in either language, the shallowest first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT category_id, name_zh, name_en, path_ids FROM category"
        " WHERE position(lower($1) IN lower(name_zh)) > 0 OR position(lower($1) IN lower(name_en)) > 0"
        " ORDER BY level, length(name_en), category_id LIMIT $2",
        words, limit,
    )  # fmt: skip
    return rows


async def names(work: Work, category_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """The names of categories in both languages."""
    rows = await work.db.fetch(
        "SELECT category_id, name_zh, name_en FROM category WHERE category_id = ANY ($1::text[])",
        list(category_ids),
    )
    return {row["category_id"]: (row["name_zh"], row["name_en"]) for row in rows}


async def has_digest(work: Work, name: str) -> bool:
    """Tells whether something of this name was noted."""
    return bool(await work.db.fetchval("SELECT true FROM reference_digest WHERE name = $1", name))


async def note_digest(work: Work, name: str) -> None:
    """Notes that something of this name is there now."""
    await work.db.execute("INSERT INTO reference_digest VALUES ($1, '') ON CONFLICT DO NOTHING", name)
