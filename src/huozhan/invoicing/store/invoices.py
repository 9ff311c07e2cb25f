"""Rows of invoices, their parts, lines, moves and files."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.invoicing.invoice import WITH_SELLER, Invoice, InvoiceState, Kind
from huozhan.invoicing.sharing import LineToInvoice, OnInvoice
from huozhan.kernel.work import Work
from huozhan.ordering import LineToTax

Row = Mapping[str, Any]
_COLUMNS = ", ".join(Invoice.__struct_fields__)
_OPEN = [state.value for state in WITH_SELLER]


def _invoice(row: Row) -> Invoice:
    return Invoice(
        **{name: row[name] for name in Invoice.__struct_fields__}
        | {"state": InvoiceState(row["state"]), "kind": Kind(row["kind"])}
    )


async def lock(work: Work, invoice_id: int, side: str = "") -> Invoice | None:
    """One invoice, locked; with a side, only where the actor's organisation has it."""
    assert side in {"", "seller", "buyer"}
    scope, arguments = (f" AND {side}_id = $2", [work.actor.org_id]) if side else ("", [])
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM invoice WHERE invoice_id = $1{scope} FOR UPDATE", invoice_id, *arguments
    )
    return _invoice(row) if row else None


async def read(work: Work, invoice_id: int) -> Invoice | None:
    """One invoice of either side of the actor's organisation (the system reaches all); only read."""
    row = await work.db.fetchrow(
        f"SELECT {_COLUMNS} FROM invoice WHERE invoice_id = $1 AND ($2 OR buyer_id = $3 OR seller_id = $3)",
        invoice_id, work.actor.kind == "system", work.actor.org_id,
    )  # fmt: skip
    return _invoice(row) if row else None


async def ids_of_orders(work: Work, order_ids: Collection[int]) -> list[int]:
    """The invoices that orders are on, in order of id; those that are closed or void are left out."""
    rows = await work.db.fetch(
        "SELECT DISTINCT invoice_id FROM invoice_part JOIN invoice USING (invoice_id)"
        " WHERE order_id = ANY ($1::bigint[]) AND state NOT IN ('closed', 'deprecated') ORDER BY invoice_id",
        list(order_ids),
    )
    return [row["invoice_id"] for row in rows]


async def add(work: Work, invoice: Invoice, parts: Mapping[int, tuple[str, int]]) -> None:
    """A new request with its parts: order number and amount by order."""
    await work.db.execute(
        "WITH moved AS (INSERT INTO invoice_move (invoice_id, move_id, event, state, moved_at, org_id, person_id, door,"
        "   reason) VALUES ($1, $1, 'ask', $5, $10, $12, $11, $13, '')),"
        " parted AS (INSERT INTO invoice_part (invoice_id, order_id, order_number, amount_minor)"
        "   SELECT $1, * FROM unnest($15::bigint[], $16::text[], $17::bigint[]))"
        " INSERT INTO invoice (invoice_id, seller_id, buyer_id, kind, state, title_kind, details, amount_minor, tax_minor,"
        "   asked_at, asked_by, due_at, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $14, $18)",
        invoice.invoice_id, invoice.seller_id, invoice.buyer_id, invoice.kind, invoice.state, invoice.title_kind,
        invoice.details, invoice.amount_minor, invoice.tax_minor, work.now, work.actor.person_id, work.actor.org_id,
        work.actor.door or work.actor.kind, invoice.due_at, list(parts), [one[0] for one in parts.values()],
        [one[1] for one in parts.values()], invoice.note,
    )  # fmt: skip


async def add_lines(
    work: Work, invoice_id: int, lines: Sequence[tuple[LineToInvoice, LineToTax]], first: int = 1
) -> None:
    """The lines of an invoice, numbered through."""
    await work.db.executemany(
        "INSERT INTO invoice_line (invoice_id, line_no, order_id, order_line_no, title, options, unit, quantity,"
        " amount_minor, rate_bp, tax_minor) VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9, $10, $11)",
        [
            (invoice_id, no, line.order_id, line.order_line_no, msgspec.json.encode(goods.title).decode(),
             msgspec.json.encode(goods.options).decode(), goods.unit, goods.quantity, line.amount_minor,
             line.rate_bp, line.tax_minor)
            for no, (line, goods) in enumerate(lines, start=first)
        ],
    )  # fmt: skip


