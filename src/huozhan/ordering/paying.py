"""Paying: orders are paid together into escrow; what comes too late goes straight back."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from huozhan import credit, finance, payments, staging
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import insured, staged
from huozhan.ordering.asks import BankMoney, PaymentCallback, PayOrders
from huozhan.ordering.discounting import follow
from huozhan.ordering.facts import OrderPaid
from huozhan.ordering.halting import stopped_from_start
from huozhan.ordering.methods import wait_for_bank
from huozhan.ordering.order import (
    CLOSING,
    MOVES,
    PAY_CLOSE,
    SHIP_PROMISE,
    Hold,
    Order,
    OrderEvent,
    OrderState,
)
from huozhan.ordering.placing import must_be_payable
from huozhan.ordering.reopening import reopen
from huozhan.ordering.store import log, orders
from huozhan.ordering.telling import PAYMENT_CLOSED_JOB
from huozhan.ordering.views import PayingView
from huozhan.ordering.ways import lent_for, must_be_payable_by, send_back, take_paid, way_of
from huozhan.payments import Part, PaymentMethod, Purpose, Settled
from huozhan.staging import Stage


class PaidTooLate(Refusal):
    """The time to pay this order is over."""

    code = "ordering.pay_time_over"


@use_case("order.pay", writes=True)
async def pay_orders(work: Work, ask: PayOrders) -> PayingView:
    """Open one payment for some unpaid orders; asked again, the one that is open is shown."""
    order_ids = sorted({int(order_id) for order_id in ask.order_ids})
    to_pay = [await orders.for_update(work, order_id, side="buyer") for order_id in order_ids]
    amount_minor = sum(due_now(work, order).amount_minor for order in to_pay)
    must_be_payable(amount_minor)
    must_be_payable_by(to_pay, ask.method)
    if ask.method is PaymentMethod.bank:
        to_pay = [
            await wait_for_bank(work, order) if order.state is OrderState.wait_pay else order
            for order in to_pay
        ]
    payment_id = await _payment_for(work, to_pay, ask.method)
    if ask.method is PaymentMethod.wallet:
        await take_settled(work, await payments.pay_from_wallet(work, payment_id))
    return PayingView(
        payment_id=str(payment_id),
        method=ask.method,
        amount_minor=amount_minor,
        order_ids=[str(order_id) for order_id in order_ids],
    )


async def _payment_for(work: Work, to_pay: Sequence[Order], method: PaymentMethod) -> int:
    """The payment that is open for exactly these orders by this way, or a new one in place of those that are open."""
    opened = {other for order in to_pay for other in order.payments}
    known = await log.open_payment_of(work, [order.order_id for order in to_pay]) if opened else 0
    if known and await payments.method_of(work, known) is method:
        return known
    dues = [due_now(work, order) for order in to_pay]
    payment_id = await payments.open_payment(
        work,
        payer_id=work.actor.org_id,
        parts=[
            Part(order_id=order.order_id, seller_id=order.seller_id, amount_minor=due.amount_minor)
            for order, due in zip(to_pay, dues, strict=True)
        ],
        subject=", ".join(order.number for order in to_pay[:3]),
        expires_at=min(due.until for due in dues),
        method=method,
    )
    if method is PaymentMethod.lender:
        await finance.request(work, payment_id, [lent_for(order) for order in to_pay])
    parts = [
        (order.order_id, due.amount_minor, due.stage_no) for order, due in zip(to_pay, dues, strict=True)
    ]
    await log.payment_opened(work, payment_id, parts)
    for replaced in opened:
        await payments.close_at_channel(work, replaced)
    return payment_id


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer may pay of an order now: all of it, or the stage that is at hand."""

    event: OrderEvent
    amount_minor: int
    until: datetime
    stage_no: int = 0


def due_now(work: Work, order: Order) -> Due:
    """What is to be paid of an order; refuses where nothing is, or no longer."""
    stage = staging.payable(order.stages)
    event = OrderEvent.pay_stage if stage and order.state is not OrderState.wait_pay else OrderEvent.pay
    order.must_allow(event)
    order.must_not_be_closing()
    until = order.pay_close_at
    if stage and event is OrderEvent.pay_stage:
        # Nothing forces a tail's date; its payment alone must end some day.
        until = stage.pay_due_at or work.now + work.rule("stage.pay_within").span
    if until <= work.now:
        raise PaidTooLate(number=order.number)
    if stage is None:
        return Due(event=event, amount_minor=order.amount_minor, until=until)
    return Due(event=event, amount_minor=stage.amount_minor, until=until, stage_no=stage.stage_no)


@use_case("system", writes=True)
async def payment_settled(work: Work, ask: PaymentCallback) -> Done:
    """Take what the channel says was paid into each order's escrow, or send back what came too late; bills are credit's."""
    settled = await payments.settle(work, int(ask.callback_id))
    if settled is not None:
        await take_settled(work, settled)
    return Done()


