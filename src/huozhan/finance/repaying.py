"""Repaying: a buyer repays the lender through the market, early, in part or late; the market passes it on (E13r)."""

from datetime import timedelta

import msgspec

from huozhan import payments
from huozhan.finance.asking import ask_lender
from huozhan.finance.asks import RepayLoan
from huozhan.finance.loan import DeedKind, Loan
from huozhan.finance.store import loans
from huozhan.finance.views import RepayingLoan
from huozhan.kernel.money import written
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.payments import Part, Purpose, Settled

REPAY_WITHIN = "pay_later.repay_within"


class NothingOwed(Refusal):
    """Nothing is owed to the lender for this order."""

    code = "finance.nothing_owed"


class MoreThanOwed(Refusal):
    """So much is not owed to the lender for this order."""

    code = "finance.more_than_owed"


@use_case("order.pay", writes=True)
async def repay_loan(work: Work, ask: RepayLoan) -> RepayingLoan:
    """Open a payment for what is owed to the lender for an order, all of it or part; one that was open before is closed."""
    loan = await loans.lock_own(work, int(ask.order_id))
    if loan is None:
        raise NotFound(order_id=ask.order_id)
    shown = await loans.of_order(work, loan.order_id)
    owed_minor = loan.owed_minor - (shown[1] if shown else 0)
    if owed_minor <= 0:
        raise NothingOwed
    amount_minor = ask.amount_minor or owed_minor
    if amount_minor > owed_minor:
        raise MoreThanOwed(owed_minor=owed_minor, owed=written(owed_minor))
    if loan.paying_id:
        await payments.close_at_channel(work, loan.paying_id)
    payment_id = await payments.open_payment(
        work,
        payer_id=loan.buyer_id,
        parts=[Part(order_id=loan.order_id, seller_id=loan.seller_id, amount_minor=amount_minor)],
        subject=loan.order_number,
        expires_at=work.now + _within(work),
        purpose=Purpose.loan,
    )
    await loans.save(work, msgspec.structs.replace(loan, paying_id=payment_id))
    return RepayingLoan(order_id=ask.order_id, payment_id=str(payment_id), amount_minor=amount_minor)


async def repaid(work: Work, settled: Settled) -> None:
    """The channel has the buyer's money: the lender is owed it, and is told; what it does not take is in the wallet."""
    (part,) = settled.parts
    amount_minor = await payments.hand_over(work, settled.payment_id, part.order_id)
    loan = await loans.lock_live(work, part.order_id)
    assert loan is not None, f"no lender paid order {part.order_id}"
    await payments.repaid_to_funder(work, settled, loan.order_id, amount_minor)
    await ask_lender(work, loan, DeedKind.repayments, str(settled.payment_id), amount_minor)
    await loans.save(work, _no_longer_paying(loan, settled.payment_id))


def _no_longer_paying(loan: Loan, payment_id: int) -> Loan:
    return msgspec.structs.replace(loan, paying_id=0) if loan.paying_id == payment_id else loan


def _within(work: Work) -> timedelta:
    return work.rule(REPAY_WITHIN).span
