"""Bank accounts and withdrawals as rows; they belong to their organisation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def lock_accounts(work: Work) -> list[Row]:
    """The organisation's bank accounts, newest first; its root is locked, so that two changes follow each other."""
    await work.db.execute(
        "INSERT INTO payee (org_id) VALUES ($1) ON CONFLICT (org_id) DO UPDATE SET org_id = EXCLUDED.org_id",
        work.actor.org_id,
    )
    return await accounts(work)


async def accounts(work: Work) -> list[Row]:
    """The organisation's bank accounts, newest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM bank_account WHERE org_id = $1 ORDER BY account_id DESC", work.actor.org_id
    )
    return rows


async def add_account(
    work: Work, account_id: int, *, number: bytes, masked: str, number_hash: bytes, holder: str, bank_name: str,
    usable_at: datetime,
) -> Row:  # fmt: skip
    """Writes a bank account."""
    row: Row = await work.db.fetchrow(
        "INSERT INTO bank_account (org_id, account_id, number, number_masked, number_hash, holder, bank_name,"
        " added_at, added_by, usable_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *",
        work.actor.org_id, account_id, number, masked, number_hash, holder, bank_name, work.now,
        work.actor.person_id, usable_at,
    )  # fmt: skip
    return row


async def under_way(work: Work, source: str) -> int:
    """What the organisation has asked for out of its available money or its wallet and the bank has not ended."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM withdrawal"
        " WHERE org_id = $1 AND source = $2 AND state IN ('waiting', 'asked')",
        work.actor.org_id, source,
    )  # fmt: skip
    return amount_minor


async def not_ended(work: Work, org_id: int) -> int:
    """How many withdrawals of an organisation, and refunds to it, have not ended: their money may come back to it."""
    count: int = await work.db.fetchval(
        "SELECT (SELECT count(*) FROM withdrawal WHERE org_id = $1 AND state IN ('waiting', 'asked'))"
        " + (SELECT count(*) FROM payment_refund WHERE buyer_id = $1 AND state = 'asked')",
        org_id,
    )
    return count


async def add(
    work: Work, withdrawal_id: int, *, account_id: int, amount_minor: int, currency: str, state: str, source: str,
    approve_until: datetime | None, ask_at: datetime | None,
) -> None:  # fmt: skip
    """Writes a withdrawal."""
    await work.db.execute(
        "INSERT INTO withdrawal (org_id, withdrawal_id, account_id, amount_minor, currency, state, asked_at, asked_by,"
        " ask_at, source, approve_until) VALUES ($1, $2, $3, $4, $5, $9, $6, $7, $8, $10, $11)",
        work.actor.org_id, withdrawal_id, account_id, amount_minor, currency, work.now, work.actor.person_id, ask_at,
        state, source, approve_until,
    )  # fmt: skip


_SHOWN = """
SELECT w.*, a.number_masked, a.number, a.number_hash, a.holder, a.bank_name
  FROM withdrawal w JOIN bank_account a USING (org_id, account_id)
"""


async def show(work: Work, withdrawal_id: int) -> Row | None:
    """A withdrawal of the actor's organisation."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE w.org_id = $1 AND w.withdrawal_id = $2", work.actor.org_id, withdrawal_id
    )
    return row


async def of_org(work: Work, before: int, limit: int) -> list[Row]:
    """Withdrawals of the actor's organisation, newest first."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE w.org_id = $1 AND w.withdrawal_id < $2 ORDER BY w.withdrawal_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def errand(work: Work, org_id: int, withdrawal_id: int) -> Row | None:
    """What the bank needs to know; not scoped, because the worker asks."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE w.org_id = $1 AND w.withdrawal_id = $2", org_id, withdrawal_id
    )
    return row


async def lock(work: Work, org_id: int, withdrawal_id: int) -> Row | None:
    """A withdrawal, locked, with its account; not scoped, because the bank names it."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE w.org_id = $1 AND w.withdrawal_id = $2 FOR UPDATE OF w", org_id, withdrawal_id
    )
    return row


async def end(work: Work, org_id: int, withdrawal_id: int, state: str, why: str) -> None:
    """Writes how a withdrawal has ended."""
    await work.db.execute(
        "UPDATE withdrawal SET state = $3, ended_at = $4, ended_why = $5, ask_at = NULL"
        " WHERE org_id = $1 AND withdrawal_id = $2",
        org_id, withdrawal_id, state, work.now, why,
    )  # fmt: skip


async def of_last_day(work: Work) -> Row:
    """How often and how much the organisation has withdrawn within a day, what still waits or is under way included."""
    row: Row = await work.db.fetchrow(
        "SELECT count(*)::int AS times, coalesce(sum(amount_minor), 0)::bigint AS amount_minor FROM withdrawal"
        " WHERE org_id = $1 AND asked_at > $2::timestamptz - interval '24 hours'"
        "   AND state IN ('waiting', 'asked', 'done')",
        work.actor.org_id, work.now,
    )  # fmt: skip
    return row


async def lock_waiting(work: Work, withdrawal_id: int) -> Row | None:
    """A withdrawal that waits for a second person, locked; not scoped, because a timer asks."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE w.withdrawal_id = $1 AND w.state = 'waiting' FOR UPDATE OF w", withdrawal_id
    )
    return row


async def answer(work: Work, withdrawal_id: int, state: str, *, ask_at: datetime) -> None:
    """Writes who approved a withdrawal; from now on the bank owes an answer."""
    await work.db.execute(
        "UPDATE withdrawal SET state = $3, answered_by = $4, answered_at = $5, ask_at = $6"
        " WHERE org_id = $1 AND withdrawal_id = $2",
        work.actor.org_id, withdrawal_id, state, work.actor.person_id, work.now, ask_at,
    )  # fmt: skip


async def refuse(work: Work, org_id: int, withdrawal_id: int, state: str, why: str) -> None:
    """Writes that a withdrawal never went to the bank: refused, taken back or expired."""
    await work.db.execute(
        "UPDATE withdrawal SET state = $3, answered_by = $4, answered_at = $5, ended_at = $5, ended_why = $6"
        " WHERE org_id = $1 AND withdrawal_id = $2",
        org_id, withdrawal_id, state, work.actor.person_id, work.now, why,
    )  # fmt: skip
