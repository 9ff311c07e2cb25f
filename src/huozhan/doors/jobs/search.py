"""The indexer's round: one writer, in the worker; a build of another version is made anew beside it and swapped in."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import structlog

from huozhan import catalogue, search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.search import IndexHeld, Writer

LEARN_AFTER_SECONDS = 21_600
LEARN_AFTER_SHARE = 10
"""What the categories are called is learnt anew after six hours, and when a tenth of the goods came or went."""

Progress = Callable[[str, int, int], None]

log = structlog.get_logger()


class Indexer:
    """Holds the index's writer for as long as the worker lives."""

    def __init__(self) -> None:
        self._writer: Writer | None = None
        self._after_id: int | None = 0

    @property
    def is_answering(self) -> bool:
        """Whether goods can be found while more are indexed."""
        return self._writer is not None and self._writer.is_answering

    async def round(self, hall: Hall) -> int:
        """Indexes what waits, and where the index is of another version, some offers into a new one."""
        try:
            if self._writer is None:
                self._writer, self._after_id = search.open_writer(hall.index, hall.settings.index), 0
            return await self._round(hall, self._writer)
        except IndexHeld:
            # Another worker keeps it; should that one end, this one takes over within a round.
            self._writer = None
            return 0

    async def _round(self, hall: Hall, writer: Writer) -> int:
        async with hall.pool.acquire() as db:
            work = hall.work(db, system("indexer"))
            done = 0
            await writer.ready(work)
            if writer.is_stale:
                # First, so that a new build is begun before what changes is put into it.
                self._after_id = await search.rebuild_batch(work, writer, self._after_id or 0)
                done = 1
                if self._after_id is None:
                    log.info("index.rebuilt")
            return done + await search.index_waiting(work, writer)


async def index_all(hall: Hall) -> int:
    """Indexes all that waits, and everything where the index is to be made anew: for whoever will ask it at once."""
    indexer, rounds = Indexer(), 0
    while await indexer.round(hall):
        rounds += 1
    return rounds


async def index_first(hall: Hall, progress: Progress) -> None:
    """Makes the first build of a market, so that goods are found once it serves; a later one is made while it does."""
    async with hall.pool.acquire() as db:
        total = await catalogue.count_on_sale(hall.work(db, system("indexer")))
    indexer, done = Indexer(), 0
    while await indexer.round(hall) and not indexer.is_answering:
        done = min(done + search.BATCH_MAX, total)
        progress("index", done, total)


async def watch_searches(hall: Hall) -> int:
    """Looks at watched searches that are due for new goods."""
    async with hall.pool.acquire() as db:
        due = await search.due_looks(hall.work(db, system("jobs")))
    if not due:
        return 0
    looked = await hall.index.aside(lambda: search.look_at(hall.index, due))
    async with hall.working(system("jobs")) as work:
        return await search.watch_round(work, looked)


async def gather_same(hall: Hall) -> int:
    """Compares offers that changed with others, and gathers identical goods; the index is asked between transactions."""
    async with hall.pool.acquire() as db:
        waiting = await search.same_waiting(hall.work(db, system("jobs")))
    words = frozenset(waiting.uncounted)
    while True:
        counted = await hall.index.aside(partial(search.counted_by, hall.index, words))
        try:
            async with hall.working(system("jobs")) as work:
                return await search.gather_waiting(work, waiting, counted)
        except search.AskFirst as unasked:
            words |= unasked.words


class Learning:
    """When the market learnt last what its categories and brands are called, and from how many goods."""

    def __init__(self) -> None:
        self._of: int | None = None
        self._at = 0.0

    async def round(self, hall: Hall) -> int:
        """Learns again where much changed since; there is nothing more to do after that."""
        count, now = await hall.index.aside(hall.index.count), time.monotonic()
        fresh = self._of is not None and now - self._at < LEARN_AFTER_SECONDS
        if fresh and abs(count - self._of) * LEARN_AFTER_SHARE <= self._of:
            return 0
        async with hall.pool.acquire() as db:
            learnt = await search.learn_categories(hall.work(db, system("indexer")), hall.index.profiles.file)
        brands = await asyncio.to_thread(search.learn_brands, hall.index, hall.index.brands.file)
        self._of, self._at = count, now
        log.info("categories.learnt", categories=learnt, brands=brands)
        return 0


async def count_words(hall: Hall) -> int:
    """Counts what many look for; there is nothing more to do after that."""
    async with hall.working(system("jobs")) as work:
        await search.count_words(work)
    return 0
