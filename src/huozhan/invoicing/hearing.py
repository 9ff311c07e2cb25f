"""Hearing: what the tax party is to be asked, and what its answers do. An answer about what has ended changes nothing."""

from typing import Any

import msgspec

from huozhan import parties
from huozhan.invoicing import going, holding, reddening
from huozhan.invoicing.asks import InvoiceRef, KeepFile, MessageRef, TaxMessage, TaxRecorded, TaxTold
from huozhan.invoicing.invoice import RED_MOVES, Invoice, InvoiceState
from huozhan.invoicing.sharing import RedLine
from huozhan.invoicing.store import invoices, reds, room
from huozhan.invoicing.store.reds import Red
from huozhan.invoicing.title import unseal
from huozhan.invoicing.views import AskedAgain, HeardTax, PartyOnInvoice, TaxErrand, TaxLine
from huozhan.kernel.ids import is_id
from huozhan.kernel.shapes import Bilingual, Done, Nothing, read_json
from huozhan.kernel.work import Work, use_case

ASK_AGAIN = "invoicing.ask_again"
AGAIN_MAX = 100
DONE, REFUSED = "done", "refused"
DIFFERS = "amount_differs"
_HOME = "zh"


class _Said(msgspec.Struct, frozen=True):
    ref: str


class _Message(msgspec.Struct, frozen=True):
    data: _Said


@use_case("system", writes=False)
async def tax_errand(work: Work, ask: InvoiceRef) -> TaxErrand:
    """Tells the worker what to ask the tax party about an invoice; asked again, it is the same to the letter."""
    invoice = await invoices.read(work, int(ask.invoice_id))
    if invoice is None:
        return TaxErrand(what="", invoice_id=ask.invoice_id)
    if invoice.state is InvoiceState.verifying:
        return TaxErrand(what="verify", invoice_id=ask.invoice_id, number=invoice.number, tries=invoice.tries)
    if invoice.state is InvoiceState.issuing:
        return await _errand(work, invoice, "issue", invoice.tries)
    if invoice.state is InvoiceState.invaliding:
        return TaxErrand(
            what="void",
            invoice_id=ask.invoice_id,
            ref=f"void:{invoice.invoice_id}:{invoice.tries}",
            number=invoice.number,
            note=invoice.reason,
        )
    red = await reds.open_of(work, invoice.invoice_id) if invoice.state is InvoiceState.red_issuing else None
    return await _red_errand(work, invoice, red) if red else TaxErrand(what="", invoice_id=ask.invoice_id)


async def _errand(work: Work, invoice: Invoice, what: str, tries: int) -> TaxErrand:
    seller = (await parties.registrations(work, [invoice.seller_id]))[invoice.seller_id]
    details = unseal(work, invoice.details, invoice.invoice_id)
    rows = await invoices.lines(work, invoice.invoice_id)
    return TaxErrand(
        what=what,
        invoice_id=str(invoice.invoice_id),
        ref=f"{what}:{invoice.invoice_id}:{tries}",
        tries=tries,
        kind=invoice.kind,
        seller=PartyOnInvoice(name=seller.name.say(_HOME), taxpayer_id=seller.uscc),
        buyer=PartyOnInvoice(**msgspec.structs.asdict(details)),
        lines=[_line(row, row["amount_minor"], row["tax_minor"]) for row in rows if row["amount_minor"]],
        amount_minor=invoice.amount_minor,
        tax_minor=invoice.tax_minor,
        currency=work.terms.currency,
        note=invoice.note,
    )


def _line(row: Any, amount_minor: int, tax_minor: int) -> TaxLine:
    title = msgspec.json.decode(row["title"], type=Bilingual).say(_HOME)
    options = msgspec.json.decode(row["options"], type=Bilingual).say(_HOME)
    return TaxLine(
        name=f"{title} {options}".strip(),
        unit=row["unit"],
        quantity=row["quantity"],
        amount_minor=amount_minor,
        rate_bp=row["rate_bp"],
        tax_minor=tax_minor,
    )