@use_case("system", writes=True)
async def bank_money_came(work: Work, ask: BankMoney) -> Done:
    """Find out for which payment money came to the bank; where all of it is there, its orders are paid."""
    settled = await payments.match_receipt(work, int(ask.receipt_id))
    if settled is not None:
        await take_settled(work, settled)
    return Done()


async def take_settled(work: Work, settled: Settled) -> None:
    """Takes what was paid into each order's escrow, or sends back what came too late, order by order; bills are credit's."""
    if settled.purpose is Purpose.credit:
        await credit.repaid(work, settled)
        return
    if settled.purpose is Purpose.loan:
        await finance.repaid(work, settled)
        return
    if settled.purpose is Purpose.difference:
        # It waits in the case's own escrow until after-sales has heard of it: that context is above this one.
        await payments.take_into_escrow(work, settled.payment_id, *(part.order_id for part in settled.parts))
        return
    in_time: list[tuple[Order, Part]] = []
    by_stage: list[tuple[Order, Stage]] = []
    late: list[tuple[Order, Part]] = []
    for part in sorted(settled.parts, key=lambda p: p.order_id):
        order = await orders.for_update(work, part.order_id)
        stage = await _stage_paid(work, order, settled.payment_id, part)
        if stage:
            by_stage.append((order, stage))
            continue
        fits = (
            order.state is OrderState.wait_pay
            and order.amount_minor == part.amount_minor
            and not order.stages
        )
        (in_time if fits or await reopen(work, order, part) else late).append((order, part))
    if in_time:
        await take_paid(work, settled, [order for order, _ in in_time])
    for order, stage in by_stage:
        await staged.take_stage(work, order, stage, settled.payment_id)
    for order, _ in in_time:
        await _take(work, order, settled.payment_id)
    if late:
        await send_back(work, settled, [order for order, _ in late])
    for order, part in late:
        await _send_back(work, order, settled.payment_id, part.amount_minor)


async def _stage_paid(work: Work, order: Order, payment_id: int, part: Part) -> Stage | None:
    """The stage that a payment was opened for, if that is the one at hand and costs this; equal amounts do not suffice."""
    stage = staging.payable(order.stages)
    is_payable = any(MOVES.allows(order.state, event) for event in (OrderEvent.pay, OrderEvent.pay_stage))
    if stage is None or not is_payable or stage.amount_minor != part.amount_minor:
        return None
    return stage if await log.stage_of_payment(work, order.order_id, payment_id) == stage.stage_no else None


async def _take(work: Work, order: Order, payment_id: int) -> None:
    """The order is paid: a closing that was under way is overtaken, its deed is dropped."""
    event = OrderEvent.pay if order.state is OrderState.wait_pay else OrderEvent.reopen
    paid = order.moved(
        event,
        paid_minor=order.goods_minor + order.freight_minor,
        payment_id=payment_id,
        paid_at=work.now,
        ended_at=None,
    )
    paid = await stopped_from_start(work, paid)
    await orders.save(work, paid, event, by=orders.By(order.buyer_id, 0, work.actor.door))
    await log.end_payment(work, order.order_id, payment_id, "paid")
    if order.is_closing:
        await orders.lift(work, order.order_id, CLOSING, 0)
    if event is OrderEvent.pay:
        await follow(work, order, event)
    await insured.begin(work, paid)
    work.clear_timer(PAY_CLOSE, about=order.order_id)
    work.set_timer(SHIP_PROMISE, about=order.order_id, due_at=paid.ship_promise_at or work.now)
    work.record(
        OrderPaid(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            amount_minor=order.amount_minor,
            lines=[(line.offer_id, line.quantity) for line in order.lines],
            is_lent=way_of(order).is_lent,
        )
    )


async def _send_back(work: Work, order: Order, payment_id: int, amount_minor: int) -> None:
    """Money for an order that is closed, or was paid before, or costs something else now, goes back whole."""
    await log.end_payment(work, order.order_id, payment_id, "returned")
    if order.is_closing:
        # What waits for this payment to end is done by the job that hears of closed ones.
        work.enqueue(
            PAYMENT_CLOSED_JOB, {"payment_id": payment_id}, dedupe_key=f"{PAYMENT_CLOSED_JOB}:{payment_id}"
        )
    if MOVES.allows(order.state, OrderEvent.pay_late):
        late = order.moved(
            OrderEvent.pay_late,
            paid_minor=order.paid_minor + amount_minor,
            refunded_minor=order.refunded_minor + amount_minor,
        )
        await orders.save(work, late, OrderEvent.pay_late)


async def close_payments_first(work: Work, order: Order, deed: OrderEvent, reason: str) -> Order:
    """Asks the channel to close every open payment of an order; the deed is done when it has."""
    hold = Hold(
        code=CLOSING,
        about_id=0,
        stops=(OrderEvent.amend, OrderEvent.amend_stages, OrderEvent.cancel),
        deed=deed,
        reason=reason,
        org_id=work.actor.org_id,
        person_id=work.actor.person_id,
    )
    await orders.hold(work, order.order_id, hold)
    for payment_id in order.payments:
        await payments.close_at_channel(work, payment_id)
    return order.held_by(hold)
