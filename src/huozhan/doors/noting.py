"""Puts a web process's notebook of searches and views away, every second and once more at its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import structlog
from prometheus_client import Counter

from huozhan import search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

EVERY_SECONDS = 1.0
NOTES_AT_ONCE = 500
LOST = Counter("huozhan_notes_lost", "Notes of searches and views that gave way to newer ones")
log = structlog.get_logger()


@contextlib.asynccontextmanager
async def keep_notes(hall: Hall) -> AsyncIterator[None]:
    """Puts notes away for as long as the process serves."""
    if hall.notes is None:
        yield
        return
    keeping = asyncio.create_task(_keep(hall))
    try:
        yield
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await put_away(hall)


async def _keep(hall: Hall) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await put_away(hall)
            await reread_trial(hall)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("notes.kept_back", error=repr(error)[:200])


async def reread_trial(hall: Hall) -> None:
    """Learns of a trial that began or ended; pages are made by it from then on."""
    async with hall.pool.acquire() as db:
        hall.notes.trial = await search.running_trial(hall.work(db, system("notes")))


async def put_away(hall: Hall) -> int:
    """Puts away what was noted until now; where the database does not take it, it stays noted."""
    LOST.inc(hall.notes.dropped)
    hall.notes.dropped = 0
    done = 0
    while notes := hall.notes.take(NOTES_AT_ONCE):
        try:
            async with hall.working(system("notes")) as work:
                await search.put_away(work, notes)
        except BaseException:
            hall.notes.put_back(notes)
            raise
        done += len(notes)
    return done
