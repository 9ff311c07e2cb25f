"""All SQL of the search by pictures: vectors reckoned once, the pictures' feed, photos that visitors search by."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work


async def feed(work: Work, offer_ids: Collection[int]) -> None:
    """Notes offers whose pictures may have changed; one that waits already is noted anew. Rows are taken in order, here and
    in `done`, so that nobody waits for somebody who waits for them."""
    await work.db.execute(
        "INSERT INTO search_picture_feed (offer_id, noted_at) SELECT id, $2::timestamptz FROM unnest($1::bigint[]) AS id ORDER BY id"
        " ON CONFLICT (offer_id) DO UPDATE SET noted_at = EXCLUDED.noted_at",
        sorted(set(offer_ids)), work.now,
    )  # fmt: skip


async def waiting(work: Work, limit: int) -> list[tuple[int, datetime]]:
    """The offers that wait longest, and when they were noted."""
    rows = await work.db.fetch(
        "SELECT offer_id, noted_at FROM search_picture_feed ORDER BY noted_at LIMIT $1", limit
    )
    return [(row["offer_id"], row["noted_at"]) for row in rows]


async def done(work: Work, noted: Sequence[tuple[int, datetime]]) -> None:
    """Takes offers off the feed unless they were noted again meanwhile."""
    await work.db.execute(
        "WITH gone AS (SELECT offer_id FROM search_picture_feed WHERE (offer_id, noted_at) IN"
        " (SELECT * FROM unnest($1::bigint[], $2::timestamptz[])) ORDER BY offer_id FOR UPDATE)"
        " DELETE FROM search_picture_feed AS fed USING gone WHERE fed.offer_id = gone.offer_id",
        [offer_id for offer_id, _ in noted], [at for _, at in noted],
    )  # fmt: skip


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
