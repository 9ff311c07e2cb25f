"""Owing: an order that is shipped before it is paid goes straight to its seller (1688's pay status 12)."""

from huozhan.kernel.work import Work
from huozhan.ordering.discounting import follow
from huozhan.ordering.facts import OrderTakenOnCredit
from huozhan.ordering.halting import stopped_from_start
from huozhan.ordering.order import SHIP_PROMISE, Order, OrderEvent
from huozhan.ordering.store import orders
from huozhan.ordering.ways import way_of


async def take_on_credit(work: Work, order: Order) -> Order:
    """The order just placed is spoken for by the buyer's word: the promise to ship begins now."""
    await way_of(order).secure(work, order)
    taken = order.moved(OrderEvent.take_on_credit, credit_minor=order.amount_minor, paid_at=work.now)
    taken = await stopped_from_start(work, taken)
    await orders.save(work, taken, OrderEvent.take_on_credit)
    await follow(work, order, "pay")
    work.set_timer(SHIP_PROMISE, about=order.order_id, due_at=taken.ship_promise_at or work.now)
    work.record(
        OrderTakenOnCredit(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            amount_minor=order.amount_minor,
        )
    )
    return taken
