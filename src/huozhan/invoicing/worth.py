"""What orders are worth to their sellers by now, for invoices: paid and not given back, before and after their end."""

from collections.abc import Collection, Mapping

import msgspec

from huozhan import aftersales, ordering
from huozhan.invoicing.store import room
from huozhan.kernel.work import Work
from huozhan.ordering import OrderToInvoice


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """One order: what it is, what was paid and given back of it in all, and what each line is still worth."""

    order: OrderToInvoice
    refunded_minor: int
    kept: Mapping[int, int]


async def worth_of(work: Work, order_ids: Collection[int], *, of_all: bool = False) -> dict[int, Worth]:
    """Orders within the actor's reach (the system reaches all, and so does a check with `of_all`), in order of id."""
    orders = await ordering.orders_to_invoice(work, order_ids, of_all=of_all)
    after = await aftersales.given_back_after_release(work, list(orders))
    found = {}
    for order_id in sorted(orders):
        order, back = orders[order_id], after.get(order_id, {})
        found[order_id] = Worth(
            order=order,
            refunded_minor=min(order.refunded_minor + sum(back.values()), order.paid_minor),
            kept={line.line_no: max(line.kept_minor - back.get(line.line_no, 0), 0) for line in order.lines},
        )
    return found


async def note_worth(work: Work, worth: Mapping[int, Worth]) -> dict[int, room.Row]:
    """Writes what was paid and given back; tells what each may still be invoiced for. The rows stay locked."""
    return await room.note(
        work,
        [
            (id_, one.order.buyer_id, one.order.seller_id, one.order.paid_minor, one.refunded_minor)
            for id_, one in sorted(worth.items())
        ],
    )
