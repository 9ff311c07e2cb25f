"""Disputing: within some working days of its statement a buyer questions a part of a bill; it is not due meanwhile."""

import msgspec

from huozhan import ledger
from huozhan.credit.agreement import Agreement, day_of, market_day
from huozhan.credit.asks import AnswerDispute, DisputeBill
from huozhan.credit.bill import BillState
from huozhan.credit.facts import BillDisputed, DisputeAnswered
from huozhan.credit.granting import between
from huozhan.credit.looking import credit_view
from huozhan.credit.repaying import after_paying, as_paid, restored
from huozhan.credit.store import agreements, bills
from huozhan.credit.term import working_day_after
from huozhan.credit.views import CreditPage
from huozhan.kernel.money import written
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.work import Work, use_case

DISPUTE_WITHIN = "credit.dispute_within"


class TooLateToDispute(Refusal):
    """A bill is questioned within so many working days of its statement, and only once it is stated."""

    code = "credit.too_late_to_dispute"


class MoreThanOpen(Refusal):
    """Not so much of the bill is open and unquestioned."""

    code = "credit.more_than_open"


@use_case("order.pay", writes=True)
async def dispute_bill(work: Work, ask: DisputeBill) -> CreditPage:
    """Question a part of a bill; the rest stays due."""
    agreement = await _mine(work, ask.agreement_id, "buyer")
    bill = await bills.bill(work, agreement.agreement_id, int(ask.bill_id))
    if bill is None:
        raise NotFound(bill_id=ask.bill_id)
    days = work.rule(DISPUTE_WITHIN).value
    stated_at = await bills.stated_at(work, agreement.agreement_id, bill.statement_id)
    last_on = working_day_after(day_of(work, stated_at), days) if stated_at else None
    if bill.state is not BillState.stated or last_on is None or market_day(work) > last_on:
        raise TooLateToDispute(days=days)
    if ask.amount_minor > bill.due_minor or bill.disputed_minor:
        raise MoreThanOpen(open_minor=bill.due_minor, open=written(bill.due_minor))
    questioned = msgspec.structs.replace(bill.accrued(market_day(work)), disputed_minor=ask.amount_minor)
    await bills.save(work, agreement.agreement_id, [questioned])
    await bills.add_dispute(
        work, agreement.agreement_id, work.new_id(), bill.bill_id, ask.amount_minor, ask.reason
    )
    work.record(
        between(agreement, BillDisputed, order_number=bill.order_number, amount_minor=ask.amount_minor)
    )
    return await credit_view(work, agreement.agreement_id)


@use_case("credit.grant", writes=True)
async def answer_dispute(work: Work, ask: AnswerDispute) -> CreditPage:
    """Agree that a part of a bill is not owed, or say why it is."""
    agreement = await _mine(work, ask.agreement_id, "seller")
    row = await bills.open_dispute(work, agreement.agreement_id, int(ask.dispute_id))
    if row is None:
        raise NotFound(dispute_id=ask.dispute_id)
    if not (ask.agree or ask.answer.strip()):
        raise Invalid(field="answer", detail="required field `answer`")
    bill = await bills.bill(work, agreement.agreement_id, row["bill_id"])
    assert bill is not None
    forgiven_minor = min(row["amount_minor"], bill.disputed_minor) if ask.agree else 0
    answered = msgspec.structs.replace(
        bill.accrued(market_day(work)), disputed_minor=0, reduced_minor=bill.reduced_minor + forgiven_minor
    )
    await bills.save(work, agreement.agreement_id, [as_paid(answered) if forgiven_minor else answered])
    await bills.end_dispute(
        work, agreement.agreement_id, row["dispute_id"], "accepted" if ask.agree else "rejected", ask.answer
    )
    if forgiven_minor:
        await ledger.post(work, [restored(agreement.agreement_id, f"d{row['dispute_id']}", forgiven_minor)])
        await after_paying(work, agreement)
    work.record(
        between(
            agreement,
            DisputeAnswered,
            order_number=bill.order_number,
            amount_minor=row["amount_minor"],
            agreed=ask.agree,
        )
    )
    return await credit_view(work, agreement.agreement_id)


async def _mine(work: Work, agreement_id: str, side: str) -> Agreement:
    agreement = await agreements.lock(work, int(agreement_id), side)
    if agreement is None:
        raise NotFound(agreement_id=agreement_id)
    return agreement
