"""The rounds of the picture index: one writer, in the worker; photos that visitors searched by are forgotten in time."""

import structlog

from huozhan import search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.search import Eye, PictureIndexWriter, PicturesHeld

log = structlog.get_logger()


class PictureIndexer:
    """Holds the writer of the picture index for as long as the worker lives."""

    def __init__(self) -> None:
        self._writer: PictureIndexWriter | None = None

    async def round(self, hall: Hall) -> int:
        """Puts what waits into the index; on the first round with another model, notes every offer first."""
        eye: Eye = hall.index.eye
        if self._writer is None:
            try:
                self._writer = PictureIndexWriter(eye.folder, eye.model.name, eye.model.width)
            except PicturesHeld:
                # Another worker keeps it; should that one end, this one takes over within a round.
                return 0
        async with hall.pool.acquire() as db:
            work = hall.work(db, system("indexer"))
            if self._writer.is_new:
                await search.feed_all(work, eye.model)
                self._writer.commit()
                log.info("pictures.anew", model=eye.model.name)
            return await search.pictures_waiting(work, self._writer, eye.model, hall.settings.pictures)


async def forget_photos(hall: Hall) -> int:
    """Forgets photos whose time is over."""
    async with hall.working(system("pictures")) as work:
        return await search.forget_photos(work)
