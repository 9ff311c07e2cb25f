"""Excusing: an order that a disruption makes not late after all keeps no compensation for being late (B1.8)."""

from huozhan import payments
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import OrderRef
from huozhan.ordering.compensating import LATE
from huozhan.ordering.facts import ClaimTakenBack
from huozhan.ordering.store import log, orders

EXCUSE_JOB = "ordering.excuse"


@use_case("system", writes=True)
async def excuse_late(work: Work, ask: OrderRef) -> Done:
    """Take the compensation of an order back that is not late any more; what the buyer has withdrawn stays theirs."""
    order = await orders.for_update(work, int(ask.order_id))
    claim = await log.standing_claim(work, order.order_id, LATE)
    if order.is_late or claim is None:
        return Done()
    if claim.paid_at and not await payments.give_compensation_back(work, order.order_id, LATE):
        return Done()
    await log.reverse_claim(work, order.order_id, LATE)
    work.record(
        ClaimTakenBack(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            amount_minor=claim.amount_minor,
        )
    )
    return Done()
