"""What buyers and sellers see of invoices."""

from datetime import datetime

from huozhan.invoicing.invoice import Kind
from huozhan.kernel.shapes import Bilingual, Id, View


class TitleView(View, frozen=True, kw_only=True):
    """A title of one's own organisation; `can_special` says that it has all a special invoice needs."""

    title_id: Id
    kind: str
    name: str
    taxpayer_id: str
    address: str
    phone: str
    bank: str
    account: str
    is_default: bool
    can_special: bool


class TitleSaved(View, frozen=True, kw_only=True):
    """A title that was kept; its details are not repeated, because answers are kept for repeated calls."""

    title_id: Id
    can_special: bool


class TitlesView(View, frozen=True):
    """The titles of one's own organisation, the default first."""

    titles: list[TitleView]


class OwnRateView(View, frozen=True, kw_only=True):
    """A rate of a category or an offer, with its name."""

    scope: str
    code: str
    name: Bilingual
    rate_bp: int


class RatesView(View, frozen=True, kw_only=True):
    """A shop's tax rates, whether it invoices at payment, and which invoices it says that it issues."""

    rate_bp: int
    at_payment: bool
    issues: tuple[Kind, ...]
    own: list[OwnRateView]


class InvoiceCard(View, frozen=True, kw_only=True):
    """An invoice in a list; `is_late` where its due time passed without it."""

    invoice_id: Id
    side: str
    counterparty_id: Id
    counterparty: Bilingual
    kind: str
    state: str
    title: str
    amount_minor: int
    red_minor: int
    number: str
    order_numbers: list[str]
    asked_at: datetime
    due_at: datetime
    is_late: bool
    issued_at: datetime | None


class InvoiceRecord(View, frozen=True, kw_only=True):
    """A seller's service figure of thirty days: requests that were due or done, those done in time, those that were late."""

    due: int
    in_time: int
    late: int
    waiting: int


class InvoiceLineView(View, frozen=True, kw_only=True):
    """A line: its amount with tax, the rate in basis points and the tax inside; `red_minor` was taken back of it."""

    line_no: int
    order_id: Id
    order_number: str
    title: Bilingual
    options: Bilingual
    unit: str
    quantity: int
    amount_minor: int
    rate_bp: int
    tax_minor: int
    red_minor: int


class PartView(View, frozen=True, kw_only=True):
    """An order on an invoice, and what of it is on there."""

    order_id: Id
    order_number: str
    amount_minor: int
    red_minor: int


class RedView(View, frozen=True, kw_only=True):
    """A red letter: what it takes back and why, who confirmed it, its number once issued."""

    red_id: Id
    order_number: str
    state: str
    amount_minor: int
    tax_minor: int
    number: str
    reason: str
    confirm_due_at: datetime | None
    confirmed_by: str
    issued_at: datetime | None


class FileView(View, frozen=True, kw_only=True):
    """A file of an invoice (`red_id` 0) or of one of its red letters."""

    red_id: Id
    format: str


class InvoiceMoment(View, frozen=True, kw_only=True):
    """Something that happened to an invoice: by the buyer, the seller, or the market and its tax party."""

    at: datetime
    event: str
    by: str
    reason: str


class InvoicePage(View, frozen=True, kw_only=True):
    """An invoice as one of its sides sees it, with what this side may do now."""

    card: InvoiceCard
    details: TitleView
    seller_name: Bilingual
    seller_taxpayer_id: str
    net_minor: int
    tax_minor: int
    is_external: bool
    reason: str
    note: str
    lines: list[InvoiceLineView]
    parts: list[PartView]
    reds: list[RedView]
    files: list[FileView]
    moments: list[InvoiceMoment]
    can: list[str]


class OrderRoom(View, frozen=True, kw_only=True):
    """An order of which an invoice can be asked for now, and for how much."""

    order_id: Id
    number: str
    placed_at: datetime
    title: Bilingual
    room_minor: int


class InvoiceableView(View, frozen=True, kw_only=True):
    """An order with others of the same seller that may share its invoice, the newest first."""

    seller_id: Id
    seller: Bilingual
    order: OrderRoom | None
    """None where nothing can be asked for; `why` says why."""
    why: str
    others: list[OrderRoom]


class WishView(View, frozen=True, kw_only=True):
    """What a buyer wished for at checkout: `open` until it becomes a request, `dropped` with the reason."""

    kind: str
    title: str
    """Empty where the title is kept no more."""
    state: str
    why: str


class OrderInvoices(View, frozen=True, kw_only=True):
    """The invoices an order is on, and what may still be asked for; `why` says why nothing can be asked for now."""

    invoices: list[InvoiceCard]
    room_minor: int
    why: str
    held_minor: int
    """Refunds that wait until the red letter of a special invoice is confirmed."""
    held_until: datetime | None
    """When the last of them goes all the same."""
    held_invoice_id: Id | None
    wish: WishView | None
    """The buyer's, who alone sees it."""


class InvoiceStateView(View, frozen=True, kw_only=True):
    """An invoice after something was done to it."""

    invoice_id: Id
    state: str
    amount_minor: int
    number: str


class InvoiceFile(View, frozen=True, kw_only=True):
    """A file of an invoice."""

    file_name: str
    format: str
    content: bytes


# ── For the job that speaks to the tax party ─────────────────────────────────────────────────────────


class PartyOnInvoice(View, frozen=True, kw_only=True):
    """A side of an invoice as the tax party is told of it."""

    name: str
    taxpayer_id: str
    address: str = ""
    phone: str = ""
    bank: str = ""
    account: str = ""


class TaxLine(View, frozen=True, kw_only=True):
    """A line as the tax party is told of it."""

    name: str
    unit: str
    quantity: int
    amount_minor: int
    rate_bp: int
    tax_minor: int


class TaxErrand(View, frozen=True, kw_only=True):
    """What the tax party is to be asked: to issue, red or void under `ref`, or what it has under a number (`verify`).

    `what` is empty where nothing is to be asked any more.
    """

    what: str
    invoice_id: Id
    ref: str = ""
    tries: int = 0
    number: str = ""
    kind: str = ""
    seller: PartyOnInvoice | None = None
    buyer: PartyOnInvoice | None = None
    lines: list[TaxLine] = []
    amount_minor: int = 0
    tax_minor: int = 0
    currency: str = ""
    note: str = ""


class AskedAgain(View, frozen=True):
    """How many silent requests are asked about again."""

    asked: int


class HeardTax(View, frozen=True):
    """What a kept message is about; an empty reference where it cannot be read or was worked before."""

    ref: str
