"""All SQL of the search by pictures: vectors reckoned once, the pictures' feed, photos that visitors search by."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work
from huozhan.search.feed_store import Feed

_FEED = Feed("search_picture_feed")
feed, waiting, done = _FEED.note, _FEED.waiting, _FEED.done


async def vectors(work: Work, picture_ids: Collection[str], model: str) -> dict[str, bytes]:
    """The vectors of those of these pictures that the model has seen."""
    rows = await work.db.fetch(
        "SELECT picture_id, vector FROM search_picture_vector WHERE picture_id = ANY ($1::text[]) AND model = $2",
        sorted(picture_ids), model,
    )  # fmt: skip
    return {row["picture_id"]: row["vector"] for row in rows}


async def add_vectors(work: Work, model: str, reckoned: Mapping[str, bytes]) -> None:
    """Keeps what a model made of pictures; a picture never changes, so what is there stays."""
    await work.db.execute(
        "INSERT INTO search_picture_vector (picture_id, model, vector)"
        " SELECT id, $2, vector FROM unnest($1::text[], $3::bytea[]) AS made (id, vector) ON CONFLICT DO NOTHING",
        list(reckoned), model, list(reckoned.values()),
    )  # fmt: skip


async def forget_other_models(work: Work, model: str) -> None:
    """Forgets the vectors of all models but this one."""
    await work.db.execute("DELETE FROM search_picture_vector WHERE model <> $1", model)


async def add_photo(work: Work, photo_id: str, webp: bytes, width: int, height: int, until: datetime) -> None:
    """Keeps a photo until its end."""
    await work.db.execute(
        "INSERT INTO search_photo (photo_id, webp, width, height, kept_until) VALUES ($1, $2, $3, $4, $5)",
        photo_id, webp, width, height, until,
    )  # fmt: skip


async def photo(work: Work, photo_id: str) -> Any:
    """A photo that is still kept; None where there is none."""
    return await work.db.fetchrow(
        "SELECT webp, width, height, kept_until FROM search_photo WHERE photo_id = $1 AND kept_until > $2",
        photo_id, work.now,
    )  # fmt: skip


async def forget_photos(work: Work, limit: int) -> int:
    """Forgets photos whose time is over; tells how many those were."""
    gone = await work.db.fetch(
        "DELETE FROM search_photo WHERE photo_id IN"
        " (SELECT photo_id FROM search_photo WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2) RETURNING 1",
        work.now, limit,
    )  # fmt: skip
    return len(gone)
