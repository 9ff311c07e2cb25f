"""The job queue: SKIP LOCKED, a lease that survives a dead worker, back-off, and a shelf for what keeps failing."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import structlog

from huozhan.doors.hall import Hall

SLOTS = 20
LEASE = timedelta(seconds=120)
HOLD_EVERY_SECONDS = 40.0
ATTEMPTS_MAX = 12
_BACKOFF_MAX = timedelta(minutes=30)
_WANTED_SECONDS = 0.02
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
UPDATE job SET lease_until = $1::timestamptz + $3, attempts = attempts + 1,
               again_at = CASE WHEN again_at > $1 THEN again_at END
 WHERE job_id IN (
    SELECT job_id FROM job
     WHERE NOT is_dead AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
     ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING job_id, kind, payload, attempts
"""


_HOLD_ON = "UPDATE job SET lease_until = $2 WHERE job_id = ANY ($1::bigint[])"
_PUT_AWAY = """
WITH finished AS MATERIALIZED (
    SELECT job_id, again_at FROM job WHERE job_id = ANY ($1::bigint[]) FOR UPDATE SKIP LOCKED),
wanted AS (
    UPDATE job j SET run_at = f.again_at, again_at = NULL, lease_until = NULL, attempts = 0, last_error = NULL
      FROM finished f WHERE j.job_id = f.job_id AND f.again_at IS NOT NULL),
gone AS (DELETE FROM job j USING finished f WHERE j.job_id = f.job_id AND f.again_at IS NULL)
SELECT job_id FROM job WHERE job_id = ANY ($1::bigint[]) EXCEPT SELECT job_id FROM finished
"""
"""Tells those that somebody wants again in a transaction still open: whether they do is known once it has ended."""
_AGAIN = """
UPDATE job SET run_at = $2, lease_until = NULL, last_error = $3, is_dead = $4,
               attempts = CASE WHEN $5 THEN attempts ELSE attempts - 1 END
 WHERE job_id = $1
"""


class JobQueue:
    """Works jobs side by side in so many slots: one that waits for an outside party holds up its slot, not the others."""

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        self._tasks = tasks
        self._running: dict[int, asyncio.Task[None]] = {}
        self._done: list[int] = []
        self._held_at = time.monotonic()

    async def round(self, hall: Hall) -> int:
        """Starts what is due in the free slots and tells how many that were, or that a slot came free."""
        await self._put_away(hall)
        if len(self._running) >= SLOTS:
            finished, _ = await asyncio.wait(
                self._running.values(), timeout=HOLD_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            return len(finished)
        free = SLOTS - len(self._running)
        due = await hall.alone(lambda db: db.fetch(_LEASE_DUE, hall.clock.now(), free, LEASE))
        for row in due:
            self._running[row["job_id"]] = asyncio.create_task(self._work(hall, row))
        return len(due)

    async def finish(self, hall: Hall) -> None:
        """Waits for what is in hand."""
        while self._running:
            await asyncio.wait(self._running.values())
        await self._put_away(hall)
        while self._done:
            await asyncio.sleep(_WANTED_SECONDS)
            await self._put_away(hall)

    async def _put_away(self, hall: Hall) -> None:
        """Takes finished jobs off the queue, all in one statement, and holds on to those that take long.

        A job that was wanted again while it was worked stays and is due.
        """
        if done := list(self._done):
            left = await hall.alone(lambda db: db.fetch(_PUT_AWAY, done))
            self._done[: len(done)] = [row["job_id"] for row in left]
        if self._running and time.monotonic() - self._held_at > HOLD_EVERY_SECONDS:
            self._held_at = time.monotonic()
            held = list(self._running)
            await hall.alone(lambda db: db.execute(_HOLD_ON, held, hall.clock.now() + LEASE))

    async def _work(self, hall: Hall, row: Any) -> None:
        try:
            if await _worked(hall, self._tasks[row["kind"]], row):
                self._done.append(row["job_id"])
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            # The lease runs out, and the job is worked again when the database is back.
            log.warning("job.left", kind=row["kind"], job_id=row["job_id"])
        finally:
            del self._running[row["job_id"]]


async def _worked(hall: Hall, task: Task, row: Any) -> bool:
    """Works one job; where it could not be done, leaves it for later and tells so."""
    try:
        await task(hall, **msgspec.json.decode(row["payload"]))
    except TryLater as later:
        await _again(hall, row, later.after, "", counts=False)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is kept with the job for a person to read
        log.warning("job.failed", kind=row["kind"], job_id=row["job_id"], error=repr(error)[:200])
        wait = min(timedelta(seconds=2 ** row["attempts"]), _BACKOFF_MAX)
        await _again(hall, row, wait, traceback.format_exc(limit=6)[-_ERROR_TEXT_MAX:], counts=True)
    else:
        return True
    return False


async def work_once(hall: Hall, tasks: Mapping[str, Task]) -> int:
    """Works what is due now, to its end, and tells how many jobs that were."""
    queue = JobQueue(tasks)
    started = await queue.round(hall)
    await queue.finish(hall)
    return started


async def _again(hall: Hall, row: Any, wait: timedelta, error: str, *, counts: bool) -> None:
    is_dead = counts and row["attempts"] >= ATTEMPTS_MAX
    run_at = hall.clock.now() + wait
    await hall.alone(lambda db: db.execute(_AGAIN, row["job_id"], run_at, error, is_dead, counts))
