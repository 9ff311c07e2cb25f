"""SQL of what the market has to judge about reviews: under a review that was read, or by the market."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.reviews.review import Review


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A report, a text that was there before, or an appeal, as it is read from its row; `org_id` is 0 for the market's own."""

    order_id: int
    line_no: int
    doubt_id: int
    kind: str
    org_id: int
    cause: str
    note: str
    raised_at: datetime
    outcome: str | None


_READ = "SELECT order_id, line_no, doubt_id, kind, org_id, cause, note, raised_at, outcome FROM review_doubt"


async def add(work: Work, review: Review, kind: str, org_id: int, cause: str, note: str) -> bool:
    """Writes one; tells whether it did, which an open report of the same, or an appeal that was judged, forbids."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO review_doubt (order_id, line_no, doubt_id, kind, org_id, person_id, cause, note, raised_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true",
            review.order_id, review.line_no, work.new_id(), kind, org_id, work.actor.person_id if org_id else 0, cause,
            note, work.now,
        )
    )  # fmt: skip


async def waiting(work: Work, after: int, limit: int) -> list[Doubt]:
    """What waits to be judged in the whole market, the oldest first."""
    rows = await work.db.fetch(
        f"{_READ} WHERE outcome IS NULL AND doubt_id > $1 ORDER BY doubt_id LIMIT $2", after, limit
    )
    return [Doubt(**dict(row)) for row in rows]


async def count(work: Work, limit: int) -> int:
    """How much waits to be judged, counted up to a bound."""
    return int(
        await work.db.fetchval(
            "SELECT count(*) FROM (SELECT 1 FROM review_doubt WHERE outcome IS NULL LIMIT $1) d", limit
        )
    )


async def read(work: Work, doubt_id: int) -> Doubt:
    """One of them, for the market."""
    row: Any = await work.db.fetchrow(f"{_READ} WHERE doubt_id = $1", doubt_id)
    if row is None:
        raise NotFound(doubt_id=str(doubt_id))
    return Doubt(**dict(row))


async def judge(work: Work, doubt: Doubt, outcome: str, reason: str) -> bool:
    """Ends one that waits; tells whether it did."""
    return bool(
        await work.db.fetchval(
            "UPDATE review_doubt SET outcome = $4, reason = $5, judged_at = $6, judged_by = $7"
            " WHERE order_id = $1 AND line_no = $2 AND doubt_id = $3 AND outcome IS NULL RETURNING true",
            doubt.order_id, doubt.line_no, doubt.doubt_id, outcome, reason, work.now, work.actor.person_id,
        )
    )  # fmt: skip


async def appeals_of(work: Work, order_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """What became of appeals about lines of these orders: open, upheld or dismissed."""
    rows = await work.db.fetch(
        "SELECT order_id, line_no, coalesce(outcome, 'open') AS outcome FROM review_doubt"
        " WHERE order_id = ANY ($1::bigint[]) AND kind = 'appeal'",
        list(order_ids),
    )  # fmt: skip
    return {(row["order_id"], row["line_no"]): row["outcome"] for row in rows}
