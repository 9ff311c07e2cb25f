"""What ordering is asked to do, and within which limits."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from huozhan.disruption import Link, Moment, SuspensionKind
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason
from huozhan.messaging import Words
from huozhan.payments import PaymentMethod
from huozhan.staging import PlanCode

CART_LINES_MAX = 1_000
QUANTITY_MAX = 9_999_999
ORDERS_PAID_TOGETHER_MAX = 50
EXPORT_ROWS_MAX = 10_000
NOTE_MAX = 500
LONGER_DAYS_MAX = 365

Quantity = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]
LineNo = Annotated[int, msgspec.Meta(ge=1, le=CART_LINES_MAX)]
NoteText = Annotated[str, msgspec.Meta(max_length=NOTE_MAX)]
SearchText = Annotated[str, msgspec.Meta(max_length=100)]
TradeTypeName = Literal["escrow", "period", "staged", "pay_later"]
StateName = Annotated[
    str,
    msgspec.Meta(pattern=r"^(wait_pay|wait_send|part_sent|wait_receive|success|closed|terminated)(?!\n)$"),
]


class WantedLine(Ask, frozen=True):
    """So many of one SKU, as goods or as a sample."""

    sku_id: Id
    quantity: Quantity
    is_sample: bool = False


class CartLineRef(Ask, frozen=True):
    """One line of the cart, by what is in it."""

    sku_id: Id
    is_sample: bool = False


WantedLines = Annotated[tuple[WantedLine, ...], msgspec.Meta(max_length=CART_LINES_MAX)]


class PutInCart(Ask, frozen=True):
    """Adds to what the cart already holds of each SKU."""

    lines: Annotated[tuple[WantedLine, ...], msgspec.Meta(min_length=1, max_length=CART_LINES_MAX)]


class ChangeCart(Ask, frozen=True):
    """Sets the quantity of lines that are in the cart."""

    lines: Annotated[tuple[WantedLine, ...], msgspec.Meta(min_length=1, max_length=CART_LINES_MAX)]


class RemoveFromCart(Ask, frozen=True):
    """Takes lines out of the cart."""

    lines: Annotated[tuple[CartLineRef, ...], msgspec.Meta(min_length=1, max_length=CART_LINES_MAX)]


class SellerNote(Ask, frozen=True):
    """A word to one supplier of a purchase."""

    seller_id: Id
    text: NoteText


class TradeTypeChoice(Ask, frozen=True):
    """How a supplier's part of a purchase is paid for; a supplier that is not named is paid by escrow."""

    seller_id: Id
    trade_type: TradeTypeName
    plan_code: PlanCode | None = None
    """The plan by which it is paid in stages."""


TradeTypeChoices = Annotated[tuple[TradeTypeChoice, ...], msgspec.Meta(max_length=CART_LINES_MAX)]


CouponIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=CART_LINES_MAX)]


SellerIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=CART_LINES_MAX)]


class QuoteAsk(Ask, frozen=True):
    """What would it cost: the given lines, or all of the cart that can be bought where none are given."""

    address_id: Id
    lines: WantedLines = ()
    trade_types: TradeTypeChoices = ()
    coupons: CouponIds | None = None
    """Coupons to use; where nothing is said, those that take off most together."""
    insure: SellerIds = ()
    """Suppliers of whose goods the buyer buys freight insurance; what a supplier gives anyway is not bought."""


class InvoiceWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invoice that is to be asked for by itself once that is possible, made out to a title that the buyer keeps."""

    title_id: Id
    kind: Literal["ordinary", "special"] = "ordinary"


class PlaceOrder(Ask, frozen=True):
    """Buy what was quoted; `from_cart` takes the lines out of the cart."""

    address_id: Id
    quote_hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
    lines: WantedLines = ()
    trade_types: TradeTypeChoices = ()
    coupons: CouponIds | None = None
    notes: Annotated[tuple[SellerNote, ...], msgspec.Meta(max_length=CART_LINES_MAX)] = ()
    from_cart: bool = True
    insure: SellerIds = ()
    invoice: InvoiceWish | None = None


class PayOrders(Ask, frozen=True):
    """Pay these orders in one payment, by one way."""

    order_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=ORDERS_PAID_TOGETHER_MAX)]
    method: PaymentMethod = PaymentMethod.channel


class WaysAsk(Ask, frozen=True):
    """What is to be paid at once; orders that a lender pays are told apart from all others."""

    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=2 * 10**18)]
    is_lent: bool = False


class RenewPayment(Ask, frozen=True):
    """A payment by bank transfer that needs more time."""

    payment_id: Id


class BankMoney(Ask, frozen=True):
    """Money that came to the bank."""

    receipt_id: Id


class OrderRef(Ask, frozen=True):
    """One order."""

    order_id: Id


class ClaimRef(Ask, frozen=True):
    """One claim of an order, by its cause."""

    order_id: Id
    cause: str


class CancelOrder(Ask, frozen=True):
    """Cancel an order that is not paid."""

    order_id: Id
    reason: Reason


class LineAmount(Ask, frozen=True):
    """What a line's goods shall cost."""

    line_no: LineNo
    goods_minor: Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class AmendPrice(Ask, frozen=True):
    """Change an unpaid order's amounts: per line, or the goods total spread over the lines; and the freight."""

    order_id: Id
    reason: Reason
    lines: Annotated[tuple[LineAmount, ...], msgspec.Meta(max_length=CART_LINES_MAX)] = ()
    goods_minor: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None = None
    freight_minor: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None = None


