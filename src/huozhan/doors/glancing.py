"""What readers look at, gathered in the web process and written in batches: an offer's page waits for no write."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
import structlog

from huozhan import interest
from huozhan.doors.run import NO_ROOM, Runner, tried_again
from huozhan.interest import Glance
from huozhan.kernel.actor import system

WRITE_EVERY_SECONDS = 0.5
GATHERED_MAX = 10_000
"""While the database is away the oldest are given up: a page must not fill the memory."""

log = structlog.get_logger()


class Glances:
    """Glances of this process that are not written yet."""

    def __init__(self) -> None:
        self._gathered: deque[Glance] = deque(maxlen=GATHERED_MAX)

    def note(self, person_id: int, offer_id: int, at: datetime) -> None:
        """Notes that somebody opened an offer's page."""
        self._gathered.append(Glance(person_id, offer_id, at))

    async def write(self, runner: Runner) -> int:
        """Writes what was gathered and tells how much that was; what could not be written is kept for the next time."""
        taken = list(self._gathered)
        self._gathered.clear()
        if not taken:
            return 0

        async def once() -> None:
            async with runner.working(system("glances")) as work:
                await interest.note_glances(work, taken)

        try:
            await tried_again(once)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, *NO_ROOM) as error:
            log.warning("glances.waiting", glances=len(taken), error=repr(error)[:200])
            self._gathered.extendleft(reversed(taken))
            return 0
        return len(taken)


@contextlib.asynccontextmanager
async def keep_glances(runner: Runner, glances: Glances) -> AsyncIterator[None]:
    """Writes glances twice a second for as long as the process serves, and once more at its end."""

    async def again_and_again() -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            await glances.write(runner)

    writing = asyncio.create_task(again_and_again())
    try:
        yield
    finally:
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing
        await glances.write(runner)
