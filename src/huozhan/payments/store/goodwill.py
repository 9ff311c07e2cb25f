"""What sellers gave of their own accord, as rows."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add(
    work: Work, goodwill_id: int, *, buyer_id: int, order_id: int | None, order_number: str, amount_minor: int, reason: str
) -> Row:  # fmt: skip
    """Writes what the actor's organisation gives."""
    row: Row = await work.db.fetchrow(
        "INSERT INTO goodwill (seller_id, goodwill_id, buyer_id, order_id, order_number, amount_minor, reason, given_by, given_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *",
        work.actor.org_id, goodwill_id, buyer_id, order_id, order_number, amount_minor, reason, work.actor.person_id,
        work.now,
    )  # fmt: skip
    return row


async def of_last_day(work: Work) -> Row:
    """How much the actor's organisation gave within a day, and how much of it without an order."""
    row: Row = await work.db.fetchrow(
        "SELECT coalesce(sum(amount_minor), 0)::bigint AS all_minor,"
        "  coalesce(sum(amount_minor) FILTER (WHERE order_id IS NULL), 0)::bigint AS no_order_minor"
        " FROM goodwill WHERE seller_id = $1 AND given_at > $2::timestamptz - interval '24 hours'",
        work.actor.org_id, work.now,
    )  # fmt: skip
    return row


async def page(work: Work, before: int, limit: int, *, selling: bool) -> list[Row]:
    """What the actor's organisation gave or was given, from the newest."""
    side = "seller_id" if selling else "buyer_id"
    rows: list[Row] = await work.db.fetch(
        f"SELECT * FROM goodwill WHERE {side} = $1 AND goodwill_id < $2 ORDER BY goodwill_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows
