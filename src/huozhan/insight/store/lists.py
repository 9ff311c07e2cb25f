"""Rows of the lists of a day. The market's own, and public."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from huozhan.insight.lists import Place
from huozhan.kernel.work import Work


async def is_made(work: Work, on: date) -> bool:
    """Whether the lists of a day are there."""
    return bool(await work.db.fetchval("SELECT true FROM list_day WHERE on_day = $1", on))


async def begin(work: Work, on: date, rules: Mapping[str, int], offers: int) -> bool:
    """Takes a day; false where somebody else did."""
    taken = await work.db.fetchval(
        "INSERT INTO list_day (on_day, made_at, rules, offers) VALUES ($1, $2, $3::jsonb, $4)"
        " ON CONFLICT DO NOTHING RETURNING true",
        on, work.now, msgspec.json.encode(rules).decode(), offers,
    )  # fmt: skip
    return bool(taken)


async def add(work: Work, on: date, places: Sequence[Place]) -> None:
    """Writes every place of a day."""
    await work.db.execute(
        "INSERT INTO list_place (on_day, kind, scope, place, offer_id, score, buyers, many, few)"
        " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::int[], $8::int[], $9::int[])",
        on, [one.kind for one in places], [one.scope for one in places], [one.place for one in places],
        [one.offer_id for one in places], [one.score for one in places], [one.buyers for one in places],
        [one.many for one in places], [one.few for one in places],
    )  # fmt: skip


async def forget_before(work: Work, before: date) -> None:
    """Drops the lists of days before one."""
    await work.db.execute(
        "WITH days AS (DELETE FROM list_day WHERE on_day < $1) DELETE FROM list_place WHERE on_day < $1",
        before,
    )


async def last_day(work: Work) -> Any:
    """The last day whose lists are made, with its rules; None where there is none."""
    return await work.db.fetchrow(
        "SELECT on_day, made_at, rules, offers FROM list_day ORDER BY on_day DESC LIMIT 1"
    )


async def places(work: Work, kind: str, scope: str, on: date) -> list[Any]:
    """One list of a day, the first place first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT place, offer_id, score, buyers, many, few FROM list_place"
        " WHERE kind = $1 AND scope = $2 AND on_day = $3 ORDER BY place",
        kind, scope, on,
    )  # fmt: skip
    return rows


async def filled(work: Work, on: date, kind: str | None, scope: str | None) -> list[tuple[str, str, int]]:
    """Which lists of a day, of one kind or scope or of all, have anything on them: kind, scope, and how many places."""
    rows = await work.db.fetch(
        "SELECT kind, scope, max(place) AS places FROM list_place"
        " WHERE on_day = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR scope = $3)"
        " GROUP BY kind, scope ORDER BY kind, scope",
        on, kind, scope,
    )  # fmt: skip
    return [(row["kind"], row["scope"], row["places"]) for row in rows]
