"""Sending back: money returns to the account it came from and to no other (E14c, E7b).

A receipt that pays nothing is held from the moment it is to go back, so that nobody can match it meanwhile; a refund of
what a receipt paid is owed in the book until the bank has said that it was paid. What the bank refuses waits for a person.
"""

from collections.abc import Sequence
from typing import Any

from huozhan import ledger
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import AboutAsk, PayoutAsk, RetryPayout, ReturnBankReceipt
from huozhan.payments.bank_money import MOVES, PAYOUT_MOVES, BankReceipt, Parked, PayoutState, ReceiptState
from huozhan.payments.crediting import ACCOUNT_FIELD, RETURN_TIMER
from huozhan.payments.facts import RefundDone
from huozhan.payments.message import Outcome, reference
from huozhan.payments.payment import Payment
from huozhan.payments.ports import BANK_ID, BankTransfer
from huozhan.payments.store import bank, payouts, refunds
from huozhan.payments.views import TransferErrand
from huozhan.payments.waiting import INTENT_PATIENCE

UNMATCHED_FOR_LONG = "unmatched"
PAYMENT_CLOSED = "payment_closed"


class NotToBeReturned(Refusal):
    """The money is matched or on its way back already; only what is parked can be sent back."""

    code = "payments.not_to_be_returned"


@use_case("market.ledger", writes=True)
async def return_bank_receipt(work: Work, ask: ReturnBankReceipt) -> Done:
    """Sends parked money back to the account it came from; the bank is asked after commit."""
    receipt = await bank.lock(work, int(ask.receipt_id))
    if receipt is None:
        raise NotFound(receipt_id=ask.receipt_id)
    if receipt.state is not ReceiptState.parked:
        raise NotToBeReturned(state=receipt.state)
    work.clear_timer(RETURN_TIMER, about=receipt.receipt_id)
    await send_back(work, receipt, ask.reason)
    return Done()


@use_case("system", writes=True)
async def bank_return_due(work: Work, ask: AboutAsk) -> Done:
    """Nobody could say for whom money is: it goes back (B1.5d); late, twice or once it is matched changes nothing."""
    receipt = await bank.lock(work, int(ask.about_id))
    if receipt is not None and receipt.state is ReceiptState.parked and receipt.why != Parked.return_failed:
        await send_back(work, receipt, UNMATCHED_FOR_LONG)
    return Done()


async def give_back_what_came(work: Work, payment: Payment) -> None:
    """A payment closed before all that was due had come: what came goes back. The caller holds the payment's lock."""
    for receipt in await bank.waiting_for(work, payment.payment_id):
        await send_back(work, receipt, PAYMENT_CLOSED)


async def send_back(work: Work, receipt: BankReceipt, reason: str) -> None:
    """Begins to send a receipt back whole; a parallel matching of it finds it gone."""
    moved = await bank.move(
        work, [receipt.receipt_id], "send_back", receipt.state, MOVES.after(receipt.state, "send_back"), reason=reason
    )  # fmt: skip
    if not moved:
        return
    payout_id = work.new_id()
    await _ask(
        work, [(receipt.receipt_id, payout_id, receipt.amount_minor)], payment_id=receipt.payment_id or 0,
        refund_id=0, currency=receipt.currency,
    )  # fmt: skip
    if receipt.currency == work.terms.currency:
        await ledger.hold(
            work, hold_key(payout_id), ledger.unmatched(receipt.receipt_id), ledger.custody_bank(BANK_ID),
            receipt.amount_minor, None,
        )  # fmt: skip


async def send_refund_back(
    work: Work, *, payment_id: int, order_id: int, refund_id: int, amount_minor: int
) -> None:
    """Sends a refund to the accounts that paid the order, never more to one than came from it."""
    taken = await bank.take_back(work, payment_id, order_id, amount_minor)
    assert sum(minor for _, minor in taken) == amount_minor, "more is refunded than was paid by the bank"
    await _ask(
        work, [(receipt_id, work.new_id(), minor) for receipt_id, minor in taken], payment_id=payment_id,
        refund_id=refund_id, currency=work.terms.currency,
    )  # fmt: skip


@use_case("market.ledger", writes=True)
async def retry_payout(work: Work, ask: RetryPayout) -> Done:
    """Has a refund sent once more that the bank could not pay, under a new reference and to the same account."""
    row = await payouts.lock(work, int(ask.receipt_id), int(ask.payout_id))
    if row is None or not row["refund_id"]:
        raise NotFound(payout_id=ask.payout_id)
    state = PAYOUT_MOVES.after(PayoutState(row["state"]), "retry")
    await payouts.end(work, row["receipt_id"], row["payout_id"], state, row["ended_why"])
    await _ask(
        work, [(row["receipt_id"], work.new_id(), row["amount_minor"])], payment_id=row["payment_id"],
        refund_id=row["refund_id"], currency=row["currency"],
    )  # fmt: skip
    return Done()


