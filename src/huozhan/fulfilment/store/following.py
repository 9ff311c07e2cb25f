"""Rows of many orders' parcels at once, for the market's own hand; the orders were moved in the same work."""

from collections.abc import Sequence
from datetime import datetime

from huozhan.fulfilment.parcel import Parcel
from huozhan.fulfilment.store.parcels import COLUMNS, parcel_of
from huozhan.kernel.work import Work


async def carried_by(work: Work, carriers: Sequence[str], after: int, limit: int | None) -> list[int]:
    """The next orders of which a parcel travels with one of these carriers and was not received."""
    rows = await work.db.fetch(
        "SELECT DISTINCT order_id FROM parcel WHERE order_id > $2 AND carrier_code = ANY ($1::text[])"
        " AND received_at IS NULL ORDER BY order_id LIMIT $3",
        list(carriers), after, limit,
    )  # fmt: skip
    return [row["order_id"] for row in rows]


async def parcels_of_many(work: Work, order_ids: Sequence[int]) -> list[Parcel]:
    """All parcels of these orders, each order's in its own sequence."""
    rows = await work.db.fetch(
        f"SELECT {COLUMNS} FROM parcel p WHERE p.order_id = ANY ($1::bigint[]) ORDER BY p.order_id, p.parcel_no",
        list(order_ids),
    )
    return [parcel_of(row) for row in rows]


async def move_clocks(work: Work, parcels: Sequence[Parcel]) -> None:
    """Writes until when parcels wait that nobody received meanwhile."""
    await work.db.execute(
        "UPDATE parcel p SET confirm_due_at = n.due_at"
        " FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS n(order_id, parcel_id, due_at)"
        " WHERE p.order_id = n.order_id AND p.parcel_id = n.parcel_id AND p.received_at IS NULL",
        [p.order_id for p in parcels], [p.parcel_id for p in parcels], [p.confirm_due_at for p in parcels],
    )  # fmt: skip


async def withdraw_doubts(work: Work, words: Sequence[tuple[int, str, int, datetime]]) -> None:
    """Takes back doubts for which it is not time yet, or which a scan in time answers: (order, doubt, parcel, due)."""
    await work.db.execute(
        "UPDATE parcel_doubt d SET settled_at = $5"
        " FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[]) AS n(order_id, doubt, parcel_id, due_at)"
        " WHERE d.order_id = n.order_id AND d.doubt = n.doubt AND d.parcel_id = n.parcel_id AND d.settled_at IS NULL"
        " AND (n.due_at > $5 OR n.due_at >= (SELECT min(s.scanned_at) FROM parcel_scan s"
        "  WHERE s.order_id = d.order_id AND s.state <> 0 AND (d.parcel_id = 0 OR s.parcel_id = d.parcel_id)))",
        *([word[at] for word in words] for at in range(4)), work.now,
    )  # fmt: skip
