"""Opening and closing payments: intent is committed here, the worker speaks to the channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.payments.asks import AboutAsk, MyPayments, NoteOpened, PaymentAsk
from huozhan.payments.bank_money import virtual_account
from huozhan.payments.facts import PaymentClosed
from huozhan.payments.payment import MOVES, Part, Payment, PaymentMethod, PaymentState, Purpose
from huozhan.payments.ports import CHANNEL_ID, NO_CHANNEL
from huozhan.payments.sending_back import give_back_what_came
from huozhan.payments.store import bank, payments
from huozhan.payments.views import PaymentErrand, PaymentPart, PaymentView
from huozhan.payments.waiting import BANK_EXPIRY, INTENT_PATIENCE


async def open_payment(
    work: Work, *, payer_id: int, parts: Sequence[Part], subject: str, expires_at: datetime,
    method: PaymentMethod = PaymentMethod.channel, purpose: Purpose = Purpose.orders,
) -> int:  # fmt: skip
    """Opens one payment for all these orders, or for what is owed on credit.

    Where the payer can pay through the channel, or agree with the lender, is known once the worker has asked; a bank
    payment is open at once, for its account number is its own.
    """
    is_asked_for = method in (PaymentMethod.channel, PaymentMethod.lender)
    payment = Payment(
        payment_id=work.new_id(),
        payer_id=payer_id,
        channel_id=CHANNEL_ID if method is PaymentMethod.channel else NO_CHANNEL,
        amount_minor=sum(part.amount_minor for part in parts),
        currency=work.terms.currency,
        state=MOVES.first if is_asked_for else MOVES.after(MOVES.first, "open"),
        method=method,
        purpose=purpose,
        parts=tuple(sorted(parts, key=lambda part: part.order_id)),
    )
    ask_at = work.now + work.rule(INTENT_PATIENCE).span if is_asked_for else None
    await payments.add(work, payment, subject=subject, expires_at=expires_at, ask_at=ask_at)
    if is_asked_for:
        work.enqueue("payments.collect", {"payment_id": payment.payment_id})
    elif method is PaymentMethod.bank:
        work.set_timer(BANK_EXPIRY, about=payment.payment_id, due_at=expires_at)
    return payment.payment_id


async def method_of(work: Work, payment_id: int) -> PaymentMethod:
    """By which way a payment is paid; the caller knows whose it is."""
    row = await payments.errand(work, payment_id)
    assert row is not None, f"there is no payment {payment_id}"
    return PaymentMethod(row["method"])


async def renew_payment(work: Work, payment_id: int, expires_at: datetime) -> None:
    """Gives a payment by bank transfer more time; the caller knows that it may."""
    row = await payments.lock(work, payment_id)
    assert row is not None, f"there is no payment {payment_id}"
    MOVES.after(PaymentState(row["state"]), "close")
    await payments.renew(work, payment_id, expires_at)
    work.set_timer(BANK_EXPIRY, about=payment_id, due_at=expires_at)


async def close_at_channel(work: Work, payment_id: int) -> None:
    """Asks the channel to take no more money; answered by `PaymentClosed`, or by the payment being paid.

    A bank takes money at any time: there the payment closes at once, what came of it goes back, and what comes later waits
    for a person.
    """
    row = await payments.lock(work, payment_id)
    assert row is not None, f"there is no payment {payment_id}"
    payment = payments.as_payment(row)
    if payment.method is PaymentMethod.bank and MOVES.allows(payment.state, "close"):
        await payments.move(work, payment_id, "close", MOVES.after(payment.state, "close"), "")
        work.clear_timer(BANK_EXPIRY, about=payment_id)
        await give_back_what_came(work, payment)
        work.record(_closed(payment))
    elif MOVES.allows(payment.state, "ask_to_close"):
        state = MOVES.after(payment.state, "ask_to_close")
        await payments.move(work, payment_id, "ask_to_close", state, "")
        work.enqueue("payments.close", {"payment_id": payment_id})
    elif payment.state in {PaymentState.closed, PaymentState.mismatched}:
        work.record(_closed(payment))


@use_case("system", writes=True)
async def bank_expiry_due(work: Work, ask: AboutAsk) -> Done:
    """The time of a bank payment is over, and its orders did not close it: they were paid another way, or it was for a tail."""
    payment_id = int(ask.about_id)
    await _locked(work, payment_id)
    if await work.timer_is_due(BANK_EXPIRY, about=payment_id):
        await close_at_channel(work, payment_id)
    return Done()


@use_case("system", writes=True)
async def note_opened(work: Work, ask: NoteOpened) -> Done:
    """Notes where the payer can pay; a payment that is to be closed meanwhile is closed at the channel as well."""
    payment = await _locked(work, int(ask.payment_id))
    if MOVES.allows(payment.state, "open"):
        await payments.move(
            work, payment.payment_id, "open", MOVES.after(payment.state, "open"), "", ask.pay_url
        )
    elif payment.state in {PaymentState.closing, PaymentState.closed}:
        work.enqueue("payments.close", {"payment_id": payment.payment_id})
    return Done()


@use_case("system", writes=True)
async def note_closed(work: Work, ask: PaymentAsk) -> Done:
    """Notes that the channel takes no more money for a payment."""
    payment = await _locked(work, int(ask.payment_id))
    if MOVES.allows(payment.state, "close"):
        await payments.move(work, payment.payment_id, "close", MOVES.after(payment.state, "close"), "")
        work.record(_closed(payment))
    return Done()


@use_case("system", writes=False)
async def payment_errand(work: Work, ask: AboutAsk) -> PaymentErrand:
    """Tells the worker what the channel needs to know about a payment."""
    row = await payments.errand(work, int(ask.about_id))
    if row is None:
        raise NotFound(payment_id=ask.about_id)
    return PaymentErrand(
        payment_id=str(row["payment_id"]),
        payer_id=str(row["payer_id"]),
        method=row["method"],
        state=row["state"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        subject=row["subject"],
        expires_at=row["expires_at"],
        parts=[(str(order_id), amount_minor) for order_id, _, amount_minor in row["parts"]],
    )


async def payment_to_show(work: Work, payment_id: int) -> PaymentView:
    """A payment of the actor's organisation."""
    row = await payments.show(work, payment_id)
    if row is None:
        raise NotFound(payment_id=str(payment_id))
    came = await bank.came_for(work, [payment_id]) if row["method"] == PaymentMethod.bank else {}
    return _view(row, came)


