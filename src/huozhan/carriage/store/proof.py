"""What carriage says of all freight, to be compared with the ledger; the whole market, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]
FINDINGS_MAX = 100
_SIGNED = "sum(CASE WHEN b.kind = 'back' THEN -b.amount_minor ELSE b.amount_minor END)"


async def charged(work: Work) -> dict[int, int]:
    """What each carrier was ever owed, by the bookings of its waybills."""
    rows = await work.db.fetch(
        f"SELECT b.carrier_id, {_SIGNED}::bigint AS amount_minor FROM freight_booking b GROUP BY b.carrier_id"
    )
    return {row["carrier_id"]: row["amount_minor"] for row in rows}


async def charges_apart(work: Work) -> list[Row]:
    """Charges that are not the sum of their bookings; what is not taken yet has none."""
    rows: list[Row] = await work.db.fetch(
        "SELECT f.order_id, f.waybill_id, f.state, f.supplier_minor + f.market_minor AS charged_minor, b.booked_minor"
        "  FROM freight_charge f LEFT JOIN LATERAL"
        f"  (SELECT coalesce({_SIGNED}, 0)::bigint AS booked_minor FROM freight_booking b"
        "    WHERE b.order_id = f.order_id AND b.waybill_id = f.waybill_id) AS b ON true"
        " WHERE b.booked_minor <> CASE f.state WHEN 'taken' THEN f.supplier_minor + f.market_minor ELSE 0 END LIMIT $1",
        FINDINGS_MAX,
    )
    return rows


async def bills_apart(work: Work) -> list[Row]:
    """Lines that are owed in another amount than their waybill is charged."""
    rows: list[Row] = await work.db.fetch(
        "SELECT l.on_day, l.nth, l.payable_minor, f.supplier_minor + f.market_minor AS charged_minor"
        "  FROM carrier_bill_line l JOIN freight_charge f USING (order_id, waybill_id)"
        " WHERE l.state = 'agreed' AND l.payable_minor <> f.supplier_minor + f.market_minor LIMIT $1",
        FINDINGS_MAX,
    )
    return rows


async def by_payout(work: Work) -> dict[int, int]:
    """What the lines of each payment come to."""
    rows = await work.db.fetch(
        "SELECT payout_id, sum(payable_minor)::bigint AS amount_minor FROM carrier_bill_line WHERE payout_id <> 0"
        " GROUP BY payout_id"
    )
    return {row["payout_id"]: row["amount_minor"] for row in rows}


async def by_state(work: Work) -> list[Row]:
    """What is charged of each carrier's waybills by how far its bills are: (carrier, state, payment, amount).

    A waybill counts once: by the line that is owed, else by one that is disputed, else by one that waits.
    """
    rows: list[Row] = await work.db.fetch(
        "SELECT f.carrier_id, coalesce(l.state, '') AS state, coalesce(l.payout_id, 0) AS payout_id,"
        "       sum(f.supplier_minor + f.market_minor)::bigint AS amount_minor"
        "  FROM freight_charge f LEFT JOIN LATERAL (SELECT state, payout_id FROM carrier_bill_line l"
        "    WHERE l.order_id = f.order_id AND l.waybill_id = f.waybill_id AND l.state <> 'void'"
        "    ORDER BY array_position(ARRAY['agreed', 'disputed', 'open'], l.state) LIMIT 1) AS l ON true"
        " WHERE f.state = 'taken' GROUP BY 1, 2, 3"
    )
    return rows


async def unpaid_since(work: Work, on_their_way: Sequence[int]) -> datetime | None:
    """When the oldest freight was booked that no payment has reached a carrier for; those payments have not arrived yet."""
    since: datetime | None = await work.db.fetchval(
        "SELECT min(f.taken_at) FROM freight_charge f LEFT JOIN carrier_bill_line l"
        "    ON l.order_id = f.order_id AND l.waybill_id = f.waybill_id AND l.state = 'agreed'"
        " WHERE f.state = 'taken' AND f.supplier_minor + f.market_minor > 0"
        "   AND (coalesce(l.payout_id, 0) = 0 OR l.payout_id = ANY ($1::bigint[]))",
        on_their_way,
    )
    return since
