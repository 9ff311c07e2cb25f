"""Red letters: what was given back after it was invoiced is taken off the invoice again, by a red letter 红字.

A request that is not issued yet shrinks instead. A special invoice needs the buyer's confirmation first, because the
buyer may have deducted its tax; whoever keeps silent has confirmed after the rule's time.
"""

import msgspec

from huozhan import payments
from huozhan.invoicing import going, holding
from huozhan.invoicing.asks import AboutInvoice, FollowOrder, RedRef
from huozhan.invoicing.invoice import RED_MOVES, STANDING, WITH_SELLER, Invoice, Kind, RedState
from huozhan.invoicing.sharing import OnInvoice, take_back, tax_inside
from huozhan.invoicing.store import invoices, reds, room
from huozhan.invoicing.store.reds import Red
from huozhan.invoicing.views import InvoiceStateView
from huozhan.invoicing.worth import Worth, note_worth, worth_of
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

CONFIRM = "invoicing.red_confirm"
BY_BUYER, BY_CLOCK, BY_RULE = "buyer", "clock", "rule"


@use_case("system", writes=True)
async def follow_order(work: Work, ask: FollowOrder) -> Done:
    """Money of an order went back: requests shrink, and what stands on invoices is taken back by red letters."""
    await follow(work, int(ask.order_id))
    return Done()


async def follow(work: Work, order_id: int) -> None:
    """Brings what is invoiced of an order back to what is paid: requests first, then invoices, the newest first."""
    if await room.of_order(work, order_id) is None:
        return
    found = [
        await invoices.lock(work, invoice_id) for invoice_id in await invoices.ids_of_orders(work, [order_id])
    ]
    worth = (await worth_of(work, [order_id]))[order_id]
    await note_worth(work, {order_id: worth})
    on = [invoice for invoice in reversed(found) if invoice is not None]
    for invoice in [one for one in on if one.state in WITH_SELLER]:
        await _lessen(work, invoice, worth)
    for invoice in [one for one in on if one.state in STANDING]:
        await _redden(work, invoice, worth)
    await holding.let_covered_go(work, [order_id])


async def go_on(work: Work, invoice: Invoice) -> None:
    """The tax party just answered about an invoice: what is owed of its orders meanwhile is taken off it now."""
    order_ids = [part["order_id"] for part in await invoices.parts(work, invoice.invoice_id)]
    owed = await room.owed(work, order_ids)
    for worth in (await worth_of(work, sorted(owed))).values():
        if invoice.state in WITH_SELLER:
            invoice = await _lessen(work, invoice, worth)
        elif invoice.state in STANDING and await _redden(work, invoice, worth):
            break
    await holding.let_covered_go(work, order_ids)


async def _lessen(work: Work, invoice: Invoice, worth: Worth) -> Invoice:
    """Takes off a request what was given back before it was issued; one of which nothing is left is closed."""
    order_id = worth.order.order_id
    lines = await invoices.lines_standing(work, invoice.invoice_id, order_id)
    over = min(await holding.owed(work, order_id), sum(line.left_minor for line in lines))
    if not over:
        return invoice
    if over == invoice.amount_minor:
        return await going.close(work, invoice, "lapse", worth.order.number)
    less = {
        line.line_no: (line.amount_minor, _tax_less(lines, line.line_no, line.amount_minor))
        for line in take_back(lines, over, worth.kept)
    }
    await invoices.lessen(work, invoice.invoice_id, order_id, less)
    await room.change(work, {order_id: over}, claimed=-1)
    smaller = going.moved(
        invoice,
        "lessen",
        amount_minor=invoice.amount_minor - over,
        tax_minor=invoice.tax_minor - sum(tax for _, tax in less.values()),
    )
    await going.go(work, smaller, "lessen", reason=worth.order.number)
    return smaller


def _tax_less(lines: list[OnInvoice], line_no: int, less_minor: int) -> int:
    line = next(one for one in lines if one.line_no == line_no)
    return line.tax_minor - tax_inside(line.amount_minor - less_minor, line.rate_bp)


