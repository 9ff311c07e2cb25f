"""Rows of paused parcels and of goods that a case settled. The order is locked by the caller."""

from collections.abc import Collection, Mapping
from datetime import datetime

from huozhan.kernel.work import Work


async def pause(work: Work, order_id: int, parcel_ids: Collection[int], about_id: int) -> None:
    """Stops the clocks of parcels for one case; one that stands still already goes on standing."""
    await work.db.execute(
        "WITH paused AS (INSERT INTO parcel_pause (order_id, parcel_id, about_id)"
        "  SELECT $1, parcel_id, $3 FROM unnest($2::bigint[]) AS p(parcel_id) ON CONFLICT DO NOTHING)"
        " UPDATE parcel SET paused_at = $4 WHERE order_id = $1 AND parcel_id = ANY ($2::bigint[]) AND paused_at IS NULL",
        order_id, list(parcel_ids), about_id, work.now,
    )  # fmt: skip


async def lift(work: Work, order_id: int, about_id: int) -> set[int]:
    """Takes a case's pauses away; tells which parcels no other case holds up."""
    lifted = await work.db.fetch(
        "DELETE FROM parcel_pause WHERE order_id = $1 AND about_id = $2 RETURNING parcel_id",
        order_id,
        about_id,
    )
    kept = await work.db.fetch("SELECT parcel_id FROM parcel_pause WHERE order_id = $1", order_id)
    return {row["parcel_id"] for row in lifted} - {row["parcel_id"] for row in kept}


async def paused_by(work: Work, order_id: int, about_id: int) -> set[int]:
    """The parcels that a case holds up."""
    rows = await work.db.fetch(
        "SELECT parcel_id FROM parcel_pause WHERE order_id = $1 AND about_id = $2", order_id, about_id
    )
    return {row["parcel_id"] for row in rows}


async def go_on(work: Work, order_id: int, due: Mapping[int, datetime]) -> None:
    """Lets the clocks of parcels run again, until a new moment each."""
    await work.db.execute(
        "UPDATE parcel p SET paused_at = NULL, confirm_due_at = n.due_at"
        "  FROM unnest($2::bigint[], $3::timestamptz[]) AS n(parcel_id, due_at)"
        " WHERE p.order_id = $1 AND p.parcel_id = n.parcel_id",
        order_id, list(due), list(due.values()),
    )  # fmt: skip


async def take_apart(work: Work, order_id: int, taken: Mapping[tuple[int, int], int]) -> None:
    """Notes how many units of (parcel, line) a case settled."""
    await work.db.execute(
        "UPDATE parcel_line l SET apart = l.apart + n.quantity"
        "  FROM unnest($2::bigint[], $3::int[], $4::bigint[]) AS n(parcel_id, line_no, quantity)"
        " WHERE l.order_id = $1 AND l.parcel_id = n.parcel_id AND l.line_no = n.line_no",
        order_id, [parcel_id for parcel_id, _ in taken], [line_no for _, line_no in taken], list(taken.values()),
    )  # fmt: skip
