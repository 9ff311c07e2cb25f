"""Files of fund records as rows; they belong to their organisation."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_SHOWN = (
    "SELECT org_id, export_id, kind, side, format, lang, from_on, until_on, wanted, state, lines_total, lines_done,"
    " trouble, opening_minor, closing_minor, sha256, asked_at, ended_at FROM fund_export"
)


async def add(
    work: Work, export_id: int, *, kind: str, side: str, format_: str, lang: str, from_on: date, until_on: date,
    wanted: str, lines_total: int, opening_minor: int, closing_minor: int,
) -> None:  # fmt: skip
    """Writes that somebody wants a file."""
    await work.db.execute(
        "INSERT INTO fund_export (org_id, export_id, kind, side, format, lang, from_on, until_on, wanted, state,"
        " lines_total, opening_minor, closing_minor, asked_at, asked_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, 'waiting', $10, $11, $12, $13, $14)",
        work.actor.org_id, export_id, kind, side, format_, lang, from_on, until_on, wanted, lines_total, opening_minor,
        closing_minor, work.now, work.actor.person_id,
    )  # fmt: skip


async def waiting(work: Work) -> int:
    """How many files of the organisation are not written yet."""
    number: int = await work.db.fetchval(
        "SELECT count(*)::int FROM fund_export WHERE org_id = $1 AND state = 'waiting'", work.actor.org_id
    )
    return number


async def of_org(work: Work, before: int, limit: int) -> list[Row]:
    """Files of the actor's organisation, newest first."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE org_id = $1 AND export_id < $2 ORDER BY export_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def show(work: Work, org_id: int, export_id: int) -> Row | None:
    """One file of an organisation, without its content."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE org_id = $1 AND export_id = $2", org_id, export_id
    )
    return row


async def lock(work: Work, org_id: int, export_id: int) -> Row | None:
    """The same, locked."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE org_id = $1 AND export_id = $2 FOR UPDATE", org_id, export_id
    )
    return row


async def content(work: Work, export_id: int) -> bytes | None:
    """What a file of the actor's organisation holds."""
    found: bytes | None = await work.db.fetchval(
        "SELECT content FROM fund_export WHERE org_id = $1 AND export_id = $2", work.actor.org_id, export_id
    )
    return found


async def progress(work: Work, org_id: int, export_id: int, done: int) -> None:
    """Writes how far the worker has come."""
    await work.db.execute(
        "UPDATE fund_export SET lines_done = $3 WHERE org_id = $1 AND export_id = $2 AND ended_at IS NULL",
        org_id, export_id, done,
    )  # fmt: skip


async def end(
    work: Work, org_id: int, export_id: int, *, state: str, content: bytes | None, sha256: bytes | None, trouble: str
) -> None:  # fmt: skip
    """Writes how a file has ended; its hash can be asked about from now on."""
    await work.db.execute(
        "WITH known AS (INSERT INTO fund_export_hash (sha256, org_id, export_id) SELECT $5::bytea, $1, $2"
        "  WHERE $5::bytea IS NOT NULL ON CONFLICT (sha256) DO NOTHING)"
        " UPDATE fund_export SET state = $3, content = $4, sha256 = $5, trouble = $6, ended_at = $7,"
        "  lines_done = CASE WHEN $3 = 'done' THEN lines_total ELSE lines_done END"
        "  WHERE org_id = $1 AND export_id = $2",
        org_id, export_id, state, content, sha256, trouble, work.now,
    )  # fmt: skip


async def by_hash(work: Work, sha256: bytes) -> Row | None:
    """The file with a hash, whosoever it is: who holds the file knows what is in it."""
    named = await work.db.fetchrow("SELECT org_id, export_id FROM fund_export_hash WHERE sha256 = $1", sha256)
    return await show(work, named["org_id"], named["export_id"]) if named else None
