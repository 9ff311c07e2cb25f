"""Refunds as rows; they belong to their payment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add(
    work: Work, *, refund_id: int, payment_id: int, order_id: int, key: str, buyer_id: int, amount_minor: int,
    currency: str, reason: str, ask_at: datetime,
) -> Row | None:  # fmt: skip
    """Writes a refund; tells by which way its payment was paid and whether it waits, or None where its key was not new.

    Only a channel is asked about a refund itself, and not while it waits before a gate of its order.
    """
    row: Row | None = await work.db.fetchrow(
        "INSERT INTO payment_refund (payment_id, refund_id, order_id, refund_key, buyer_id, amount_minor,"
        " currency, state, reason, asked_at, asked_by, ask_at, is_held)"
        " SELECT $1, $2, $3, $4, $5, $6, $7, 'asked', $8, $9, $10,"
        "   CASE WHEN method = 'channel' AND NOT gated THEN $11::timestamptz END, gated"
        "   FROM payment, (SELECT EXISTS (SELECT 1 FROM refund_gate WHERE order_id = $3) AS gated) AS g WHERE payment_id = $1"
        " ON CONFLICT (payment_id, order_id, refund_key) DO NOTHING"
        " RETURNING is_held, (SELECT method FROM payment WHERE payment_id = $1) AS method",
        payment_id, refund_id, order_id, key, buyer_id, amount_minor, currency, reason, work.now,
        work.actor.person_id, ask_at,
    )  # fmt: skip
    return row


async def amounts(work: Work, refund_ids: Sequence[int]) -> dict[int, int]:
    """What these refunds came to; asked by `verify` only."""
    rows = await work.db.fetch(
        "SELECT refund_id, amount_minor FROM payment_refund WHERE refund_id = ANY ($1::bigint[])",
        list(refund_ids),
    )
    return {row["refund_id"]: row["amount_minor"] for row in rows}


async def known_under(work: Work, payment_id: int, order_id: int, key: str) -> tuple[int, int]:
    """Which refund stands under a key, and its amount."""
    row = await work.db.fetchrow(
        "SELECT refund_id, amount_minor FROM payment_refund WHERE payment_id = $1 AND order_id = $2 AND refund_key = $3",
        payment_id, order_id, key,
    )  # fmt: skip
    return row["refund_id"], row["amount_minor"]


async def lock(work: Work, payment_id: int, refund_id: int) -> Row | None:
    """A refund, locked, with the channel of its payment."""
    row: Row | None = await work.db.fetchrow(
        "SELECT r.*, p.channel_id, p.purpose FROM payment_refund r JOIN payment p USING (payment_id)"
        " WHERE r.payment_id = $1 AND r.refund_id = $2 FOR UPDATE OF r",
        payment_id, refund_id,
    )  # fmt: skip
    return row


async def end(
    work: Work, payment_id: int, refund_id: int, channel_minor: int, wallet_minor: int, why: str, parked_minor: int = 0
) -> None:  # fmt: skip
    """Writes how a refund has ended; what is parked of it waits for a person."""
    await work.db.execute(
        "UPDATE payment_refund SET state = 'done', channel_minor = $3, wallet_minor = $4, ended_at = $5,"
        " ended_why = $6, parked_minor = $7, ask_at = NULL WHERE payment_id = $1 AND refund_id = $2",
        payment_id, refund_id, channel_minor, wallet_minor, work.now, why, parked_minor,
    )  # fmt: skip


async def errand(work: Work, payment_id: int, refund_id: int) -> Row | None:
    """What the channel needs to know; not scoped, because the worker asks."""
    row: Row | None = await work.db.fetchrow(
        "SELECT refund_id, payment_id, state, amount_minor, currency FROM payment_refund"
        " WHERE payment_id = $1 AND refund_id = $2",
        payment_id, refund_id,
    )  # fmt: skip
    return row
