"""Debits of loans on their due day; the worker's, so not scoped but where the buyer agrees."""

from datetime import datetime

from huozhan.finance.loan import Loan
from huozhan.kernel.work import Work


async def agree(work: Work, *, is_on: bool) -> None:
    """Writes whether the actor's organisation has its debts repaid from its wallet."""
    await work.db.execute(
        "UPDATE lender_account SET repays_itself = $2, repays_since = $3 WHERE org_id = $1",
        work.actor.org_id, is_on, work.now if is_on else None,
    )  # fmt: skip


async def take_up(work: Work) -> None:
    """Has what the actor's organisation owes since a day that is over tried at the next round."""
    await work.db.execute(
        "UPDATE loan SET debit_at = $2 WHERE buyer_id = $1 AND debit_at IS NULL AND due_at <= $2"
        " AND captured_minor > refunded_minor + repaid_minor + written_minor",
        work.actor.org_id, work.now,
    )  # fmt: skip


async def due(work: Work, limit: int) -> list[tuple[int, int]]:
    """Loans whose day and hour have come, the longest waiting first."""
    rows = await work.db.fetch(
        "SELECT order_id, payment_id FROM loan WHERE debit_at <= $1 ORDER BY debit_at LIMIT $2",
        work.now,
        limit,
    )
    return [(row["order_id"], row["payment_id"]) for row in rows]


async def under_way(work: Work, loan: Loan) -> int:
    """Repayments and refunds of a locked loan that the lender has not taken yet."""
    amount_minor: int = await work.db.fetchval(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM loan_deed WHERE order_id = $1 AND payment_id = $2"
        " AND state <> 'done' AND kind IN ('refunds', 'repayments')",
        loan.order_id, loan.payment_id,
    )  # fmt: skip
    return amount_minor


async def debited(work: Work, loan: Loan, again_at: datetime | None) -> None:
    """Writes that the day's debit was tried, and when it is tried again."""
    await work.db.execute(
        "UPDATE loan SET debits = debits + 1, debit_at = $3 WHERE order_id = $1 AND payment_id = $2",
        loan.order_id, loan.payment_id, again_at,
    )  # fmt: skip