async def _redden(work: Work, invoice: Invoice, worth: Worth) -> bool:
    """Begins a red letter for what is owed of an order, if this invoice has any of it and none is under way."""
    order_id = worth.order.order_id
    over = min(
        await holding.owed(work, order_id),
        sum(line.left_minor for line in await invoices.lines_standing(work, invoice.invoice_id, order_id)),
    )
    if not over or await reds.open_of(work, invoice.invoice_id) is not None:
        return False
    lines = take_back(await invoices.lines_standing(work, invoice.invoice_id, order_id), over, worth.kept)
    red = Red(
        invoice_id=invoice.invoice_id,
        red_id=work.new_id(),
        order_id=order_id,
        state=RedState.confirming,
        amount_minor=over,
        tax_minor=sum(line.tax_minor for line in lines),
        lines=tuple(lines),
        number="",
        tries=0,
        reason=worth.order.number,
        asked_at=work.now,
        confirm_due_at=work.now + work.rule(CONFIRM).span if invoice.kind is Kind.special else None,
        confirmed_by="",
        issued_at=None,
    )
    await reds.add(work, red)
    if red.confirm_due_at:
        await payments.bind_held(work, order_id, red.red_id)
        work.set_timer(
            going.RED_DUE,
            about=red.red_id,
            due_at=red.confirm_due_at,
            rule_version=work.rule(CONFIRM).version,
        )
        going.tell(work, invoice, "red_ask", [worth.order.number], amount_minor=over)
    else:
        await _confirm(work, invoice, red, BY_RULE)
    return True


async def _confirm(work: Work, invoice: Invoice, red: Red, by: str, event: str = "confirm") -> Invoice:
    """The red letter may be issued: the tax party is asked."""
    confirmed = msgspec.structs.replace(
        red, state=RED_MOVES.after(red.state, event), confirmed_by=by, tries=red.tries + 1, reason=red.reason
    )
    await reds.save(work, confirmed)
    work.clear_timer(going.RED_DUE, about=red.red_id)
    await payments.let_go(work, red.order_id, red.red_id)
    reddening = going.moved(invoice, "red")
    await going.go(work, reddening, "red", asked_party=True, amount_minor=red.amount_minor)
    going.ask_party(work, invoice.invoice_id)
    return reddening


@use_case("order.pay", writes=True)
async def confirm_red(work: Work, ask: RedRef) -> InvoiceStateView:
    """Confirm that a special invoice is taken back by a red letter: then it is issued."""
    invoice = await invoices.lock(work, int(ask.invoice_id), "buyer")
    red = await reds.open_of(work, int(ask.invoice_id)) if invoice else None
    if invoice is None or red is None or red.red_id != int(ask.red_id):
        raise NotFound(red_id=ask.red_id)
    return going.state_view(await _confirm(work, invoice, red, BY_BUYER))


@use_case("invoice.issue", writes=True)
async def retry_red(work: Work, ask: RedRef) -> InvoiceStateView:
    """Ask the tax party again for a red letter that it refused."""
    invoice = await invoices.lock(work, int(ask.invoice_id), "seller")
    red = await reds.open_of(work, int(ask.invoice_id)) if invoice else None
    if invoice is None or red is None or red.red_id != int(ask.red_id):
        raise NotFound(red_id=ask.red_id)
    return going.state_view(await _confirm(work, invoice, red, red.confirmed_by, "again"))


@use_case("system", writes=True)
async def red_due(work: Work, ask: AboutInvoice) -> Done:
    """The buyer did not confirm in time: silence counts as a yes, and the money may go."""
    invoice_id = await reds.invoice_of(work, int(ask.about_id))
    invoice = await invoices.lock(work, invoice_id) if invoice_id else None
    if invoice is None or not await work.timer_is_due(going.RED_DUE, about=int(ask.about_id)):
        return Done()
    red = await reds.open_of(work, invoice.invoice_id)
    if red is not None and red.red_id == int(ask.about_id) and red.state is RedState.confirming:
        await _confirm(work, invoice, red, BY_CLOCK)
    else:
        work.clear_timer(going.RED_DUE, about=int(ask.about_id))
    return Done()
