"""Hearing what the channel says of refunds and the bank of transfers, and asking where too long nothing was said."""

from datetime import date

from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.payments.asks import CallbackAsk, RefuseAsk
from huozhan.payments.carrier_paying import end_carrier_payout, refuse_carrier_payout
from huozhan.payments.message import Outcome, read_message
from huozhan.payments.parking import end_return, refuse_return
from huozhan.payments.ports import BankCredit, BankTransfer, ChannelRefund
from huozhan.payments.refunding import end_refund, refuse_refund
from huozhan.payments.sending_back import end_payout, refuse_payout
from huozhan.payments.statement import BANK_DAYS
from huozhan.payments.store import callbacks, payments
from huozhan.payments.views import Swept
from huozhan.payments.waiting import INTENT_PATIENCE
from huozhan.payments.withdrawing import end_transfer, refuse_transfer

SWEEP_MAX = 100


@use_case("system", writes=True)
async def hear_callback(work: Work, ask: CallbackAsk) -> Done:
    """Does what a noted callback about a refund or a transfer says; what is doubted is asked about."""
    row = await callbacks.lock_open(work, int(ask.callback_id))
    if row is None:
        return Done()
    _, told = read_message(row["body"])
    is_answer: bool = row["is_answer"]
    if isinstance(told, ChannelRefund):
        outcome = await end_refund(work, told, is_answer=is_answer)
        doubt = {"what": "refund", "of": told.merchant_ref, "ref": told.merchant_refund_ref}
        if outcome is Outcome.unknown_reference:
            outcome, receipt_id = await end_return(work, told, is_answer=is_answer)
            doubt |= {"what": "return", "of": str(receipt_id)} if receipt_id else {}
    elif isinstance(told, BankCredit):
        # Whatever it says, only the statement counts; it is asked for at once instead of in the next round.
        outcome, doubt = Outcome.ended, {}
        try:
            fetch_statement(work, told.at.astimezone(BANK_DAYS).date())
        except OverflowError:
            outcome = Outcome.impossible
    else:
        assert isinstance(told, BankTransfer), "payments are ordering's to settle"
        outcome = await end_transfer(work, told, is_answer=is_answer)
        doubt = {"what": "transfer", "of": told.ref.partition("-")[0], "ref": told.ref.partition("-")[2]}
        if outcome is Outcome.unknown_reference:
            outcome = await end_payout(work, told, is_answer=is_answer)
            doubt |= {"what": "payout"}
        if outcome is Outcome.unknown_reference:
            outcome = await end_carrier_payout(work, told, is_answer=is_answer)
            doubt |= {"what": "carrier"}
    await callbacks.done(work, row["callback_id"], outcome)
    if outcome is Outcome.doubted:
        work.enqueue("payments.ask", doubt, dedupe_key=f"payments.ask:{doubt['what']}:{doubt['ref']}")
    return Done()


@use_case("system", writes=True)
async def note_refused(work: Work, ask: RefuseAsk) -> Done:
    """Notes that a party will never do what it was asked for: the money goes to whom it is owed in the book."""
    if ask.what == "refund":
        await refuse_refund(work, int(ask.of), int(ask.ref), ask.why)
    elif ask.what == "return":
        await refuse_return(work, int(ask.of), int(ask.ref), ask.why)
    elif ask.what == "payout":
        await refuse_payout(work, int(ask.of), int(ask.ref), ask.why)
    elif ask.what == "carrier":
        await refuse_carrier_payout(work, int(ask.of), int(ask.ref), ask.why)
    else:
        await refuse_transfer(work, int(ask.of), int(ask.ref), ask.why)
    return Done()


@use_case("system", writes=True)
async def sweep(work: Work, _ask: Nothing) -> Swept:
    """Leaves a question for every payment, refund, withdrawal and payout that has waited too long for an answer."""
    owed = await payments.take_to_ask(work, work.rule(INTENT_PATIENCE).span, SWEEP_MAX)
    for what, of, ref in owed:
        question = {"what": what, "of": str(of), "ref": str(ref)}
        work.enqueue("payments.ask", question, dedupe_key=f"payments.ask:{what}:{ref}")
    return Swept(asked=len(owed))


def fetch_statement(work: Work, on: date) -> None:
    """Has the bank's statement of a day read; asked for once however many ask for it."""
    work.enqueue("payments.statement", {"on": on.isoformat()}, dedupe_key=f"payments.statement:{on}")
