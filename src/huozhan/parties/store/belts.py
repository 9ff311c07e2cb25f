"""Queries about industrial belts; what sellers say of their place is public, hence nothing is scoped."""

from typing import Any

from huozhan.kernel.work import Work

_NAMED = "coalesce(nullif(belt_zh, ''), belt_en)"


async def belts(work: Work, limit: int, belt: str | None = None) -> list[Any]:
    """Belts that sellers name, or one of them; each lies where most of its sellers are."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {_NAMED} AS belt, max(belt_zh) AS belt_zh, max(belt_en) AS belt_en, count(*)::integer AS suppliers,"
        " mode() WITHIN GROUP (ORDER BY coalesce(nullif(city_code, ''), province_code)) AS place_code"
        f" FROM organisation WHERE can_sell AND {_NAMED} <> '' AND ($2::text IS NULL OR {_NAMED} = $2)"
        " GROUP BY 1 ORDER BY suppliers DESC, belt LIMIT $1",
        limit, belt,
    )  # fmt: skip
    return rows


async def suppliers_of(work: Work, belt: str, limit: int) -> list[int]:
    """Who sells from a belt, the longest there first."""
    rows = await work.db.fetch(
        f"SELECT org_id FROM organisation WHERE can_sell AND {_NAMED} = $1 ORDER BY since_on NULLS LAST, org_id LIMIT $2",
        belt, limit,
    )  # fmt: skip
    return [row["org_id"] for row in rows]