async def lines(work: Work, invoice_id: int) -> list[Row]:
    """The lines of an invoice as they are shown."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM invoice_line WHERE invoice_id = $1 ORDER BY line_no", invoice_id
    )
    return rows


async def lines_standing(work: Work, invoice_id: int, order_id: int = 0) -> list[OnInvoice]:
    """The lines of an invoice, or those of one of its orders, as money."""
    rows = await work.db.fetch(
        "SELECT * FROM invoice_line WHERE invoice_id = $1 AND ($2::bigint = 0 OR order_id = $2::bigint) ORDER BY line_no",
        invoice_id,
        order_id,
    )
    return [OnInvoice(**{name: row[name] for name in OnInvoice.__struct_fields__}) for row in rows]


async def invoiced(work: Work, order_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """What stands on invoices or is asked for, by order and line."""
    rows = await work.db.fetch(
        "SELECT l.order_id, l.order_line_no, sum(l.amount_minor - l.red_minor)::bigint AS stands"
        "  FROM invoice_line l JOIN invoice i USING (invoice_id)"
        " WHERE l.order_id = ANY ($1::bigint[]) AND i.state NOT IN ('closed', 'deprecated')"
        " GROUP BY l.order_id, l.order_line_no",
        list(order_ids),
    )
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["order_id"], {})[row["order_line_no"]] = row["stands"]
    return found


async def parts(work: Work, invoice_id: int) -> list[Row]:
    """The orders on an invoice with what of each is on it."""
    rows: list[Row] = await work.db.fetch(
        "SELECT order_id, order_number, amount_minor, red_minor FROM invoice_part WHERE invoice_id = $1 ORDER BY order_id",
        invoice_id,
    )
    return rows


async def lessen(
    work: Work, invoice_id: int, order_id: int, lines_less: Mapping[int, tuple[int, int]]
) -> None:
    """Takes amounts and tax off lines of a request that is not issued, and off its part and its total."""
    less = sum(amount for amount, _ in lines_less.values())
    tax = sum(tax for _, tax in lines_less.values())
    await work.db.execute(
        "WITH lined AS (UPDATE invoice_line l SET amount_minor = amount_minor - n.less, tax_minor = tax_minor - n.tax"
        "   FROM unnest($3::int[], $4::bigint[], $5::bigint[]) AS n(line_no, less, tax)"
        "   WHERE l.invoice_id = $1 AND l.line_no = n.line_no),"
        " parted AS (UPDATE invoice_part SET amount_minor = amount_minor - $6 WHERE invoice_id = $1 AND order_id = $2)"
        " UPDATE invoice SET amount_minor = amount_minor - $6, tax_minor = tax_minor - $7 WHERE invoice_id = $1",
        invoice_id, order_id, list(lines_less), [one[0] for one in lines_less.values()],
        [one[1] for one in lines_less.values()], less, tax,
    )  # fmt: skip


async def save(
    work: Work, invoice: Invoice, event: str, *, reason: str = "", asked_party: bool = False
) -> None:
    """Writes a locked invoice after a move: who, when and why; `asked_party` notes that the tax party is asked now."""
    await work.db.execute(
        "WITH moved AS (INSERT INTO invoice_move (invoice_id, move_id, event, state, moved_at, org_id, person_id, door,"
        "  reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))"
        " UPDATE invoice SET state = $4, number = $10, is_external = $11, tries = $12, reason = $13, issued_at = $14,"
        "  red_minor = $15, asked_party_at = CASE WHEN $16 THEN $5 ELSE asked_party_at END WHERE invoice_id = $1",
        invoice.invoice_id, work.new_id(), event, invoice.state, work.now, work.actor.org_id, work.actor.person_id,
        work.actor.door or work.actor.kind, reason, invoice.number, invoice.is_external, invoice.tries, invoice.reason,
        invoice.issued_at, invoice.red_minor, asked_party,
    )  # fmt: skip


async def note_late(work: Work, invoice_id: int) -> None:
    """Notes that the due time passed without the invoice."""
    await work.db.execute("UPDATE invoice SET late_at = $2 WHERE invoice_id = $1", invoice_id, work.now)


async def claim_number(work: Work, number: str, invoice_id: int, red_id: int = 0) -> bool:
    """Takes a number for one invoice or red letter; False where another has it."""
    holder = await work.db.fetchrow(
        "INSERT INTO invoice_number AS n (number, invoice_id, red_id) VALUES ($1, $2, $3)"
        " ON CONFLICT (number) DO UPDATE SET number = n.number RETURNING n.invoice_id, n.red_id",
        number, invoice_id, red_id,
    )  # fmt: skip
    return (holder["invoice_id"], holder["red_id"]) == (invoice_id, red_id)


async def free_number(work: Work, number: str, invoice_id: int) -> None:
    """Lets go of a number that turned out not to be this invoice's."""
    await work.db.execute(
        "DELETE FROM invoice_number WHERE number = $1 AND invoice_id = $2 AND red_id = 0", number, invoice_id
    )


