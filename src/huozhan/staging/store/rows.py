"""Stages of orders, as rows; the caller holds the order's lock, or has read the order within its reach."""

from collections.abc import Sequence

import asyncpg
import msgspec

from huozhan.kernel.work import Work
from huozhan.staging.stage import Condition, Stage, StageEvent, StageState

_COLUMNS = ", ".join(Stage.__struct_fields__)
_ADD = f"""
WITH staged AS (
    INSERT INTO order_stage (order_id, {_COLUMNS})
    SELECT order_id, {_COLUMNS} FROM json_populate_recordset(NULL::order_stage, $1::json) RETURNING *
)
INSERT INTO order_stage_move (order_id, move_id, stage_no, event, state, moved_at, org_id, person_id, door, reason)
SELECT order_id, stage_id, stage_no, 'begin', state, $2, $3, $4, $5, '' FROM staged
"""


async def add(work: Work, order_id: int, stages: Sequence[Stage]) -> None:
    """Writes the stages of a new order with their first moves, in one statement."""
    rows = [{"order_id": order_id, **msgspec.to_builtins(stage)} for stage in stages]
    await work.db.execute(
        _ADD, msgspec.json.encode(rows).decode(), work.now, work.actor.org_id, work.actor.person_id,
        work.actor.door or work.actor.kind,
    )  # fmt: skip


async def of_order(work: Work, order_id: int) -> tuple[Stage, ...]:
    """The stages of one order, the first one first."""
    rows = await work.db.fetch(
        f"SELECT {_COLUMNS} FROM order_stage WHERE order_id = $1 ORDER BY stage_no", order_id
    )
    return tuple(_stage(row) for row in rows)


async def of_orders(work: Work, order_ids: Sequence[int]) -> dict[int, tuple[Stage, ...]]:
    """The stages of orders that were just listed."""
    rows = await work.db.fetch(
        f"SELECT order_id, {_COLUMNS} FROM order_stage WHERE order_id = ANY ($1::bigint[])"
        " ORDER BY order_id, stage_no",
        list(order_ids),
    )
    found: dict[int, tuple[Stage, ...]] = {}
    for row in rows:
        found[row["order_id"]] = (*found.get(row["order_id"], ()), _stage(row))
    return found


def _stage(row: asyncpg.Record) -> Stage:
    fields = {name: row[name] for name in Stage.__struct_fields__}
    condition = row["condition"]
    return Stage(
        **fields
        | {
            "state": StageState(row["state"]),
            "condition": Condition(condition) if condition else None,
        }
    )


_SAVE = """
WITH moved AS (
    INSERT INTO order_stage_move (order_id, move_id, stage_no, event, state, moved_at, org_id, person_id, door, reason)
    VALUES ($1, $16, $2, $17, $3, $18, $19, $20, $21, $22)
)
UPDATE order_stage
   SET state = $3, goods_minor = $4, freight_minor = $5, payment_id = $6, paid_minor = $7, released_minor = $8,
       refunded_minor = $9, paid_at = $10, pay_due_at = $11, confirm_due_at = $12, note = $13, picture = $14,
       refused = $15
 WHERE order_id = $1 AND stage_no = $2
"""


async def save(work: Work, order_id: int, stage: Stage, event: StageEvent, reason: str) -> None:
    """Writes a stage after a move, and the move with who, when and why."""
    await work.db.execute(
        _SAVE, order_id, stage.stage_no, stage.state, stage.goods_minor, stage.freight_minor, stage.payment_id,
        stage.paid_minor, stage.released_minor, stage.refunded_minor, stage.paid_at, stage.pay_due_at,
        stage.confirm_due_at, stage.note, stage.picture, stage.refused, work.new_id(), event, work.now,
        work.actor.org_id, work.actor.person_id, work.actor.door or work.actor.kind, reason,
    )  # fmt: skip


async def set_amounts(work: Work, order_id: int, stages: Sequence[Stage]) -> None:
    """Writes what stages cost after the order's amounts changed."""
    await work.db.execute(
        "UPDATE order_stage s SET goods_minor = n.goods_minor, freight_minor = n.freight_minor"
        "  FROM unnest($2::int[], $3::bigint[], $4::bigint[]) AS n(stage_no, goods_minor, freight_minor)"
        " WHERE s.order_id = $1 AND s.stage_no = n.stage_no",
        order_id, [s.stage_no for s in stages], [s.goods_minor for s in stages], [s.freight_minor for s in stages],
    )  # fmt: skip


async def escrow_expected(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """What each stage's escrow must hold, as (stage_id, amount), in order of id; only where it is not zero."""
    rows = await work.db.fetch(
        "SELECT stage_id, paid_minor - refunded_minor - released_minor AS escrow_minor FROM order_stage"
        " WHERE stage_id > $1 AND paid_minor <> refunded_minor + released_minor ORDER BY stage_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [(row["stage_id"], row["escrow_minor"]) for row in rows]


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What the stages of one order come to together."""

    order_id: int
    goods_minor: int
    freight_minor: int
    paid_minor: int
    released_minor: int
    refunded_minor: int
    is_gate_shut: bool


_SUMS = """
SELECT order_id, sum(goods_minor)::bigint AS goods_minor, sum(freight_minor)::bigint AS freight_minor,
       sum(paid_minor)::bigint AS paid_minor, sum(released_minor)::bigint AS released_minor,
       sum(refunded_minor)::bigint AS refunded_minor,
       bool_or(needs_logistics AND state NOT IN ('waitsellersend', 'waitbuyerreceive', 'success')) AS is_gate_shut
  FROM order_stage WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id ORDER BY order_id
"""


async def sums(work: Work, after: int, until: int) -> list[Sums]:
    """What the stages of a range of orders come to; the whole market, for `verify`."""
    return [Sums(**dict(row)) for row in await work.db.fetch(_SUMS, after, until)]
