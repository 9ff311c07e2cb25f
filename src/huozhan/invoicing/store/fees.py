"""The market's own invoices: who issues them, months, documents and their files."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from huozhan.invoicing.fee import FeeInvoice, FeeState
from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_FIELDS = ", ".join(FeeInvoice.__struct_fields__)
_SHOWN = (
    "SELECT f.*, b.number AS of_number, ARRAY(SELECT format FROM fee_invoice_file x WHERE x.seller_id = f.seller_id"
    " AND x.document_id = f.document_id ORDER BY format) AS formats FROM fee_invoice f"
    " LEFT JOIN fee_invoice b ON b.seller_id = f.seller_id AND b.document_id = f.of_id"
)


def _document(row: Row) -> FeeInvoice:
    facts = {name: row[name] for name in FeeInvoice.__struct_fields__}
    return FeeInvoice(**(facts | {"state": FeeState(row["state"])}))


async def issuer(work: Work) -> Row | None:
    """How the market names itself."""
    row: Row | None = await work.db.fetchrow(
        "SELECT name, taxpayer_id FROM fee_issuer WHERE market_id = $1", work.terms.market_id
    )
    return row


async def set_issuer(work: Work, name: str, taxpayer_id: str) -> None:
    """Writes how the market names itself from now on."""
    await work.db.execute(
        "INSERT INTO fee_issuer (market_id, name, taxpayer_id, set_at, set_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (market_id) DO UPDATE SET name = $2, taxpayer_id = $3, set_at = $4, set_by = $5",
        work.terms.market_id, name, taxpayer_id, work.now, work.actor.person_id,
    )  # fmt: skip


async def last_month(work: Work) -> date | None:
    """The newest month that was billed."""
    month: date | None = await work.db.fetchval("SELECT max(month) FROM fee_month")
    return month


async def add_month(work: Work, month: date, charged_minor: int, returned_minor: int) -> bool:
    """Writes that a month is billed; tells whether it was new."""
    return bool(
        await work.db.fetchval(
            "INSERT INTO fee_month (month, charged_minor, returned_minor, billed_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING true",
            month, charged_minor, returned_minor, work.now,
        )
    )  # fmt: skip


async def add(work: Work, document: FeeInvoice) -> None:
    """Writes a new document."""
    await work.db.execute(
        "INSERT INTO fee_invoice (seller_id, document_id, month, of_id, amount_minor, tax_minor, rate_bp, seller_name,"
        " seller_taxpayer_id, state, tries, made_at, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        document.seller_id, document.document_id, document.month, document.of_id, document.amount_minor,
        document.tax_minor, document.rate_bp, document.seller_name, document.seller_taxpayer_id, document.state,
        document.tries, document.made_at,
    )  # fmt: skip


async def save(work: Work, document: FeeInvoice) -> None:
    """Writes a document after a move."""
    await work.db.execute(
        "UPDATE fee_invoice SET state = $3, number = $4, tries = $5, reason = $6, issued_at = $7, seller_name = $8,"
        " seller_taxpayer_id = $9, asked_at = $10 WHERE seller_id = $1 AND document_id = $2",
        document.seller_id, document.document_id, document.state, document.number, document.tries, document.reason,
        document.issued_at, document.seller_name, document.seller_taxpayer_id, work.now,
    )  # fmt: skip


async def save_red(work: Work, invoice: FeeInvoice) -> None:
    """Writes what of an invoice is taken back by now."""
    await work.db.execute(
        "UPDATE fee_invoice SET red_minor = $3, red_tax_minor = $4 WHERE seller_id = $1 AND document_id = $2",
        invoice.seller_id, invoice.document_id, invoice.red_minor, invoice.red_tax_minor,
    )  # fmt: skip


async def read(work: Work, seller_id: int, document_id: int) -> FeeInvoice | None:
    """One document; not scoped, because the worker asks."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM fee_invoice WHERE seller_id = $1 AND document_id = $2", seller_id, document_id
    )
    return _document(row) if row else None