async def _ask(
    work: Work, what: Sequence[tuple[int, int, int]], *, payment_id: int, refund_id: int, currency: str
) -> None:
    ask_at = work.now + work.rule(INTENT_PATIENCE).span
    await payouts.add(
        work, what, payment_id=payment_id, refund_id=refund_id, currency=currency, ask_at=ask_at
    )
    for receipt_id, payout_id, _ in what:
        work.enqueue("payments.payout", {"receipt_id": receipt_id, "payout_id": payout_id})


@use_case("system", writes=False)
async def payout_errand(work: Work, ask: PayoutAsk) -> TransferErrand:
    """Tells the worker what the bank needs to know about money that goes back."""
    row = await payouts.errand(work, int(ask.receipt_id), int(ask.payout_id))
    if row is None:
        raise NotFound(payout_id=ask.payout_id)
    return TransferErrand(
        withdrawal_id=ask.payout_id,
        state=row["state"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        account_no=_number(work, row),
        account_name=row["payer_name"],
        bank_name=row["payer_bank"] or "–",
    )


async def end_payout(work: Work, told: BankTransfer, *, is_answer: bool) -> Outcome:
    """Ends a payout as the bank says: paid (E14c or E7b), or left to a person."""
    receipt_id, _, payout_id = told.ref.partition("-")
    row = await payouts.lock(work, reference(receipt_id), reference(payout_id))
    if row is None:
        return Outcome.unknown_reference
    if row["state"] != PayoutState.asked:
        return Outcome.duplicate
    fits = (told.amount_minor, told.currency, told.account_no) == (
        row["amount_minor"], row["currency"], _number(work, row),
    )  # fmt: skip
    if not fits or told.state != "succeeded":
        if not is_answer:
            return Outcome.doubted
        if not fits:
            return Outcome.impossible
    await _end(work, row, "sent" if told.state == "succeeded" else "refused", told.reason or "")
    return Outcome.ended


async def refuse_payout(work: Work, receipt_id: int, payout_id: int, why: str) -> None:
    """Leaves to a person what the bank did not even take."""
    row = await payouts.lock(work, receipt_id, payout_id)
    if row is not None and row["state"] == PayoutState.asked:
        await _end(work, row, "refused", why)


async def _end(work: Work, row: Any, event: str, why: str) -> None:
    state = PAYOUT_MOVES.after(PayoutState(row["state"]), event)
    await payouts.end(work, row["receipt_id"], row["payout_id"], state, why)
    if row["refund_id"]:
        if event == "sent":
            await _refund_paid(work, row)
        return
    returning = ReceiptState.returning
    await bank.move(
        work, [row["receipt_id"]], event, returning, MOVES.after(returning, event),
        why="" if event == "sent" else Parked.return_failed, reason=why,
    )  # fmt: skip
    if row["currency"] != work.terms.currency:
        return
    if event == "sent":
        await ledger.post_hold(work, hold_key(row["payout_id"]), (_entry("E14c", row),), "sent back")
    else:
        await ledger.void_hold(work, hold_key(row["payout_id"]), why)


async def _refund_paid(work: Work, row: Any) -> None:
    """Part of a refund has reached its account; with the last one the refund is done."""
    await ledger.post(work, [_entry("E7b", row)])
    refund = await refunds.lock(work, row["payment_id"], row["refund_id"])
    assert refund is not None
    if await payouts.left_of_refund(work, row["refund_id"]):
        return
    await refunds.end(work, row["payment_id"], row["refund_id"], refund["amount_minor"], 0, "")
    work.record(
        RefundDone(
            refund_id=row["refund_id"],
            payment_id=row["payment_id"],
            order_id=refund["order_id"],
            buyer_id=refund["buyer_id"],
            to_channel_minor=refund["amount_minor"],
            to_wallet_minor=0,
        )
    )


def _entry(code: str, row: Any) -> ledger.Entry:
    return write_entry(
        code, business_key=f"{code}:{row['payout_id']}", about_id=row["refund_id"] or row["receipt_id"],
        owners={206: row["refund_id"], 213: row["receipt_id"], 102: BANK_ID}, amounts={"bank": row["amount_minor"]},
        memo={"bank_txn": row["bank_txn"], "account": row["payer_masked"]},
    )  # fmt: skip


def _number(work: Work, row: Any) -> str:
    return work.keyring.open(row["payer_account"], field=ACCOUNT_FIELD, owner=row["receipt_id"])


def hold_key(payout_id: int) -> str:
    """The key under which money that goes back is held in the ledger."""
    return f"payout:{payout_id}"


def payout_ref(receipt_id: str, payout_id: str) -> str:
    """The bank's key for a payout: of which receipt and which, so that no retry pays twice."""
    return f"{receipt_id}-{payout_id}"
