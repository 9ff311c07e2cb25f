"""Fires timers that are due: late, twice or after the state moved on changes nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from huozhan.doors.run import Runner
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Ask, Id
from huozhan.kernel.work import UseCase

BATCH_MAX = 50
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 10
_BACKOFF_MAX = timedelta(hours=1)
log = structlog.get_logger()

_LEASE_DUE = """
UPDATE timer SET lease_until = $1::timestamptz + $3, attempts = attempts + 1
 WHERE (about_id, kind) IN (
    SELECT about_id, kind FROM timer
     WHERE due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
     ORDER BY due_at, about_id, kind LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING about_id, kind, due_at, attempts
"""
_TAKE_DOWN = "DELETE FROM timer WHERE about_id = $1 AND kind = $2 AND due_at = $3"
_WAIT_LONGER = "UPDATE timer SET lease_until = $4 WHERE about_id = $1 AND kind = $2 AND due_at = $3"


class TimerDue(Ask, frozen=True):
    """A timer of an aggregate is due; the use case locks the aggregate and asks again."""

    about_id: Id


async def fire_once(runner: Runner, timers: Mapping[str, UseCase[Any, Any]]) -> int:
    """Fires one batch of due timers and tells how many there were."""
    due = await runner.alone(lambda db: db.fetch(_LEASE_DUE, runner.clock.now(), BATCH_MAX, LEASE))
    # Timers of one moment fire in one order always: an answer that is due comes before a promise that is broken.
    for row in sorted(due, key=lambda r: (r["due_at"], r["about_id"], r["kind"])):
        await _fire(runner, timers[row["kind"]], row["about_id"], row["kind"], row["due_at"], row["attempts"])
    return len(due)


async def _fire(
    runner: Runner, use_case: UseCase[Any, Any], about_id: int, kind: str, due_at: datetime, attempts: int
) -> None:
    try:
        await runner.run(use_case, TimerDue(about_id=str(about_id)), system("timers"))
    except Refusal as refusal:
        log.warning("timer.refused", kind=kind, about_id=about_id, code=refusal.code)
    except Exception:
        log.exception("timer.failed", kind=kind, about_id=about_id)
    else:
        await _take_down(runner, about_id, kind, due_at)
        return
    await _wait_longer(runner, about_id, kind, due_at, attempts)


async def _take_down(runner: Runner, about_id: int, kind: str, due_at: datetime) -> None:
    """Removes the timer unless the use case moved it."""
    await runner.alone(lambda db: db.execute(_TAKE_DOWN, about_id, kind, due_at))


async def _wait_longer(runner: Runner, about_id: int, kind: str, due_at: datetime, attempts: int) -> None:
    """Leaves a timer that could not be worked for later; the console shows it as late."""
    until = runner.clock.now() + min(timedelta(seconds=5 * 2**attempts), _BACKOFF_MAX)
    await runner.alone(lambda db: db.execute(_WAIT_LONGER, about_id, kind, due_at, until))
