"""Rows of parcels, their lines and scans, waybill claims and carriers' messages; scoped as the package says."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from huozhan.fulfilment.parcel import Extension, Parcel, ParcelKind
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work


class Claim(msgspec.Struct, frozen=True):
    """A waybill that a parcel goes under."""

    carrier_code: str
    waybill: str
    parcel_id: int


_CLAIM = """
INSERT INTO waybill_claim (carrier_code, waybill, order_id, parcel_id, claimed_at)
SELECT carrier_code, waybill, $1, parcel_id, $2
  FROM unnest($3::text[], $4::text[], $5::bigint[]) AS w(carrier_code, waybill, parcel_id)
 ORDER BY carrier_code, waybill
    ON CONFLICT (carrier_code, waybill) DO UPDATE
   SET order_id = EXCLUDED.order_id, parcel_id = EXCLUDED.parcel_id, claimed_at = EXCLUDED.claimed_at
 WHERE waybill_claim.claimed_at <= $2::timestamptz - $6::interval
RETURNING carrier_code, waybill
"""


async def claim_waybills(
    work: Work, order_id: int, claims: Sequence[Claim], reuse_after: timedelta
) -> set[tuple[str, str]]:
    """Claims waybills that nobody used within a span; tells which were free. A waybill is nobody's row."""
    rows = await work.db.fetch(
        _CLAIM, order_id, work.now, [c.carrier_code for c in claims], [c.waybill for c in claims],
        [c.parcel_id for c in claims], reuse_after,
    )  # fmt: skip
    return {(row["carrier_code"], row["waybill"]) for row in rows}


async def claimed_by(work: Work, carrier_code: str, waybill: str) -> tuple[int, int] | None:
    """The order and parcel a waybill stands for; asked for carriers' messages only."""
    row = await work.db.fetchrow(
        "SELECT order_id, parcel_id FROM waybill_claim WHERE carrier_code = $1 AND waybill = $2",
        carrier_code,
        waybill,
    )
    return (row["order_id"], row["parcel_id"]) if row else None


_ADD = """
WITH sent AS (
    INSERT INTO parcel (order_id, parcel_id, parcel_no, number, buyer_id, seller_id, kind, carrier_code, waybill,
                        shipped_at, shipped_by, confirm_due_at)
    SELECT $1, parcel_id, parcel_no, $2, $3, $4, kind, carrier_code, waybill, $5, $6, confirm_due_at
      FROM unnest($7::bigint[], $8::int[], $9::text[], $10::text[], $11::text[], $12::timestamptz[])
        AS p(parcel_id, parcel_no, kind, carrier_code, waybill, confirm_due_at)
)
INSERT INTO parcel_line (order_id, parcel_id, line_no, quantity)
SELECT $1, parcel_id, line_no, quantity
  FROM unnest($13::bigint[], $14::int[], $15::bigint[]) AS l(parcel_id, line_no, quantity)
"""


async def add_parcels(work: Work, parcels: Sequence[Parcel]) -> None:
    """Writes parcels of one order with what is in them. The order is locked by the caller."""
    first = parcels[0]
    lines = [(p.parcel_id, line_no, quantity) for p in parcels for line_no, quantity in p.lines.items()]
    await work.db.execute(
        _ADD, first.order_id, first.number, first.buyer_id, first.seller_id, work.now, work.actor.person_id,
        [p.parcel_id for p in parcels], [p.parcel_no for p in parcels], [p.kind for p in parcels],
        [p.carrier_code for p in parcels], [p.waybill for p in parcels], [p.confirm_due_at for p in parcels],
        *[[line[i] for line in lines] for i in range(3)],
    )  # fmt: skip


COLUMNS = """
p.order_id, p.parcel_id, p.parcel_no, p.number, p.buyer_id, p.seller_id, p.kind, p.carrier_code, p.waybill,
       p.shipped_at, p.tracked, p.signed_at, p.confirm_due_at, p.received_at, p.received_by, p.paused_at,
       (SELECT array_agg(ARRAY[line_no, quantity] ORDER BY line_no) FROM parcel_line l
         WHERE l.order_id = p.order_id AND l.parcel_id = p.parcel_id) AS lines,
       (SELECT array_agg(ARRAY[line_no, apart] ORDER BY line_no) FROM parcel_line l
         WHERE l.order_id = p.order_id AND l.parcel_id = p.parcel_id AND l.apart > 0) AS apart,
       (SELECT json_agg(json_build_object('side', side, 'days', days)) FROM parcel_extension e
         WHERE e.order_id = p.order_id AND e.parcel_id = p.parcel_id) AS extensions
"""
_PARCELS = f"SELECT {COLUMNS} FROM parcel p WHERE p.order_id = $1 ORDER BY p.parcel_no"


async def parcels(work: Work, order_id: int) -> list[Parcel]:
    """The parcels of an order that the caller has read or locked within its reach."""
    return [parcel_of(row) for row in await work.db.fetch(_PARCELS, order_id)]


