"""Advances, their moves, and what is asked of the funder about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.finance.advance import Advance, AdvanceState, DeedKind, DeedState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]

_FIELDS = ", ".join(f"a.{name}" for name in Advance.__struct_fields__)


def _advance(row: Row) -> Advance:
    facts = {name: row[name] for name in Advance.__struct_fields__}
    return Advance(**(facts | {"state": AdvanceState(row["state"])}))


async def add(work: Work, one: Advance) -> bool:
    """Writes a new advance with its first move; tells whether its parcel had none."""
    is_new = await work.db.fetchval(
        "INSERT INTO advance (order_id, parcel_id, order_number, buyer_id, seller_id, state, brings_minor, advanced_minor,"
        " fee_minor, fee_bp, fee_version, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT DO NOTHING RETURNING true",
        one.order_id, one.parcel_id, one.order_number, one.buyer_id, one.seller_id, one.state, one.brings_minor,
        one.advanced_minor, one.fee_minor, one.fee_bp, one.fee_version, one.asked_at,
    )  # fmt: skip
    if is_new:
        await _note_move(work, one, "ask")
    return bool(is_new)


async def lock_of_order(work: Work, order_id: int) -> list[Advance]:
    """All advances of an order, the oldest parcel's first, locked; the caller holds the order."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM advance a WHERE order_id = $1 ORDER BY parcel_id FOR UPDATE", order_id
    )
    return [_advance(row) for row in rows]


async def lock(work: Work, order_id: int, parcel_id: int) -> Advance | None:
    """One advance, locked; not scoped, because the worker asks."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM advance a WHERE order_id = $1 AND parcel_id = $2 FOR UPDATE",
        order_id, parcel_id,
    )  # fmt: skip
    return _advance(row) if row else None


async def save(work: Work, one: Advance, event: str) -> None:
    """Writes what changed, and the move."""
    await work.db.execute(
        "UPDATE advance SET state = $3, repaid_minor = $4, borne_minor = $5, why = $6, opened_at = $7, ended_at = $8"
        " WHERE order_id = $1 AND parcel_id = $2",
        one.order_id, one.parcel_id, one.state, one.repaid_minor, one.borne_minor, one.why, one.opened_at, one.ended_at,
    )  # fmt: skip
    await _note_move(work, one, event)


async def _note_move(work: Work, one: Advance, event: str) -> None:
    await work.db.execute(
        "INSERT INTO advance_move (order_id, parcel_id, move_id, event, state, moved_at) VALUES ($1, $2, $3, $4, $5, $6)",
        one.order_id, one.parcel_id, work.new_id(), event, one.state, work.now,
    )  # fmt: skip


async def of_seller(work: Work, before: int, limit: int) -> list[Advance]:
    """Advances to the actor's organisation, those of the newest parcels first."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM advance a WHERE seller_id = $1 AND parcel_id < $2 ORDER BY parcel_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return [_advance(row) for row in rows]


async def of_order(work: Work, order_id: int) -> list[Advance]:
    """The advances on an order that the actor's organisation bought or sold."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM advance a WHERE order_id = $1 AND $2 IN (buyer_id, seller_id) ORDER BY parcel_id",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return [_advance(row) for row in rows]


async def sums_of_seller(work: Work) -> Row:
    """What the actor's organisation was advanced in all, and what of it is open, repaid and borne."""
    row: Row = await work.db.fetchrow(
        "SELECT coalesce(sum(advanced_minor), 0)::bigint AS advanced_minor, coalesce(sum(fee_minor), 0)::bigint AS fee_minor,"
        " coalesce(sum(advanced_minor - repaid_minor - borne_minor), 0)::bigint AS open_minor,"
        " coalesce(sum(borne_minor), 0)::bigint AS borne_minor FROM advance"
        " WHERE seller_id = $1 AND opened_at IS NOT NULL",
        work.actor.org_id,
    )
    return row


# What is asked of the funder


