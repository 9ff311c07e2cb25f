"""Callbacks as rows. They come from outside parties, so no organisation scopes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def add(
    work: Work, callback_id: int, *, party: str, message_id: str, kind: str, body: bytes, is_genuine: bool,
    is_answer: bool, outcome: str,
) -> None:  # fmt: skip
    """Writes down what was said; with an outcome, nothing is left to do about it."""
    await work.db.execute(
        "INSERT INTO outside_callback (callback_id, party, message_id, kind, body, is_genuine, is_answer,"
        " received_at, outcome, done_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9 = '' THEN NULL ELSE $8::timestamptz END)",
        callback_id, party, message_id, kind, body, is_genuine, is_answer, work.now, outcome,
    )  # fmt: skip


async def lock_open(work: Work, callback_id: int) -> Row | None:
    """A callback about which something is still to be done, locked."""
    row: Row | None = await work.db.fetchrow(
        "SELECT callback_id, party, kind, body, is_answer, received_at FROM outside_callback"
        " WHERE callback_id = $1 AND done_at IS NULL FOR UPDATE",
        callback_id,
    )
    return row


async def done(work: Work, callback_id: int, outcome: str) -> None:
    """Writes what became of a callback."""
    await work.db.execute(
        "UPDATE outside_callback SET outcome = $2, done_at = $3 WHERE callback_id = $1",
        callback_id,
        outcome,
        work.now,
    )


async def waiting_since_before(work: Work, moment: datetime, limit: int) -> list[Row]:
    """Callbacks that nobody has worked on for too long."""
    rows: list[Row] = await work.db.fetch(
        "SELECT callback_id, kind, received_at FROM outside_callback"
        " WHERE done_at IS NULL AND received_at < $1 ORDER BY received_at LIMIT $2",
        moment, limit,
    )  # fmt: skip
    return rows


async def odd(work: Work, limit: int) -> list[Row]:
    """Answers of a party about its own truth that no payment of ours explains; each waits for a person."""
    rows: list[Row] = await work.db.fetch(
        "SELECT callback_id, kind, outcome FROM outside_callback"
        " WHERE outcome IN ('second_txn', 'txn_reused', 'unknown_reference', 'impossible') AND is_answer LIMIT $1",
        limit,
    )
    return rows
