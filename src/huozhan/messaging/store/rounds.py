"""Every query of rounds and of the rates that are counted of them: by the actor's organisation, or the market's own count."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

from huozhan.kernel.work import Work


class RateRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of one supplier up to a day."""

    until_on: date
    quick_due: int
    quick_kept: int
    reply_due: int
    reply_kept: int


class RoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """One round of the actor's shop, with whose it was."""

    conversation_id: int
    round_no: int
    buyer_id: int
    began_at: datetime
    answer_by: datetime | None
    reply_by: datetime
    answered_at: datetime | None


_KEPT = "answered_at < $3 AND answered_at <= {by}"
_COUNT = f"""
INSERT INTO response_rate (seller_id, until_on, quick_due, quick_kept, reply_due, reply_kept)
SELECT seller_id, $1,
       count(*) FILTER (WHERE ({_KEPT.format(by="answer_by")}) OR answer_by <= $3),
       count(*) FILTER (WHERE {_KEPT.format(by="answer_by")}),
       count(*) FILTER (WHERE ({_KEPT.format(by="reply_by")}) OR reply_by <= $3),
       count(*) FILTER (WHERE {_KEPT.format(by="reply_by")})
  FROM response_round
 WHERE began_at >= $2 AND began_at < $3 AND NOT is_void
   AND NOT EXISTS (SELECT 1 FROM response_rate WHERE until_on = $1)
 GROUP BY seller_id
    ON CONFLICT (seller_id, until_on) DO NOTHING
RETURNING 1
"""


async def count_rates(work: Work, on: date, from_at: datetime, end: datetime) -> int:
    """Counts the whole market's rounds up to a day, where that was not done; tells for how many suppliers."""
    return len(await work.db.fetch(_COUNT, on, from_at, end))


class SellerRate(RateRow, frozen=True, kw_only=True):
    """The same, with whose it is."""

    seller_id: int


async def rates_on(work: Work, on: date) -> list[SellerRate]:
    """What was counted of the whole market up to a day; for the market's own count."""
    rows = await work.db.fetch(
        "SELECT seller_id, until_on, quick_due, quick_kept, reply_due, reply_kept FROM response_rate WHERE until_on = $1",
        on,
    )
    return [SellerRate(**dict(row)) for row in rows]


async def latest_rates(work: Work, seller_ids: Collection[int], since: date) -> dict[int, SellerRate]:
    """What was counted last of suppliers, since a day; everybody may know."""
    rows = await work.db.fetch(
        "SELECT DISTINCT ON (seller_id) seller_id, until_on, quick_due, quick_kept, reply_due, reply_kept FROM response_rate"
        " WHERE seller_id = ANY ($1::bigint[]) AND until_on >= $2 ORDER BY seller_id, until_on DESC",
        list(seller_ids), since,
    )  # fmt: skip
    return {row["seller_id"]: SellerRate(**dict(row)) for row in rows}


async def rounds(
    work: Work,
    from_at: datetime,
    end: datetime,
    before: tuple[datetime, int, int] | None,
    *,
    missed_only: bool,
    limit: int,
) -> list[RoundRow]:
    """The rounds of the actor's shop that began in a time, the latest first."""
    at, conversation_id, round_no = before or (None, None, None)
    rows = await work.db.fetch(
        "SELECT r.conversation_id, r.round_no, c.buyer_id, r.began_at, r.answer_by, r.reply_by, r.answered_at"
        " FROM response_round r JOIN conversation c ON c.conversation_id = r.conversation_id"
        " WHERE r.seller_id = $1 AND r.began_at >= $2 AND r.began_at < $3 AND NOT r.is_void"
        " AND (NOT $4 OR r.answered_at IS NULL OR r.answered_at > coalesce(r.answer_by, r.reply_by))"
        " AND ($5::timestamptz IS NULL OR (r.began_at, r.conversation_id, r.round_no) < ($5, $6::bigint, $7::int))"
        " ORDER BY r.began_at DESC, r.conversation_id DESC, r.round_no DESC LIMIT $8",
        work.actor.org_id, from_at, end, missed_only, at, conversation_id, round_no, limit,
    )  # fmt: skip
    return [RoundRow(**dict(row)) for row in rows]


async def forget_old(work: Work, before: datetime, rows_max: int) -> int:
    """Drops rounds that no figure is made of any more; the market's own housekeeping, so scoped by age only."""
    rows = await work.db.fetch(
        "DELETE FROM response_round WHERE (conversation_id, round_no) IN ("
        " SELECT conversation_id, round_no FROM response_round WHERE began_at < $1 ORDER BY began_at LIMIT $2) RETURNING 1",
        before, rows_max,
    )  # fmt: skip
    return len(rows)
