"""SQL of saved searches, scoped by the actor's organisation, and of the rounds that watch them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from huozhan.kernel.work import Work

_COLUMNS = """
 s.search_id, s.name, s.ask, s.made_by, s.made_at, s.watched_until,
 (SELECT count(*) FROM saved_search_hit h WHERE h.org_id = s.org_id AND h.search_id = s.search_id)::int AS found
"""


async def save(work: Work, *, search_id: int, name: str, ask: str, fingerprint: str) -> tuple[int, bool]:
    """Keeps a search, or renames the same one that is kept already; its id and whether it is new."""
    row = await work.db.fetchrow(
        "INSERT INTO saved_search (org_id, search_id, name, ask, fingerprint, made_by, made_at)"
        " VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7)"
        " ON CONFLICT (org_id, fingerprint) DO UPDATE SET name = EXCLUDED.name RETURNING search_id",
        work.actor.org_id, search_id, name, ask, fingerprint, work.actor.person_id, work.now,
    )  # fmt: skip
    return row["search_id"], row["search_id"] == search_id


async def counts(work: Work) -> tuple[int, int]:
    """How many searches the actor keeps, and how many of them are watched."""
    row = await work.db.fetchrow(
        "SELECT count(*) AS saved, count(watched_from) AS watched FROM saved_search WHERE org_id = $1 AND made_by = $2",
        work.actor.org_id, work.actor.person_id,
    )  # fmt: skip
    return row["saved"], row["watched"]


async def saved(work: Work) -> list[Any]:
    """All of the organisation's searches, the newest first."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM saved_search s WHERE s.org_id = $1 ORDER BY s.search_id DESC",
        work.actor.org_id,
    )
    return rows


async def one(work: Work, search_id: int) -> Any:
    """One of the organisation's searches; None where it has none of this id."""
    return await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM saved_search s WHERE s.org_id = $1 AND s.search_id = $2",
        work.actor.org_id, search_id,
    )  # fmt: skip


async def rename(work: Work, search_id: int, name: str) -> None:
    """Gives a search another name."""
    await work.db.execute(
        "UPDATE saved_search SET name = $3 WHERE org_id = $1 AND search_id = $2",
        work.actor.org_id, search_id, name,
    )  # fmt: skip


async def watch(work: Work, search_id: int, until: datetime | None) -> None:
    """Watches a search until a moment, or no more; one that is watched goes on from where it was."""
    await work.db.execute(
        "UPDATE saved_search SET watched_until = $3, watched_from = CASE WHEN $3::timestamptz IS NULL THEN NULL"
        " ELSE coalesce(watched_from, $4) END,"
        " look_at = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE coalesce(look_at, $4) END"
        " WHERE org_id = $1 AND search_id = $2",
        work.actor.org_id, search_id, until, work.now,
    )  # fmt: skip


async def drop(work: Work, search_id: int) -> bool:
    """Forgets a search and what it had found; False where there was none."""
    done = await work.db.execute(
        "DELETE FROM saved_search WHERE org_id = $1 AND search_id = $2", work.actor.org_id, search_id
    )
    return bool(done != "DELETE 0")


async def due(work: Work, limit: int) -> list[Any]:
    """Watched searches whose time to look has come, of all organisations, the longest due first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT org_id, search_id, ask, watched_from, look_at AS due_at FROM saved_search"
        " WHERE look_at <= $1 ORDER BY look_at LIMIT $2",
        work.now, limit,
    )  # fmt: skip
    return rows


async def take_due(work: Work, looked: Collection[tuple[int, int]], next_at: datetime) -> list[Any]:
    """Takes those of these searches that are due still; each is looked at by one worker."""
    orgs, searches = [org_id for org_id, _ in looked], [search_id for _, search_id in looked]
    rows: list[Any] = await work.db.fetch(
        "WITH due AS (SELECT org_id, search_id, look_at FROM saved_search WHERE look_at <= $1"
        "              AND (org_id, search_id) IN (SELECT * FROM unnest($2::bigint[], $4::bigint[]))"
        "              ORDER BY look_at FOR UPDATE SKIP LOCKED)"
        " UPDATE saved_search s SET look_at = $3 FROM due d WHERE s.org_id = d.org_id AND s.search_id = d.search_id"
        " RETURNING s.org_id, s.search_id, s.name, s.ask, s.watched_from, s.watched_until, s.told_on,"
        "           d.look_at AS due_at",
        work.now, orgs, next_at, searches,
    )  # fmt: skip
    return rows


async def end_watch(work: Work, org_id: int, search_id: int) -> None:
    """Watches a search no more because its time is over."""
    await work.db.execute(
        "UPDATE saved_search SET watched_from = NULL, watched_until = NULL, look_at = NULL"
        " WHERE org_id = $1 AND search_id = $2",
        org_id, search_id,
    )  # fmt: skip


async def note_hits(work: Work, org_id: int, search_id: int, offer_ids: Collection[int]) -> int:
    """Notes what was found; how many offers wait to be told of."""
    await work.db.execute(
        "INSERT INTO saved_search_hit (org_id, search_id, offer_id, found_at)"
        " SELECT $1, $2, id, $4 FROM unnest($3::bigint[]) AS id ON CONFLICT DO NOTHING",
        org_id, search_id, sorted(offer_ids), work.now,
    )  # fmt: skip
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM saved_search_hit WHERE org_id = $1 AND search_id = $2 AND told_at IS NULL",
            org_id, search_id,
        )
    )  # fmt: skip


async def note_told(work: Work, told: Sequence[tuple[int, int]], on: date) -> None:
    """Notes that everything these searches found until now was told of, on this day."""
    orgs, searches = [org_id for org_id, _ in told], [search_id for _, search_id in told]
    await work.db.execute(
        "UPDATE saved_search_hit h SET told_at = $3 FROM unnest($1::bigint[], $2::bigint[]) AS t(org_id, search_id)"
        " WHERE h.org_id = t.org_id AND h.search_id = t.search_id AND h.told_at IS NULL",
        orgs, searches, work.now,
    )  # fmt: skip
    await work.db.execute(
        "UPDATE saved_search s SET told_on = $3 FROM unnest($1::bigint[], $2::bigint[]) AS t(org_id, search_id)"
        " WHERE s.org_id = t.org_id AND s.search_id = t.search_id",
        orgs, searches, on,
    )  # fmt: skip


async def made_by(work: Work, person_id: int) -> list[Any]:
    """The searches that one person made, in every organisation, for their own export."""
    rows: list[Any] = await work.db.fetch(
        "SELECT org_id, name, ask, made_at, watched_until FROM saved_search WHERE made_by = $1 ORDER BY search_id",
        person_id,
    )
    return rows


async def forget_maker(work: Work, person_id: int) -> None:
    """Drops the searches that a person made, and what was found for them."""
    await work.db.execute("DELETE FROM saved_search WHERE made_by = $1", person_id)
