"""Closing: an order ends unpaid, by the buyer, the seller or the clock; an open payment is closed at the channel first."""

from huozhan import catalogue
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import amending, staged, stopping
from huozhan.ordering.asks import CancelOrder, PaymentRef, TimerDue
from huozhan.ordering.discounting import follow
from huozhan.ordering.ending import FAULT_OF
from huozhan.ordering.facts import OrderClosed
from huozhan.ordering.order import CLOSING, MOVES, PAY_CLOSE, Hold, Order, OrderEvent
from huozhan.ordering.paying import close_payments_first
from huozhan.ordering.sampling import give_samples_back
from huozhan.ordering.showing import state_view
from huozhan.ordering.store import log, orders
from huozhan.ordering.views import OrderStateView


@use_case("order.view", writes=True)
async def cancel_order(work: Work, ask: CancelOrder) -> OrderStateView:
    """Cancel an unpaid order, as its buyer or its seller; where a payment is open the channel decides first."""
    order = await orders.for_update(work, int(ask.order_id))
    work.actor.must("order.place" if work.actor.org_id == order.buyer_id else "sale.amend")
    order.must_allow(OrderEvent.cancel)
    if order.payments:
        return state_view(await close_payments_first(work, order, OrderEvent.cancel, ask.reason))
    return state_view(await close(work, order, OrderEvent.cancel, ask.reason, orders.by_actor(work.actor)))


@use_case("system", writes=True)
async def pay_close_due(work: Work, ask: TimerDue) -> Done:
    """The time to pay is over: close the order, after the channel was asked where a payment is open."""
    order = await orders.for_update(work, int(ask.about_id))
    due = await work.timer_is_due(PAY_CLOSE, about=order.order_id)
    if due and not order.is_closing and MOVES.allows(order.state, OrderEvent.pay_close):
        if order.payments:
            await close_payments_first(work, order, OrderEvent.pay_close, "")
        else:
            await close(work, order, OrderEvent.pay_close, "", orders.by_actor(work.actor))
    return Done()


@use_case("system", writes=True)
async def payment_closed(work: Work, ask: PaymentRef) -> Done:
    """No money comes by a payment any more: do what waited for that, once no other payment of the order is open."""
    payment_id = int(ask.payment_id)
    for order_id in await log.orders_of_payment(work, payment_id):
        order = await orders.for_update(work, order_id)
        if payment_id in order.payments:
            await log.end_payment(work, order_id, payment_id, "closed")
        hold = next((hold for hold in order.holds if hold.code == CLOSING), None)
        if hold and not set(order.payments) - {payment_id}:
            await orders.lift(work, order_id, CLOSING, 0)
            await _do_what_waited(work, await orders.for_update(work, order_id), hold)
    return Done()


async def _do_what_waited(work: Work, order: Order, hold: Hold) -> None:
    by = orders.By(hold.org_id, hold.person_id, work.actor.door)
    if hold.deed in FAULT_OF:
        await stopping.end(work, order, OrderEvent(hold.deed), hold.reason, by)
    elif hold.deed in {OrderEvent.amend, OrderEvent.amend_stages}:
        await amending.apply_waiting(work, order, by)
    else:
        await close(work, order, OrderEvent(hold.deed), hold.reason, by)


async def close(work: Work, order: Order, event: OrderEvent, reason: str, by: orders.By) -> Order:
    """Ends an unpaid order: stock is free again, nothing of it waits."""
    closed = order.moved(event, ended_at=work.now)
    await orders.save(work, closed, event, reason=reason, by=by)
    await log.drop_amendments(work, order.order_id)
    await catalogue.release(work, order.order_id)
    await give_samples_back(work, order)
    await follow(work, order, "close")
    await staged.forget(work, order)
    work.clear_all_timers(about=order.order_id)
    sides = {order.buyer_id: "buyer", order.seller_id: "seller"}
    work.record(
        OrderClosed(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            closed_by=sides.get(by.org_id, "clock"),
        )
    )
    return closed
