"""Carriers' bills line by line; the market's own, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from huozhan.carriage.bill import BillLine, LineState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_FIELDS = ", ".join(f"l.{name}" for name in BillLine.__struct_fields__)


async def add(work: Work, lines: Sequence[BillLine]) -> None:
    """Keeps a bill line by line."""
    await work.db.execute(
        "INSERT INTO carrier_bill_line (on_day, nth, carrier_id, bill_txn, order_id, waybill_id, waybill, weight_g,"
        " amount_minor, currency, billed_at, sort, state, payable_minor) SELECT * FROM unnest($1::date[], $2::int[],"
        " $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::int[], $9::bigint[], $10::text[],"
        " $11::timestamptz[], $12::text[], $13::text[], $14::bigint[])",
        *[[getattr(line, name) for line in lines] for name in BillLine.__struct_fields__[:14]],
    )  # fmt: skip


async def lock(work: Work, on: date, nth: int) -> BillLine | None:
    """One line, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM carrier_bill_line l WHERE on_day = $1 AND nth = $2 FOR UPDATE", on, nth
    )
    return _line(row) if row else None


async def is_agreed(work: Work, order_id: int, waybill_id: int) -> bool:
    """Whether a line of this waybill is owed already."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM carrier_bill_line WHERE order_id = $1 AND waybill_id = $2 AND state = 'agreed'",
            order_id,
            waybill_id,
        )
    )


async def end(work: Work, line: BillLine, state: LineState, payable_minor: int, reason: str) -> None:
    """Writes what became of a line. It is locked by the caller."""
    await work.db.execute(
        "UPDATE carrier_bill_line SET state = $3, payable_minor = $4, ended_at = $5, ended_by = $6, reason = $7"
        " WHERE on_day = $1 AND nth = $2",
        line.on_day, line.nth, state, payable_minor, work.now, work.actor.person_id, reason,
    )  # fmt: skip


async def explained(work: Work, limit: int) -> list[BillLine]:
    """Lines that wait although our charge says the same by now, and no other line of it is owed; locked."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM carrier_bill_line l JOIN freight_charge f USING (order_id, waybill_id)"
        " WHERE l.state = 'open' AND l.sort IN ('state_differs', 'amount_differs') AND f.state IN ('due', 'taken')"
        "   AND f.supplier_minor + f.market_minor = l.amount_minor AND NOT EXISTS (SELECT 1 FROM carrier_bill_line a"
        "    WHERE a.order_id = l.order_id AND a.waybill_id = l.waybill_id AND a.state = 'agreed')"
        " ORDER BY l.on_day, l.nth LIMIT $1 FOR UPDATE OF l",
        limit,
    )
    return [_line(row) for row in rows]


async def page(work: Work, states: Sequence[str], before: tuple[date, int], limit: int) -> list[Row]:
    """Lines of these states with our charge beside them, the newest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT l.*, f.supplier_minor + f.market_minor AS ours_minor, f.weight_g AS ours_weight_g, f.state AS charge_state,"
        " f.order_number, f.region_code, f.terms_version FROM carrier_bill_line l"
        " LEFT JOIN freight_charge f USING (order_id, waybill_id)"
        " WHERE l.state = ANY ($1::text[]) AND (l.on_day, l.nth) < ($2, $3) ORDER BY l.on_day DESC, l.nth DESC LIMIT $4",
        list(states), *before, limit,
    )  # fmt: skip
    return rows


async def waiting(work: Work, limit: int) -> int:
    """How many lines wait for a person, counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM carrier_bill_line WHERE state IN ('open', 'disputed') LIMIT $1) AS waiting",
        limit,
    )
    return count


_PAYABLE = """
FROM carrier_bill_line l JOIN freight_charge f USING (order_id, waybill_id)
WHERE l.state = 'agreed' AND l.payout_id = 0 AND f.state = 'taken'
"""


async def payable(work: Work, carrier_id: int) -> tuple[int, int]:
    """What is agreed and in the book and not asked for yet: (amount, lines)."""
    row = await work.db.fetchrow(
        f"SELECT coalesce(sum(l.payable_minor), 0)::bigint AS amount_minor, count(*)::int AS lines {_PAYABLE}"
        " AND f.carrier_id = $1",
        carrier_id,
    )
    return row["amount_minor"], row["lines"]


async def take_up(work: Work, carrier_id: int, payout_id: int) -> int:
    """Puts what is payable into one payment and tells how much it is. The contract is locked by the caller."""
    rows = await work.db.fetch(
        "UPDATE carrier_bill_line SET payout_id = $2 WHERE (on_day, nth) IN"
        f" (SELECT l.on_day, l.nth {_PAYABLE} AND f.carrier_id = $1) RETURNING payable_minor",
        carrier_id,
        payout_id,
    )
    return sum(row["payable_minor"] for row in rows)


async def let_go(work: Work, payout_id: int) -> None:
    """A payment did not go: its lines can be asked for again."""
    await work.db.execute(
        "UPDATE carrier_bill_line SET payout_id = 0 WHERE payout_id = $1 AND payout_id <> 0", payout_id
    )


def _line(row: Row) -> BillLine:
    return BillLine(**dict(row) | {"state": LineState(row["state"])})
