"""The indexer's round: one writer, in the worker; a build of another version is made anew and swapped in."""

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

    async def round(self, hall: Hall) -> int:
        """Indexes what waits; on the first round after a change of version, everything."""
        if self._writer is None:
            try:
                self._writer = OfferIndexWriter(hall.settings.index)
            except IndexHeld:
                # Another worker keeps it; should that one end, this one takes over within a round.
                return 0
            if self._writer.is_new:
                await rebuild(hall, self._writer)
        async with hall.pool.acquire() as db:
            return await search.index_waiting(hall.work(db, system("indexer")), self._writer)


async def rebuild(hall: Hall, writer: OfferIndexWriter) -> int:
    """Fills a new build with every offer on sale and puts it in use; returns how many batches it took."""
    after_id: int | None = 0
    batches = 0
    while after_id is not None:
        async with hall.pool.acquire() as db:
            after_id = await search.rebuild_batch(hall.work(db, system("indexer")), writer, after_id)
        batches += 1
    writer.commit()
    writer.take_over()
    log.info("index.rebuilt", batches=batches)
    return batches
