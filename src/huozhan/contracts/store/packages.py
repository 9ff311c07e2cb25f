"""Packages of evidence as rows, and what goes into one."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_SHOWN = "SELECT contract_id, package_id, org_id, state, asked_at, asked_by, sha256, ended_at FROM contract_package"


async def add(work: Work, contract_id: int, package_id: int) -> None:
    """Writes that somebody wants a package."""
    await work.db.execute(
        "INSERT INTO contract_package (contract_id, package_id, org_id, state, asked_at, asked_by)"
        " VALUES ($1, $2, $3, 'waiting', $4, $5)",
        contract_id, package_id, work.actor.org_id, work.now, work.actor.person_id,
    )  # fmt: skip


async def waiting(work: Work, contract_id: int) -> int:
    """How many packages of a contract are not written yet."""
    number: int = await work.db.fetchval(
        "SELECT count(*)::int FROM contract_package WHERE contract_id = $1 AND state = 'waiting'", contract_id
    )
    return number


async def of_org(work: Work, contract_id: int) -> list[Row]:
    """Packages that the actor's organisation asked for, the newest first."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE contract_id = $1 AND org_id = $2 ORDER BY package_id DESC LIMIT 10",
        contract_id, work.actor.org_id,
    )  # fmt: skip
    return rows


async def lock(work: Work, contract_id: int, package_id: int) -> Row | None:
    """One package, locked."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE contract_id = $1 AND package_id = $2 FOR UPDATE", contract_id, package_id
    )
    return row


async def show(work: Work, contract_id: int, package_id: int) -> Row | None:
    """One package."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE contract_id = $1 AND package_id = $2", contract_id, package_id
    )
    return row


async def content(work: Work, contract_id: int, package_id: int) -> bytes | None:
    """What a package of the actor's organisation holds."""
    found: bytes | None = await work.db.fetchval(
        "SELECT content FROM contract_package WHERE contract_id = $1 AND package_id = $2 AND org_id = $3",
        contract_id, package_id, work.actor.org_id,
    )  # fmt: skip
    return found


async def end(
    work: Work, contract_id: int, package_id: int, *, state: str, content: bytes | None, trouble: str = ""
) -> None:
    """Writes how a package has ended."""
    await work.db.execute(
        "UPDATE contract_package SET state = $3, content = $4, sha256 = sha256($4), trouble = $5, ended_at = $6"
        " WHERE contract_id = $1 AND package_id = $2",
        contract_id, package_id, state, content, trouble, work.now,
    )  # fmt: skip


async def accesses(work: Work, contract_id: int) -> list[Row]:
    """Who opened or took what of a contract, the oldest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT version_no, what, org_id, person_id, session_id, door, accessed_at FROM contract_access"
        " WHERE contract_id = $1 ORDER BY access_id",
        contract_id,
    )
    return rows


async def moves(work: Work, contract_id: int) -> list[Row]:
    """What happened to a contract's versions, the oldest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT version_no, event, state, moved_at, org_id, person_id, door, reason FROM contract_move"
        " WHERE contract_id = $1 ORDER BY move_id",
        contract_id,
    )
    return rows


async def full_versions(work: Work, contract_id: int) -> list[Row]:
    """Every version of a contract with its text and papers, the oldest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM contract_version WHERE contract_id = $1 ORDER BY version_no", contract_id
    )
    return rows
