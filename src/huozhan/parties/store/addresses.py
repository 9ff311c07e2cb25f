"""Queries about places: addresses and looks at them by the actor's organisation; divisions are everybody's."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg

from huozhan.kernel.work import Work

_ADDRESS = """
SELECT a.address_id, a.label, a.country, a.division_code, a.region, a.city, a.postcode,
       a.receiver_sealed, a.phone_sealed, a.street_sealed, a.is_default,
       COALESCE(province.name, prefecture.name, place.name, '') AS province,
       COALESCE(CASE WHEN prefecture.level = 2 THEN prefecture.name WHEN place.level = 2 THEN place.name END,
                prefecture.name, '') AS prefecture,
       COALESCE(CASE WHEN place.level = 3 THEN place.name END, '') AS county
  FROM address a
  LEFT JOIN division place ON place.code6 = a.division_code
  LEFT JOIN division prefecture ON prefecture.code6 = place.parent
  LEFT JOIN division province ON province.code6 = prefecture.parent
 WHERE a.org_id = $1
"""


async def addresses(work: Work) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        _ADDRESS + " ORDER BY a.is_default DESC, a.address_id", work.actor.org_id
    )
    return rows


async def address(work: Work, address_id: int) -> Any:
    return await work.db.fetchrow(_ADDRESS + " AND a.address_id = $2", work.actor.org_id, address_id)


async def default_address(work: Work, org_id: int) -> Any:
    """The first address of an organisation whose reach the caller has judged."""
    return await work.db.fetchrow(_ADDRESS + " AND a.is_default LIMIT 1", org_id)


async def default_region(work: Work, org_id: int) -> str:
    """Where the first address of an organisation is, whose reach the caller has judged: its division, or its country abroad."""
    return str(
        await work.db.fetchval(
            "SELECT coalesce(nullif(division_code, ''), country) FROM address WHERE org_id = $1 AND is_default LIMIT 1",
            org_id,
        )
        or ""
    )


async def default_regions(work: Work, org_ids: Collection[int]) -> dict[int, str]:
    """Where the first addresses of these organisations are, whose reach the caller has judged."""
    rows = await work.db.fetch(
        "SELECT org_id, coalesce(nullif(division_code, ''), country) AS region FROM address"
        " WHERE org_id = ANY ($1::bigint[]) AND is_default",
        list(org_ids),
    )
    return {row["org_id"]: row["region"] for row in rows}


async def count_addresses(work: Work) -> int:
    return int(await work.db.fetchval("SELECT count(*) FROM address WHERE org_id = $1", work.actor.org_id))


async def add_address(work: Work, address_id: int, columns: dict[str, Any], *, is_default: bool) -> None:
    names = ", ".join(columns)
    places = ", ".join(f"${i}" for i in range(5, 5 + len(columns)))
    await work.db.execute(
        f"INSERT INTO address (org_id, address_id, made_at, is_default, {names}) VALUES ($1, $2, $3, $4, {places})",
        work.actor.org_id, address_id, work.now, is_default, *columns.values(),
    )  # fmt: skip


async def replace_address(work: Work, address_id: int, columns: dict[str, Any], *, is_default: bool) -> bool:
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(columns, 4))
    return bool(
        await work.db.fetchval(
            f"UPDATE address SET is_default = is_default OR $3, {sets} WHERE org_id = $1 AND address_id = $2 RETURNING true",
            work.actor.org_id,
            address_id,
            is_default,
            *columns.values(),
        )
    )


async def clear_default(work: Work) -> None:
    await work.db.execute(
        "UPDATE address SET is_default = false WHERE org_id = $1 AND is_default", work.actor.org_id
    )


async def set_default(work: Work, address_id: int) -> bool:
    return bool(
        await work.db.fetchval(
            "UPDATE address SET is_default = true WHERE org_id = $1 AND address_id = $2 RETURNING true",
            work.actor.org_id,
            address_id,
        )
    )


async def remove_address(work: Work, address_id: int) -> bool:
    return bool(
        await work.db.fetchval(
            "DELETE FROM address WHERE org_id = $1 AND address_id = $2 RETURNING true",
            work.actor.org_id,
            address_id,
        )
    )


async def note_reveals(work: Work, about_ids: Sequence[int], reason: str) -> None:
    """Writes down who saw which receivers in plain, when and why."""
    await work.db.execute(
        "INSERT INTO reveal (org_id, reveal_id, person_id, about_id, reason, door, at)"
        " SELECT $1, reveal_id, $2, about_id, $3, $4, $5 FROM unnest($6::bigint[], $7::bigint[]) AS r(reveal_id, about_id)",
        work.actor.org_id, work.actor.person_id, reason, work.actor.door, work.now,
        [work.new_id() for _ in about_ids], list(about_ids),
    )  # fmt: skip


_ERASE_ORGANISATION = """
WITH addresses AS (DELETE FROM address WHERE org_id = $1),
     claims AS (DELETE FROM uscc_claim c USING organisation o WHERE o.org_id = $1 AND c.uscc = o.uscc AND c.org_id = $1),
     applications AS (UPDATE supplier_application SET contact_sealed = '', phone_sealed = '' WHERE org_id = $1)
