"""The promise to ship: broken it gives the buyer a way out and a claim; it waits while money back is asked."""

from collections.abc import Mapping
from datetime import datetime

from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import TimerDue
from huozhan.ordering.compensating import LATE, compensate
from huozhan.ordering.facts import OrderLate
from huozhan.ordering.halting import promised
from huozhan.ordering.order import MOVES, SHIP_PROMISE, Order, OrderEvent
from huozhan.ordering.store import orders

AUTO_REFUND = "auto_refund"


@use_case("system", writes=True)
async def ship_promise_due(work: Work, ask: TimerDue) -> Done:
    """The promise to ship is broken: the order is marked late, its buyer is compensated and may leave at once.

    While money back is asked the promise waits (domain rule B1.2); whoever ends the question sets it going again.
    """
    order = await orders.for_update(work, int(ask.about_id))
    due = await work.timer_is_due(SHIP_PROMISE, about=order.order_id)
    if not due or order.is_late or order.asked or not MOVES.allows(order.state, OrderEvent.late):
        return Done()
    late = order.moved(OrderEvent.late, is_late=True)
    await orders.save(work, late, OrderEvent.late)
    await compensate(work, order, LATE, _paid_goods(order))
    rule = work.rules.pinned("auto_refund.unshipped", order.rule_pins, order.placed_at)
    work.set_timer(AUTO_REFUND, about=order.order_id, due_at=work.now + rule.span, rule_version=rule.version)
    work.record(
        OrderLate(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
        )
    )
    return Done()


def _paid_goods(order: Order) -> int:
    """What was paid for goods and not given back."""
    if order.stages:
        return sum(stage.goods_minor for stage in order.stages if stage.is_paid)
    return sum(line.paid_worth(line.quantity) - line.paid_worth(line.refunded) for line in order.lines)


def resume_promise(work: Work, order: Order, asked_at: datetime) -> Order:
    """Moves the promise by the time for which the seller could not ship; a broken one stays broken."""
    if order.ship_promise_at is None or order.is_late:
        return order
    resumed = promised(work, order, waits=[(asked_at, work.now)])
    work.set_timer(SHIP_PROMISE, about=order.order_id, due_at=resumed.ship_promise_at or work.now)
    return resumed


def drop_promise(work: Work, order_id: int) -> None:
    """Nothing is left to ship: neither the promise nor what follows from breaking it is waited for."""
    work.clear_timer(SHIP_PROMISE, about=order_id)
    work.clear_timer(AUTO_REFUND, about=order_id)


def unshipped(order: Order) -> Mapping[int, int]:
    """Quantities by line that are neither shipped nor given back."""
    return {line.line_no: line.to_ship for line in order.lines if line.to_ship}