async def _red_errand(work: Work, invoice: Invoice, red: Red) -> TaxErrand:
    rows = {row["line_no"]: row for row in await invoices.lines(work, invoice.invoice_id)}
    back: tuple[RedLine, ...] = red.lines
    return TaxErrand(
        what="red",
        invoice_id=str(invoice.invoice_id),
        ref=f"red:{invoice.invoice_id}:{red.red_id}:{red.tries}",
        tries=red.tries,
        number=invoice.number,
        lines=[_line(rows[line.line_no], line.amount_minor, line.tax_minor) for line in back],
        amount_minor=red.amount_minor,
        tax_minor=red.tax_minor,
        note=red.reason,
    )


@use_case("system", writes=True)
async def hear_tax(work: Work, ask: TaxTold) -> Done:
    """Does what the tax party says about a request of ours, if that is still the one that waits."""
    what, *ids = ask.ref.split(":")
    if ask.state not in {DONE, REFUSED} or not ids or not all(map(is_id, ids)):
        return Done()
    invoice = await invoices.lock(work, int(ids[0]))
    if invoice is None:
        return Done()
    if what == "issue" and invoice.state is InvoiceState.issuing and int(ids[-1]) == invoice.tries:
        await _issued(work, invoice, ask)
    elif what == "void" and invoice.state is InvoiceState.invaliding and int(ids[-1]) == invoice.tries:
        await _voided(work, invoice, ask)
    elif what == "red" and invoice.state is InvoiceState.red_issuing:
        red = await reds.open_of(work, invoice.invoice_id)
        if red is not None and ids[1:] == [str(red.red_id), str(red.tries)]:
            await _reddened(work, invoice, red, ask)
    return Done()


async def _issued(work: Work, invoice: Invoice, told: TaxTold) -> None:
    if told.state == REFUSED:
        await _failed(work, invoice, told.reason)
        return
    same = (told.amount_minor, told.tax_minor) == (invoice.amount_minor, invoice.tax_minor)
    if not same or not await invoices.claim_number(work, told.number, invoice.invoice_id):
        # What the tax party says it issued is not what was asked for: nobody counts it, and verify names it.
        await invoices.note_reason(work, invoice.invoice_id, DIFFERS)
        return
    await stands(
        work, going.moved(invoice, "issued", number=told.number, issued_at=told.at or work.now), "issued"
    )
    going.fetch_files(work, invoice.invoice_id, 0, told.number)


async def stands(work: Work, issued: Invoice, event: str) -> None:
    """An invoice is issued: it counts for its orders, and what was given back meanwhile is taken back."""
    await going.go(work, issued, event)
    await holding.hold(work, issued)
    await room.change(work, await going.amounts(work, issued), claimed=-1, blue=1)
    work.clear_timer(going.DUE, about=issued.invoice_id)
    await reddening.go_on(work, issued)


async def _failed(work: Work, invoice: Invoice, reason: str) -> None:
    failed = going.moved(invoice, "fail", reason=reason)
    await going.go(work, failed, "fail", reason=reason)
    is_request = invoice.state is not InvoiceState.invaliding
    if is_request and invoice.late_at is None and invoice.due_at <= work.now:
        await invoices.note_late(work, invoice.invoice_id)
    await reddening.go_on(work, failed)


async def _voided(work: Work, invoice: Invoice, told: TaxTold) -> None:
    if told.state == REFUSED:
        await _failed(work, invoice, told.reason)
        return
    await going.go(work, going.moved(invoice, "voided"), "voided", reason=invoice.reason)
    await room.change(work, await going.amounts(work, invoice), blue=-1)
    await holding.lift(work, invoice)


