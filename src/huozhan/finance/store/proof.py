"""What finance says of all loans, to be compared with the ledger; the whole market, so not scoped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.finance.store.loans import OWED
from huozhan.kernel.work import Work

Row = Mapping[str, Any]
FINDINGS_MAX = 100


async def held(work: Work) -> dict[int, int]:
    """What is promised and neither captured nor given free, by order."""
    rows = await work.db.fetch(
        "SELECT order_id, sum(authorised_minor - voided_minor - captured_minor)::bigint AS amount_minor FROM loan"
        " GROUP BY order_id HAVING sum(authorised_minor - voided_minor - captured_minor) <> 0"
    )
    return {row["order_id"]: row["amount_minor"] for row in rows}


async def owed(work: Work) -> dict[int, int]:
    """What buyers owe the lender, by order."""
    rows = await work.db.fetch(
        f"SELECT order_id, sum({OWED})::bigint AS amount_minor FROM loan GROUP BY order_id HAVING sum({OWED}) <> 0"
    )
    return {row["order_id"]: row["amount_minor"] for row in rows}


async def apart(work: Work) -> list[Row]:
    """Loans of which something else was asked of the lender than they say."""
    rows: list[Row] = await work.db.fetch(
        "SELECT l.order_id, l.captured_minor, l.voided_minor, d.captured, d.voided FROM loan l LEFT JOIN ("
        " SELECT order_id, payment_id,"
        "  coalesce(sum(amount_minor) FILTER (WHERE kind = 'captures'), 0)::bigint AS captured,"
        "  coalesce(sum(amount_minor) FILTER (WHERE kind = 'voids'), 0)::bigint AS voided"
        "  FROM loan_deed GROUP BY order_id, payment_id) d USING (order_id, payment_id)"
        " WHERE (l.captured_minor, l.voided_minor) <> (coalesce(d.captured, 0), coalesce(d.voided, 0)) LIMIT $1",
        FINDINGS_MAX,
    )
    return rows


async def odd(work: Work) -> list[Row]:
    """What the lender answered otherwise than it was asked; each waits for a person."""
    rows: list[Row] = await work.db.fetch(
        "SELECT order_id, deed_id, kind, why FROM loan_deed WHERE state = 'odd' LIMIT $1", FINDINGS_MAX
    )
    return rows


async def clearing(work: Work) -> int:
    """What the lender owes us before anything was settled: captured and not written off, less what refunds and repayments owe it."""
    amount_minor: int = await work.db.fetchval(
        "SELECT ((SELECT coalesce(sum(captured_minor - written_minor), 0) FROM loan)"
        "      - (SELECT coalesce(sum(CASE WHEN kind = 'repayments' AND state <> 'done' THEN amount_minor"
        "                 ELSE taken_minor END), 0) FROM loan_deed WHERE kind IN ('refunds', 'repayments')))::bigint"
    )
    return amount_minor


async def totals(work: Work) -> Row:
    """What is promised, owed and overdue in the whole market."""
    row: Row = await work.db.fetchrow(
        "SELECT coalesce(sum(authorised_minor - voided_minor - captured_minor), 0)::bigint AS held_minor,"
        f" coalesce(sum({OWED}), 0)::bigint AS owed_minor, coalesce(sum({OWED})"
        "  FILTER (WHERE state IN ('overdue', 'written_off', 'claimed')), 0)::bigint AS overdue_minor FROM loan"
    )
    return row


async def captured_since(work: Work, since: datetime | None, until: datetime) -> int:
    """What was captured in a span and moves money; the lender's file of the day after settles it."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(CASE WHEN kind = 'captures' THEN coalesce(taken_minor, amount_minor)"
        " ELSE -coalesce(taken_minor, amount_minor) END),"
        " 0)::bigint FROM loan_deed WHERE kind <> 'voids' AND state <> 'odd' AND asked_at < $2"
        " AND ($1::timestamptz IS NULL OR asked_at >= $1)",
        since, until,
    )  # fmt: skip
    return amount_minor