_LIST = (
    f"SELECT {_COLUMNS}, (SELECT array_agg(order_number ORDER BY order_id) FROM invoice_part p"
    " WHERE p.invoice_id = i.invoice_id) AS order_numbers FROM invoice i"
)


async def page(
    work: Work, side: str, states: Collection[str], before: int, limit: int
) -> list[tuple[Invoice, list[str]]]:
    """Invoices of one side of the actor's organisation, the newest first; in some states, or all where none is named."""
    assert side in {"seller", "buyer"}
    rows = await work.db.fetch(
        f"{_LIST} WHERE {side}_id = $1 AND invoice_id < $2 AND (cardinality($3::text[]) = 0 OR state = ANY ($3))"
        " ORDER BY invoice_id DESC LIMIT $4",
        work.actor.org_id, before, list(states), limit,
    )  # fmt: skip
    return [(_invoice(row), list(row["order_numbers"] or ())) for row in rows]


async def of_order(work: Work, order_id: int) -> list[tuple[Invoice, list[str]]]:
    """The invoices that an order of the actor's organisation is on, the newest first."""
    rows = await work.db.fetch(
        f"{_LIST} WHERE (buyer_id = $2 OR seller_id = $2) AND EXISTS (SELECT FROM invoice_part p"
        " WHERE p.invoice_id = i.invoice_id AND p.order_id = $1) ORDER BY invoice_id DESC",
        order_id, work.actor.org_id,
    )  # fmt: skip
    return [(_invoice(row), list(row["order_numbers"] or ())) for row in rows]


async def record(work: Work, since: datetime) -> Row:
    """A seller's figures since a moment: asked for and due by now, issued in time, late; and what waits now."""
    row: Row = await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE asked_at >= $2 AND state <> 'closed' AND (issued_at IS NOT NULL OR due_at <= $3))"
        "         ::int AS due,"
        "       count(*) FILTER (WHERE asked_at >= $2 AND state <> 'closed' AND issued_at IS NOT NULL AND late_at IS NULL)::int AS in_time,"
        "       count(*) FILTER (WHERE asked_at >= $2 AND state <> 'closed' AND late_at IS NOT NULL)::int AS late,"
        "       count(*) FILTER (WHERE state = ANY ($4))::int AS waiting"
        "  FROM invoice WHERE seller_id = $1",
        work.actor.org_id, since, work.now, _OPEN,
    )  # fmt: skip
    return row