def parcel_of(row: asyncpg.Record) -> Parcel:
    """A parcel from its row."""
    return Parcel(
        **dict(row)
        | {
            "kind": ParcelKind(row["kind"]),
            "lines": dict(row["lines"]),
            "apart": dict(row["apart"] or ()),
            "extensions": msgspec.json.decode(row["extensions"] or "[]", type=tuple[Extension, ...]),
        }
    )


async def mark_received(work: Work, order_id: int, parcel_ids: Collection[int], by: str) -> None:
    """Notes that parcels were received. The order is locked by the caller."""
    await work.db.execute(
        "UPDATE parcel SET received_at = $3, received_by = $4 WHERE order_id = $1 AND parcel_id = ANY ($2::bigint[])",
        order_id, list(parcel_ids), work.now, by,
    )  # fmt: skip


async def move_clock(work: Work, parcel: Parcel) -> None:
    """Writes what is known of a parcel's way and until when it waits. The order is locked by the caller."""
    await work.db.execute(
        "UPDATE parcel SET tracked = $3, signed_at = $4, confirm_due_at = $5 WHERE order_id = $1 AND parcel_id = $2",
        parcel.order_id, parcel.parcel_id, parcel.tracked, parcel.signed_at, parcel.confirm_due_at,
    )  # fmt: skip


async def add_extension(work: Work, parcel: Parcel, extension: Extension) -> None:
    """Writes that a side gave more time. The order is locked by the caller."""
    await work.db.execute(
        "INSERT INTO parcel_extension (order_id, parcel_id, extension_id, side, days, extended_at, person_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        parcel.order_id, parcel.parcel_id, work.new_id(), extension.side, extension.days, work.now,
        work.actor.person_id,
    )  # fmt: skip


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One station of a parcel, as the carrier tells it."""

    parcel_id: int
    scan_id: str
    state: int
    scanned_at: datetime
    place: Bilingual
    note: str


async def add_scan(work: Work, order_id: int, scan: Scan) -> bool:
    """Writes a scan; tells whether it was new. The order is locked by the caller."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO parcel_scan (order_id, parcel_id, scan_id, state, scanned_at, place, note, told_at)"
            " VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8) ON CONFLICT DO NOTHING RETURNING true",
            order_id, scan.parcel_id, scan.scan_id, scan.state, scan.scanned_at,
            msgspec.json.encode(scan.place).decode(), scan.note, work.now,
        )
    )  # fmt: skip


async def scans(work: Work, order_id: int) -> list[Scan]:
    """All scans of an order's parcels, newest first, for a caller who has read the order within its reach."""
    rows = await work.db.fetch(
        "SELECT parcel_id, scan_id, state, scanned_at, place, note FROM parcel_scan WHERE order_id = $1"
        " ORDER BY scanned_at DESC, scan_id DESC",
        order_id,
    )
    return [Scan(**dict(row) | {"place": msgspec.json.decode(row["place"], type=Bilingual)}) for row in rows]


async def add_message(work: Work, message_id: str, body: str) -> bool:
    """Writes a carrier's message as it came; tells whether it was new. It is nobody's row until it is worked."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO carrier_message (message_id, body, told_at) VALUES ($1, $2, $3)"
            " ON CONFLICT (message_id) DO NOTHING RETURNING true",
            message_id, body, work.now,
        )
    )  # fmt: skip


async def open_message(work: Work, message_id: str) -> str | None:
    """A message that was not worked yet, locked."""
    body: str | None = await work.db.fetchval(
        "SELECT body FROM carrier_message WHERE message_id = $1 AND worked_at IS NULL FOR UPDATE", message_id
    )
    return body


async def message_worked(work: Work, message_id: str, outcome: str) -> None:
    """Notes what became of a message."""
    await work.db.execute(
        "UPDATE carrier_message SET worked_at = $2, outcome = $3 WHERE message_id = $1",
        message_id,
        work.now,
        outcome,
    )


_APART = """
SELECT p.order_id, p.line_no, p.sent, p.received FROM (
    SELECT l.order_id, l.line_no, sum(l.quantity) AS sent,
           sum(CASE WHEN p.received_at IS NULL THEN l.apart ELSE l.quantity END) AS received
      FROM parcel_line l JOIN parcel p USING (order_id, parcel_id)
     WHERE l.order_id = ANY ($1::bigint[])
     GROUP BY l.order_id, l.line_no) AS p
"""


async def sums_of(work: Work, order_ids: Sequence[int]) -> Mapping[tuple[int, int], tuple[int, int]]:
    """What parcels hold of each line of these orders, and how much is no longer on its way; for `verify`."""
    rows = await work.db.fetch(_APART, list(order_ids))
    return {(row["order_id"], row["line_no"]): (int(row["sent"]), int(row["received"] or 0)) for row in rows}
