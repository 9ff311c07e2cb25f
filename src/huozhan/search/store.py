"""All SQL of search: the feed of the indexer. The feed belongs to the market, so nothing is scoped by organisation."""

from collections.abc import Collection, Sequence
from datetime import datetime

from huozhan.kernel.work import Work


async def feed(work: Work, offer_ids: Collection[int]) -> None:
    """Notes offers to be indexed; one that waits already is noted anew. Rows are taken in order, here and in `done`, so
    that nobody waits for somebody who waits for them."""
    await work.db.execute(
        "INSERT INTO search_feed (offer_id, noted_at) SELECT id, $2::timestamptz FROM unnest($1::bigint[]) AS id ORDER BY id"
        " ON CONFLICT (offer_id) DO UPDATE SET noted_at = EXCLUDED.noted_at",
        sorted(set(offer_ids)), work.now,
    )  # fmt: skip


async def waiting(work: Work, limit: int) -> list[tuple[int, datetime]]:
    """The offers that wait longest, and when they were noted."""
    rows = await work.db.fetch("SELECT offer_id, noted_at FROM search_feed ORDER BY noted_at LIMIT $1", limit)
    return [(row["offer_id"], row["noted_at"]) for row in rows]


async def done(work: Work, noted: Sequence[tuple[int, datetime]]) -> None:
    """Takes offers off the feed unless they were noted again meanwhile."""
    await work.db.execute(
        "WITH gone AS (SELECT offer_id FROM search_feed WHERE (offer_id, noted_at) IN"
        " (SELECT * FROM unnest($1::bigint[], $2::timestamptz[])) ORDER BY offer_id FOR UPDATE)"
        " DELETE FROM search_feed USING gone WHERE search_feed.offer_id = gone.offer_id",
        [offer_id for offer_id, _ in noted], [at for _, at in noted],
    )  # fmt: skip


async def clear(work: Work) -> None:
    """Takes all that waits off the feed, in the order in which rows are taken everywhere."""
    await work.db.execute(
        "WITH gone AS (SELECT offer_id FROM search_feed ORDER BY offer_id FOR UPDATE)"
        " DELETE FROM search_feed USING gone WHERE search_feed.offer_id = gone.offer_id"
    )


async def waiting_since(work: Work) -> tuple[int, datetime | None]:
    """How many offers wait, and since when the oldest does."""
    row = await work.db.fetchrow("SELECT count(*) AS n, min(noted_at) AS since FROM search_feed")
    return row["n"], row["since"]
