"""What is asked of invoicing through a door, and what its own jobs ask."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from huozhan.invoicing.invoice import InvoiceState, Kind
from huozhan.invoicing.title import TitleKind
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

ORDERS_MAX = 50
RATES_MAX = 200
NOTE_MAX = 200
FILE_BYTES_MAX = 600_000

Named = Annotated[str, msgspec.Meta(min_length=2, max_length=100)]
Detail = Annotated[str, msgspec.Meta(max_length=150)]
RateBp = Literal[1300, 900, 600, 300, 100, 0]
"""A tax rate in basis points: 13, 9, 6, 3, 1 or 0 %."""
Format = Literal["pdf", "ofd", "xml"]


class SaveTitle(Ask, frozen=True, kw_only=True):
    """A title to make invoices out to; with a `title_id` one of the organisation's is changed.

    A company needs its taxpayer id (credit code); for special invoices also address, phone, bank and account.
    """

    title_id: Id | None = None
    kind: TitleKind
    name: Named
    taxpayer_id: Annotated[str, msgspec.Meta(max_length=24)] = ""
    address: Detail = ""
    phone: Annotated[str, msgspec.Meta(max_length=30)] = ""
    bank: Detail = ""
    account: Annotated[str, msgspec.Meta(max_length=40)] = ""
    is_default: bool = False


class TitleRef(Ask, frozen=True, kw_only=True):
    """One title."""

    title_id: Id


class OwnRate(Ask, frozen=True, kw_only=True):
    """A rate for a category, by its id, or for one of the shop's offers, by the shop's own code."""

    scope: Literal["category", "offer"]
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    rate_bp: RateBp


class SaveRates(Ask, frozen=True, kw_only=True):
    """A shop's tax rates, in place of those before: an offer's own rate before its category's before `rate_bp`.

    `at_payment` lets buyers ask as soon as an order is paid; otherwise once it is received. `issues` are the kinds that buyers are
    told of and find goods by; an invoice can be asked of every shop.
    """

    rate_bp: RateBp
    at_payment: bool = False
    issues: Annotated[tuple[Kind, ...], msgspec.Meta(max_length=len(Kind))] = ()
    own: Annotated[tuple[OwnRate, ...], msgspec.Meta(max_length=RATES_MAX)] = ()


class AskInvoice(Ask, frozen=True, kw_only=True):
    """An invoice for all that may still be invoiced of one or several orders from one seller."""

    order_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=ORDERS_MAX)]
    title_id: Id
    kind: Kind = Kind.ordinary
    note: Annotated[str, msgspec.Meta(max_length=NOTE_MAX)] = ""


class InvoiceRef(Ask, frozen=True, kw_only=True):
    """One invoice."""

    invoice_id: Id


class ListInvoices(Ask, frozen=True, kw_only=True):
    """A page of invoices, the newest first; in one state, or only those that wait for the seller."""

    state: InvoiceState | None = None
    waiting: bool = False
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class InvoicedOrder(Ask, frozen=True, kw_only=True):
    """One order."""

    order_id: Id


class CloseInvoice(Ask, frozen=True, kw_only=True):
    """A request that will not be issued, or an invoice to be made void, and why."""

    invoice_id: Id
    reason: Reason


class EnterInvoice(Ask, frozen=True, kw_only=True):
    """An invoice that the seller issued elsewhere: its 20-digit number and its file, which the tax party is asked about."""

    invoice_id: Id
    number: Annotated[str, msgspec.Meta(max_length=40)]
    format: Format
    content: Annotated[bytes, msgspec.Meta(max_length=FILE_BYTES_MAX)]


class RedRef(Ask, frozen=True, kw_only=True):
    """One red letter of an invoice."""

    invoice_id: Id
    red_id: Id


class InvoiceFileRef(Ask, frozen=True, kw_only=True):
    """One file of an invoice, or of a red letter of it."""

    invoice_id: Id
    red_id: Id = "0"
    format: Format


# ── What jobs and timers ask ─────────────────────────────────────────────────────────────────────────


class AboutInvoice(Ask, frozen=True):
    """A timer of an invoice or red letter is due."""

    about_id: Id


class TaxTold(Ask, frozen=True, kw_only=True):
    """How the tax party says that a request of ours stands: `state` is done or refused."""

    ref: Annotated[str, msgspec.Meta(max_length=64)]
    state: Annotated[str, msgspec.Meta(max_length=20)]
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    amount_minor: int = 0
    tax_minor: int = 0
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    at: datetime | None = None


class TaxRecorded(Ask, frozen=True, kw_only=True):
    """What the tax party has under a number that a seller entered; nothing where it knows none."""

    invoice_id: Id
    tries: int
    is_known: bool
    seller_taxpayer_id: str = ""
    buyer_name: str = ""
    amount_minor: int = 0
    tax_minor: int = 0


class TaxMessage(Ask, frozen=True, kw_only=True):
    """What the tax party called us with, byte for byte."""

    message_id: Annotated[str, msgspec.Meta(max_length=200)]
    body: str


class MessageRef(Ask, frozen=True, kw_only=True):
    """One kept message."""

    message_id: Annotated[str, msgspec.Meta(max_length=200)]
    outcome: Annotated[str, msgspec.Meta(max_length=40)] = ""


class KeepFile(Ask, frozen=True, kw_only=True):
    """A file that the tax party made."""

    invoice_id: Id
    red_id: Id
    format: Format
    content: bytes


class FollowOrder(Ask, frozen=True, kw_only=True):
    """Money of an order went back: what is invoiced of it is looked at again."""

    order_id: Id


class SetFeeIssuer(Ask, frozen=True, kw_only=True):
    """How the market names itself on the invoices of its fees."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=100)]
    taxpayer_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{15,20}(?!\n)$")]
    reason: Reason


class ListFeeInvoices(Ask, frozen=True, kw_only=True):
    """A page of the market's invoices of a shop's fees."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class FeeFileRef(Ask, frozen=True, kw_only=True):
    """A file of one of them."""

    document_id: Id
    format: Literal["pdf", "ofd", "xml"]


class RetryFeeInvoice(Ask, frozen=True, kw_only=True):
    """A document of the market that the tax party refused."""

    seller_id: Id
    document_id: Id
    reason: Reason


class FeeDocument(Ask, frozen=True, kw_only=True):
    """A document of the market."""

    seller_id: Id
    document_id: Id


class KeepFeeFile(Ask, frozen=True, kw_only=True):
    """A file that the tax party made of a document of the market."""

    seller_id: Id
    document_id: Id
    format: Literal["pdf", "ofd", "xml"]
    content: bytes
