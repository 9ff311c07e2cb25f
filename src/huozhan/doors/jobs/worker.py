"""The worker process: relays facts, fires timers, works jobs, and keeps house.

Each loop asks the database for what is due and sleeps a little when there was nothing; a poll is one indexed look-up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import structlog

from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import JobQueue
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import HOUSEKEEPING, TASKS, TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.search import SearchUnavailable

IDLE_SECONDS = 0.1
TROUBLE_SECONDS = 1.0
log = structlog.get_logger()

Round = Callable[[Hall], Awaitable[int]]


async def run_worker(hall: Hall, stop: asyncio.Event) -> None:
    """Works until `stop` is set; what is in hand is finished first."""
    queue = JobQueue(TASKS)
    rounds: Sequence[tuple[str, Round, float]] = (
        ("relay", relay_once, IDLE_SECONDS),
        ("timers", lambda h: fire_once(h, TIMERS), IDLE_SECONDS),
        ("jobs", queue.round, IDLE_SECONDS),
        *((task.name, task.round, task.every_seconds) for task in HOUSEKEEPING),
    )
    async with asyncio.TaskGroup() as group:
        for name, round_, idle_seconds in rounds:
            group.create_task(_loop(hall, name, round_, idle_seconds, stop))
    await queue.finish(hall)


async def _loop(hall: Hall, name: str, round_: Round, idle_seconds: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        pause = idle_seconds
        try:
            if await round_(hall):
                continue
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SearchUnavailable) as error:
            log.warning("worker.trouble", loop=name, error=repr(error)[:200])
            pause = TROUBLE_SECONDS
        except Exception:
            log.exception("worker.failed", loop=name)
            pause = TROUBLE_SECONDS
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue
