"""Gates before refunds, and the refunds that wait; a gate belongs to its order, a refund to its payment."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add(work: Work, order_ids: Collection[int], gate_id: int) -> None:
    """Sets a gate before orders, once."""
    await work.db.execute(
        "INSERT INTO refund_gate (order_id, gate_id, set_at) SELECT id, $2, $3 FROM unnest($1::bigint[]) AS id"
        " ON CONFLICT DO NOTHING",
        sorted(order_ids), gate_id, work.now,
    )  # fmt: skip


async def remove(work: Work, gate_id: int, order_ids: Collection[int]) -> None:
    """Takes a gate away."""
    await work.db.execute(
        "DELETE FROM refund_gate WHERE order_id = ANY ($1::bigint[]) AND gate_id = $2",
        sorted(order_ids),
        gate_id,
    )


async def bind(work: Work, order_id: int, held_for: int) -> bool:
    """Names what lets go what nobody has named one for yet."""
    return bool(
        await work.db.fetchval(
            "WITH bound AS (UPDATE payment_refund SET held_for = $2 WHERE order_id = $1 AND is_held AND held_for = 0"
            " RETURNING 1) SELECT count(*) > 0 FROM bound",
            order_id, held_for,
        )
    )  # fmt: skip


async def free(work: Work, order_id: int, held_for: int, ask_at: datetime) -> Sequence[Row]:
    """Ends the waiting of these refunds; a channel is asked about its own from then on."""
    rows: Sequence[Row] = await work.db.fetch(
        "UPDATE payment_refund r SET is_held = false, ask_at = CASE WHEN p.method = 'channel' THEN $3::timestamptz END"
        "  FROM payment p WHERE p.payment_id = r.payment_id AND r.order_id = $1 AND r.is_held AND r.held_for = $2"
        " RETURNING r.payment_id, r.refund_id, r.order_id, r.amount_minor, p.method",
        order_id, held_for, ask_at,
    )  # fmt: skip
    return sorted(rows, key=lambda row: row["refund_id"])


async def held(work: Work, order_ids: Collection[int]) -> Sequence[Row]:
    """What waits of these orders."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT order_id, refund_id, amount_minor, asked_at AS held_since, held_for FROM payment_refund"
        " WHERE order_id = ANY ($1::bigint[]) AND is_held ORDER BY refund_id",
        sorted(order_ids),
    )
    return rows


async def order_of(work: Work, refund_id: int) -> int:
    """The order of a refund that waits for nobody in particular."""
    order_id: int | None = await work.db.fetchval(
        "SELECT order_id FROM payment_refund WHERE refund_id = $1 AND is_held AND held_for = 0", refund_id
    )
    return order_id or 0
