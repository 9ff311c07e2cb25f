"""Looking: the invoices of one side, one invoice with all that happened, and what an order may still be invoiced for."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from huozhan import ordering, parties, payments
from huozhan.invoicing.asks import InvoicedOrder, InvoiceFileRef, InvoiceRef, ListInvoices
from huozhan.invoicing.holding import CONFIRM
from huozhan.invoicing.invoice import MOVES, WITH_SELLER, Invoice, InvoiceState, Kind, RedState
from huozhan.invoicing.rating import Rates, rates_of
from huozhan.invoicing.requesting import why_not_now
from huozhan.invoicing.sharing import NothingLeft
from huozhan.invoicing.store import invoices, reds, room, wishes
from huozhan.invoicing.title import unseal
from huozhan.invoicing.views import (
    FileView,
    InvoiceableView,
    InvoiceCard,
    InvoiceFile,
    InvoiceLineView,
    InvoiceMoment,
    InvoicePage,
    InvoiceRecord,
    OrderInvoices,
    OrderRoom,
    PartView,
    RedView,
    TitleView,
    WishView,
)
from huozhan.invoicing.worth import Worth, worth_of
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.kernel.work import Work, use_case

BUYER, SELLER, MARKET = "buyer", "seller", "market"
OTHERS_LOOKED_AT = 30
RECORD_DAYS = timedelta(days=30)


@use_case("order.view", writes=False)
async def my_invoices(work: Work, ask: ListInvoices) -> Page[InvoiceCard]:
    """The invoices the organisation asked for, the newest first."""
    return await _page(work, BUYER, ask)


@use_case("order.view", writes=False)
async def invoices_to_issue(work: Work, ask: ListInvoices) -> Page[InvoiceCard]:
    """The invoices the organisation has to issue or has issued, the newest first."""
    return await _page(work, SELLER, ask)


async def _page(work: Work, side: str, ask: ListInvoices) -> Page[InvoiceCard]:
    states = [state.value for state in WITH_SELLER] if ask.waiting else [ask.state] if ask.state else []
    found = await invoices.page(work, side, states, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    more = write_cursor(shown[-1][0].invoice_id) if len(found) > ask.size else None
    return Page(await _cards(work, shown), more)


@use_case("order.view", writes=False)
async def invoice_record(work: Work, _ask: Nothing) -> InvoiceRecord:
    """How the organisation keeps its time with invoices: a service figure of thirty days."""
    return InvoiceRecord(**dict(await invoices.record(work, work.now - RECORD_DAYS)))


@use_case("order.view", writes=False)
async def order_invoices(work: Work, ask: InvoicedOrder) -> OrderInvoices:
    """The invoices an order is on, and what its buyer may still ask for."""
    one = (await worth_of(work, [int(ask.order_id)])).get(int(ask.order_id))
    if one is None:
        raise NotFound(order_id=ask.order_id)
    rates = await rates_of(work, one.order.seller_id)
    room_minor, why = await _room(work, one, rates)
    shown = await invoices.of_order(work, one.order.order_id)
    held = await payments.held_refunds(work, [one.order.order_id])
    until = [one.held_since + work.rule(CONFIRM).span for one in held]
    waits = next((invoice for invoice, _ in shown if held and invoice.kind is Kind.special), None)
    return OrderInvoices(
        invoices=await _cards(work, shown),
        room_minor=room_minor,
        why=why,
        held_minor=sum(one.amount_minor for one in held),
        held_until=max(until, default=None),
        held_invoice_id=str(waits.invoice_id) if waits else None,
        wish=_wish(work, await wishes.of_buyer(work, one.order.order_id)),
    )


def _wish(work: Work, row: wishes.Row | None) -> WishView | None:
    if row is None:
        return None
    title = unseal(work, row["details"], row["title_id"]).name if row["details"] else ""
    return WishView(kind=row["kind"], title=title, state=row["state"], why=row["why"])


@use_case("order.view", writes=False)
async def invoiceable_with(work: Work, ask: InvoicedOrder) -> InvoiceableView:
    """An order as it may be invoiced, with others of its seller that may share the invoice."""
    order_id = int(ask.order_id)
    one = (await worth_of(work, [order_id])).get(order_id)
    if one is None or one.order.buyer_id != work.actor.org_id:
        raise NotFound(order_id=ask.order_id)
    seller_id = one.order.seller_id
    rates = await rates_of(work, seller_id)
    more = await ordering.received_from(work, seller_id, OTHERS_LOOKED_AT)
    others = []
    for other in reversed((await worth_of(work, [id_ for id_ in more if id_ != order_id])).values()):
        room_minor, why = await _room(work, other, rates)
        if not why:
            others.append(_order_room(other, room_minor))
    room_minor, why = await _room(work, one, rates)
    faces = await parties.org_faces(work, [seller_id])
    return InvoiceableView(
        seller_id=str(seller_id),
        seller=faces[seller_id].name,
        order=None if why else _order_room(one, room_minor),
        why=why,
        others=others,
    )


async def _room(work: Work, one: Worth, rates: Rates) -> tuple[int, str]:
    """What may still be invoiced of an order, and why nothing can be asked for; only read."""
    row = await room.of_order(work, one.order.order_id)
    taken = row["claimed_minor"] + row["blue_minor"] - row["red_minor"] - row["owed_red_minor"] if row else 0
    room_minor = max(one.order.paid_minor - one.refunded_minor - taken, 0)
    why_not = why_not_now(work, one.order, rates)
    return room_minor, why_not.code if why_not else "" if room_minor else NothingLeft.code


def _order_room(one: Worth, room_minor: int) -> OrderRoom:
    return OrderRoom(
        order_id=str(one.order.order_id),
        number=one.order.number,
        placed_at=one.order.placed_at,
        title=one.order.lines[0].title,
        room_minor=room_minor,
    )


@use_case("order.view", writes=False)
async def invoice_page(work: Work, ask: InvoiceRef) -> InvoicePage:
    """One invoice as one of its sides sees it: lines with tax, orders, red letters, files, what happened."""
    invoice = await invoices.read(work, int(ask.invoice_id))
    if invoice is None:
        raise NotFound(invoice_id=ask.invoice_id)
    parts = await invoices.parts(work, invoice.invoice_id)
    numbers = {part["order_id"]: part["order_number"] for part in parts}
    (card,) = await _cards(work, [(invoice, [part["order_number"] for part in parts])])
    seller = (await parties.registrations(work, [invoice.seller_id]))[invoice.seller_id]
    details = unseal(work, invoice.details, invoice.invoice_id)
    letters = await reds.of_invoice(work, invoice.invoice_id)
    return InvoicePage(
        card=card,
        details=TitleView(
            title_id="0",
            kind=invoice.title_kind,
            is_default=False,
            can_special=details.is_whole,
            **msgspec.structs.asdict(details),
        ),
        seller_name=seller.name,
        seller_taxpayer_id=seller.uscc,
        net_minor=invoice.amount_minor - invoice.tax_minor,
        tax_minor=invoice.tax_minor,
        is_external=invoice.is_external,
        reason=invoice.reason,
        note=invoice.note,
        lines=[_line_view(row, numbers) for row in await invoices.lines(work, invoice.invoice_id)],
        parts=[
            PartView(
                order_id=str(part["order_id"]),
                order_number=part["order_number"],
                amount_minor=part["amount_minor"],
                red_minor=part["red_minor"],
            )
            for part in parts
        ],
        reds=[_red_view(red, numbers) for red in letters],
        files=[
            FileView(red_id=str(row["red_id"]), format=row["format"])
            for row in await invoices.files(work, invoice.invoice_id)
        ],
        moments=[
            InvoiceMoment(
                at=row["moved_at"],
                event=row["event"],
                by={invoice.buyer_id: BUYER, invoice.seller_id: SELLER}.get(row["org_id"], MARKET),
                reason=row["reason"],
            )
            for row in await invoices.moves(work, invoice.invoice_id)
        ],
        can=_deeds(work, invoice, letters, card.side),
    )


def _deeds(work: Work, invoice: Invoice, letters: Sequence[reds.Red], side: str) -> list[str]:
    """What this side may do now."""
    open_red = next((red for red in letters if red.state is not RedState.issued), None)
    can = {
        name: MOVES.allows(invoice.state, name) for name in ("issue", "enter", "refuse", "withdraw", "void")
    }
    can["void"] = can["void"] and not letters
    can["confirm_red"] = open_red is not None and open_red.state is RedState.confirming
    can["retry_red"] = open_red is not None and open_red.state is RedState.failed
    own = {BUYER: ("withdraw", "confirm_red"), SELLER: ("issue", "enter", "refuse", "void", "retry_red")}[
        side
    ]
    needs = "order.pay" if side == BUYER else "invoice.issue"
    return [name for name in own if can[name] and work.actor.may(needs)]


@use_case("order.view", writes=False)
async def invoice_file(work: Work, ask: InvoiceFileRef) -> InvoiceFile:
    """A file of an invoice or red letter, for either of its sides."""
    invoice = await invoices.read(work, int(ask.invoice_id))
    content = (
        await invoices.file(work, invoice.invoice_id, int(ask.red_id), ask.format)
        if invoice and invoice.state not in {InvoiceState.verifying, InvoiceState.verify_failed}
        else None
    )
    if invoice is None or content is None:
        raise NotFound(invoice_id=ask.invoice_id)
    letters = {str(red.red_id): red.number for red in await reds.of_invoice(work, invoice.invoice_id)}
    number = letters.get(ask.red_id, invoice.number)
    return InvoiceFile(file_name=f"{number}.{ask.format}", format=ask.format, content=content)


async def _cards(work: Work, found: Sequence[tuple[Invoice, list[str]]]) -> list[InvoiceCard]:
    sides = {
        invoice.invoice_id: BUYER if invoice.buyer_id == work.actor.org_id else SELLER for invoice, _ in found
    }
    others = {
        invoice.invoice_id: invoice.seller_id if sides[invoice.invoice_id] == BUYER else invoice.buyer_id
        for invoice, _ in found
    }
    faces = await parties.org_faces(work, set(others.values()))
    return [
        InvoiceCard(
            invoice_id=str(invoice.invoice_id),
            side=sides[invoice.invoice_id],
            counterparty_id=str(other := others[invoice.invoice_id]),
            counterparty=faces[other].name if other in faces else Bilingual(),
            kind=invoice.kind,
            state=invoice.state,
            title=unseal(work, invoice.details, invoice.invoice_id).name,
            amount_minor=invoice.amount_minor,
            red_minor=invoice.red_minor,
            number=invoice.number,
            order_numbers=numbers,
            asked_at=invoice.asked_at,
            due_at=invoice.due_at,
            is_late=invoice.late_at is not None,
            issued_at=invoice.issued_at,
        )
        for invoice, numbers in found
    ]


def _line_view(row: reds.Row, numbers: dict[int, str]) -> InvoiceLineView:
    return InvoiceLineView(
        line_no=row["line_no"],
        order_id=str(row["order_id"]),
        order_number=numbers[row["order_id"]],
        title=msgspec.json.decode(row["title"], type=Bilingual),
        options=msgspec.json.decode(row["options"], type=Bilingual),
        unit=row["unit"],
        quantity=row["quantity"],
        amount_minor=row["amount_minor"],
        rate_bp=row["rate_bp"],
        tax_minor=row["tax_minor"],
        red_minor=row["red_minor"],
    )


def _red_view(red: reds.Red, numbers: dict[int, str]) -> RedView:
    return RedView(
        red_id=str(red.red_id),
        order_number=numbers[red.order_id],
        state=red.state,
        amount_minor=red.amount_minor,
        tax_minor=red.tax_minor,
        number=red.number,
        reason=red.reason if red.state is RedState.failed else "",
        confirm_due_at=red.confirm_due_at if red.state is RedState.confirming else None,
        confirmed_by=red.confirmed_by,
        issued_at=red.issued_at,
    )