async def moves(work: Work, invoice_id: int) -> list[Row]:
    """What happened to an invoice, the oldest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT event, state, moved_at, org_id, reason FROM invoice_move WHERE invoice_id = $1 ORDER BY move_id",
        invoice_id,
    )
    return rows


async def add_file(work: Work, invoice_id: int, red_id: int, format_: str, content: bytes) -> None:
    """Keeps a file of an invoice or red letter, sealed as its title is; the newest counts."""
    sealed = work.keyring.seal(b64encode(content).decode(), field="content", owner=invoice_id)
    await work.db.execute(
        "INSERT INTO invoice_file (invoice_id, red_id, format, content) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (invoice_id, red_id, format) DO UPDATE SET content = EXCLUDED.content",
        invoice_id, red_id, format_, sealed,
    )  # fmt: skip


async def files(work: Work, invoice_id: int) -> list[Row]:
    """Which files there are."""
    rows: list[Row] = await work.db.fetch(
        "SELECT red_id, format FROM invoice_file WHERE invoice_id = $1 ORDER BY red_id, format", invoice_id
    )
    return rows


async def file(work: Work, invoice_id: int, red_id: int, format_: str) -> bytes | None:
    """One file, opened."""
    sealed: bytes | None = await work.db.fetchval(
        "SELECT content FROM invoice_file WHERE invoice_id = $1 AND red_id = $2 AND format = $3",
        invoice_id, red_id, format_,
    )  # fmt: skip
    return b64decode(work.keyring.open(sealed, field="content", owner=invoice_id)) if sealed else None


async def asked_long_ago(work: Work, before: datetime, limit: int) -> list[int]:
    """Invoices about which the tax party was asked before a moment and has said nothing since."""
    rows = await work.db.fetch(
        "SELECT invoice_id FROM invoice WHERE state IN ('issuing', 'verifying', 'red_issuing', 'invaliding')"
        " AND asked_party_at <= $1 ORDER BY asked_party_at LIMIT $2",
        before,
        limit,
    )
    return [row["invoice_id"] for row in rows]


async def asked_now(work: Work, invoice_ids: Collection[int]) -> None:
    """Notes that the tax party is asked about these again."""
    await work.db.execute(
        "UPDATE invoice SET asked_party_at = $2 WHERE invoice_id = ANY ($1::bigint[])",
        list(invoice_ids), work.now,
    )  # fmt: skip


async def add_message(work: Work, message_id: str, body: str) -> bool:
    """Keeps what the tax party said; False where it said so before."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO tax_message (message_id, body, heard_at) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING true",
            message_id, body, work.now,
        )
    )  # fmt: skip


async def message_body(work: Work, message_id: str) -> str | None:
    """A kept message that was not worked yet."""
    found: str | None = await work.db.fetchval(
        "SELECT body FROM tax_message WHERE message_id = $1 AND outcome = ''", message_id
    )
    return found


async def message_worked(work: Work, message_id: str, outcome: str) -> None:
    """Notes what became of a message."""
    await work.db.execute("UPDATE tax_message SET outcome = $2 WHERE message_id = $1", message_id, outcome)


async def has_red(work: Work, invoice_id: int) -> bool:
    """Tells whether a red letter of an invoice was ever begun."""
    return bool(
        await work.db.fetchval("SELECT EXISTS (SELECT FROM invoice_red WHERE invoice_id = $1)", invoice_id)
    )


async def note_reason(work: Work, invoice_id: int, reason: str) -> None:
    """Notes what is the matter with an invoice that stays where it is."""
    await work.db.execute("UPDATE invoice SET reason = $2 WHERE invoice_id = $1", invoice_id, reason)


async def with_reason(work: Work, reason: str, limit: int) -> list[int]:
    """Invoices that wait for the tax party and carry this reason."""
    rows = await work.db.fetch(
        "SELECT invoice_id FROM invoice WHERE reason = $1 AND state IN ('issuing', 'red_issuing') LIMIT $2",
        reason,
        limit,
    )
    return [row["invoice_id"] for row in rows]


_LINES_APART = """
SELECT i.invoice_id, i.amount_minor, i.tax_minor, i.red_minor, s.amount, s.tax, s.red, p.amount AS parts, p.red AS parts_red
  FROM invoice i
  JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0)::bigint AS amount, coalesce(sum(tax_minor), 0)::bigint AS tax,
                       coalesce(sum(red_minor), 0)::bigint AS red
                  FROM invoice_line l WHERE l.invoice_id = i.invoice_id) s ON true
  JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0)::bigint AS amount, coalesce(sum(red_minor), 0)::bigint AS red
                  FROM invoice_part q WHERE q.invoice_id = i.invoice_id) p ON true
 WHERE (i.amount_minor, i.tax_minor, i.red_minor, i.amount_minor, i.red_minor)
       IS DISTINCT FROM (s.amount, s.tax, s.red, p.amount, p.red)
 ORDER BY i.invoice_id LIMIT $1
"""


async def lines_apart(work: Work, limit: int) -> list[Row]:
    """Invoices whose lines or parts do not come to their totals."""
    rows: list[Row] = await work.db.fetch(_LINES_APART, limit)
    return rows
