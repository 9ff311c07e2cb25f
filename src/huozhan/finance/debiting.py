"""Debiting: on the due day what is owed to the lender is repaid from the buyer's wallet, where the buyer has agreed (B1.5c).

The wallet is the only money of the buyer's that the market can reach; where it holds too little, or the buyer has not
agreed, the buyer is reminded and repays by hand.
"""

from zoneinfo import ZoneInfo

from huozhan import ledger, payments
from huozhan.finance import asks
from huozhan.finance.applying import limit_view
from huozhan.finance.asking import DEBIT_JOB, ask_lender
from huozhan.finance.facts import LoanDebited
from huozhan.finance.lending import LENDER_ID
from huozhan.finance.loan import DeedKind, Loan
from huozhan.finance.store import debits, loans, requests
from huozhan.finance.views import Asked, LimitView
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry

AGAIN = "pay_later.debit_again"
SWEEP_MAX = 100


@use_case("order.pay", writes=True)
async def agree_to_debit(work: Work, ask: asks.AgreeToDebit) -> LimitView:
    """Have what is owed to the lender repaid from the wallet on its due day, or no more; what fell due before, at once."""
    if await requests.lock_account(work, work.actor.org_id) is None:
        raise NotFound(org_id=str(work.actor.org_id))
    await debits.agree(work, is_on=ask.is_on)
    if ask.is_on:
        await debits.take_up(work)
    return limit_view(work, await requests.account(work, work.actor.org_id))


@use_case("system", writes=True)
async def debits_due(work: Work, _ask: Nothing) -> Asked:
    """Leaves a job for each loan whose day and hour have come."""
    due = await debits.due(work, SWEEP_MAX)
    for order_id, payment_id in due:
        named = {"order_id": order_id, "payment_id": payment_id}
        work.enqueue(DEBIT_JOB, named, dedupe_key=f"{DEBIT_JOB}:{order_id}:{payment_id}")
    return Asked(asked=0)


@use_case("system", writes=True)
async def debit_loan(work: Work, ask: asks.LoanAsk) -> Done:
    """Repays what is owed from the wallet, as far as it reaches, or reminds; once a day, and twice changes nothing."""
    loan = await loans.lock(work, int(ask.order_id), int(ask.payment_id))
    if loan is None or loan.debit_at is None or loan.debit_at > work.now:
        return Done()
    owed_minor = loan.owed_minor - await debits.under_way(work, loan)
    account = await requests.account(work, loan.buyer_id)
    agreed = bool(account and account["repays_itself"])
    taken_minor = 0
    if agreed and owed_minor > 0:
        wallet = await ledger.balance(work, ledger.wallet(loan.buyer_id))
        taken_minor = min(owed_minor, max(wallet.free_minor, 0))
    if taken_minor:
        await _repay(work, loan, taken_minor)
    rest_minor = max(owed_minor - taken_minor, 0)
    again = loan.debit_at + work.rule(AGAIN).span if agreed and rest_minor else None
    await debits.debited(work, loan, again)
    if taken_minor or (rest_minor and not loan.debits):
        work.record(_debited(work, loan, taken_minor, rest_minor))
    return Done()


async def _repay(work: Work, loan: Loan, amount_minor: int) -> None:
    """The wallet's money is the lender's, and it is told; what it does not take comes back to the wallet (E13r, E13e)."""
    if loan.paying_id:
        await payments.close_at_channel(work, loan.paying_id)
    key = f"debit:{loan.debits + 1}"
    entry = write_entry(
        "E13r",
        business_key=f"E13r:{loan.order_id}:{loan.payment_id}:{key}",
        about_id=loan.order_id,
        owners={201: loan.buyer_id, 103: LENDER_ID},
        amounts={"wallet": amount_minor},
        memo={"order_number": loan.order_number},
    )
    await ledger.post(work, [entry])
    await ask_lender(work, loan, DeedKind.repayments, key, amount_minor)


def _debited(work: Work, loan: Loan, taken_minor: int, rest_minor: int) -> LoanDebited:
    return LoanDebited(
        order_id=loan.order_id,
        order_number=loan.order_number,
        buyer_id=loan.buyer_id,
        taken_minor=taken_minor,
        rest_minor=rest_minor,
        due_on=loan.due_at.astimezone(ZoneInfo(work.terms.timezone)).date().isoformat()
        if loan.due_at
        else "",
    )
