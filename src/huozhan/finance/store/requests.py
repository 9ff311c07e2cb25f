"""Accounts at the lender, requests, switches and what was heard."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def account(work: Work, org_id: int) -> Row | None:
    """What is known of an organisation's account at the lender; the caller knows whose it is."""
    row: Row | None = await work.db.fetchrow("SELECT * FROM lender_account WHERE org_id = $1", org_id)
    return row


async def ask_for_account(work: Work) -> None:
    """Writes down that the actor's organisation wants a limit; it asks once, and again after a no."""
    await work.db.execute(
        "INSERT INTO lender_account (org_id, state, asked_at, asked_by) VALUES ($1, 'asked', $2, $3)"
        " ON CONFLICT (org_id) DO NOTHING",
        work.actor.org_id, work.now, work.actor.person_id,
    )  # fmt: skip


async def lock_account(work: Work, org_id: int) -> Row | None:
    """An organisation's account, locked; not scoped, because the worker asks."""
    row: Row | None = await work.db.fetchrow(
        "SELECT * FROM lender_account WHERE org_id = $1 FOR UPDATE", org_id
    )
    return row


async def save_account(
    work: Work, org_id: int, *, state: str, limit_minor: int, used_minor: int, apply_url: str, version: int
) -> None:
    """Writes what the lender said of an account."""
    await work.db.execute(
        "UPDATE lender_account SET state = $2, limit_minor = $3, used_minor = $4, apply_url = $5, version = $6,"
        " known_at = $7 WHERE org_id = $1",
        org_id, state, limit_minor, used_minor, apply_url, version, work.now,
    )  # fmt: skip


async def request(work: Work, payment_id: int, term_days: int) -> None:
    """Keeps for how long a payment by the lender is free of interest."""
    await work.db.execute(
        "INSERT INTO loan_request (payment_id, term_days) VALUES ($1, $2)", payment_id, term_days
    )


async def term_of(work: Work, payment_id: int) -> int | None:
    """For how long a payment by the lender is free of interest, in days."""
    days: int | None = await work.db.fetchval(
        "SELECT term_days FROM loan_request WHERE payment_id = $1", payment_id
    )
    return days


async def hear(
    work: Work, *, message_id: str, kind: str, reference: str, body: bytes, is_genuine: bool
) -> None:
    """Keeps what the lender said, or somebody in its name."""
    await work.db.execute(
        "INSERT INTO lender_message (heard_id, message_id, kind, reference, body, is_genuine, received_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        work.new_id(), message_id, kind, reference, body, is_genuine, work.now,
    )  # fmt: skip


async def switches(work: Work, org_id: int) -> Sequence[Row]:
    """What an organisation has switched."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT what, is_on, fee_bp, switched_at FROM finance_switch WHERE org_id = $1", org_id
    )
    return rows


async def switch_of(work: Work, org_id: int, what: str) -> Row | None:
    """One switch of an organisation; the caller knows whose it is."""
    row: Row | None = await work.db.fetchrow(
        "SELECT is_on, fee_bp, switched_at FROM finance_switch WHERE org_id = $1 AND what = $2", org_id, what
    )
    return row


async def switch(work: Work, what: str, *, is_on: bool, fee_bp: int) -> None:
    """Switches it for the actor's organisation."""
    await work.db.execute(
        "INSERT INTO finance_switch (org_id, what, is_on, fee_bp, switched_at, switched_by) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (org_id, what) DO UPDATE SET is_on = $3, fee_bp = $4, switched_at = $5, switched_by = $6",
        work.actor.org_id, what, is_on, fee_bp, work.now, work.actor.person_id,
    )  # fmt: skip
