"""SQL of imports: the uploaded file, how far it is, and every bad cell."""

from collections.abc import Sequence
from typing import Any

from huozhan.catalogue.rows import Fault
from huozhan.kernel.work import Work

_SHOWN = (
    "import_id, seller_id, file_name, digest, state, rows_total, rows_bad, offers_total, offers_done, offers_changed,"
    " trouble, uploaded_at, uploaded_by, changed_at"
)


async def add(work: Work, import_id: int, file_name: str, digest: str, content: bytes) -> None:
    """Keeps an uploaded file."""
    await work.db.execute(
        "INSERT INTO import_run (import_id, seller_id, file_name, digest, content, state, uploaded_at, uploaded_by,"
        " changed_at) VALUES ($1, $2, $3, $4, $5, 'uploaded', $6, $7, $6)",
        import_id, work.actor.org_id, file_name, digest, content, work.now, work.actor.person_id,
    )  # fmt: skip


async def own(work: Work, import_id: int, *, lock: bool = False) -> Any:
    """One of the seller's imports, without the file."""
    return await work.db.fetchrow(
        f"SELECT {_SHOWN} FROM import_run WHERE import_id = $1 AND seller_id = $2" + (" FOR UPDATE" if lock else ""),
        import_id, work.actor.org_id,
    )  # fmt: skip


async def own_list(work: Work, before: int, limit: int) -> list[Any]:
    """The seller's imports, newest first."""
    rows: list[Any] = await work.db.fetch(
        f"SELECT {_SHOWN} FROM import_run WHERE seller_id = $1 AND import_id < $2 ORDER BY import_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def faults(work: Work, import_id: int, after: tuple[int, int], limit: int) -> list[Any]:
    """The bad cells of an import in the order of the file; the caller knows that it is the seller's own."""
    rows: list[Any] = await work.db.fetch(
        "SELECT row_no, fault_no, column_, code, found FROM import_fault"
        " WHERE import_id = $1 AND (row_no, fault_no) > ($2, $3) ORDER BY row_no, fault_no LIMIT $4",
        import_id, *after, limit,
    )  # fmt: skip
    return rows


async def file(work: Work, import_id: int) -> Any:
    """An import with its file, for the job that works it: by id alone, because the job acts for the market."""
    return await work.db.fetchrow(
        "SELECT import_id, seller_id, uploaded_by, state, offers_done, offers_total, content FROM import_run"
        " WHERE import_id = $1",
        import_id,
    )


async def note_checked(
    work: Work, import_id: int, *, rows_total: int, rows_bad: int, offers_total: int, faults: Sequence[Fault]
) -> None:
    """Writes what a dry run found; what an earlier one found is forgotten."""
    await work.db.execute("DELETE FROM import_fault WHERE import_id = $1", import_id)
    await add_faults(work, import_id, faults)
    await work.db.execute(
        "UPDATE import_run SET state = 'checked', rows_total = $2, rows_bad = $3, offers_total = $4, changed_at = $5"
        " WHERE import_id = $1 AND state = 'uploaded'",
        import_id, rows_total, rows_bad, offers_total, work.now,
    )  # fmt: skip


async def note_unreadable(work: Work, import_id: int, trouble: str) -> None:
    """Writes that no row could be read, and lets the file go."""
    await work.db.execute(
        "UPDATE import_run SET state = 'unreadable', trouble = $2, content = NULL, changed_at = $3 WHERE import_id = $1",
        import_id, trouble, work.now,
    )  # fmt: skip


async def note_applying(work: Work, import_id: int) -> None:
    """Writes that offers are published from now on."""
    await work.db.execute(
        "UPDATE import_run SET state = 'applying', changed_at = $2 WHERE import_id = $1", import_id, work.now
    )


async def note_progress(
    work: Work, import_id: int, *, before: int, done: int, changed: int, is_end: bool
) -> bool:
    """Writes how far the import is; False where another worker has gone further meanwhile."""
    noted = await work.db.fetchval(
        "UPDATE import_run SET offers_done = $3, offers_changed = offers_changed + $4, changed_at = $6,"
        " state = CASE WHEN $5 THEN 'applied' ELSE state END, content = CASE WHEN $5 THEN NULL ELSE content END"
        " WHERE import_id = $1 AND offers_done = $2 AND state = 'applying' RETURNING true",
        import_id, before, done, changed, is_end, work.now,
    )  # fmt: skip
    return bool(noted)


async def add_faults(work: Work, import_id: int, faults: Sequence[Fault]) -> None:
    """Writes bad cells, numbered within their row behind those already there."""
    await work.db.execute(
        "INSERT INTO import_fault (import_id, row_no, fault_no, column_, code, found)"
        " SELECT $1, f.row_no, row_number() OVER (PARTITION BY f.row_no ORDER BY f.at)"
        "          + coalesce((SELECT max(o.fault_no) FROM import_fault o"
        "                       WHERE o.import_id = $1 AND o.row_no = f.row_no), 0),"
        "        f.column_, f.code, f.found"
        "   FROM unnest($2::int[], $3::text[], $4::text[], $5::text[])"
        "        WITH ORDINALITY AS f(row_no, column_, code, found, at)",
        import_id, [f.row_no for f in faults], [f.column for f in faults], [f.kind.value for f in faults],
        [f.found for f in faults],
    )  # fmt: skip
