"""The promise to ship: broken it gives the buyer a way out and a claim; it waits while money back is asked."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from huozhan.kernel.money import share_bp
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import TimerDue
from huozhan.ordering.facts import OrderLate
from huozhan.ordering.order import MOVES, SHIP_PROMISE, Order, OrderEvent
from huozhan.ordering.store import log, orders
from huozhan.ordering.store.log import ClaimRow

AUTO_REFUND = "auto_refund"
LATE = "late"


@use_case("system", writes=True)
async def ship_promise_due(work: Work, ask: TimerDue) -> Done:
    """The promise to ship is broken: the order is marked late and its buyer has a claim and may leave at once.

    While money back is asked the promise waits (domain rule B1.2); whoever ends the question sets it going again.
    """
    order = await orders.for_update(work, int(ask.about_id))
    due = await work.timer_is_due(SHIP_PROMISE, about=order.order_id)
    if not due or order.is_late or order.asked or not MOVES.allows(order.state, OrderEvent.late):
        return Done()
    late = order.moved(OrderEvent.late, is_late=True)
    await orders.save(work, late, OrderEvent.late)
    claim = late_claim(work, order)
    if claim is not None:
        await log.add_claim(work, order.order_id, claim)
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


def late_claim(work: Work, order: Order) -> ClaimRow | None:
    """What a late seller owes: a share of what was paid for the goods and not given back, within bounds (B1.7)."""

    def rule(name: str) -> int:
        return work.rules.pinned(f"compensation.late_{name}", order.rule_pins, order.placed_at).value

    goods_minor = sum(line.goods_minor - line.worth(line.refunded) for line in order.lines)
    if not goods_minor:
        return None
    amount_minor = late_compensation(goods_minor, bp=rule("bp"), least=rule("least"), most=rule("most"))
    return ClaimRow(cause=LATE, goods_minor=goods_minor, amount_minor=amount_minor, made_at=work.now)


def late_compensation(goods_minor: int, *, bp: int, least: int, most: int) -> int:
    """So many basis points of the goods, not less than the least and not more than the most."""
    return min(max(share_bp(goods_minor, bp), least), most)


def resume_promise(work: Work, order: Order, asked_at: datetime) -> Order:
    """Moves the promise by the time for which the seller could not ship; a broken one stays broken."""
    if order.ship_promise_at is None or order.is_late:
        return order
    resumed = msgspec.structs.replace(order, ship_promise_at=order.ship_promise_at + (work.now - asked_at))
    work.set_timer(SHIP_PROMISE, about=order.order_id, due_at=resumed.ship_promise_at or work.now)
    return resumed


def drop_promise(work: Work, order_id: int) -> None:
    """Nothing is left to ship: neither the promise nor what follows from breaking it is waited for."""
    work.clear_timer(SHIP_PROMISE, about=order_id)
    work.clear_timer(AUTO_REFUND, about=order_id)


def unshipped(order: Order) -> Mapping[int, int]:
    """Quantities by line that are neither shipped nor given back."""
    return {line.line_no: line.to_ship for line in order.lines if line.to_ship}
