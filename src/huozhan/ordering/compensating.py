"""Compensating: what a seller owes the buyer for a broken promise, written down and paid once per cause (B1.7)."""

from huozhan import payments
from huozhan.kernel.money import share_bp
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import ClaimRef
from huozhan.ordering.order import Order
from huozhan.ordering.store import log, orders
from huozhan.ordering.store.log import ClaimRow

LATE = "late"
NO_STOCK = "no_stock"


async def compensate(work: Work, order: Order, cause: str, goods_minor: int) -> None:
    """Pays the buyer for a breach that touches goods of so much; the same cause is paid once. The order is locked."""
    if not goods_minor:
        return
    await compensate_exactly(work, order, cause, goods_minor, owed(work, order, cause, goods_minor))


async def compensate_exactly(
    work: Work, order: Order, cause: str, goods_minor: int, amount_minor: int
) -> None:
    """Pays the buyer an amount that another rule fixed, such as earnest money owed once more; once per cause."""
    claim = ClaimRow(
        cause=cause, goods_minor=goods_minor, amount_minor=amount_minor, made_at=work.now, paid_at=work.now
    )
    if await log.add_claim(work, order.order_id, claim):
        await _pay(work, order, claim)


@use_case("system", writes=True)
async def pay_claim(work: Work, ask: ClaimRef) -> Done:
    """Pays a claim that was written down before claims were paid."""
    order = await orders.for_update(work, int(ask.order_id))
    claim = await log.take_unpaid_claim(work, order.order_id, ask.cause)
    if claim is not None:
        await _pay(work, order, claim)
    return Done()


def owed(work: Work, order: Order, cause: str, goods_minor: int) -> int:
    """A share of what was paid for the goods and not given back, within bounds; by the rules the order was placed under."""

    def rule(name: str) -> int:
        return work.rules.pinned(f"compensation.{cause}_{name}", order.rule_pins, order.placed_at).value

    return compensation(goods_minor, bp=rule("bp"), least=rule("least"), most=rule("most"))


def compensation(goods_minor: int, *, bp: int, least: int, most: int) -> int:
    """So many basis points of the goods, not less than the least and not more than the most."""
    return min(max(share_bp(goods_minor, bp), least), most)


async def _pay(work: Work, order: Order, claim: ClaimRow) -> None:
    """The pool stands behind promises that carry its badge: those to ship within a short time."""
    badge = work.rules.pinned("compensation.pool_promise", order.rule_pins, order.placed_at)
    await payments.compensate(
        work,
        payments.Compensation(
            order_id=order.order_id,
            seller_id=order.seller_id,
            buyer_id=order.buyer_id,
            cause=claim.cause,
            amount_minor=claim.amount_minor,
            is_insured=claim.cause == LATE and order.promise_hours <= badge.value,
            order_number=order.number,
        ),
    )
