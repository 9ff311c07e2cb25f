"""Fee looking: a supplier's invoices from the market, and how far the market is with them."""

from huozhan import parties
from huozhan.invoicing.asks import FeeFileRef, ListFeeInvoices
from huozhan.invoicing.fee_views import FeeDesk, FeeFile, FeeInvoiceView, FeeIssuerView, FeeMonthView
from huozhan.invoicing.store import fees
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.kernel.work import Work, use_case

MONTHS_SHOWN = 24
FAILED_SHOWN = 100


@use_case("funds.view", writes=False)
async def my_fee_invoices(work: Work, ask: ListFeeInvoices) -> Page[FeeInvoiceView]:
    """The market's invoices of the shop's fees, the newest first."""
    rows = await fees.of_seller(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    name = Bilingual()
    return Page(
        [_view(row, name) for row in shown],
        write_cursor(shown[-1]["document_id"]) if len(rows) > ask.size else None,
    )


@use_case("funds.view", writes=False)
async def fee_file(work: Work, ask: FeeFileRef) -> FeeFile:
    """A file of one of the market's invoices of the shop's fees."""
    found = await fees.file(work, int(ask.document_id), ask.format)
    if found is None:
        raise NotFound(document_id=ask.document_id)
    number, content = found
    return FeeFile(file_name=f"{number}.{ask.format}", format=ask.format, content=content)


@use_case("market.ledger", writes=False)
async def fee_desk(work: Work, _ask: Nothing) -> FeeDesk:
    """Show who issues the market's invoices, the months that were billed, and what the tax party refused."""
    issuer = await fees.issuer(work)
    rows = await fees.failed(work, FAILED_SHOWN)
    faces = await parties.org_faces(work, {row["seller_id"] for row in rows})
    return FeeDesk(
        issuer=FeeIssuerView(
            name=issuer["name"] if issuer else "", taxpayer_id=issuer["taxpayer_id"] if issuer else ""
        ),
        months=[FeeMonthView(**dict(row)) for row in await fees.months(work, MONTHS_SHOWN)],
        failed=[
            _view(row, faces[row["seller_id"]].name if row["seller_id"] in faces else Bilingual())
            for row in rows
        ],
    )


def _view(row: fees.Row, seller: Bilingual) -> FeeInvoiceView:
    return FeeInvoiceView(
        document_id=str(row["document_id"]),
        seller_id=str(row["seller_id"]),
        seller=seller,
        month=row["month"],
        is_red=row["of_id"] != 0,
        of_number=row["of_number"] or "",
        amount_minor=row["amount_minor"],
        tax_minor=row["tax_minor"],
        state=row["state"],
        number=row["number"],
        reason=row["reason"],
        made_at=row["made_at"],
        issued_at=row["issued_at"],
        formats=list(row["formats"]),
    )
