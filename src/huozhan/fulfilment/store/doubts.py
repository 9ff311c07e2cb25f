"""Rows of doubts about parcels; they belong to the order, whose lock the caller holds when one is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.work import Work


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Something about an order's parcels that should not be; parcel 0 stands for the order as a whole."""

    order_id: int
    doubt: str
    parcel_id: int
    doubt_id: int
    seller_id: int
    number: str
    due_at: datetime
    raised_at: datetime


_DOUBT = ", ".join(Doubt.__struct_fields__)


async def add(work: Work, doubt: Doubt) -> bool:
    """Writes a doubt; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            f"INSERT INTO parcel_doubt ({_DOUBT}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            " ON CONFLICT (order_id, doubt, parcel_id) DO NOTHING RETURNING true",
            *[getattr(doubt, name) for name in Doubt.__struct_fields__],
        )
    )


async def settle_seen(work: Work, order_id: int, parcel_id: int, scanned_at: datetime) -> None:
    """Settles what a scan answers: that a parcel was seen, and that the order was picked up in time."""
    await work.db.execute(
        "UPDATE parcel_doubt SET settled_at = $4 WHERE order_id = $1 AND settled_at IS NULL"
        " AND (doubt = 'no_track' AND parcel_id = $2 OR doubt = 'late_pickup' AND due_at >= $3)",
        order_id, parcel_id, scanned_at, work.now,
    )  # fmt: skip


async def settle(work: Work, order_id: int, doubt_id: int) -> bool:
    """Settles one doubt that an operator looked into; asked by the market only."""
    return bool(
        await work.db.fetchval(
            "UPDATE parcel_doubt SET settled_at = $3 WHERE order_id = $1 AND doubt_id = $2"
            " AND settled_at IS NULL RETURNING true",
            order_id, doubt_id, work.now,
        )
    )  # fmt: skip


async def first_scan(work: Work, order_id: int) -> datetime | None:
    """When a carrier first saw any parcel of an order."""
    first: datetime | None = await work.db.fetchval(
        "SELECT min(scanned_at) FROM parcel_scan WHERE order_id = $1 AND state <> 0", order_id
    )
    return first


async def open_of(work: Work, order_id: int) -> set[tuple[str, int]]:
    """The open doubts of an order that the caller has read within its reach, as (doubt, parcel)."""
    rows = await work.db.fetch(
        "SELECT doubt, parcel_id FROM parcel_doubt WHERE order_id = $1 AND settled_at IS NULL", order_id
    )
    return {(row["doubt"], row["parcel_id"]) for row in rows}


async def open_page(work: Work, after: int, limit: int) -> Sequence[Any]:
    """Open doubts of the whole market, the oldest first; asked by the market only."""
    return list(
        await work.db.fetch(
            "SELECT d.order_id, d.doubt, d.doubt_id, d.seller_id, d.number, d.due_at, d.raised_at, p.carrier_code,"
            " p.waybill, p.shipped_at FROM parcel_doubt d"
            " LEFT JOIN parcel p ON p.order_id = d.order_id AND p.parcel_id = d.parcel_id"
            " WHERE d.settled_at IS NULL AND d.doubt_id > $1 ORDER BY d.doubt_id LIMIT $2",
            after, limit,
        )
    )  # fmt: skip
