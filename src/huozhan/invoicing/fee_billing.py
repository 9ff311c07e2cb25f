"""Fee billing: when a month is over, each supplier gets the market's invoice of its fees, and red letters for what went back.

All amounts are the book's: what events charged is invoiced, what events gave back is taken off invoices, the newest first.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from huozhan import ledger, parties
from huozhan.invoicing.asks import SetFeeIssuer
from huozhan.invoicing.fee import MOVES, FeeInvoice, FeeState, take_back
from huozhan.invoicing.fee_views import FeeIssuerView, MonthBilled
from huozhan.invoicing.sharing import tax_inside
from huozhan.invoicing.store import fees
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case

FEE_JOB = "invoicing.fee"
VAT = "fees.vat"
AFTER = "invoicing.fees_after"


async def set_fee_issuer(work: Work, ask: SetFeeIssuer) -> FeeIssuerView:
    """How the market names itself on its invoices; called by operations, which writes down who said so."""
    await fees.set_issuer(work, ask.name.strip(), ask.taxpayer_id)
    return FeeIssuerView(name=ask.name.strip(), taxpayer_id=ask.taxpayer_id)


@use_case("system", writes=True)
async def bill_fees(work: Work, _ask: Nothing) -> MonthBilled:
    """Bills the oldest month that is over and was not billed yet, once; none before the market has said who it is."""
    month = await _month_due(work)
    if month is None or await fees.issuer(work) is None:
        return MonthBilled(month=None, documents=0)
    told = await ledger.fees_by_month(work, *month_bounds(work, month))
    charged, returned = sum(one.charged_minor for one in told), sum(one.returned_minor for one in told)
    if not await fees.add_month(work, month, charged, returned):
        return MonthBilled(month=None, documents=0)
    names = await parties.registrations(work, [one.seller_id for one in told])
    documents: list[FeeInvoice] = []
    for one in told:
        who = names[one.seller_id]
        blank = FeeInvoice(
            seller_id=one.seller_id,
            document_id=0,
            month=month,
            amount_minor=one.charged_minor,
            tax_minor=0,
            rate_bp=work.rule(VAT).value,
            seller_name=who.name.say("zh"),
            seller_taxpayer_id=who.uscc,
            made_at=work.now,
        )
        documents += await _of_seller(work, blank, one.returned_minor)
    for document in documents:
        ask_party(work, document)
    return MonthBilled(month=month, documents=len(documents))


async def _of_seller(work: Work, blank: FeeInvoice, returned_minor: int) -> list[FeeInvoice]:
    """A supplier's documents of a month, written: what was charged, and what was given back of that or earlier."""
    made = []
    if blank.amount_minor:
        tax_minor = tax_inside(blank.amount_minor, blank.rate_bp)
        made.append(msgspec.structs.replace(blank, document_id=work.new_id(), tax_minor=tax_minor))
        await fees.add(work, made[0])
    standing = await fees.lock_standing(work, blank.seller_id) if returned_minor else []
    for invoice, part_minor in take_back(standing, returned_minor):
        after = invoice.reddened(part_minor)
        await fees.save_red(work, after)
        red = msgspec.structs.replace(
            blank,
            document_id=work.new_id(),
            of_id=invoice.document_id,
            amount_minor=part_minor,
            tax_minor=after.red_tax_minor - invoice.red_tax_minor,
            rate_bp=invoice.rate_bp,
        )
        await fees.add(work, red)
        made.append(red)
    return made


def ask_party(work: Work, document: FeeInvoice) -> None:
    """Has the tax party asked about a document."""
    work.enqueue(FEE_JOB, {"seller_id": document.seller_id, "document_id": document.document_id})


async def retry_fee_invoice(work: Work, seller_id: int, document_id: int) -> FeeInvoice | None:
    """Asks the tax party again for what it refused, as the supplier is registered by now; None where there is no such thing."""
    document = await fees.lock(work, seller_id, document_id)
    if document is None:
        return None
    who = (await parties.registrations(work, [seller_id]))[seller_id]
    again = msgspec.structs.replace(
        document,
        state=MOVES.after(FeeState(document.state), "again", document_id=str(document_id)),
        tries=document.tries + 1,
        seller_name=who.name.say("zh"),
        seller_taxpayer_id=who.uscc,
        reason="",
    )
    await fees.save(work, again)
    ask_party(work, again)
    return again


async def _month_due(work: Work) -> date | None:
    """The oldest month that is over, with the time its files and corrections need, and is not billed."""
    last = await fees.last_month(work)
    if last is not None:
        month = _next(last)
    else:
        begun = await ledger.first_entry_at(work)
        if begun is None:
            return None
        month = begun.astimezone(ZoneInfo(work.terms.timezone)).date().replace(day=1)
    return month if month_bounds(work, month)[1] + work.rule(AFTER).span <= work.now else None


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def month_bounds(work: Work, month: date) -> tuple[datetime, datetime]:
    """When a month begins in the market's time zone, and when the next one does."""
    zone = ZoneInfo(work.terms.timezone)
    after = _next(month)
    return datetime(month.year, month.month, 1, tzinfo=zone), datetime(
        after.year, after.month, 1, tzinfo=zone
    )