@use_case("order.view", writes=False)
async def payment(work: Work, ask: PaymentAsk) -> PaymentView:
    """Shows one of the organisation's own payments."""
    return await payment_to_show(work, int(ask.payment_id))


@use_case("order.view", writes=False)
async def my_payments(work: Work, ask: MyPayments) -> Page[PaymentView]:
    """Lists what the organisation has paid and is paying, newest first."""
    rows = await payments.of_payer(work, before_in(ask.cursor), ask.size + 1)
    more = len(rows) > ask.size
    shown = rows[: ask.size]
    came = await bank.came_for(
        work, [row["payment_id"] for row in shown if row["method"] == PaymentMethod.bank]
    )
    return Page([_view(row, came) for row in shown], write_cursor(shown[-1]["payment_id"]) if more else None)


async def _locked(work: Work, payment_id: int) -> Payment:
    row = await payments.lock(work, payment_id)
    if row is None:
        raise NotFound(payment_id=str(payment_id))
    return payments.as_payment(row)


def _closed(payment: Payment) -> PaymentClosed:
    return PaymentClosed(
        payment_id=payment.payment_id, payer_id=payment.payer_id, order_ids=payment.order_ids
    )


def _view(row: Any, came: Mapping[int, int]) -> PaymentView:
    payment_id = row["payment_id"]
    return PaymentView(
        payment_id=str(payment_id),
        method=row["method"],
        account_no=virtual_account(payment_id) if row["method"] == PaymentMethod.bank else "",
        received_minor=came.get(payment_id, 0),
        state=row["state"],
        purpose=row["purpose"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        subject=row["subject"],
        pay_url=row["pay_url"],
        opened_at=row["opened_at"],
        expires_at=row["expires_at"],
        paid_at=row["paid_at"],
        parts=[
            PaymentPart(
                order_id=str(order_id),
                amount_minor=amount,
                about="deposit" if seller_id == row["payer_id"] else "order",
            )
            for order_id, seller_id, amount in row["parts"]
        ],
    )
