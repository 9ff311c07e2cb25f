"""Holding: money of an order that a special invoice stands for goes back only after its red letter is confirmed (B6).

The gate before refunds is payments'; here it is set when a special invoice stands, and each refund is let go by the red
letter that takes it back, by its clock, or at once where nothing has to be taken back for it.
"""

from collections.abc import Collection

from huozhan import payments
from huozhan.invoicing.asks import AboutInvoice
from huozhan.invoicing.invoice import Invoice, Kind
from huozhan.invoicing.store import invoices, reds, room
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

HELD_DUE = "invoice_refund_held"
CONFIRM = "invoicing.red_confirm"


async def hold(work: Work, invoice: Invoice) -> None:
    """A special invoice stands: refunds of its orders wait from now on."""
    if invoice.kind is Kind.special:
        await payments.set_gate(work, await _orders(work, invoice), invoice.invoice_id)


async def lift(work: Work, invoice: Invoice) -> None:
    """A special invoice stands no more: nothing waits for it."""
    if invoice.kind is Kind.special:
        order_ids = await _orders(work, invoice)
        await payments.lift_gate(work, order_ids, invoice.invoice_id)
        await let_covered_go(work, order_ids)


async def let_covered_go(work: Work, order_ids: Collection[int]) -> None:
    """Refunds go that no red letter has to wait for; others wait for the next one, and no longer than a confirmation may."""
    for one in await payments.held_refunds(work, order_ids):
        if one.held_for:
            continue
        if await owed(work, one.order_id):
            rule = work.rule(CONFIRM)
            work.set_timer(
                HELD_DUE, about=one.refund_id, due_at=one.held_since + rule.span, rule_version=rule.version
            )
        else:
            await payments.let_go(work, one.order_id)
            work.clear_timer(HELD_DUE, about=one.refund_id)


async def owed(work: Work, order_id: int) -> int:
    """What of an order no red letter takes back yet, be it issued or under way on any of its invoices."""
    owed_minor = (await room.owed(work, [order_id])).get(order_id, 0)
    return max(owed_minor - await reds.under_way(work, order_id), 0) if owed_minor else 0


@use_case("system", writes=True)
async def refund_held_due(work: Work, ask: AboutInvoice) -> Done:
    """No red letter began in time for a refund, because another one is stuck: the buyer's money goes all the same."""
    refund_id = int(ask.about_id)
    order_id = await payments.order_of_held(work, refund_id)
    if order_id and await work.timer_is_due(HELD_DUE, about=refund_id):
        await payments.let_go(work, order_id)
    work.clear_timer(HELD_DUE, about=refund_id)
    return Done()


async def _orders(work: Work, invoice: Invoice) -> list[int]:
    return [part["order_id"] for part in await invoices.parts(work, invoice.invoice_id)]
