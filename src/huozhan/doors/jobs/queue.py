"""The job queue: SKIP LOCKED, a lease that survives a dead worker, back-off, and a shelf for what keeps failing."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from huozhan.doors.hall import Hall

BATCH_MAX = 20
LEASE = timedelta(seconds=120)
ATTEMPTS_MAX = 12
_BACKOFF_MAX = timedelta(minutes=30)
_ERROR_TEXT_MAX = 2_000
log = structlog.get_logger()

Task = Callable[..., Awaitable[None]]
"""`async task(hall, **payload)`: one call, safe to run twice, tolerant of extra arguments."""


class TryLater(Exception):
    """The task has nothing to do yet and wants to be run again after `after`."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(after)
        self.after = after


_LEASE_DUE = """
UPDATE job SET lease_until = $1::timestamptz + $3, attempts = attempts + 1
 WHERE job_id IN (
    SELECT job_id FROM job
     WHERE NOT is_dead AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
     ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING job_id, kind, payload, attempts
"""


async def work_once(hall: Hall, tasks: Mapping[str, Task]) -> int:
    """Works one batch of jobs side by side and tells how many there were."""
    async with hall.pool.acquire() as db:
        due = await db.fetch(_LEASE_DUE, hall.clock.now(), BATCH_MAX, LEASE)
    await asyncio.gather(*(_work(hall, tasks, row) for row in due))
    return len(due)


async def _work(hall: Hall, tasks: Mapping[str, Task], row: Any) -> None:
    try:
        await tasks[row["kind"]](hall, **msgspec.json.decode(row["payload"]))
    except TryLater as later:
        await _again(hall, row, later.after, "", counts=False)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is kept with the job for a person to read
        log.warning("job.failed", kind=row["kind"], job_id=row["job_id"], error=repr(error)[:200])
        wait = min(timedelta(seconds=2 ** row["attempts"]), _BACKOFF_MAX)
        await _again(hall, row, wait, traceback.format_exc(limit=6)[-_ERROR_TEXT_MAX:], counts=True)
    else:
        async with hall.pool.acquire() as db:
            await db.execute("DELETE FROM job WHERE job_id = $1", row["job_id"])


async def _again(hall: Hall, row: Any, wait: timedelta, error: str, *, counts: bool) -> None:
    async with hall.pool.acquire() as db:
        await db.execute(
            "UPDATE job SET run_at = $2, lease_until = NULL, last_error = $3, is_dead = $4,"
            " attempts = CASE WHEN $5 THEN attempts ELSE attempts - 1 END WHERE job_id = $1",
            row["job_id"], hall.clock.now() + wait, error, counts and row["attempts"] >= ATTEMPTS_MAX, counts,
        )  # fmt: skip
