"""What insurance says of all policies, to be compared with the ledger and the insurer; the whole market, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.ids import ids_in
from huozhan.kernel.work import Work
from huozhan.payments import Ours

Row = Mapping[str, Any]
FINDINGS_MAX = 100
_PARTS = 2
"""A deed is named by its order and itself."""
_DEED = (
    "SELECT d.kind || ':' || d.order_id || '-' || d.deed_id AS name, d.state IN ('done', 'ended') AS is_booked,"
    " CASE WHEN d.state = 'done' OR d.kind = 'claims' AND d.state = 'ended' THEN d.done_minor ELSE d.amount_minor END AS amount_minor, coalesce(d.ended_at, d.asked_at) AS at"
    " FROM insurance_deed d"
)


async def pool(work: Work) -> int:
    """Premiums that were taken, are not the insurer's yet and did not go back: what must stand on 209."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(taken_minor - handed_minor - CASE WHEN handed_minor = 0 THEN back_minor ELSE 0 END), 0)::bigint"
        " FROM insurance_policy"
    )
    return amount_minor


async def clearing(work: Work) -> int:
    """What the insurer owes us before anything was settled: claims it pays and premiums it gives back, less premiums."""
    amount_minor: int = await work.db.fetchval(
        "SELECT (SELECT coalesce(sum(paid_minor - handed_minor + CASE WHEN handed_minor > 0 THEN back_minor ELSE 0 END), 0)"
        "          FROM insurance_policy)::bigint"
        "     - (SELECT coalesce(sum(amount_minor), 0) FROM insurance_deed WHERE kind = 'cancels' AND state = 'ended')::bigint"
    )
    return amount_minor


async def apart(work: Work) -> list[Row]:
    """Policies of which something else was claimed, or asked of the insurer, than they say."""
    rows: list[Row] = await work.db.fetch(
        "SELECT p.order_id, p.state, p.paid_minor, coalesce(c.paid, 0) AS claimed, p.handed_minor, coalesce(d.handed, 0) AS told"
        "  FROM insurance_policy p"
        "  LEFT JOIN (SELECT order_id, sum(paid_minor)::bigint AS paid,"
        "     sum(CASE state WHEN 'asked' THEN most_minor ELSE paid_minor END)::bigint AS spoken_for,"
        "     bool_or(state = 'filed') AS is_filed FROM insurance_claim GROUP BY order_id) c USING (order_id)"
        "  LEFT JOIN (SELECT order_id, coalesce(sum(amount_minor) FILTER (WHERE kind = 'premiums'), 0)::bigint AS handed,"
        "     bool_or(kind = 'policies' AND state = 'done') AS is_bound, bool_or(kind = 'cancels') AS is_cancelled"
        "     FROM insurance_deed GROUP BY order_id) d USING (order_id)"
        " WHERE p.paid_minor <> coalesce(c.paid, 0) OR coalesce(c.spoken_for, 0) > p.sum_minor"
        "    OR p.handed_minor <> coalesce(d.handed, 0)"
        "    OR p.state = 'bound' AND NOT coalesce(d.is_bound, false)"
        "    OR p.state = 'ended' AND NOT coalesce(d.is_cancelled, false)"
        "    OR p.state IN ('refused', 'ended') AND (p.back_minor <> p.taken_minor OR coalesce(c.is_filed, false))"
        "    OR p.state = 'bound' AND (p.is_due OR p.taken_minor <> p.handed_minor) LIMIT $1",
        FINDINGS_MAX,
    )
    return rows


async def odd(work: Work) -> list[Row]:
    """What the insurer answered otherwise than it was asked; each waits for a person."""
    rows: list[Row] = await work.db.fetch(
        "SELECT order_id, deed_id, kind, why FROM insurance_deed WHERE state = 'odd' LIMIT $1", FINDINGS_MAX
    )
    return rows


async def waiting(work: Work, limit: int) -> int:
    """How many answers of the insurer wait for a person, counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT FROM insurance_deed WHERE state = 'odd' OR state = 'refused' AND kind = 'claims'"
        " LIMIT $1) AS found",
        limit,
    )
    return count


async def totals(work: Work) -> Row:
    """What stands insured, was paid in premiums and by the insurer, in the whole market."""
    row: Row = await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE state = 'bound')::int AS policies,"
        " coalesce(sum(taken_minor - back_minor), 0)::bigint AS premiums_minor,"
        " coalesce(sum(paid_minor), 0)::bigint AS paid_minor FROM insurance_policy"
    )
    return row


async def moved_since(work: Work, since: datetime | None, until: datetime) -> int:
    """What the insurer owes, or is owed, for what was done in a span; its file of the day after settles it."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(CASE WHEN kind = 'premiums' THEN -amount_minor WHEN kind = 'claims' THEN done_minor ELSE amount_minor END), 0)::bigint"
        "  FROM insurance_deed WHERE kind <> 'policies' AND state IN ('asked', 'done') AND coalesce(ended_at, asked_at) < $2"
        "   AND ($1::timestamptz IS NULL OR coalesce(ended_at, asked_at) >= $1)",
        since, until,
    )  # fmt: skip
    return amount_minor


async def by_ref(work: Work, refs: list[str]) -> dict[str, Ours]:
    """What our rows say of these references of the insurer's file, by name."""
    rows = await work.db.fetch(
        f"{_DEED} JOIN unnest($1::bigint[], $2::bigint[]) AS r(order_id, deed_id) USING (order_id, deed_id)",
        *ids_in(refs, _PARTS),
    )
    return {row["name"]: Ours(row["is_booked"], row["amount_minor"], row["at"]) for row in rows}


async def done_between(work: Work, start: datetime, end: datetime) -> dict[str, Ours]:
    """Deeds of money that the insurer has said it did, within a span of time."""
    rows = await work.db.fetch(
        f"{_DEED} WHERE d.state = 'done' AND d.done_minor > 0 AND d.ended_at >= $1 AND d.ended_at < $2",
        start,
        end,
    )
    return {row["name"]: Ours(row["is_booked"], row["amount_minor"], row["at"]) for row in rows}


async def open_since(work: Work, spans: Sequence[tuple[datetime, datetime]]) -> datetime | None:
    """The oldest deed that the book holds on 103 and the insurer has not answered as asked, or did in one of these spans."""
    since: datetime | None = await work.db.fetchval(
        "SELECT least("
        " (SELECT min(asked_at) FROM insurance_deed WHERE ask_at IS NOT NULL AND kind IN ('premiums', 'cancels')),"
        " (SELECT min(asked_at) FROM insurance_deed WHERE state = 'odd' AND kind IN ('premiums', 'cancels')),"
        " (SELECT min(d.ended_at) FROM insurance_deed d JOIN unnest($1::timestamptz[], $2::timestamptz[]) AS s(start, until)"
        "   ON d.ended_at >= s.start AND d.ended_at < s.until WHERE d.state = 'done' AND d.kind <> 'policies'"
        "    AND d.done_minor > 0))",
        [start for start, _ in spans],
        [until for _, until in spans],
    )
    return since
