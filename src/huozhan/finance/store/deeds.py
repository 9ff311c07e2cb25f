"""Deeds by the names that the lender's file gives them; the whole market's, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.ids import ids_in
from huozhan.kernel.work import Work
from huozhan.payments import Ours

_PARTS = 3
"""A deed is named by its order, its payment and itself."""
_DEED = (
    "SELECT d.kind || ':' || d.order_id || '-' || d.payment_id || '-' || d.deed_id AS name, d.state = 'done' AS is_booked,"
    " coalesce(d.taken_minor, d.amount_minor) AS amount_minor,"
    " coalesce(d.ended_at, d.asked_at) AS at FROM loan_deed d"
)


async def by_ref(work: Work, refs: list[str]) -> dict[str, Ours]:
    """What our rows say of these references, by name."""
    rows = await work.db.fetch(
        f"{_DEED} JOIN unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r(order_id, payment_id, deed_id)"
        " USING (order_id, payment_id, deed_id)",
        *ids_in(refs, _PARTS),
    )
    return {row["name"]: _ours(row) for row in rows}


async def done_between(work: Work, start: datetime, end: datetime) -> dict[str, Ours]:
    """Deeds that the lender has said it did, within a span of time."""
    rows = await work.db.fetch(
        f"{_DEED} WHERE d.state = 'done' AND d.ended_at >= $1 AND d.ended_at < $2", start, end
    )
    return {row["name"]: _ours(row) for row in rows}


def _ours(row: Mapping[str, Any]) -> Ours:
    return Ours(row["is_booked"], row["amount_minor"], row["at"])


async def open_since(work: Work, spans: Sequence[tuple[datetime, datetime]]) -> datetime | None:
    """The oldest deed that the book holds on 103 and the lender has not answered as asked, or did in one of these spans."""
    since: datetime | None = await work.db.fetchval(
        "SELECT least("
        " (SELECT min(asked_at) FROM loan_deed WHERE ask_at IS NOT NULL AND kind IN ('captures', 'repayments')),"
        " (SELECT min(asked_at) FROM loan_deed WHERE state = 'odd' AND kind IN ('captures', 'repayments')),"
        " (SELECT min(d.ended_at) FROM loan_deed d JOIN unnest($1::timestamptz[], $2::timestamptz[]) AS s(start, until)"
        "   ON d.ended_at >= s.start AND d.ended_at < s.until WHERE d.state = 'done' AND d.kind <> 'voids'"
        "    AND d.taken_minor > 0))",
        [start for start, _ in spans],
        [until for _, until in spans],
    )
    return since
