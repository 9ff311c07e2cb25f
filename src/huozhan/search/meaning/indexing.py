"""Keeps the vectors of titles equal to the offers on sale: the worker's part, some titles at a time, for ever round and round.

Each of an offer's titles has a vector of its own: words are nearest to a title in their language, and to one that says both less.
A title is reckoned once for each model and its vector kept in the database, so an index can be made anew in seconds.
"""

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from huozhan import catalogue
from huozhan.kernel.work import Work
from huozhan.search.meaning import store
from huozhan.search.meaning.model import TextModel
from huozhan.search.pictures.index import PictureIndexWriter
from huozhan.search.pictures.model import Vectors

LOOKED_AT = 500
"""So many offers are looked at in a round, whether their titles were reckoned."""
RECKONED = 10
"""The titles of so many of them are reckoned: a quarter of a second of one core."""
OFFERS_MAX = 200_000
"""So many offers have vectors, those that came first: more would take days to reckon, and a gigabyte."""
READ_AT_ONCE = 5_000


def title_mark(titles: Sequence[str]) -> int:
    """Tells titles from those before them."""
    return zlib.crc32("\n".join(titles).encode())


async def embed_titles(work: Work, writer: PictureIndexWriter, model: TextModel, after_id: int) -> int:
    """Reckons titles that are new among the next offers on sale; returns the offer to go on behind, 0 from the start.

    Call it outside transactions: reckoning takes half a second.
    """
    if writer.is_new:
        await _put_known(work, writer, model)
        await asyncio.to_thread(writer.commit)
    titles = dict(await catalogue.titles_after(work, after_id, LOOKED_AT))
    last = max(titles) if len(titles) == LOOKED_AT else store.END
    known = await store.known_between(work, model.name, after_id, last)
    changed = [one for one, title in titles.items() if known.get(one) != title_mark(title)]
    if any(one not in known for one in changed) and await store.how_many(work) >= OFFERS_MAX:
        changed = [one for one in changed if one in known]
    fresh = changed[:RECKONED]
    gone = known.keys() - titles.keys()
    if fresh or gone:
        rows = await _reckon(work, model, {one: titles[one] for one in fresh})
        await store.forget(work, gone)
        writer.put({**rows, **dict.fromkeys(gone, np.zeros((0, model.width), np.int8))})
        await asyncio.to_thread(writer.commit)
    if len(changed) > len(fresh):
        return fresh[-1]
    return last if last != store.END else 0


async def _reckon(work: Work, model: TextModel, titles: Mapping[int, tuple[str, ...]]) -> dict[int, Vectors]:
    """The vectors of these offers' titles, kept in the database too."""
    if not titles:
        return {}
    vectors = await asyncio.to_thread(model.offered, list(chain.from_iterable(titles.values())))
    ends = np.cumsum([len(said) for said in titles.values()])
    rows = dict(zip(titles, np.split(vectors, ends[:-1]), strict=True))
    marks = {one: title_mark(said) for one, said in titles.items()}
    await store.add(work, model.name, marks, {one: row.tobytes() for one, row in rows.items()})
    return rows


async def _put_known(work: Work, writer: PictureIndexWriter, model: TextModel) -> None:
    """Fills an index that holds nothing with what was reckoned before."""
    after_id = 0
    while known := await store.vectors_after(work, model.name, after_id, READ_AT_ONCE):
        writer.put({one: np.frombuffer(rows, np.int8).reshape(-1, model.width) for one, rows in known})
        await asyncio.to_thread(writer.commit)
        after_id = known[-1][0]
