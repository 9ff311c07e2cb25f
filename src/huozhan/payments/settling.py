"""Settling: what a callback means, and what becomes of the money.

A callback that says exactly what we expect is believed, because it is signed. Any other is only a reason to ask:
the party's answer to our own question is what counts. So a wrong amount never moves money on hearsay, and money
that really came in another amount is parked (213) and sent back to the payer; its orders stay unpaid.
"""

from collections.abc import Sequence

from huozhan import ledger
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Entry, write_entry
from huozhan.payments.asks import NoteCallback
from huozhan.payments.depositing import take_deposit
from huozhan.payments.escrowing import escrowed
from huozhan.payments.facts import PaymentClosed, PaymentMismatched, PaymentSettled
from huozhan.payments.message import Kind, Outcome, read_message, reference
from huozhan.payments.parking import park, received
from huozhan.payments.payment import MOVES, Payment, PaymentMethod, PaymentState, Settled
from huozhan.payments.ports import ChannelPayment
from huozhan.payments.refunding import ask_refund
from huozhan.payments.store import callbacks, payments
from huozhan.payments.views import Noted

LATE = "late"
MISMATCHED = "mismatched"


@use_case("system", writes=True)
async def note_callback(work: Work, ask: NoteCallback) -> Noted:
    """Writes down what an outside party said, and leaves a job for what was really it."""
    callback_id = work.new_id()
    kind, about = read_message(ask.body)
    outcome = Outcome.waiting
    if not ask.is_genuine:
        outcome = Outcome.not_genuine
    elif kind is Kind.unreadable:
        outcome = Outcome.unreadable
    elif isinstance(about, ChannelPayment) and about.merchant != ask.merchant:
        outcome = Outcome.foreign_merchant
    await callbacks.add(
        work, callback_id, party=ask.party, message_id=ask.message_id, kind=kind, body=ask.body,
        is_genuine=ask.is_genuine, is_answer=ask.is_answer, outcome=outcome,
    )  # fmt: skip
    if outcome is Outcome.waiting:
        work.enqueue("payments.callback", {"callback_id": callback_id, "kind": kind})
    return Noted(callback_id=str(callback_id), kind=kind)


async def settle(work: Work, callback_id: int) -> Settled | None:
    """Says what a noted callback of the channel means; None where no order is paid by it.

    Nothing is posted for the orders: whoever asks decides for each part between `take_into_escrow` and `return_late`
    in the same transaction.
    """
    row = await callbacks.lock_open(work, callback_id)
    if row is None:
        return None
    _, told = read_message(row["body"])
    assert isinstance(told, ChannelPayment), "only what the channel says of a payment is settled"
    found = await payments.lock(work, reference(told.merchant_ref))
    payment = payments.as_payment(found) if found else None
    is_answer: bool = row["is_answer"]
    if payment is None:
        await _park_unknown(work, callback_id, told, is_answer=is_answer)
    elif payment.state in {PaymentState.paid, PaymentState.mismatched}:
        same = found is not None and found["channel_txn"] == told.channel_txn
        await callbacks.done(work, callback_id, Outcome.duplicate if same else Outcome.second_txn)
        if not same and not is_answer:
            _ask_about(work, told.merchant_ref)
    elif _fits(payment, told):
        return await _paid(work, payment, told, callback_id)
    elif not is_answer:
        await callbacks.done(work, callback_id, Outcome.doubted)
        _ask_about(work, told.merchant_ref)
    elif payment.method is PaymentMethod.lender:
        # What a lender authorises is no money: nothing came that could be parked or sent back; a person has to look.
        await callbacks.done(work, callback_id, Outcome.impossible)
    else:
        await _mismatched(work, payment, told, callback_id)
    return None


def _fits(payment: Payment, told: ChannelPayment) -> bool:
    return (
        bool(told.channel_txn)
        and told.paid_at is not None
        and (told.amount_minor, told.currency) == (payment.amount_minor, payment.currency)
        and (told.paid_amount_minor, told.paid_currency) == (payment.amount_minor, payment.currency)
    )


def _ask_about(work: Work, ref: str) -> None:
    work.enqueue(
        "payments.ask", {"what": "payment", "of": ref, "ref": ref}, dedupe_key=f"payments.ask:payment:{ref}"
    )


