"""What is done with an order beside its course: notes, and buying the same again."""

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import QUANTITY_MAX, NoteOrder, OrderRef
from huozhan.ordering.purchase import why_invalid
from huozhan.ordering.store import carts, log, orders
from huozhan.ordering.store.carts import CartLine
from huozhan.ordering.views import NotSold, ReorderView


@use_case("cart.use", writes=True)
async def reorder(work: Work, ask: OrderRef) -> ReorderView:
    """Put what is still sold of an old order back into the cart, and name what is not."""
    order, _ = await orders.read(work, int(ask.order_id))
    if order.buyer_id != work.actor.org_id:
        raise NotFound(order_id=ask.order_id)
    goods = await catalogue.goods_for(work, {line.sku_id for line in order.lines})
    again, not_sold = [], []
    for line in order.lines:
        wanted = CartLine(line.sku_id, line.is_sample, line.quantity)
        if why_invalid(wanted, goods.get(line.sku_id)):
            not_sold.append(NotSold(title=line.title, options=line.options, quantity=line.quantity))
        else:
            again.append(wanted)
    if again:
        await carts.put(work, again, QUANTITY_MAX)
    return ReorderView(put=len(again), not_sold=not_sold)


@use_case("order.view", writes=True)
async def note_order(work: Work, ask: NoteOrder) -> Done:
    """Write a note on an order: a word to the other side, or a memo nobody else sees."""
    order, _ = await orders.read(work, int(ask.order_id))
    work.actor.must("order.place" if work.actor.org_id == order.buyer_id else "sale.amend")
    await log.add_note(work, order.order_id, ask.text, private=ask.private)
    return Done()
