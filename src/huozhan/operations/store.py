"""All SQL of operations. Rows here belong to the market itself, so nothing is scoped by organisation."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from huozhan.kernel.work import Work


async def add_entry(work: Work, act: str, about: str, reason: str, facts: str) -> None:
    """Adds one audit entry."""
    await work.db.execute(
        "INSERT INTO audit_entry (entry_id, person_id, act, about, reason, facts, acted_at)"
        " VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)",
        work.new_id(), work.actor.person_id, act, about, reason, facts, work.now,
    )  # fmt: skip


async def entries(
    work: Work, *, act: str, by: Sequence[int] | None, about: str, before_id: int | None, limit: int
) -> list[asyncpg.Record]:
    """Audit entries, the latest first."""
    rows: list[asyncpg.Record] = await work.db.fetch(
        "SELECT entry_id, person_id, act, about, reason, facts, acted_at FROM audit_entry"
        " WHERE ($1 = '' OR act = $1) AND ($2::bigint[] IS NULL OR person_id = ANY ($2::bigint[]))"
        " AND ($3 = '' OR about = $3) AND ($4::bigint IS NULL OR entry_id < $4) ORDER BY entry_id DESC LIMIT $5",
        act, by, about, before_id, limit,
    )  # fmt: skip
    return rows


async def rule_rows(work: Work) -> list[asyncpg.Record]:
    """Every rule version."""
    rows: list[asyncpg.Record] = await work.db.fetch(
        "SELECT code, version, value, unit, published_at, effective_from, reason FROM rule_version"
        " ORDER BY code, version DESC"
    )
    return rows


async def add_rule_version(
    work: Work, code: str, value: int, effective_from: datetime, reason: str
) -> int | None:
    """Adds the next version of a rule that exists and returns its number."""
    version: int | None = await work.db.fetchval(
        "INSERT INTO rule_version (code, version, value, unit, published_at, effective_from, published_by, reason)"
        " SELECT code, version + 1, $2, unit, $3, $4, $5, $6 FROM rule_version"
        " WHERE code = $1 ORDER BY version DESC LIMIT 1 RETURNING version",
        code, value, work.now, effective_from, work.actor.person_id, reason,
    )  # fmt: skip
    return version
