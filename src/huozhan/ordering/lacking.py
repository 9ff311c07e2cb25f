"""Lacking: a seller has not got what was paid; the money goes back at once and the buyer is compensated (B1.7)."""

from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.asks import DeclareLack
from huozhan.ordering.compensating import NO_STOCK, compensate
from huozhan.ordering.facts import LackDeclared
from huozhan.ordering.order import OrderEvent
from huozhan.ordering.refunding import RefundOpen, asked_back, give_back_at_once, wanted_of
from huozhan.ordering.store import log, orders
from huozhan.ordering.views import RefundView


class LackKnown(Refusal):
    """What an order lacks is said once, for all of it: otherwise its compensation could be kept small piece by piece."""

    code = "ordering.lack_known"


@use_case("sale.amend", writes=True)
async def declare_lack(work: Work, ask: DeclareLack) -> RefundView:
    """Say that paid goods are not there: their money goes back at once and the buyer is compensated."""
    order = await orders.for_update(work, int(ask.order_id), side="seller")
    order.must_allow(OrderEvent.refund_part)
    if order.asked:
        raise RefundOpen(number=order.number)
    if await log.has_claim(work, order.order_id, NO_STOCK):
        raise LackKnown(number=order.number)
    wanted = wanted_of(order, ask.lines)
    goods_minor = sum(order.line(line_no).buyer_share_of(quantity)[0] for line_no, quantity in wanted.items())
    await compensate(work, order, NO_STOCK, goods_minor)
    refund = await give_back_at_once(
        work, order, asked_back(work, order, wanted, reason=ask.reason, by=0), by=NO_STOCK
    )
    work.record(
        LackDeclared(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            amount_minor=refund.amount_minor,
        )
    )
    return showing.refund_view(refund)
