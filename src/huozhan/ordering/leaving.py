"""Leaving: while a disruption holds an order up its buyer may have the money of all that is not shipped, at once."""

from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.answering import end_by_answer
from huozhan.ordering.asks import LeaveDisrupted
from huozhan.ordering.exemption import suspended_until
from huozhan.ordering.order import Order, OrderEvent
from huozhan.ordering.promising import unshipped
from huozhan.ordering.refunding import asked_back, give_back_at_once
from huozhan.ordering.store import log, orders
from huozhan.ordering.views import RefundView


class NotHeldUp(Refusal):
    """No disruption holds the order up now, so its seller has to be asked."""

    code = "ordering.not_held_up"


@use_case("order.place", writes=True)
async def leave_disrupted(work: Work, ask: LeaveDisrupted) -> RefundView:
    """Take all that is not shipped back out of an order that a disruption holds up; nobody has to agree.

    A question for money back that is open is answered by it first.
    """
    order = await orders.for_update(work, int(ask.order_id), side="buyer")
    order.must_allow(OrderEvent.refund_part)
    if not held_up(work, order):
        raise NotHeldUp(number=order.number)
    waiting = await log.open_refund(work, order.order_id)
    if waiting:
        answered = await end_by_answer(work, order, waiting, agree=True, by="disruption", answer="")
        order = await orders.for_update(work, order.order_id, side="buyer")
        if not unshipped(order):
            return showing.refund_view(answered)
    refund = asked_back(work, order, unshipped(order), reason=ask.reason, by=work.actor.person_id)
    return showing.refund_view(await give_back_at_once(work, order, refund, by="disruption"))


def held_up(work: Work, order: Order) -> bool:
    """Tells whether goods of an order that are not shipped are held up now."""
    return bool(unshipped(order)) and suspended_until(order.exemptions, work.now) is not None
