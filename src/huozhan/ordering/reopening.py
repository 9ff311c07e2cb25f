"""Reopening: an order that the clock closed is paid shortly after; where its shop allows, it goes on (B1.2)."""

from huozhan import catalogue
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ordering.discounting import follow
from huozhan.ordering.order import MOVES, Order, OrderEvent
from huozhan.ordering.placing import claims_of
from huozhan.ordering.purchase import why_invalid
from huozhan.ordering.sampling import claim_samples
from huozhan.ordering.store import log
from huozhan.ordering.store.carts import CartLine
from huozhan.payments import Part


async def reopen(work: Work, order: Order, part: Part) -> bool:
    """Speaks for the goods of a closed order again, all of them or none; tells whether it may go on."""
    if not await _may_reopen(work, order, part):
        return False
    try:
        async with work.db.transaction():
            await catalogue.reserve(work, claims_of(order))
            await claim_samples(work, [order])
            await follow(work, order, OrderEvent.reopen)
    except Refusal:
        return False
    return True


async def _may_reopen(work: Work, order: Order, part: Part) -> bool:
    """It was the clock that closed it, not long ago, the money is the order's, and all of it is still sold."""
    span = work.rules.pinned("pay_late.reopen", order.rule_pins, order.placed_at).span
    return (
        MOVES.allows(order.state, OrderEvent.reopen)
        and not order.stages
        and order.amount_minor == part.amount_minor
        and order.ended_at is not None
        and work.now - order.ended_at < span
        and await catalogue.reopens_late(work, order.seller_id)
        and await log.last_event(work, order.order_id) == OrderEvent.pay_close
        and await _is_still_sold(work, order)
    )


async def _is_still_sold(work: Work, order: Order) -> bool:
    goods = await catalogue.goods_for(work, {line.sku_id for line in order.lines})
    return not any(
        why_invalid(CartLine(line.sku_id, line.is_sample, line.quantity), goods.get(line.sku_id))
        for line in order.lines
    )