async def _paid(work: Work, payment: Payment, told: ChannelPayment, callback_id: int) -> Settled | None:
    assert told.channel_txn
    assert told.paid_at
    state = MOVES.after(payment.state, "pay")
    if not await payments.settle(work, payment, "pay", state, told.channel_txn, told.paid_at, callback_id):
        return None
    work.record(
        PaymentSettled(
            payment_id=payment.payment_id,
            payer_id=payment.payer_id,
            order_ids=payment.order_ids,
            amount_minor=payment.amount_minor,
            purpose=payment.purpose,
        )
    )
    if await take_deposit(work, payment):
        return None
    return Settled(
        payment_id=payment.payment_id,
        payer_id=payment.payer_id,
        channel_id=payment.channel_id,
        purpose=payment.purpose,
        channel_txn=told.channel_txn,
        paid_at=told.paid_at,
        parts=payment.parts,
        method=payment.method,
    )


async def _mismatched(work: Work, payment: Payment, told: ChannelPayment, callback_id: int) -> None:
    """The payer really paid something else: it is parked and goes back at once, none of it to an order."""
    amount_minor, currency = told.paid_amount_minor, told.paid_currency
    if not (told.channel_txn and told.paid_at and amount_minor and currency):
        await callbacks.done(work, callback_id, Outcome.impossible)
        return
    state = MOVES.after(payment.state, "mismatch")
    if not await payments.settle(
        work, payment, "mismatch", state, told.channel_txn, told.paid_at, callback_id
    ):
        return
    money = received(payment.payment_id, payment.channel_id, amount_minor, told.channel_txn)
    await ask_refund(
        work, payment_id=payment.payment_id, order_id=0, key=MISMATCHED, buyer_id=payment.payer_id,
        amount_minor=amount_minor, currency=currency, reason=MISMATCHED, entries=lambda refund_id: [
            money,
            write_entry(
                "E14c", business_key=f"E14c:{refund_id}", about_id=payment.payment_id,
                owners={213: payment.payment_id, 206: refund_id}, amounts={"amount": amount_minor},
                memo={"channel_txn": told.channel_txn or ""},
            ),
        ],
    )  # fmt: skip
    work.record(
        PaymentMismatched(
            payment_id=payment.payment_id,
            payer_id=payment.payer_id,
            order_ids=payment.order_ids,
            asked_minor=payment.amount_minor,
            paid_minor=amount_minor,
            paid_currency=currency,
        ),
        PaymentClosed(payment_id=payment.payment_id, payer_id=payment.payer_id, order_ids=payment.order_ids),
    )


async def _park_unknown(work: Work, callback_id: int, told: ChannelPayment, *, is_answer: bool) -> None:
    """Money for a reference that nobody made: asked about first, then kept on 213 until a person decides."""
    outcome = Outcome.unknown_reference
    if is_answer:
        outcome = await park(work, callback_id, told)
    else:
        _ask_about(work, told.merchant_ref)
    await callbacks.done(work, callback_id, outcome)


async def take_into_escrow(work: Work, payment_id: int, *order_ids: int) -> None:
    """Puts the paid parts of these orders into their escrow (E1, E3, E14b)."""
    rows = await payments.end_parts(work, payment_id, order_ids, "escrowed")
    assert len(rows) == len(order_ids), "each part is decided once"
    await ledger.post(work, await escrowed(work, payment_id, rows))


async def hand_over(work: Work, payment_id: int, about_id: int) -> int:
    """Leaves a paid part to the caller, who posts in the same transaction what it paid; tells its amount."""
    (row,) = await payments.end_parts(work, payment_id, [about_id], "direct")
    return int(row["amount_minor"])


async def return_late(work: Work, payment_id: int, *order_ids: int) -> None:
    """Takes money that came too late into escrow and sends all of it back at once (E1 or E14b, E7a)."""
    rows = await payments.end_parts(work, payment_id, order_ids, "returned")
    assert len(rows) == len(order_ids), "each part is decided once"
    for row in rows:
        await _send_back(work, payment_id, row, await escrowed(work, payment_id, [row]))


async def _send_back(work: Work, payment_id: int, row: payments.Row, took: Sequence[Entry]) -> None:
    order_id, amount_minor = row["order_id"], row["amount_minor"]
    await ask_refund(
        work, payment_id=payment_id, order_id=order_id, key=LATE, buyer_id=row["payer_id"],
        amount_minor=amount_minor, currency=row["currency"], reason=LATE,
        entries=lambda refund_id: [
            *took,
            write_entry(
                "E7a", business_key=f"E7a:{refund_id}", about_id=order_id,
                owners={202: order_id, 206: refund_id}, amounts={"buyer": amount_minor}, memo={"reason": LATE},
            ),
        ],
    )  # fmt: skip
