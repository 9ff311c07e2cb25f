"""The SQL of a feed: offers that wait for an index, whichever it is. A feed belongs to the market, so nothing is scoped by organisation."""

from collections.abc import Collection, Sequence
from datetime import datetime

from huozhan.kernel.work import Work


class Feed:
    """The offers that wait in one table, each with the time at which it was noted last.

    Rows are taken in order, by `note` and by `done`, so that nobody waits for somebody who waits for them.
    """

    def __init__(self, table: str) -> None:
        self._table = table

    async def note(self, work: Work, offer_ids: Collection[int]) -> None:
        """Notes offers; one that waits already is noted anew."""
        await work.db.execute(
            f"INSERT INTO {self._table} (offer_id, noted_at)"
            " SELECT id, $2::timestamptz FROM unnest($1::bigint[]) AS id ORDER BY id"
            " ON CONFLICT (offer_id) DO UPDATE SET noted_at = EXCLUDED.noted_at",
            sorted(set(offer_ids)), work.now,
        )  # fmt: skip

    async def waiting(self, work: Work, limit: int) -> list[tuple[int, datetime]]:
        """The offers that wait longest, and when they were noted."""
        rows = await work.db.fetch(
            f"SELECT offer_id, noted_at FROM {self._table} ORDER BY noted_at LIMIT $1", limit
        )
        return [(row["offer_id"], row["noted_at"]) for row in rows]

    async def done(self, work: Work, noted: Sequence[tuple[int, datetime]]) -> None:
        """Takes offers off the feed unless they were noted again meanwhile."""
        await work.db.execute(
            f"WITH gone AS (SELECT offer_id FROM {self._table} WHERE (offer_id, noted_at) IN"
            " (SELECT * FROM unnest($1::bigint[], $2::timestamptz[])) ORDER BY offer_id FOR UPDATE)"
            f" DELETE FROM {self._table} AS fed USING gone WHERE fed.offer_id = gone.offer_id",
            [offer_id for offer_id, _ in noted], [at for _, at in noted],
        )  # fmt: skip