async def lock(work: Work, seller_id: int, document_id: int) -> FeeInvoice | None:
    """One document, locked; the caller is the market."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM fee_invoice WHERE seller_id = $1 AND document_id = $2 FOR UPDATE",
        seller_id,
        document_id,
    )
    return _document(row) if row else None


async def lock_standing(work: Work, seller_id: int) -> list[FeeInvoice]:
    """A supplier's invoices of which something stands, the newest month first, locked."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM fee_invoice WHERE seller_id = $1 AND of_id = 0 AND red_minor < amount_minor"
        " ORDER BY month DESC FOR UPDATE",
        seller_id,
    )
    return [_document(row) for row in rows]


async def reds_waiting(work: Work, invoice: FeeInvoice) -> list[int]:
    """Red letters that waited for this invoice."""
    rows = await work.db.fetch(
        "SELECT document_id FROM fee_invoice WHERE seller_id = $1 AND of_id = $2 AND state = 'issuing' ORDER BY 1",
        invoice.seller_id, invoice.document_id,
    )  # fmt: skip
    return [row["document_id"] for row in rows]


async def take_silent(work: Work, asked_before: datetime, limit: int) -> list[FeeInvoice]:
    """Documents that were asked for too long ago; they count as asked for now."""
    rows = await work.db.fetch(
        "WITH silent AS (SELECT seller_id AS org, document_id AS id FROM fee_invoice WHERE state = 'issuing'"
        "  AND asked_at <= $1 ORDER BY asked_at LIMIT $3 FOR UPDATE SKIP LOCKED)"
        " UPDATE fee_invoice SET asked_at = $2 FROM silent WHERE seller_id = silent.org AND document_id = silent.id"
        f" RETURNING {_FIELDS}",
        asked_before, work.now, limit,
    )  # fmt: skip
    return [_document(row) for row in rows]


async def add_file(work: Work, seller_id: int, document_id: int, format_: str, content: bytes) -> None:
    """Keeps a file, once."""
    await work.db.execute(
        "INSERT INTO fee_invoice_file (seller_id, document_id, format, content) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        seller_id, document_id, format_, content,
    )  # fmt: skip


async def file(work: Work, document_id: int, format_: str) -> tuple[str, bytes] | None:
    """A file of a document of the actor's organisation, with the document's number."""
    row = await work.db.fetchrow(
        "SELECT f.number, x.content FROM fee_invoice f JOIN fee_invoice_file x USING (seller_id, document_id)"
        " WHERE f.seller_id = $1 AND f.document_id = $2 AND x.format = $3",
        work.actor.org_id, document_id, format_,
    )  # fmt: skip
    return (row["number"], row["content"]) if row else None


async def of_seller(work: Work, before: int, limit: int) -> Sequence[Row]:
    """Documents of the actor's organisation, the newest first."""
    rows: Sequence[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE f.seller_id = $1 AND f.document_id < $2 ORDER BY f.document_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def failed(work: Work, limit: int) -> Sequence[Row]:
    """What the tax party refused, or answered otherwise than asked; the market's own, so not scoped."""
    rows: Sequence[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE f.state = 'failed' OR f.reason <> '' ORDER BY f.document_id LIMIT $1", limit
    )
    return rows


async def months(work: Work, limit: int) -> Sequence[Row]:
    """The newest months with how far their documents are."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT m.month, m.charged_minor, m.returned_minor, count(f.document_id)::int AS documents,"
        " count(*) FILTER (WHERE f.state = 'issued')::int AS issued, count(*) FILTER (WHERE f.state = 'failed')::int AS failed"
        " FROM fee_month m LEFT JOIN fee_invoice f USING (month) GROUP BY m.month ORDER BY m.month DESC LIMIT $1",
        limit,
    )
    return rows


async def billed(work: Work) -> dict[tuple[date, int], tuple[int, int]]:
    """What documents say was charged and returned, by month and supplier; the whole market's."""
    rows = await work.db.fetch(
        "SELECT month, seller_id, coalesce(sum(amount_minor) FILTER (WHERE of_id = 0), 0)::bigint AS charged,"
        " coalesce(sum(amount_minor) FILTER (WHERE of_id <> 0), 0)::bigint AS returned"
        " FROM fee_invoice GROUP BY month, seller_id"
    )
    return {(row["month"], row["seller_id"]): (row["charged"], row["returned"]) for row in rows}


async def first_and_last(work: Work) -> tuple[date, date] | None:
    """The months that were billed, from the first to the last."""
    row = await work.db.fetchrow("SELECT min(month) AS first, max(month) AS last FROM fee_month")
    return (row["first"], row["last"]) if row["first"] else None
