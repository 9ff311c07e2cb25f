"""Rows of red letters."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.invoicing.invoice import RedState
from huozhan.invoicing.sharing import RedLine
from huozhan.kernel.work import Work

Row = Mapping[str, Any]


class Red(msgspec.Struct, frozen=True, kw_only=True):
    """A red letter as it is read from its row."""

    invoice_id: int
    red_id: int
    order_id: int
    state: RedState
    amount_minor: int
    tax_minor: int
    lines: tuple[RedLine, ...]
    number: str
    tries: int
    reason: str
    asked_at: datetime
    confirm_due_at: datetime | None
    confirmed_by: str
    issued_at: datetime | None


def _red(row: Row) -> Red:
    return Red(
        **{name: row[name] for name in Red.__struct_fields__}
        | {
            "state": RedState(row["state"]),
            "lines": msgspec.json.decode(row["lines"], type=tuple[RedLine, ...]),
        }
    )


async def add(work: Work, red: Red) -> None:
    """A new red letter; there is one at a time on an invoice."""
    await work.db.execute(
        "INSERT INTO invoice_red (invoice_id, red_id, order_id, state, amount_minor, tax_minor, lines, reason, asked_at,"
        " confirm_due_at, confirmed_by, tries) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12)",
        red.invoice_id, red.red_id, red.order_id, red.state, red.amount_minor, red.tax_minor,
        msgspec.json.encode(red.lines).decode(), red.reason, red.asked_at, red.confirm_due_at, red.confirmed_by,
        red.tries,
    )  # fmt: skip


async def save(work: Work, red: Red) -> None:
    """Writes a red letter after a move; its invoice is locked by the caller."""
    await work.db.execute(
        "UPDATE invoice_red SET state = $3, number = $4, tries = $5, reason = $6, confirmed_by = $7, issued_at = $8"
        " WHERE invoice_id = $1 AND red_id = $2",
        red.invoice_id, red.red_id, red.state, red.number, red.tries, red.reason, red.confirmed_by, red.issued_at,
    )  # fmt: skip


async def of_invoice(work: Work, invoice_id: int) -> list[Red]:
    """The red letters of an invoice, the oldest first."""
    rows = await work.db.fetch("SELECT * FROM invoice_red WHERE invoice_id = $1 ORDER BY red_id", invoice_id)
    return [_red(row) for row in rows]


async def open_of(work: Work, invoice_id: int) -> Red | None:
    """The red letter of a locked invoice that is not issued yet."""
    row = await work.db.fetchrow(
        "SELECT * FROM invoice_red WHERE invoice_id = $1 AND state <> 'issued'", invoice_id
    )
    return _red(row) if row else None


async def under_way(work: Work, order_id: int) -> int:
    """What red letters that are not issued yet will take back of an order, on all of its invoices."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(r.amount_minor), 0)::bigint FROM invoice_red r JOIN invoice_part p USING (invoice_id, order_id)"
        " WHERE p.order_id = $1 AND r.state <> 'issued'",
        order_id,
    )
    return amount_minor


async def invoice_of(work: Work, red_id: int) -> int | None:
    """The invoice of a red letter."""
    found: int | None = await work.db.fetchval("SELECT invoice_id FROM invoice_red WHERE red_id = $1", red_id)
    return found


async def taken_back(work: Work, red: Red) -> None:
    """Notes on lines, part and invoice what an issued red letter took back of them."""
    lines: Sequence[RedLine] = red.lines
    await work.db.execute(
        "WITH lined AS (UPDATE invoice_line l SET red_minor = red_minor + n.amount, red_tax_minor = red_tax_minor + n.tax"
        "   FROM unnest($3::int[], $4::bigint[], $5::bigint[]) AS n(line_no, amount, tax)"
        "   WHERE l.invoice_id = $1 AND l.line_no = n.line_no)"
        " UPDATE invoice_part SET red_minor = red_minor + $6 WHERE invoice_id = $1 AND order_id = $2",
        red.invoice_id, red.order_id, [line.line_no for line in lines], [line.amount_minor for line in lines],
        [line.tax_minor for line in lines], red.amount_minor,
    )  # fmt: skip
