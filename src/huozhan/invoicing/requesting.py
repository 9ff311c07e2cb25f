"""Requesting: a buyer asks for an invoice of what was paid for one or several orders of one seller, or takes it back."""

from collections.abc import Mapping

from huozhan.invoicing import going
from huozhan.invoicing.asks import AskInvoice, CloseInvoice
from huozhan.invoicing.invoice import Invoice, InvoiceState, Kind
from huozhan.invoicing.rating import Rates, rates_of
from huozhan.invoicing.sharing import LineToInvoice, NothingLeft, spread
from huozhan.invoicing.store import invoices, room, titles
from huozhan.invoicing.telling import FOLLOW_JOB
from huozhan.invoicing.title import SpecialNeedsMore, seal, unseal
from huozhan.invoicing.views import InvoiceStateView
from huozhan.invoicing.worth import Worth, note_worth, worth_of
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import LineToTax, OrderState, OrderToInvoice

ISSUE_WITHIN, ASK_UNTIL = "invoicing.issue_within", "invoicing.ask_until"
ENDED = frozenset({OrderState.success, OrderState.terminated})


class OneSeller(Refusal):
    """One invoice is for orders of one seller; others need one of their own."""

    code = "invoicing.one_seller"


class NotReceived(Refusal):
    """An invoice is asked for once the order is received, or once it is paid where the shop invoices at payment."""

    code = "invoicing.not_received"


class AskedTooLate(Refusal):
    """The order ended too long ago to ask the market for its invoice."""

    code = "invoicing.asked_too_late"


@use_case("order.pay", writes=True)
async def ask_invoice(work: Work, ask: AskInvoice) -> InvoiceStateView:
    """Ask for an invoice of everything that is paid and not invoiced yet; the seller has some days to issue it."""
    worth = await worth_of(work, {int(order_id) for order_id in ask.order_ids})
    _must_be_bought(work, ask, worth)
    (seller_id,) = {one.order.seller_id for one in worth.values()}
    rates = await rates_of(work, seller_id)
    for one in worth.values():
        if why := why_not_now(work, one.order, rates):
            raise why
    title = await titles.one(work, work.actor.org_id, int(ask.title_id))
    if title is None:
        raise NotFound(title_id=ask.title_id)
    if ask.kind is Kind.special and not title["can_special"]:
        raise SpecialNeedsMore
    return await request(
        work, work.actor.org_id, worth, rates, title=title, kind=ask.kind, note=ask.note.strip()
    )


async def request(
    work: Work,
    buyer_id: int,
    worth: Mapping[int, Worth],
    rates: Rates,
    *,
    title: titles.Row,
    kind: Kind,
    note: str,
) -> InvoiceStateView:
    """Asks for an invoice of what is left of orders of one seller, made out to a title of their buyer; both are checked."""
    (seller_id,) = {one.order.seller_id for one in worth.values()}
    lines = await _lines(work, worth, rates)
    parts = _sums(lines)
    if not await room.claim(work, parts):
        raise NothingLeft(number=", ".join(one.order.number for one in worth.values()))
    invoice_id = work.new_id()
    invoice = Invoice(
        invoice_id=invoice_id,
        seller_id=seller_id,
        buyer_id=buyer_id,
        kind=kind,
        state=InvoiceState.init,
        title_kind=title["kind"],
        details=seal(work, unseal(work, title["details"], title["title_id"]), invoice_id),
        amount_minor=sum(parts.values()),
        tax_minor=sum(line.tax_minor for line, _ in lines),
        red_minor=0,
        number="",
        is_external=False,
        tries=0,
        reason="",
        note=note,
        asked_at=work.now,
        due_at=work.now + work.rule(ISSUE_WITHIN).span,
        late_at=None,
        issued_at=None,
    )
    await invoices.add(work, invoice, {id_: (worth[id_].order.number, parts[id_]) for id_ in parts})
    await invoices.add_lines(work, invoice_id, lines)
    work.set_timer(
        going.DUE, about=invoice_id, due_at=invoice.due_at, rule_version=work.rule(ISSUE_WITHIN).version
    )
    going.tell(work, invoice, "ask", [worth[id_].order.number for id_ in parts])
    for order_id in parts:
        # Money may have gone back since the orders were read, and whoever followed that did not see this request yet.
        work.enqueue(FOLLOW_JOB, {"order_id": order_id})
    return going.state_view(invoice)


@use_case("order.pay", writes=True)
async def withdraw_invoice(work: Work, ask: CloseInvoice) -> InvoiceStateView:
    """Take a request back that the seller has not issued yet; its orders may be asked for anew."""
    invoice = await invoices.lock(work, int(ask.invoice_id), "buyer")
    if invoice is None:
        raise NotFound(invoice_id=ask.invoice_id)
    return going.state_view(await going.close(work, invoice, "withdraw", ask.reason))


def why_not_now(work: Work, order: OrderToInvoice, rates: Rates) -> Refusal | None:
    """Why no invoice of an order can be asked for at this time; None where one can."""
    if order.state not in ENDED and not (
        rates.at_payment and order.paid_at and order.state is not OrderState.closed
    ):
        return NotReceived(number=order.number)
    if order.ended_at and order.ended_at + work.rule(ASK_UNTIL).span < work.now:
        return AskedTooLate(number=order.number)
    return None


def _must_be_bought(work: Work, ask: AskInvoice, worth: Mapping[int, Worth]) -> None:
    for order_id in ask.order_ids:
        one = worth.get(int(order_id))
        if one is None or one.order.buyer_id != work.actor.org_id:
            raise NotFound(order_id=order_id)
    if len({one.order.seller_id for one in worth.values()}) > 1:
        raise OneSeller


async def _lines(
    work: Work, worth: Mapping[int, Worth], rates: Rates
) -> list[tuple[LineToInvoice, LineToTax]]:
    """The lines of everything that is left to invoice of these orders; refuses where one has nothing left."""
    rooms = await note_worth(work, worth)
    invoiced = await invoices.invoiced(work, list(worth))
    lines = []
    for order_id, one in worth.items():
        if rooms[order_id]["room_minor"] <= 0:
            raise NothingLeft(number=one.order.number)
        goods = {line.line_no: line for line in one.order.lines}
        lines += [
            (line, goods[line.order_line_no])
            for line in spread(
                order_id,
                rooms[order_id]["room_minor"],
                one.kept,
                invoiced.get(order_id, {}),
                {no: rates.of(line) for no, line in goods.items()},
            )
        ]
    return lines


def _sums(lines: list[tuple[LineToInvoice, LineToTax]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for line, _ in lines:
        sums[line.order_id] = sums.get(line.order_id, 0) + line.amount_minor
    return sums
