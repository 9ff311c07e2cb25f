"""Freight of waybills and its bookings as rows; callers name the waybill, suppliers see their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.carriage.charge import BOOKED, Charge, ChargeState
from huozhan.kernel.work import Work
from huozhan.payments import Ours

Row = Mapping[str, Any]
_FIELDS = ", ".join(f"f.{name}" for name in Charge.__struct_fields__)


async def add(work: Work, charge: Charge) -> None:
    """Writes that freight is expected."""
    await work.db.execute(
        "INSERT INTO freight_charge (order_id, waybill_id, carrier_id, seller_id, order_number, waybill, state,"
        " region_code, terms_version, weight_g) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        charge.order_id, charge.waybill_id, charge.carrier_id, charge.seller_id, charge.order_number, charge.waybill,
        charge.state, charge.region_code, charge.terms_version, charge.weight_g,
    )  # fmt: skip


async def lock(work: Work, order_id: int, waybill_id: int) -> Charge | None:
    """One charge, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM freight_charge f WHERE order_id = $1 AND waybill_id = $2 FOR UPDATE",
        order_id,
        waybill_id,
    )
    return _charge(row) if row else None


async def order_of(work: Work, waybill_id: int) -> int | None:
    """The order of a charge that a timer names."""
    order_id: int | None = await work.db.fetchval(
        "SELECT order_id FROM freight_charge WHERE waybill_id = $1 AND state = 'due'", waybill_id
    )
    return order_id


async def lock_due(work: Work, order_id: int) -> list[Charge]:
    """What of an order's freight waits for its release, locked, the first first."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM freight_charge f WHERE order_id = $1 AND state = 'due' ORDER BY waybill_id FOR UPDATE",
        order_id,
    )
    return [_charge(row) for row in rows]


async def due_of(work: Work, seller_id: int) -> int:
    """What of a supplier's freight was weighed and is not in the book yet."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(supplier_minor), 0)::bigint FROM freight_charge WHERE seller_id = $1 AND state = 'due'",
        seller_id,
    )
    return amount_minor


async def save(work: Work, charge: Charge) -> None:
    """Writes how a charge stands. It is locked by the caller."""
    await work.db.execute(
        "UPDATE freight_charge SET state = $3, weight_g = $4, supplier_minor = $5, market_minor = $6, picked_up_at = $7,"
        " taken_at = $8 WHERE order_id = $1 AND waybill_id = $2",
        charge.order_id, charge.waybill_id, charge.state, charge.weight_g, charge.supplier_minor, charge.market_minor,
        charge.picked_up_at, charge.taken_at,
    )  # fmt: skip


async def book(work: Work, charge: Charge, key: str, kind: str, parts: Mapping[str, int]) -> None:
    """Writes one movement of what a carrier is owed, by who gave it or has it back."""
    await work.db.execute(
        "INSERT INTO freight_booking (order_id, waybill_id, booking_key, kind, carrier_id, amount_minor, escrow_minor,"
        " available_minor, deposit_minor, debt_minor, market_minor, booked_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        charge.order_id, charge.waybill_id, key, kind, charge.carrier_id, sum(parts.values()),
        *(parts.get(name, 0) for name in ("escrow", "available", "deposit", "debt", "market")), work.now,
    )  # fmt: skip


async def of_seller(work: Work, before: int, limit: int) -> list[Charge]:
    """Freight of the acting supplier's waybills, the newest first."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM freight_charge f WHERE seller_id = $1 AND waybill_id < $2 ORDER BY waybill_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return [_charge(row) for row in rows]


_OURS = """
SELECT 'freight:' || c.carrier_code || '/' || f.waybill AS name, f.state = ANY ($1::text[]) AS is_booked,
       f.supplier_minor + f.market_minor AS amount_minor, f.picked_up_at AS at,
       coalesce((SELECT min(l.bill_txn) FROM carrier_bill_line l
                  WHERE l.order_id = f.order_id AND l.waybill_id = f.waybill_id AND l.state <> 'void'), '') AS txn,
       f.order_id, f.waybill_id, f.carrier_id
  FROM freight_charge f JOIN carrier_contract c USING (carrier_id)
"""


async def by_waybill(work: Work, waybills: Sequence[tuple[str, str]]) -> list[Row]:
    """What we hold for owed of these waybills (carrier's code, number), with the line that billed it before, locked."""
    rows: list[Row] = await work.db.fetch(
        f"{_OURS} JOIN unnest($2::text[], $3::text[]) AS w(carrier_code, waybill)"
        " ON w.carrier_code = c.carrier_code AND w.waybill = f.waybill"
        " ORDER BY f.order_id, f.waybill_id FOR UPDATE OF f",
        list(BOOKED), [code for code, _ in waybills], [number for _, number in waybills],
    )  # fmt: skip
    return rows


async def picked_up_between(work: Work, start: datetime, end: datetime) -> dict[str, Ours]:
    """What we hold for owed of what was picked up within a span of time, by name."""
    rows = await work.db.fetch(
        f"{_OURS} WHERE f.picked_up_at >= $2 AND f.picked_up_at < $3 AND f.state = ANY ($1::text[])",
        list(BOOKED),
        start,
        end,
    )
    return {row["name"]: ours_of(work, row) for row in rows}


def ours_of(work: Work, row: Row) -> Ours:
    """One of our rows as the comparison needs it."""
    return Ours(row["is_booked"], row["amount_minor"], row["at"] or work.now, row["txn"])


def _charge(row: Row) -> Charge:
    return Charge(**dict(row) | {"state": ChargeState(row["state"])})
