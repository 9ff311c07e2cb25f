"""Fee hearing: what the tax party is asked about the market's own documents, and what its answers do."""

import msgspec

from huozhan.invoicing.asks import FeeDocument, KeepFeeFile, TaxTold
from huozhan.invoicing.fee import MOVES, FeeInvoice, FeeState
from huozhan.invoicing.fee_billing import FEE_JOB, ask_party
from huozhan.invoicing.hearing import ASK_AGAIN, DIFFERS, DONE, REFUSED
from huozhan.invoicing.store import fees, invoices
from huozhan.invoicing.views import AskedAgain, PartyOnInvoice, TaxErrand, TaxLine
from huozhan.kernel.ids import is_id
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

FILES_JOB = "invoicing.fee_files"
PREFIX = "fee"
AGAIN_MAX = 100
_SERVICE, _UNIT = "平台技术服务费", "项"
"""What the line of such an invoice says, in the language of the tax authority."""


def is_of_fees(ref: str) -> bool:
    """Whether a reference is of one of the market's own documents."""
    return ref.partition(":")[0] == PREFIX


def _ref(document: FeeInvoice) -> str:
    return f"{PREFIX}:{document.seller_id}:{document.document_id}:{document.tries}"


@use_case("system", writes=False)
async def fee_errand(work: Work, ask: FeeDocument) -> TaxErrand:
    """Tells the worker what to ask about a document; a red letter waits until what it takes back is issued."""
    document = await fees.read(work, int(ask.seller_id), int(ask.document_id))
    issuer = await fees.issuer(work)
    if document is None or issuer is None or document.state is not FeeState.issuing:
        return TaxErrand(what="", invoice_id=ask.document_id)
    number = ""
    if document.of_id:
        taken = await fees.read(work, document.seller_id, document.of_id)
        if taken is None or taken.state is not FeeState.issued:
            return TaxErrand(what="", invoice_id=ask.document_id)
        number = taken.number
    line = TaxLine(
        name=f"{_SERVICE} {document.month:%Y-%m}",
        unit=_UNIT,
        quantity=1,
        amount_minor=document.amount_minor,
        rate_bp=document.rate_bp,
        tax_minor=document.tax_minor,
    )
    return TaxErrand(
        what="red" if document.of_id else "issue",
        invoice_id=ask.document_id,
        ref=_ref(document),
        tries=document.tries,
        number=number,
        kind="ordinary",
        seller=PartyOnInvoice(name=issuer["name"], taxpayer_id=issuer["taxpayer_id"]),
        buyer=PartyOnInvoice(name=document.seller_name, taxpayer_id=document.seller_taxpayer_id),
        lines=[line],
        amount_minor=document.amount_minor,
        tax_minor=document.tax_minor,
        currency=work.terms.currency,
        note=f"{document.month:%Y-%m}",
    )


@use_case("system", writes=True)
async def hear_fee(work: Work, ask: TaxTold) -> Done:
    """Does what the tax party says about a document, if that is still the one that waits."""
    prefix, *ids = ask.ref.split(":")
    if prefix != PREFIX or len(ids) != 3 or not all(map(is_id, ids)):
        return Done()
    document = await fees.lock(work, int(ids[0]), int(ids[1]))
    if document is None or document.state is not FeeState.issuing or int(ids[2]) != document.tries:
        return Done()
    if ask.state == REFUSED:
        failed = msgspec.structs.replace(
            document, state=MOVES.after(document.state, "fail"), reason=ask.reason or REFUSED
        )
        await fees.save(work, failed)
    elif ask.state == DONE:
        await _issued(work, document, ask)
    return Done()


async def _issued(work: Work, document: FeeInvoice, told: TaxTold) -> None:
    same = (told.amount_minor, told.tax_minor) == (document.amount_minor, document.tax_minor)
    if not same or not await invoices.claim_number(work, told.number, document.document_id):
        await fees.save(work, msgspec.structs.replace(document, reason=DIFFERS))
        return
    issued = msgspec.structs.replace(
        document,
        state=MOVES.after(document.state, "issued"),
        number=told.number,
        issued_at=told.at or work.now,
        reason="",
    )
    await fees.save(work, issued)
    work.enqueue(
        FILES_JOB,
        {"seller_id": document.seller_id, "document_id": document.document_id, "number": told.number},
    )
    for red_id in await fees.reds_waiting(work, document):
        work.enqueue(FEE_JOB, {"seller_id": document.seller_id, "document_id": red_id})


@use_case("system", writes=True)
async def keep_fee_file(work: Work, ask: KeepFeeFile) -> Done:
    """Keeps a file that the tax party made."""
    await fees.add_file(work, int(ask.seller_id), int(ask.document_id), ask.format, ask.content)
    return Done()


@use_case("system", writes=True)
async def ask_fees_again(work: Work, _ask: Nothing) -> AskedAgain:
    """Has the tax party asked again about every document on which it has been silent for too long."""
    silent = await fees.take_silent(work, work.now - work.rule(ASK_AGAIN).span, AGAIN_MAX)
    for document in silent:
        ask_party(work, document)
    return AskedAgain(asked=len(silent))
