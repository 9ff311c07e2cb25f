"""Rows of what was learnt: neighbours of offers, and when a round was done. The market's own; nobody's purchases stand here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

_BEGIN = """
INSERT INTO learning (what, begun_at) VALUES ($1, $2)
    ON CONFLICT (what) DO UPDATE SET begun_at = EXCLUDED.begun_at, done_at = NULL
 WHERE coalesce(learning.done_at <= $3, learning.begun_at <= $4)
RETURNING true
"""


async def begin(work: Work, what: str, done_before: datetime, begun_before: datetime) -> bool:
    """Begins a round unless one was done, or is under way, since these moments."""
    return bool(await work.db.fetchval(_BEGIN, what, work.now, done_before, begun_before))


async def end(work: Work, what: str, buyers: int, pairs: int) -> None:
    """Notes that a round is done."""
    await work.db.execute(
        "UPDATE learning SET done_at = $2, buyers = $3, pairs = $4 WHERE what = $1",
        what,
        work.now,
        buyers,
        pairs,
    )


async def replace(work: Work, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Writes all neighbours anew."""
    await work.db.execute("DELETE FROM neighbour")
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    await work.db.execute(
        "INSERT INTO neighbour (offer_id, other_id, weight_ppm, buyers)"
        " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[])",
        *columns,
    )


_BESIDE = """
SELECT other_id, max(buyers) AS buyers
  FROM neighbour
 WHERE offer_id = ANY ($1::bigint[]) AND other_id <> ALL ($2::bigint[])
 GROUP BY other_id
 ORDER BY sum(weight_ppm) DESC, other_id
 LIMIT $3
"""


async def beside(work: Work, offer_ids: Sequence[int], without: Sequence[int], limit: int) -> Sequence[Any]:
    """What goes best with some offers together, without others; by what all of them say of it."""
    return list(await work.db.fetch(_BESIDE, list(offer_ids), list(without), limit))
