"""Paying: what of a carrier's bills is agreed and in the book goes to it, asked for by one person and approved by another."""

from collections.abc import Sequence

from huozhan import parties, payments
from huozhan.carriage.asks import AnswerPayout, PayCarrier
from huozhan.carriage.contracting import account_number
from huozhan.carriage.store import bills
from huozhan.carriage.store import terms as contracts
from huozhan.carriage.views import PayingCarrier
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work
from huozhan.payments import CarrierAccount


class NothingPayable(Refusal):
    """No line of this carrier's bills is agreed, in the book and not asked for yet."""

    code = "carriage.nothing_payable"


class PayableMoved(Refusal):
    """Another amount is payable by now than was shown."""

    code = "carriage.payable_moved"


async def pay_carrier(work: Work, ask: PayCarrier) -> PayingCarrier:
    """Asks for all that is payable to go to a carrier. Called by operations, on record; a colleague has to approve it."""
    carrier_id = int(ask.carrier_id)
    row = await contracts.lock(work, carrier_id)
    if row is None:
        raise NotFound(carrier_id=ask.carrier_id)
    await parties.must_have_second_step(work)
    await parties.pass_second_step(work, ask.code)
    amount_minor, lines = await bills.payable(work, carrier_id)
    if not amount_minor:
        raise NothingPayable
    if amount_minor != ask.amount_minor:
        raise PayableMoved(amount_minor=amount_minor)
    account = CarrierAccount(
        number=account_number(work, row),
        masked=row["account_masked"],
        holder=row["account_name"],
        bank_name=row["bank_name"],
    )
    payout_id = await payments.ask_carrier_payout(work, carrier_id, account, amount_minor)
    taken_minor = await bills.take_up(work, carrier_id, payout_id)
    if taken_minor != amount_minor:
        # A line was agreed, or a charge taken, between two looks: the contract's lock holds neither.
        raise PayableMoved(amount_minor=taken_minor)
    return PayingCarrier(
        carrier_id=ask.carrier_id, payout_id=str(payout_id), amount_minor=amount_minor, lines=lines
    )


async def approve_payout(work: Work, ask: AnswerPayout) -> payments.views.CarrierPayoutView:
    """Says yes to what a colleague asked for, with one's own second step. Called by operations, on record."""
    await parties.must_have_second_step(work)
    await parties.pass_second_step(work, ask.code)
    return await payments.answer_carrier_payout(
        work, int(ask.carrier_id), int(ask.payout_id), event="approve", reason=ask.reason
    )


async def refuse_payout(work: Work, ask: AnswerPayout) -> payments.views.CarrierPayoutView:
    """Says no: nothing goes, and its lines can be asked for again. Called by operations, on record."""
    return await payments.answer_carrier_payout(
        work, int(ask.carrier_id), int(ask.payout_id), event="refuse", reason=ask.reason
    )


async def go_on_once_paid(work: Work, facts: Sequence[payments.facts.CarrierPayoutEnded]) -> None:
    """Reaction: where a payment did not go, its lines can be asked for again."""
    for fact in facts:
        if not fact.is_paid:
            await bills.let_go(work, fact.payout_id)
