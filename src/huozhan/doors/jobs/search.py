"""The indexer's round: one writer, in the worker; a build of another version is made anew beside it and swapped in."""

import structlog

from huozhan import search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.search import IndexHeld, OfferIndexWriter

log = structlog.get_logger()


class Indexer:
    """Holds the index's writer for as long as the worker lives."""

    def __init__(self) -> None:
        self._writer: OfferIndexWriter | None = None
        self._after_id: int | None = 0

    async def round(self, hall: Hall) -> int:
        """Indexes what waits, and where the index is of another version, some offers into a new one."""
        if self._writer is None:
            try:
                self._writer = OfferIndexWriter(hall.settings.index)
            except IndexHeld:
                # Another worker keeps it; should that one end, this one takes over within a round.
                return 0
        async with hall.pool.acquire() as db:
            work = hall.work(db, system("indexer"))
            done = 0
            if self._writer.is_stale:
                # First, so that a new build is begun before what changes is put into it.
                self._after_id = await search.rebuild_batch(work, self._writer, self._after_id or 0)
                done = 1
                if self._after_id is None:
                    log.info("index.rebuilt")
            return done + await search.index_waiting(work, self._writer)


async def rebuild(hall: Hall, writer: OfferIndexWriter) -> int:
    """Fills a new build with every offer on sale and puts it in use; returns how many batches it took."""
    after_id: int | None = 0
    batches = 0
    while after_id is not None:
        async with hall.pool.acquire() as db:
            after_id = await search.rebuild_batch(hall.work(db, system("indexer")), writer, after_id)
        batches += 1
    log.info("index.rebuilt", batches=batches)
    return batches


async def watch_searches(hall: Hall) -> int:
    """Looks at watched searches that are due for new goods."""
    async with hall.working(system("jobs")) as work:
        return await search.watch_round(work)
