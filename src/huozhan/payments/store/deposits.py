"""Deposits as rows: payments of them, and how each seller's stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add_payment(work: Work, deposit_id: int, amount_minor: int) -> None:
    """Writes that the actor's organisation pays a deposit."""
    await work.db.execute(
        "INSERT INTO deposit_payment (deposit_id, org_id, amount_minor, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5)",
        deposit_id, work.actor.org_id, amount_minor, work.now, work.actor.person_id,
    )  # fmt: skip


async def credit(work: Work, deposit_id: int, payment_id: int) -> Row | None:
    """Marks a deposit as paid; None where it is none of ours or was paid before. Not scoped, because the channel says so."""
    row: Row | None = await work.db.fetchrow(
        "UPDATE deposit_payment SET credited_at = $2, payment_id = $3 WHERE deposit_id = $1 AND credited_at IS NULL"
        " RETURNING *",
        deposit_id, work.now, payment_id,
    )  # fmt: skip
    return row


async def standings(work: Work, org_ids: Sequence[int]) -> dict[int, str]:
    """How deposits stand; who was never judged has enough."""
    rows = await work.db.fetch(
        "SELECT org_id, state FROM deposit_standing WHERE org_id = ANY ($1::bigint[])", list(org_ids)
    )
    return {row["org_id"]: row["state"] for row in rows}


async def set_standing(work: Work, org_id: int, state: str) -> None:
    """Writes how a deposit stands now."""
    await work.db.execute(
        "INSERT INTO deposit_standing (org_id, state, changed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (org_id) DO UPDATE SET state = $2, changed_at = $3",
        org_id, state, work.now,
    )  # fmt: skip


async def short_after(work: Work, after: int, limit: int) -> list[int]:
    """Sellers whose deposit was not enough when it was last judged, in order of their ids."""
    rows = await work.db.fetch(
        "SELECT org_id FROM deposit_standing WHERE state <> 'enough' AND org_id > $1 ORDER BY org_id LIMIT $2",
        after,
        limit,
    )
    return [row["org_id"] for row in rows]
