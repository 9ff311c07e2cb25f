"""Files of quarterly reports; they are the market's own, hence not scoped by an organisation."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_SHOWN = "report_id, year, quarter, format, lang, state, sellers, orders, gross_minor, returns_minor, sha256, asked_at, made_at"


async def add(work: Work, report_id: int, year: int, quarter: int, format_: str) -> None:
    """A report that the worker is to make."""
    await work.db.execute(
        "INSERT INTO tax_report (report_id, year, quarter, format, lang, state, asked_at, asked_by)"
        " VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7)",
        report_id, year, quarter, format_, work.actor.lang, work.now, work.actor.person_id,
    )  # fmt: skip


async def one(work: Work, report_id: int) -> Row | None:
    """One report without its content."""
    row: Row | None = await work.db.fetchrow(
        f"SELECT {_SHOWN} FROM tax_report WHERE report_id = $1", report_id
    )
    return row


async def newest(work: Work, limit: int) -> list[Row]:
    """The newest reports."""
    rows: list[Row] = await work.db.fetch(
        f"SELECT {_SHOWN} FROM tax_report ORDER BY report_id DESC LIMIT $1", limit
    )
    return rows


async def content(work: Work, report_id: int) -> bytes | None:
    """A report's file, once it is made."""
    found: bytes | None = await work.db.fetchval(
        "SELECT content FROM tax_report WHERE report_id = $1", report_id
    )
    return found


async def keep(
    work: Work, report_id: int, state: str, content_: bytes, sha256: bytes, sums: tuple[int, int, int, int]
) -> None:
    """Keeps the file of a report that waits; sums are sellers, orders, gross, returns."""
    await work.db.execute(
        "UPDATE tax_report SET state = $2, content = $3, sha256 = $4, made_at = $5, sellers = $6, orders = $7,"
        " gross_minor = $8, returns_minor = $9 WHERE report_id = $1 AND state = 'waiting'",
        report_id, state, content_, sha256, work.now, *sums,
    )  # fmt: skip
