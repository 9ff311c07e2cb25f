"""Keeps the picture index equal to the pictures of offers on sale: the worker's part.

A picture is reckoned once for each model and its vector kept in the database, so an index can be made anew in seconds.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import structlog

from huozhan import catalogue
from huozhan.kernel.work import Work
from huozhan.search.pictures import store
from huozhan.search.pictures.index import PictureIndexWriter
from huozhan.search.pictures.model import Model, Vectors
from huozhan.search.pictures.reading import pixels_of
from huozhan.search.same import store as same

BATCH_MAX = 200
FEED_MAX = 5_000
RECKONED_AT_ONCE = 16
PICTURES_OF_OFFER = 6
"""An offer is found by its first pictures; later ones show details and tables of sizes."""
_READ_SIZE = 480
log = structlog.get_logger()


async def note_pictures(work: Work, offer_ids: Collection[int]) -> None:
    """Notes offers whose pictures, or whether they are on sale, may have changed."""
    await store.feed(work, offer_ids)


async def feed_all(work: Work, model: Model) -> None:
    """Notes every offer on sale, for an index that is made anew, and forgets what other models made."""
    await store.forget_other_models(work, model.name)
    after_id = 0
    while offer_ids := await catalogue.offer_ids_after(work, after_id, FEED_MAX):
        await store.feed(work, offer_ids)
        after_id = offer_ids[-1]


async def pictures_waiting(work: Work, writer: PictureIndexWriter, model: Model, folder: Path) -> int:
    """Puts one batch of what waits into the index, shows it, and tells how many offers that were.

    Call it outside transactions: pictures are read from `folder` and reckoned for seconds.
    """
    noted = await store.waiting(work, BATCH_MAX)
    if not noted:
        return 0
    pictures = await catalogue.pictures_on_sale(work, [offer_id for offer_id, _ in noted])
    first = {offer_id: ids[:PICTURES_OF_OFFER] for offer_id, ids in pictures.items()}
    known = await _vectors(work, {one for ids in first.values() for one in ids}, model, folder)
    wanted = {offer_id: _rows(first.get(offer_id, ()), known, model.width) for offer_id, _ in noted}
    if writer.put(wanted) or writer.is_new:
        await asyncio.to_thread(writer.commit)
        await same.feed(work, wanted)
    await store.done(work, noted)
    return len(noted)


async def _vectors(work: Work, picture_ids: Collection[str], model: Model, folder: Path) -> dict[str, bytes]:
    """The vectors of these pictures, those that nobody reckoned yet reckoned now."""
    known = await store.vectors(work, picture_ids, model.name)
    new = sorted(set(picture_ids) - known.keys())
    for at in range(0, len(new), RECKONED_AT_ONCE):
        made = await asyncio.to_thread(_reckon, new[at : at + RECKONED_AT_ONCE], model, folder)
        await store.add_vectors(work, model.name, made)
        known |= made
    return known


def _reckon(picture_ids: Iterable[str], model: Model, folder: Path) -> dict[str, bytes]:
    """The vectors of pictures on the shelf; what is not there or cannot be read has none."""
    shown = {}
    for picture_id in picture_ids:
        try:
            content = (folder / catalogue.picture_name(picture_id, _READ_SIZE)).read_bytes()
            shown[picture_id] = pixels_of(content, model.side)
        except (OSError, catalogue.NotAPicture) as error:
            log.warning("picture.unread", picture=picture_id, error=repr(error)[:100])
    if not shown:
        return {}
    rows = model.vectors(np.stack(list(shown.values())))
    return {picture_id: row.tobytes() for picture_id, row in zip(shown, rows, strict=True)}


def _rows(picture_ids: Iterable[str], known: Mapping[str, bytes], width: int) -> Vectors:
    rows = [np.frombuffer(known[one], np.int8) for one in dict.fromkeys(picture_ids) if one in known]
    return np.stack(rows) if rows else np.zeros((0, width), np.int8)
