"""The worker's round through titles: what they mean is reckoned in the background, where the optional model is installed."""

from huozhan import search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.search import PictureIndexWriter, PicturesHeld, Sense


class TitleReader:
    """Goes round all titles for ever; holds the writer of their index for as long as the worker lives."""

    def __init__(self) -> None:
        self._writer: PictureIndexWriter | None = None
        self._after_id = 0

    async def round(self, hall: Hall) -> int:
        """Reckons the next titles; the next round comes soon enough, and leaves the machine time for its trade."""
        sense: Sense = hall.index.sense
        model = sense.model
        if model is None:
            return 0
        if self._writer is None:
            try:
                self._writer = PictureIndexWriter(sense.folder, model.name, model.width)
            except PicturesHeld:
                # Another worker keeps it; should that one end, this one takes over within a round.
                return 0
        async with hall.pool.acquire() as db:
            work = hall.work(db, system("indexer"))
            self._after_id = await search.embed_titles(work, self._writer, model, self._after_id)
        return 0
