"""Files of days that are due and were not read yet; the whole market's, so not scoped."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def first_payment_at(work: Work) -> datetime | None:
    """When the first payment was opened."""
    at: datetime | None = await work.db.fetchval("SELECT opened_at FROM payment ORDER BY payment_id LIMIT 1")
    return at


async def expect(
    work: Work, party_id: int, source: str, first: date, last: date, *, due_after: timedelta
) -> None:
    """Notes every day from first to last whose file was not read yet as one that is waited for.

    A day's file is due so long after the day's midnight in UTC.
    """
    await work.db.execute(
        "INSERT INTO awaited_file (channel_id, on_day, source, due_at)"
        " SELECT $1, d::date, $2, (d AT TIME ZONE 'UTC') + $5::interval"
        "   FROM generate_series($3::date::timestamp, $4::date::timestamp, interval '1 day') AS d"
        "  WHERE NOT EXISTS (SELECT 1 FROM reconciled_day r"
        "         WHERE r.channel_id = $1 AND r.on_day = d::date AND r.source = $2)"
        " ON CONFLICT DO NOTHING",
        party_id, source, first, last, due_after,
    )  # fmt: skip


async def take_turns(work: Work, asked_before: datetime, limit: int) -> list[tuple[str, date]]:
    """The files to ask for now: never asked for first, then those that were asked for longest ago."""
    # Materialised: a join could look for more than `limit` rows, once for each row of its other side.
    rows = await work.db.fetch(
        "WITH due AS MATERIALIZED ("
        "   SELECT channel_id, on_day, source FROM awaited_file WHERE asked_at IS NULL OR asked_at <= $2"
        "    ORDER BY asked_at NULLS FIRST, on_day, source LIMIT $3 FOR UPDATE)"
        " UPDATE awaited_file a SET asked_at = $1 FROM due"
        " WHERE a.channel_id = due.channel_id AND a.on_day = due.on_day AND a.source = due.source"
        " RETURNING a.source, a.on_day",
        work.now, asked_before, limit,
    )  # fmt: skip
    return sorted((row["source"], row["on_day"]) for row in rows)


async def doubt(
    work: Work, party_id: int, on: date, source: str, *, held: int = 0, why: str = "empty", said: str = ""
) -> None:
    """Keeps that a file is not believed: it is empty although so much is held for done on its day, does not add up, or has so
    many lines that nobody can read, of which `said` is the first."""
    await work.db.execute(
        "INSERT INTO awaited_file (channel_id, on_day, source, due_at, asked_at, doubted_at, held, why, said)"
        " VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7) ON CONFLICT (channel_id, on_day, source)"
        " DO UPDATE SET doubted_at = coalesce(awaited_file.doubted_at, $4), asked_at = $4, held = $5, why = $6,"
        " said = $7",
        party_id, on, source, work.now, held, why, said,
    )  # fmt: skip


async def has_come(work: Work, party_id: int, on: date, source: str) -> None:
    """A file was read: nobody waits for it any more."""
    await work.db.execute(
        "DELETE FROM awaited_file WHERE channel_id = $1 AND on_day = $2 AND source = $3", party_id, on, source
    )


async def doubted(work: Work, on: date, source: str) -> Row | None:
    """A file that came empty and was not believed, locked."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM awaited_file WHERE on_day = $1 AND source = $2 AND doubted_at IS NOT NULL AND why = 'empty' FOR UPDATE",
        on,
        source,
    )
    return row


async def page(work: Work, limit: int) -> list[Row]:
    """Files that are waited for, the oldest day first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT on_day, source, due_at, asked_at, doubted_at, held, why, said FROM awaited_file ORDER BY on_day, source LIMIT $1",
        limit,
    )
    return rows


async def late(work: Work, due_before: datetime, limit: int) -> list[Row]:
    """Files that should have come by then, the oldest day first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT on_day, source, held FROM awaited_file WHERE due_at <= $1 ORDER BY on_day, source LIMIT $2",
        due_before,
        limit,
    )
    return rows


async def late_count(work: Work, due_before: datetime, limit: int) -> int:
    """How many files should have come by then; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM awaited_file WHERE due_at <= $1 LIMIT $2) AS late",
        due_before,
        limit,
    )
    return count
