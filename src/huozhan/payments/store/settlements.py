"""The channel's settlements and what they do not explain; the whole market's, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add(
    work: Work, channel_id: int, on: date, *, gross_minor: int, fee_minor: int, trades: int
) -> bool:
    """Writes a day's settlement; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO channel_settlement (channel_id, settled_on, gross_minor, fee_minor, net_minor, trades, noted_at)"
            " VALUES ($1, $2, $3::bigint, $4::bigint, $3::bigint - $4::bigint, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
            channel_id, on, gross_minor, fee_minor, trades, work.now,
        )
    )  # fmt: skip


async def ours(work: Work, payment_ids: Sequence[int], refund_ids: Sequence[int]) -> dict[str, int]:
    """What we know of these payments and refunds: by reference, what the channel took and paid back."""
    rows = await work.db.fetch(
        "SELECT 'payment:' || p.payment_id AS reference, CASE WHEN p.state = 'paid' THEN p.amount_minor ELSE"
        "   (SELECT r.amount_minor FROM payment_refund r WHERE r.payment_id = p.payment_id AND r.order_id = 0) END"
        "   AS amount_minor"
        "  FROM payment p WHERE p.payment_id = ANY ($1::bigint[]) AND p.channel_txn IS NOT NULL"
        " UNION ALL SELECT 'refund:' || refund_id, channel_minor FROM payment_refund"
        "  WHERE payment_id = ANY ($1::bigint[]) AND refund_id = ANY ($2::bigint[]) AND state = 'done'"
        " UNION ALL SELECT 'refund:' || refund_id, returned_minor FROM parked_receipt"
        "  WHERE refund_id = ANY ($2::bigint[]) AND state = 'returned'",
        payment_ids, refund_ids,
    )  # fmt: skip
    return {row["reference"]: row["amount_minor"] for row in rows}


async def paid_between(work: Work, channel_id: int, start: datetime, end: datetime) -> dict[str, int]:
    """Payments that we hold for paid at the channel within a span of time."""
    rows = await work.db.fetch(
        "SELECT payment_id, amount_minor FROM payment"
        " WHERE channel_id = $1 AND state = 'paid' AND paid_at >= $2 AND paid_at < $3",
        channel_id, start, end,
    )  # fmt: skip
    return {f"payment:{row['payment_id']}": row["amount_minor"] for row in rows}


async def add_differences(
    work: Work, channel_id: int, on: date, differences: Sequence[tuple[str, str, int, int]]
) -> None:
    """Writes what a settlement and our own rows do not agree on."""
    await work.db.executemany(
        "INSERT INTO reconciliation_difference (channel_id, settled_on, reference, sort, channel_minor, ours_minor)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        [(channel_id, on, *difference) for difference in differences],
    )


async def differences(work: Work, limit: int) -> list[Row]:
    """Differences that wait for a person."""
    rows: list[Row] = await work.db.fetch(
        "SELECT settled_on::text, reference, sort, channel_minor, ours_minor FROM reconciliation_difference"
        " ORDER BY settled_on, reference LIMIT $1",
        limit,
    )
    return rows
