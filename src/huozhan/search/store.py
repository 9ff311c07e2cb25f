"""All SQL of search: the feed of the indexer. The feed belongs to the market, so nothing is scoped by organisation."""

from datetime import datetime

from huozhan.kernel.work import Work
from huozhan.search.feed_store import Feed

_FEED = Feed("search_feed")
feed, waiting, done = _FEED.note, _FEED.waiting, _FEED.done


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