async def _reddened(work: Work, invoice: Invoice, red: Red, told: TaxTold) -> None:
    if told.state == REFUSED:
        failed = msgspec.structs.replace(red, state=RED_MOVES.after(red.state, "fail"), reason=told.reason)
        await reds.save(work, failed)
        event = "red_fail_again" if invoice.red_minor else "red_fail"
        await going.go(work, going.moved(invoice, event), event, reason=told.reason)
        return
    same = (told.amount_minor, told.tax_minor) == (red.amount_minor, red.tax_minor)
    if not same or not await invoices.claim_number(work, told.number, invoice.invoice_id, red.red_id):
        await invoices.note_reason(work, invoice.invoice_id, DIFFERS)
        return
    issued = msgspec.structs.replace(
        red, state=RED_MOVES.after(red.state, "issued"), number=told.number, issued_at=told.at or work.now
    )
    await reds.save(work, issued)
    await reds.taken_back(work, issued)
    red_minor = invoice.red_minor + red.amount_minor
    event = "red_all" if red_minor == invoice.amount_minor else "red_part"
    taken = going.moved(invoice, event, red_minor=red_minor)
    await going.go(work, taken, event, amount_minor=red.amount_minor)
    await room.change(work, {red.order_id: red.amount_minor}, red=1)
    going.fetch_files(work, invoice.invoice_id, red.red_id, told.number)
    if event == "red_all":
        await holding.lift(work, taken)
    await reddening.go_on(work, taken)


@use_case("system", writes=True)
async def hear_record(work: Work, ask: TaxRecorded) -> Done:
    """Judges an invoice that was issued elsewhere by what the tax party has under its number."""
    invoice = await invoices.lock(work, int(ask.invoice_id))
    if invoice is None or invoice.state is not InvoiceState.verifying or invoice.tries != ask.tries:
        return Done()
    seller = (await parties.registrations(work, [invoice.seller_id]))[invoice.seller_id]
    title = unseal(work, invoice.details, invoice.invoice_id)
    why = ""
    if not ask.is_known:
        why = "unknown_number"
    elif ask.seller_taxpayer_id != seller.uscc:
        why = "other_seller"
    elif ask.buyer_name != title.name:
        why = "other_title"
    elif ask.amount_minor != invoice.amount_minor:
        why = DIFFERS
    if why:
        await _failed(work, invoice, why)
    else:
        await stands(work, going.moved(invoice, "verified", issued_at=work.now), "verified")
    return Done()


@use_case("system", writes=True)
async def note_tax_message(work: Work, ask: TaxMessage) -> Done:
    """Keep what the tax party called us with, and have it worked."""
    if await invoices.add_message(work, ask.message_id, ask.body):
        work.enqueue(
            "invoicing.heard", {"message_id": ask.message_id}, dedupe_key=f"invoicing.heard:{ask.message_id}"
        )
    return Done()


@use_case("system", writes=False)
async def tax_message(work: Work, ask: MessageRef) -> HeardTax:
    """Which request a kept message speaks of. What it says of it is not believed: the tax party is asked."""
    body = await invoices.message_body(work, ask.message_id)
    try:
        return HeardTax(ref=read_json(body or "", _Message).data.ref)
    except msgspec.MsgspecError:
        return HeardTax(ref="")


@use_case("system", writes=True)
async def tax_message_worked(work: Work, ask: MessageRef) -> Done:
    """Notes what became of a message."""
    await invoices.message_worked(work, ask.message_id, ask.outcome)
    return Done()


@use_case("system", writes=True)
async def keep_tax_file(work: Work, ask: KeepFile) -> Done:
    """Keeps a file that the tax party made."""
    await invoices.add_file(work, int(ask.invoice_id), int(ask.red_id), ask.format, ask.content)
    return Done()


@use_case("system", writes=True)
async def ask_tax_again(work: Work, _ask: Nothing) -> AskedAgain:
    """Has the tax party asked again about everything on which it has been silent for too long."""
    silent = await invoices.asked_long_ago(work, work.now - work.rule(ASK_AGAIN).span, AGAIN_MAX)
    for invoice_id in silent:
        going.ask_party(work, invoice_id)
    await invoices.asked_now(work, silent)
    return AskedAgain(asked=len(silent))
