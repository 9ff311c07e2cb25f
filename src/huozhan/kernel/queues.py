"""What waits in the kernel's own tables: late timers, failed jobs, the depth of the queues."""

from datetime import datetime

import msgspec

from huozhan.kernel.work import Work


class WaitingTimer(msgspec.Struct, frozen=True, kw_only=True):
    """A timer that is set; `attempts` counts how often it was fired in vain."""

    about_id: str
    kind: str
    due_at: datetime
    attempts: int


class FailedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was given up; it waits for a person."""

    job_id: str
    kind: str
    queued_at: datetime
    attempts: int
    last_error: str


class Depth(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits, and since when."""

    facts_waiting: int
    jobs_waiting: int
    jobs_failed: int
    timers_set: int
    timers_late: int
    oldest_fact_at: datetime | None


async def late_timers(work: Work, *, by: datetime, limit: int) -> list[WaitingTimer]:
    """Timers that were due at `by` and still stand, the oldest first."""
    rows = await work.db.fetch(
        "SELECT about_id, kind, due_at, attempts FROM timer WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
        by,
        limit,
    )
    return [WaitingTimer(**{**dict(row), "about_id": str(row["about_id"])}) for row in rows]


async def failed_jobs(work: Work, *, limit: int) -> list[FailedJob]:
    """Jobs that were given up, the newest first."""
    rows = await work.db.fetch(
        "SELECT job_id, kind, queued_at, attempts, coalesce(last_error, '') AS last_error"
        " FROM job WHERE is_dead ORDER BY job_id DESC LIMIT $1",
        limit,
    )
    return [FailedJob(**{**dict(row), "job_id": str(row["job_id"])}) for row in rows]


async def in_trouble(work: Work, *, limit: int) -> tuple[int, int]:
    """How many timers are late and how many jobs were given up; counted up to a bound."""
    row = await work.db.fetchrow(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM timer WHERE due_at <= $1 LIMIT $2) AS late) AS timers,"
        " (SELECT count(*) FROM (SELECT 1 FROM job WHERE is_dead LIMIT $2) AS dead) AS jobs",
        work.now,
        limit,
    )
    assert row is not None, "two counts are one row"
    return row["timers"], row["jobs"]


async def revive_job(work: Work, job_id: int) -> bool:
    """Gives a failed job another set of attempts; tells whether there was one."""
    revived = await work.db.fetchval(
        "UPDATE job SET is_dead = false, attempts = 0, run_at = $2, lease_until = NULL"
        " WHERE job_id = $1 AND is_dead RETURNING true",
        job_id, work.now,
    )  # fmt: skip
    return bool(revived)


async def drop_job(work: Work, job_id: int) -> bool:
    """Takes a failed job away for good; tells whether there was one."""
    return bool(
        await work.db.fetchval("DELETE FROM job WHERE job_id = $1 AND is_dead RETURNING true", job_id)
    )


async def depth(work: Work) -> Depth:
    """How much waits in each queue now."""
    row = await work.db.fetchrow(
        "SELECT (SELECT count(*) FROM outbox) AS facts_waiting,"
        " (SELECT count(*) FROM job WHERE NOT is_dead) AS jobs_waiting,"
        " (SELECT count(*) FROM job WHERE is_dead) AS jobs_failed,"
        " (SELECT count(*) FROM timer) AS timers_set,"
        " (SELECT count(*) FROM timer WHERE due_at <= $1) AS timers_late,"
        " (SELECT min(happened_at) FROM outbox) AS oldest_fact_at",
        work.now,
    )
    return Depth(**dict(row))


async def told_about(work: Work) -> set[int]:
    """The aggregates about which a fact still waits for its reactions."""
    return {row["about_id"] for row in await work.db.fetch("SELECT DISTINCT about_id FROM outbox")}