UPDATE organisation SET can_buy = false, can_sell = false WHERE org_id = $1
"""


async def erase_organisation(work: Work, org_id: int) -> None:
    """Drops what is personal in an organisation whose only member goes; the actor was its last owner."""
    await work.db.execute(_ERASE_ORGANISATION, org_id)


async def reveals_by(work: Work, person_id: int) -> list[Any]:
    """What one person has looked at, in every organisation, for their own export."""
    rows: list[Any] = await work.db.fetch(
        "SELECT about_id, reason, at FROM reveal WHERE person_id = $1 ORDER BY at", person_id
    )
    return rows


# ── Divisions ────────────────────────────────────────────────────────────────────────────────────────


async def write_divisions(db: asyncpg.Connection, rows: Sequence[tuple[str, str, str, str, int]]) -> None:
    columns = list(zip(*rows, strict=True))
    await db.execute(
        "INSERT INTO division (code6, name, name_en, parent, level)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[])"
        " ON CONFLICT (code6) DO UPDATE SET name = EXCLUDED.name, name_en = EXCLUDED.name_en,"
        " parent = EXCLUDED.parent, level = EXCLUDED.level",
        *columns,
    )


async def divisions_in(work: Work, parent: str) -> list[Any]:
    rows: list[Any] = await work.db.fetch(
        "SELECT d.code6, d.name, d.name_en, d.level,"
        " EXISTS (SELECT 1 FROM division c WHERE c.parent = d.code6) AS has_parts"
        " FROM division d WHERE d.parent = $1 ORDER BY d.code6",
        parent,
    )
    return rows


_PATH = """
WITH RECURSIVE path AS (
    SELECT code6, name, name_en, parent, level FROM division WHERE code6 = $1
    UNION ALL
    SELECT d.code6, d.name, d.name_en, d.parent, d.level FROM division d JOIN path p ON d.code6 = p.parent
)
SELECT code6, name, name_en, level, EXISTS (SELECT 1 FROM division c WHERE c.parent = path.code6) AS has_parts
  FROM path ORDER BY level
"""


async def division_path(work: Work, code6: str) -> list[Any]:
    """The divisions from the province down to this one; empty where there is no such code."""
    rows: list[Any] = await work.db.fetch(_PATH, code6)
    return rows


async def divisions_known(work: Work, codes: Sequence[str]) -> set[str]:
    """Which of these codes are divisions; a reference table, the same for everybody."""
    rows = await work.db.fetch("SELECT code6 FROM division WHERE code6 = ANY ($1::text[])", list(codes))
    return {row["code6"] for row in rows}
