"""What finance says of all advances, to be compared with the ledger, the orders and the funder; the whole market, so not scoped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.kernel.ids import ids_in
from huozhan.kernel.work import Work
from huozhan.payments import Ours

Row = Mapping[str, Any]
FINDINGS_MAX = 100
_PARTS = 3
"""A deed is named by its order, its parcel and itself."""
_DEED = (
    "SELECT d.kind || ':' || d.order_id || '-' || d.parcel_id || '-' || d.deed_id AS name, d.state = 'done'"
    "   OR (d.state = 'ended' AND d.taken_minor IS DISTINCT FROM 0) AS is_booked,"
    " coalesce(d.taken_minor, d.amount_minor) AS amount_minor, d.fee_minor, coalesce(d.ended_at, d.asked_at) AS at FROM advance_deed d"
)


async def clearing(work: Work) -> int:
    """What the funder owes us before anything was settled: advances less its fee, less what releases repaid and it took."""
    amount_minor: int = await work.db.fetchval(
        "SELECT ((SELECT coalesce(sum(advanced_minor - fee_minor - repaid_minor), 0) FROM advance"
        "          WHERE opened_at IS NOT NULL)"
        "      + (SELECT coalesce(sum(amount_minor - taken_minor), 0) FROM advance_deed"
        "          WHERE kind = 'repayments' AND taken_minor IS NOT NULL))::bigint"
    )
    return amount_minor


async def apart(work: Work) -> list[Row]:
    """Advances of which something else was asked of the funder than they say."""
    rows: list[Row] = await work.db.fetch(
        "SELECT a.order_id, a.parcel_id, a.state, a.repaid_minor, a.borne_minor, d.repaid, d.borne"
        "  FROM advance a LEFT JOIN ("
        " SELECT order_id, parcel_id,"
        "  coalesce(sum(amount_minor) FILTER (WHERE kind = 'repayments'), 0)::bigint AS repaid,"
        "  coalesce(sum(amount_minor) FILTER (WHERE kind = 'losses'), 0)::bigint AS borne,"
        "  bool_or(kind = 'advances' AND state = 'done') AS given, bool_or(kind = 'cancels') AS cancelled"
        "  FROM advance_deed GROUP BY order_id, parcel_id) d USING (order_id, parcel_id)"
        " WHERE (a.repaid_minor, a.borne_minor) <> (coalesce(d.repaid, 0), coalesce(d.borne, 0))"
        "    OR (a.opened_at IS NOT NULL) <> (coalesce(d.given, false) AND a.state <> 'withdrawn')"
        "    OR (a.state = 'withdrawn') <> coalesce(d.cancelled, false) LIMIT $1",
        FINDINGS_MAX,
    )
    return rows


async def odd(work: Work) -> list[Row]:
    """What the funder answered otherwise than it was asked; each waits for a person."""
    rows: list[Row] = await work.db.fetch(
        "SELECT order_id, deed_id, kind, why FROM advance_deed WHERE state = 'odd' LIMIT $1", FINDINGS_MAX
    )
    return rows


async def spoken_for(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """What of orders is the funder's, or will be once it answers, in order of their ids."""
    rows = await work.db.fetch(
        "SELECT order_id, sum(advanced_minor - repaid_minor - borne_minor)::bigint AS amount_minor FROM advance"
        " WHERE state IN ('asked', 'open') AND order_id > $1 GROUP BY order_id ORDER BY order_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [(row["order_id"], row["amount_minor"]) for row in rows]


async def totals(work: Work) -> Row:
    """What is open, came back and was lost in the whole market, and how many shops take advances."""
    row: Row = await work.db.fetchrow(
        "SELECT coalesce(sum(advanced_minor - repaid_minor - borne_minor) FILTER (WHERE state = 'open'), 0)::bigint AS open_minor,"
        " coalesce(sum(repaid_minor), 0)::bigint AS repaid_minor, coalesce(sum(borne_minor), 0)::bigint AS borne_minor,"
        " (SELECT count(*) FROM finance_switch WHERE what = 'fast_arrival' AND is_on)::int AS suppliers FROM advance"
    )
    return row


async def moved_since(work: Work, since: datetime | None, until: datetime) -> int:
    """What the funder owes, or is owed, for what was decided in a span; its file of the day after settles it."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(CASE WHEN kind = 'advances' THEN amount_minor - fee_minor ELSE fee_minor - amount_minor END), 0)::bigint"
        "  FROM advance_deed WHERE kind <> 'losses' AND state IN ('asked', 'done') AND asked_at < $2"
        "   AND ($1::timestamptz IS NULL OR asked_at >= $1)",
        since, until,
    )  # fmt: skip
    return amount_minor


async def by_ref(work: Work, refs: list[str]) -> dict[str, Ours]:
    """What our rows say of these references of the funder's file, by name."""
    rows = await work.db.fetch(
        f"{_DEED} JOIN unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r(order_id, parcel_id, deed_id)"
        " USING (order_id, parcel_id, deed_id)",
        *ids_in(refs, _PARTS),
    )
    return {row["name"]: _ours(row) for row in rows}


async def done_between(work: Work, start: datetime, end: datetime) -> dict[str, Ours]:
    """Deeds that the funder has said it did, within a span of time."""
    rows = await work.db.fetch(
        f"{_DEED} WHERE d.state = 'done' AND d.ended_at >= $1 AND d.ended_at < $2", start, end
    )
    return {row["name"]: _ours(row) for row in rows}


def _ours(row: Row) -> Ours:
    return Ours(row["is_booked"], row["amount_minor"], row["at"], fee_minor=row["fee_minor"])


async def open_since(work: Work, spans: list[tuple[datetime, datetime]]) -> datetime | None:
    """The oldest deed that the book holds on 103 and the funder has not answered as asked, or did in one of these spans."""
    since: datetime | None = await work.db.fetchval(
        "SELECT least("
        " (SELECT min(asked_at) FROM advance_deed WHERE ask_at IS NOT NULL AND kind = 'repayments'),"
        " (SELECT min(asked_at) FROM advance_deed WHERE state = 'odd' AND kind = 'repayments'),"
        " (SELECT min(d.ended_at) FROM advance_deed d JOIN advance a USING (order_id, parcel_id)"
        "   JOIN unnest($1::timestamptz[], $2::timestamptz[]) AS s(start, until) ON d.ended_at >= s.start AND d.ended_at < s.until"
        "   WHERE d.state = 'done' AND d.kind IN ('advances', 'repayments') AND a.state <> 'withdrawn'))",
        [start for start, _ in spans],
        [until for _, until in spans],
    )
    return since
