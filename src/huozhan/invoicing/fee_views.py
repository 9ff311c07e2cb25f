"""What is shown of the market's own invoices."""

from datetime import date, datetime

from huozhan.kernel.shapes import Bilingual, Id, View


class FeeIssuerView(View, frozen=True, kw_only=True):
    """How the market names itself on its invoices; empty before it was said."""

    name: str
    taxpayer_id: str


class MonthBilled(View, frozen=True, kw_only=True):
    """Which month was billed now, if any, and into how many documents."""

    month: date | None
    documents: int


class FeeInvoiceView(View, frozen=True, kw_only=True):
    """A document of the market: an invoice of a month's fees, or a red letter (`of_number`) of what went back."""

    document_id: Id
    seller_id: Id
    seller: Bilingual
    month: date
    is_red: bool
    of_number: str
    amount_minor: int
    tax_minor: int
    state: str
    number: str
    reason: str
    made_at: datetime
    issued_at: datetime | None
    formats: list[str]


class FeeMonthView(View, frozen=True, kw_only=True):
    """A month that was billed: what the book charged and gave back, and how far its documents are."""

    month: date
    charged_minor: int
    returned_minor: int
    documents: int
    issued: int
    failed: int


class FeeDesk(View, frozen=True, kw_only=True):
    """The operator's view: who issues, the newest months, and what the tax party refused."""

    issuer: FeeIssuerView
    months: list[FeeMonthView]
    failed: list[FeeInvoiceView]


class FeeFile(View, frozen=True, kw_only=True):
    """A file of a document."""

    file_name: str
    format: str
    content: bytes