class AcceptAmendment(Ask, frozen=True):
    """Say yes to an offered amount; `amount_minor` is the one that was read, so that no other is agreed to."""

    order_id: Id
    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=2 * 10**18)] | None = None


class LineQuantity(Ask, frozen=True):
    """So many of one line."""

    line_no: LineNo
    quantity: Quantity


class RefundUnshipped(Ask, frozen=True):
    """Ask for money back for goods not shipped: these lines, or all that is not shipped where none are given."""

    order_id: Id
    reason: Reason
    lines: Annotated[tuple[LineQuantity, ...], msgspec.Meta(max_length=CART_LINES_MAX)] = ()


class DeclareLack(Ask, frozen=True):
    """The seller has not got these goods that were paid: these lines, or all that is not shipped where none are given."""

    order_id: Id
    reason: Reason
    lines: Annotated[tuple[LineQuantity, ...], msgspec.Meta(max_length=CART_LINES_MAX)] = ()


class AnswerRefund(Ask, frozen=True):
    """The seller's answer to an open question for a refund."""

    order_id: Id
    refund_id: Id
    agree: bool
    reason: Annotated[str, msgspec.Meta(max_length=NOTE_MAX)] = ""


class TakeBackRefund(Ask, frozen=True):
    """The buyer does not want the money back after all."""

    order_id: Id
    refund_id: Id


class ListOrders(Ask, frozen=True):
    """A page of orders, newest first."""

    state: StateName | None = None
    search: SearchText = ""
    from_on: date | None = None
    until_on: date | None = None
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class CountOrders(Ask, frozen=True):
    """How many orders stand where, on the buying or the selling side."""

    selling: bool = False


class ExportOrders(Ask, frozen=True):
    """Order lines as rows for a spreadsheet."""

    selling: bool = False
    state: StateName | None = None
    from_on: date | None = None
    until_on: date | None = None


class WriteAboutOffer(Words, frozen=True, kw_only=True):
    """Words to a supplier about an offer."""

    offer_id: Id


class WriteAboutOrder(Words, frozen=True, kw_only=True):
    """Words to the other side of an order."""

    order_id: Id


class NoteOrder(Ask, frozen=True):
    """Write a note: for the other side to read, or a memo for the own organisation only."""

    order_id: Id
    text: NoteText
    private: bool = True


StageNo = Annotated[int, msgspec.Meta(ge=1, le=6)]
PictureId = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?(?!\n)$")]


class DeclareStage(Ask, frozen=True):
    """The seller's word that a stage's condition is met: a note, and a picture of the market's where there is one."""

    order_id: Id
    stage_no: StageNo
    note: Reason
    picture: PictureId = ""


class ConfirmStage(Ask, frozen=True):
    """The buyer's yes to what the seller said of a stage."""

    order_id: Id
    stage_no: StageNo


class RejectStage(Ask, frozen=True):
    """The buyer's no to what the seller said of a stage."""

    order_id: Id
    stage_no: StageNo
    reason: Reason


class PushStage(Ask, frozen=True):
    """The seller's call for a stage's money."""

    order_id: Id
    stage_no: StageNo


class StopOrder(Ask, frozen=True):
    """End an order in stages; `kept_minor` is what was read to stay with the seller, so that no other is agreed to."""

    order_id: Id
    reason: Reason
    kept_minor: Annotated[int, msgspec.Meta(ge=0, le=2 * 10**18)] | None = None


class GiveUpOrder(Ask, frozen=True):
    """The seller will not fulfil an order in stages."""

    order_id: Id
    reason: Reason


class PaymentCallback(Ask, frozen=True):
    """A stored and verified message of the payment channel."""

    callback_id: Id


class PaymentRef(Ask, frozen=True):
    """One payment."""

    payment_id: Id


class TimerDue(Ask, frozen=True):
    """A timer of an order is due."""

    about_id: Id


class LeaveDisrupted(Ask, frozen=True, kw_only=True):
    """An order that a disruption holds up."""

    order_id: Id
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class AskLongerPromise(Ask, frozen=True, kw_only=True):
    """So many more days to ship, and why."""

    order_id: Id
    days: Annotated[int, msgspec.Meta(ge=1, le=LONGER_DAYS_MAX)]
    reason: Reason


class AnswerLongerPromise(Ask, frozen=True, kw_only=True):
    """Yes or no to a longer promise."""

    order_id: Id
    request_id: Id
    agree: bool


class FileExemption(Ask, frozen=True, kw_only=True):
    """From when until when an order is held up by what, and where the proof is."""

    order_id: Id
    kind: SuspensionKind
    from_at: Moment
    until_at: Moment
    reason: Reason
    evidence_url: Link


class ListFilings(Ask, frozen=True, kw_only=True):
    """Which page of the filings that wait."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class DecideFiling(Ask, frozen=True, kw_only=True):
    """Yes or no to a filing, and why."""

    order_id: Id
    filing_id: Id
    grant: bool
    reason: Reason
