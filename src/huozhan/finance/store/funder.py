"""Suppliers' accounts at the funder and what was heard of it."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def account(work: Work, org_id: int) -> Row | None:
    """What is known of an organisation's account at the funder; the caller knows whose it is."""
    row: Row | None = await work.db.fetchrow("SELECT * FROM funder_account WHERE org_id = $1", org_id)
    return row


async def ask_for_account(work: Work) -> None:
    """Writes down that the actor's organisation wants to be advanced; it asks once, and again after a no."""
    await work.db.execute(
        "INSERT INTO funder_account (org_id, state, asked_at, asked_by) VALUES ($1, 'asked', $2, $3)"
        " ON CONFLICT (org_id) DO NOTHING",
        work.actor.org_id, work.now, work.actor.person_id,
    )  # fmt: skip


async def lock_account(work: Work, org_id: int) -> Row | None:
    """An organisation's account, locked; not scoped, because the worker asks."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM funder_account WHERE org_id = $1 FOR UPDATE", org_id
    )
    return row


async def save_account(
    work: Work, org_id: int, *, state: str, limit_minor: int, used_minor: int, apply_url: str, version: int
) -> None:
    """Writes what the funder said of an account."""
    await work.db.execute(
        "UPDATE funder_account SET state = $2, limit_minor = $3, used_minor = $4, apply_url = $5, version = $6,"
        " known_at = $7 WHERE org_id = $1",
        org_id, state, limit_minor, used_minor, apply_url, version, work.now,
    )  # fmt: skip


async def hear(
    work: Work, *, message_id: str, kind: str, reference: str, body: bytes, is_genuine: bool
) -> None:
    """Keeps what the funder said, or somebody in its name."""
    await work.db.execute(
        "INSERT INTO funder_message (heard_id, message_id, kind, reference, body, is_genuine, received_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        work.new_id(), message_id, kind, reference, body, is_genuine, work.now,
    )  # fmt: skip
