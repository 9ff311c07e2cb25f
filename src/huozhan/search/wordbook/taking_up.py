"""A process asks with the market's synonyms as they were two seconds ago at most."""

from datetime import timedelta

from huozhan.kernel.work import Work
from huozhan.search.index import OfferIndex
from huozhan.search.synonyms import Synonyms
from huozhan.search.wordbook import store

TAKEN_UP = timedelta(seconds=2)


async def take_up(work: Work) -> None:
    """Lets the index at hand ask with the market's synonyms as they were some moments ago at most."""
    index: OfferIndex = work.index
    if index.synonyms_at is not None and abs(work.now - index.synonyms_at) < TAKEN_UP:
        return
    index.synonyms_at = work.now
    mark = await store.mark(work)
    if mark != index.synonyms_mark:
        index.synonyms, index.synonyms_mark = Synonyms(await store.all_words(work)), mark
