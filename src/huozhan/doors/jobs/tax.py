"""Errands to the tax party: read the intent, speak outside any transaction, note the answer.

Every errand may be run twice: the reference is our own, and the tax party does once what is asked under it. Where it
will not say what became of a request, or says it with other words than ours, it is queried.
"""

from datetime import timedelta
from typing import Any, Literal

import msgspec

from huozhan import invoicing
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused, PartySilent

SILENCE = timedelta(seconds=5)
FORMATS: tuple[Literal["pdf", "ofd", "xml"], ...] = ("pdf", "ofd", "xml")
_ASKED_BEFORE = "other_body"


async def ask(hall: Hall, *, invoice_id: int, **_: Any) -> None:
    """Asks the tax party for what an invoice waits for; one that waits for nothing is left alone."""
    errand = await hall.run(
        invoicing.tax_errand, invoicing.asks.InvoiceRef(invoice_id=str(invoice_id)), system()
    )
    if not errand.what:
        return
    if hall.outside.tax is None:
        raise TryLater(SILENCE)
    try:
        if errand.what == "verify":
            await _verify(hall, errand)
        else:
            await _note(hall, await _ask(hall, errand))
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent


async def _ask(hall: Hall, errand: invoicing.views.TaxErrand) -> invoicing.TaxAnswer:
    try:
        answer: invoicing.TaxAnswer = await hall.outside.tax.ask(errand)
    except PartyRefused as refused:
        if refused.status in {401, 403}:
            raise
        known = await hall.outside.tax.query(errand.ref) if refused.code == _ASKED_BEFORE else None
        answer = known or invoicing.TaxAnswer(ref=errand.ref, state="refused", reason=refused.code)
    return answer


async def _verify(hall: Hall, errand: invoicing.views.TaxErrand) -> None:
    record = await hall.outside.tax.look_up(errand.number)
    said: dict[str, Any] = {}
    if record is not None:
        said = {name: value for name, value in msgspec.structs.asdict(record).items() if name != "number"}
    told = invoicing.asks.TaxRecorded(
        invoice_id=errand.invoice_id, tries=errand.tries, is_known=record is not None, **said
    )
    await hall.run(invoicing.hear_record, told, system())


async def _note(hall: Hall, answer: invoicing.TaxAnswer) -> None:
    told = invoicing.asks.TaxTold(
        ref=answer.ref,
        state=answer.state,
        number=answer.number,
        amount_minor=answer.amount_minor,
        tax_minor=answer.tax_minor,
        reason=answer.reason or "",
        at=answer.ended_at,
    )
    hear = invoicing.hear_fee if invoicing.is_of_fees(answer.ref) else invoicing.hear_tax
    await hall.run(hear, told, system())


async def heard(hall: Hall, *, message_id: str, **_: Any) -> None:
    """Works one kept callback: what it says is only a hint, the tax party's answer to a query counts."""
    ref = (
        await hall.run(invoicing.tax_message, invoicing.asks.MessageRef(message_id=message_id), system())
    ).ref
    outcome = "unreadable"
    if ref:
        try:
            answer = await hall.outside.tax.query(ref)
        except PartySilent as silent:
            raise TryLater(SILENCE) from silent
        except PartyRefused:
            answer = None
        outcome = "unknown_reference"
        if answer is not None:
            await _note(hall, answer)
            outcome = "worked"
    done = invoicing.asks.MessageRef(message_id=message_id, outcome=outcome)
    await hall.run(invoicing.tax_message_worked, done, system())


async def fetch_files(hall: Hall, *, invoice_id: int, red_id: int, number: str, **_: Any) -> None:
    """Fetches the files of an invoice or red letter and has them kept."""
    for format_ in FORMATS:
        try:
            content = await hall.outside.tax.download(number, format_)
        except PartySilent as silent:
            raise TryLater(SILENCE) from silent
        kept = invoicing.asks.KeepFile(
            invoice_id=str(invoice_id), red_id=str(red_id), format=format_, content=content
        )
        await hall.run(invoicing.keep_tax_file, kept, system())


async def follow(hall: Hall, *, order_id: int, **_: Any) -> None:
    """Looks again at what is invoiced of an order of which money went back."""
    await hall.run(invoicing.follow_order, invoicing.asks.FollowOrder(order_id=str(order_id)), system())


async def wish(hall: Hall, *, order_id: int, **_: Any) -> None:
    """Looks whether the invoice that was wished for with an order can be asked for by now."""
    await hall.run(invoicing.fulfil_wish, invoicing.asks.FollowOrder(order_id=str(order_id)), system())


async def sweep(hall: Hall) -> int:
    """A round of the worker over requests on which the tax party has been silent for too long."""
    fees = await hall.run(invoicing.ask_fees_again, Nothing(), system())
    return fees.asked + (await hall.run(invoicing.ask_tax_again, Nothing(), system())).asked


async def bill_fees(hall: Hall) -> int:
    """A round of the worker: bills the market's fees of the oldest month that is over."""
    billed = await hall.run(invoicing.bill_fees, Nothing(), system())
    return int(billed.month is not None)


async def fee(hall: Hall, *, seller_id: int, document_id: int, **_: Any) -> None:
    """Asks the tax party for a document of the market's own."""
    named = invoicing.asks.FeeDocument(seller_id=str(seller_id), document_id=str(document_id))
    errand = await hall.run(invoicing.fee_errand, named, system())
    if not errand.what:
        return
    if hall.outside.tax is None:
        raise TryLater(SILENCE)
    try:
        await _note(hall, await _ask(hall, errand))
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent


async def fee_files(hall: Hall, *, seller_id: int, document_id: int, number: str, **_: Any) -> None:
    """Fetches the files of a document of the market's own and has them kept."""
    for format_ in FORMATS:
        try:
            content = await hall.outside.tax.download(number, format_)
        except PartySilent as silent:
            raise TryLater(SILENCE) from silent
        kept = invoicing.asks.KeepFeeFile(
            seller_id=str(seller_id), document_id=str(document_id), format=format_, content=content
        )
        await hall.run(invoicing.keep_fee_file, kept, system())