async def ask(
    work: Work, one: Advance, kind: DeedKind, key: str, amount_minor: int, fee_minor: int, ask_at: datetime
) -> bool:
    """Writes down what is to be asked; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO advance_deed (order_id, parcel_id, deed_id, kind, deed_key, amount_minor, fee_minor, state,"
            " asked_at, ask_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $8, $9)"
            " ON CONFLICT (order_id, parcel_id, kind, deed_key) DO NOTHING RETURNING true",
            one.order_id, one.parcel_id, work.new_id(), kind, key, amount_minor, fee_minor, work.now, ask_at,
        )
    )  # fmt: skip


async def next_deed(work: Work, order_id: int, parcel_id: int) -> Row | None:
    """The oldest thing that is still asked about an advance: nothing overtakes the advance itself."""
    row: Row | None = await work.db.fetchrow(
        "SELECT d.deed_id, d.kind, d.amount_minor, d.fee_minor, a.seller_id, a.order_number"
        "  FROM advance_deed d JOIN advance a USING (order_id, parcel_id)"
        " WHERE order_id = $1 AND parcel_id = $2 AND d.state = 'asked' ORDER BY d.deed_id LIMIT 1",
        order_id, parcel_id,
    )  # fmt: skip
    return row


async def lock_deed(work: Work, order_id: int, parcel_id: int, deed_id: int) -> Row | None:
    """One deed, locked; its advance is locked before it."""
    row: Row | None = await work.db.fetchrow(
        "SELECT deed_id, kind, amount_minor, fee_minor, state FROM advance_deed"
        " WHERE order_id = $1 AND parcel_id = $2 AND deed_id = $3 FOR UPDATE",
        order_id, parcel_id, deed_id,
    )  # fmt: skip
    return row


async def end_deed(
    work: Work, one: Advance, deed_id: int, state: DeedState, *, why: str = "", taken_minor: int | None = None
) -> None:
    """Writes what became of it, or why it never will be done."""
    await work.db.execute(
        "UPDATE advance_deed SET state = $4, ended_at = $5, why = $6, taken_minor = $7, ask_at = NULL"
        " WHERE order_id = $1 AND parcel_id = $2 AND deed_id = $3",
        one.order_id, one.parcel_id, deed_id, state, work.now, why, taken_minor,
    )  # fmt: skip


async def proposal(work: Work, one: Advance, deed_id: int) -> Row | None:
    """How somebody would end it; its advance is locked before."""
    row: Row | None = await work.db.fetchrow(
        "SELECT taken_minor, proposed_by FROM advance_deed_proposal"
        " WHERE order_id = $1 AND parcel_id = $2 AND deed_id = $3",
        one.order_id, one.parcel_id, deed_id,
    )  # fmt: skip
    return row


async def propose(work: Work, one: Advance, deed_id: int, taken_minor: int) -> None:
    """Writes how the person at hand would end it, in place of what was proposed before."""
    await work.db.execute(
        "INSERT INTO advance_deed_proposal (order_id, parcel_id, deed_id, taken_minor, proposed_by, proposed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (order_id, parcel_id, deed_id)"
        " DO UPDATE SET taken_minor = $4, proposed_by = $5, proposed_at = $6",
        one.order_id, one.parcel_id, deed_id, taken_minor, work.actor.person_id, work.now,
    )  # fmt: skip


async def ask_deed_again(work: Work, one: Advance, deed_id: int, state: DeedState, ask_at: datetime) -> None:
    """Puts a deed back among what is asked."""
    await work.db.execute(
        "WITH p AS (DELETE FROM advance_deed_proposal WHERE order_id = $1 AND parcel_id = $2 AND deed_id = $3)"
        " UPDATE advance_deed SET state = $5, ended_at = NULL, ask_at = $4, why = ''"
        "  WHERE order_id = $1 AND parcel_id = $2 AND deed_id = $3",
        one.order_id, one.parcel_id, deed_id, ask_at, state,
    )  # fmt: skip


async def find_deed(work: Work, deed_id: int) -> tuple[int, int] | None:
    """Order and parcel of a deed that was answered otherwise; for the market's operator."""
    row = await work.db.fetchrow(
        "SELECT order_id, parcel_id FROM advance_deed WHERE deed_id = $1 AND state = 'odd'", deed_id
    )
    return (row["order_id"], row["parcel_id"]) if row else None


async def take_to_ask(work: Work, until: datetime, limit: int) -> list[tuple[int, int]]:
    """Advances about which something has waited too long; each is asked again when that time has passed once more."""
    rows = await work.db.fetch(
        "UPDATE advance_deed SET ask_at = $2 WHERE (order_id, parcel_id, deed_id) IN ("
        " SELECT order_id, parcel_id, deed_id FROM advance_deed WHERE ask_at <= $1"
        "  ORDER BY ask_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING order_id, parcel_id",
        work.now, until, limit,
    )  # fmt: skip
    return sorted({(row["order_id"], row["parcel_id"]) for row in rows})


async def waiting(work: Work, limit: int) -> int:
    """How much waits for a person, counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM advance_deed WHERE state = 'odd' LIMIT $1) AS odd", limit
    )
    return count


async def open_deeds(work: Work, limit: int) -> Sequence[Row]:
    """What is asked and not done, or was answered otherwise; the market's operator sees all."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT d.deed_id, d.order_id, d.parcel_id, a.order_number, d.kind, d.amount_minor, d.state, d.why, d.asked_at,"
        " p.taken_minor AS proposed_minor, p.proposed_by FROM advance_deed d JOIN advance a USING (order_id, parcel_id)"
        " LEFT JOIN advance_deed_proposal p USING (order_id, parcel_id, deed_id) WHERE d.state IN ('asked', 'odd')"
        " ORDER BY d.deed_id LIMIT $1",
        limit,
    )
    return rows
