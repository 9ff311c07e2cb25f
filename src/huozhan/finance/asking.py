"""Asking: what is left to the worker, who alone speaks to the lender."""

from huozhan.finance.loan import DeedKind, Loan
from huozhan.finance.store import loans
from huozhan.kernel.ids import is_id
from huozhan.kernel.work import Work

ACCOUNT_JOB = "finance.account"
DEED_JOB = "finance.deed"
LOAN_JOB = "finance.loan"
DEBIT_JOB = "finance.debit"
PATIENCE = "payments.intent_patience"


def refresh_limit(work: Work, org_id: int) -> None:
    """Leaves the lender to be asked how a buyer's account stands."""
    work.enqueue(ACCOUNT_JOB, {"org_id": org_id})


async def ask_lender(
    work: Work, loan: Loan, kind: DeedKind, key: str, amount_minor: int, *, about_id: int = 0
) -> bool:
    """Leaves something to be asked of the lender, once under a key; tells whether it was new."""
    ask_at = work.now + work.rule(PATIENCE).span
    is_new = await loans.ask(work, loan, kind, key, amount_minor, ask_at, about_id)
    if is_new:
        work.enqueue(DEED_JOB, {"order_id": loan.order_id, "payment_id": loan.payment_id})
    return is_new


def id_in(text: str) -> int:
    """Our id that a party names; 0 where we cannot have made it."""
    return int(text) if is_id(text) else 0
