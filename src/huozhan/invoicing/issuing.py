"""Issuing: the seller has an invoice issued by the tax party, enters one issued elsewhere, refuses, or makes one void."""

from zoneinfo import ZoneInfo

from huozhan import parties
from huozhan.invoicing import going
from huozhan.invoicing.asks import AboutInvoice, CloseInvoice, EnterInvoice, InvoiceRef
from huozhan.invoicing.invoice import WITH_SELLER, Invoice
from huozhan.invoicing.number import NumberTaken, read_number
from huozhan.invoicing.store import invoices
from huozhan.invoicing.views import InvoiceStateView
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

_MARKS = {"pdf": b"%PDF-", "ofd": b"PK\x03\x04", "xml": b"<"}
"""What a file of each format begins with."""


class SellerHasNoTaxpayerId(Refusal):
    """The tax party only issues for a seller whose credit code is verified; others enter what they issued elsewhere."""

    code = "invoicing.seller_has_no_taxpayer_id"


class RedBegun(Refusal):
    """A red letter is under way or issued; such an invoice is not made void."""

    code = "invoicing.red_begun"


async def of_seller(work: Work, invoice_id: str) -> Invoice:
    """An invoice that the actor's organisation has to issue, locked."""
    invoice = await invoices.lock(work, int(invoice_id), "seller")
    if invoice is None:
        raise NotFound(invoice_id=invoice_id)
    return invoice


@use_case("invoice.issue", writes=True)
async def issue_invoice(work: Work, ask: InvoiceRef) -> InvoiceStateView:
    """Have an invoice issued by the tax party; what it says comes later."""
    invoice = await of_seller(work, ask.invoice_id)
    issuing = going.moved(invoice, "issue", tries=invoice.tries + 1, reason="", number="", is_external=False)
    if invoice.number:
        await invoices.free_number(work, invoice.number, invoice.invoice_id)
    if not (await parties.registrations(work, [invoice.seller_id]))[invoice.seller_id].uscc:
        raise SellerHasNoTaxpayerId
    await going.go(work, issuing, "issue", asked_party=True)
    going.ask_party(work, invoice.invoice_id)
    return going.state_view(issuing)


@use_case("invoice.issue", writes=True)
async def enter_invoice(work: Work, ask: EnterInvoice) -> InvoiceStateView:
    """Enter the number and file of an invoice that was issued elsewhere; the tax party is asked whether it knows it."""
    invoice = await of_seller(work, ask.invoice_id)
    number = read_number(ask.number, work.now.astimezone(ZoneInfo(work.terms.timezone)).date())
    if not ask.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_MARKS[ask.format]):
        raise Invalid(field="content", detail=f"content: not a {ask.format} file")
    entered = going.moved(
        invoice, "enter", tries=invoice.tries + 1, reason="", number=number, is_external=True
    )
    if invoice.number and invoice.number != number:
        await invoices.free_number(work, invoice.number, invoice.invoice_id)
    if not await invoices.claim_number(work, number, invoice.invoice_id):
        raise NumberTaken(number=number)
    await invoices.add_file(work, invoice.invoice_id, 0, ask.format, ask.content)
    await going.go(work, entered, "enter", asked_party=True)
    going.ask_party(work, invoice.invoice_id)
    return going.state_view(entered)


@use_case("invoice.issue", writes=True)
async def refuse_invoice(work: Work, ask: CloseInvoice) -> InvoiceStateView:
    """Refuse a request with a reason; the buyer may correct it and ask anew."""
    invoice = await of_seller(work, ask.invoice_id)
    return going.state_view(await going.close(work, invoice, "refuse", ask.reason))


@use_case("invoice.issue", writes=True)
async def void_invoice(work: Work, ask: CloseInvoice) -> InvoiceStateView:
    """Have an invoice made void, as far as the tax party still allows it; its orders may then be invoiced anew."""
    invoice = await of_seller(work, ask.invoice_id)
    voiding = going.moved(invoice, "void", tries=invoice.tries + 1, reason=ask.reason)
    if await invoices.has_red(work, invoice.invoice_id):
        raise RedBegun(number=invoice.number)
    await going.go(work, voiding, "void", reason=ask.reason, asked_party=True)
    going.ask_party(work, invoice.invoice_id)
    return going.state_view(voiding)


@use_case("system", writes=True)
async def invoice_due(work: Work, ask: AboutInvoice) -> Done:
    """The time to issue passed: both sides hear of it, and it counts in the seller's service record."""
    invoice = await invoices.lock(work, int(ask.about_id))
    if invoice is None or not await work.timer_is_due(going.DUE, about=int(ask.about_id)):
        return Done()
    work.clear_timer(going.DUE, about=invoice.invoice_id)
    if invoice.state in WITH_SELLER and invoice.late_at is None:
        await invoices.note_late(work, invoice.invoice_id)
        numbers = [part["order_number"] for part in await invoices.parts(work, invoice.invoice_id)]
        going.tell(work, invoice, "late", numbers)
    return Done()
