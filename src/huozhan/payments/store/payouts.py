"""Money on its way back to the accounts it came from, as rows; they belong to the receipt it came by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]

_SHOWN = """
SELECT o.*, r.payer_account, r.payer_name, r.payer_masked, r.payer_bank, r.bank_id, r.bank_txn
  FROM bank_payout o JOIN bank_receipt r USING (receipt_id)
"""


async def add(
    work: Work, payouts: Sequence[tuple[int, int, int]], *, payment_id: int, refund_id: int, currency: str, ask_at: datetime
) -> None:  # fmt: skip
    """Writes what is to go back: (receipt, payout, amount); `refund_id` 0 is a return of money that paid nothing."""
    await work.db.execute(
        "INSERT INTO bank_payout (receipt_id, payout_id, amount_minor, payment_id, refund_id, currency, state, asked_at,"
        " asked_by, ask_at) SELECT *, $4, $5, $6, 'asked', $7, $8, $9"
        "   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])",
        *[[row[i] for row in payouts] for i in range(3)], payment_id, refund_id, currency, work.now,
        work.actor.person_id, ask_at,
    )  # fmt: skip


async def lock(work: Work, receipt_id: int, payout_id: int) -> Row | None:
    """A payout, locked, with the account it goes to; not scoped, because the bank names it."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE o.receipt_id = $1 AND o.payout_id = $2 FOR UPDATE OF o", receipt_id, payout_id
    )
    return row


async def errand(work: Work, receipt_id: int, payout_id: int) -> Row | None:
    """What the bank needs to know; not scoped, because the worker asks."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE o.receipt_id = $1 AND o.payout_id = $2", receipt_id, payout_id
    )
    return row


async def end(work: Work, receipt_id: int, payout_id: int, state: str, why: str) -> None:
    """Writes how a payout has ended."""
    await work.db.execute(
        "UPDATE bank_payout SET state = $3, ended_at = $4, ended_why = $5, ask_at = NULL"
        " WHERE receipt_id = $1 AND payout_id = $2",
        receipt_id, payout_id, state, work.now, why,
    )  # fmt: skip


async def left_of_refund(work: Work, refund_id: int) -> int:
    """What of a refund has not reached its accounts yet."""
    left_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(amount_minor) FILTER (WHERE state IN ('asked', 'failed')), 0)::bigint FROM bank_payout"
        " WHERE refund_id = $1",
        refund_id,
    )
    return left_minor


async def failed(work: Work, before: int, limit: int) -> list[Row]:
    """Refunds that the bank could not pay to the account the money came from, newest first."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE o.state = 'failed' AND o.refund_id <> 0 AND o.payout_id < $1 ORDER BY o.payout_id DESC LIMIT $2",
        before, limit,
    )  # fmt: skip
    return rows


async def done_by_refund(work: Work) -> dict[int, int]:
    """What of each refund under way has reached its accounts, in the book's currency."""
    rows = await work.db.fetch(
        "SELECT o.refund_id, sum(o.amount_minor)::bigint AS amount_minor FROM bank_payout o"
        " JOIN payment_refund f ON f.payment_id = o.payment_id AND f.refund_id = o.refund_id"
        " WHERE f.state = 'asked' AND o.state = 'done' GROUP BY o.refund_id"
    )
    return {row["refund_id"]: row["amount_minor"] for row in rows}
