"""What the lender answered otherwise than asked, and how people would end it; the market's own, so not scoped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.finance.loan import DeedState, Loan
from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def payment_of(work: Work, order_id: int, deed_id: int) -> int | None:
    """Under which payment a deed about an order was asked."""
    payment_id: int | None = await work.db.fetchval(
        "SELECT payment_id FROM loan_deed WHERE order_id = $1 AND deed_id = $2", order_id, deed_id
    )
    return payment_id


async def ask_again(work: Work, loan: Loan, deed_id: int, state: DeedState, ask_at: datetime) -> None:
    """Writes that it is asked again; what was proposed and answered counts no longer."""
    await work.db.execute(
        "WITH p AS (DELETE FROM loan_deed_proposal WHERE order_id = $1 AND payment_id = $2 AND deed_id = $3)"
        " UPDATE loan_deed SET state = $4, ask_at = $5, ended_at = NULL, why = '', told = ''"
        "  WHERE order_id = $1 AND payment_id = $2 AND deed_id = $3",
        loan.order_id, loan.payment_id, deed_id, state, ask_at,
    )  # fmt: skip


async def proposal(work: Work, loan: Loan, deed_id: int) -> Row | None:
    """How somebody would end it; its loan is locked before."""
    row: Row | None = await work.db.fetchrow(
        "SELECT ending, taken_minor, proposed_by FROM loan_deed_proposal"
        " WHERE order_id = $1 AND payment_id = $2 AND deed_id = $3",
        loan.order_id, loan.payment_id, deed_id,
    )  # fmt: skip
    return row


async def propose(work: Work, loan: Loan, deed_id: int, ending: str, taken_minor: int) -> None:
    """Writes how the person at hand would end it, in place of what was proposed before."""
    await work.db.execute(
        "INSERT INTO loan_deed_proposal (order_id, payment_id, deed_id, ending, taken_minor, proposed_by, proposed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (order_id, payment_id, deed_id)"
        " DO UPDATE SET ending = $4, taken_minor = $5, proposed_by = $6, proposed_at = $7",
        loan.order_id, loan.payment_id, deed_id, ending, taken_minor, work.actor.person_id, work.now,
    )  # fmt: skip


async def open_deeds(work: Work, limit: int) -> Sequence[Row]:
    """What is asked and not done, or was answered otherwise with what was proposed since; the oldest first."""
    rows: Sequence[Row] = await work.db.fetch(
        "SELECT d.deed_id, d.order_id, l.order_number, d.kind, d.amount_minor, d.state, d.why, d.told, d.asked_at,"
        " p.ending, p.taken_minor AS proposed_minor, p.proposed_by"
        " FROM loan_deed d JOIN loan l USING (order_id, payment_id)"
        " LEFT JOIN loan_deed_proposal p USING (order_id, payment_id, deed_id) WHERE d.state <> 'done'"
        " ORDER BY d.deed_id LIMIT $1",
        limit,
    )
    return rows


async def waiting(work: Work, limit: int) -> int:
    """How much waits for a person, counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM loan_deed WHERE state = 'odd' LIMIT $1) AS odd", limit
    )
    return count
