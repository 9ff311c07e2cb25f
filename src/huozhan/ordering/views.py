"""What people and programs see of carts, quotes and orders."""

from collections.abc import Mapping
from datetime import datetime

from huozhan import catalogue, insurance, payments, promotion
from huozhan.kernel.shapes import Bilingual, View
from huozhan.ordering.clock_views import ExemptionView, FilingView, LongerView
from huozhan.ordering.money_view import MoneyView
from huozhan.ordering.price_views import GoodsView as GoodsView  # noqa: PLC0414 -- reached as views
from huozhan.ordering.price_views import PriceView as PriceView  # noqa: PLC0414 -- reached as views
from huozhan.ordering.price_views import TroubleView as TroubleView  # noqa: PLC0414 -- reached as views
from huozhan.ordering.price_views import WayView as WayView  # noqa: PLC0414 -- reached as views
from huozhan.ordering.to_ship import LineToShip as LineToShip  # noqa: PLC0414 -- reached as views
from huozhan.ordering.to_ship import OrderToPack as OrderToPack  # noqa: PLC0414 -- reached as views
from huozhan.ordering.to_ship import OrderToShip as OrderToShip  # noqa: PLC0414 -- reached as views
from huozhan.staging import EndingView, PlanView, StageView


class CartLineView(View, frozen=True, kw_only=True):
    """One line of the cart that can be bought, alone or once a trouble is out of the way."""

    goods: GoodsView
    quantity: int
    is_sample: bool
    free: int
    moq: int
    lot: int
    price: PriceView
    goods_minor: int
    """What the line costs after promotions."""


class InvalidLineView(View, frozen=True, kw_only=True):
    """A line of the cart that cannot be bought, and why; `goods` is None where nothing is left of it."""

    sku_id: str
    goods: GoodsView | None
    quantity: int
    is_sample: bool
    why: str


class SupplierView(View, frozen=True, kw_only=True):
    """The supplier of a group."""

    org_id: str
    name: Bilingual
    supplier_kind: str
    verified: bool


class CartGroupView(View, frozen=True, kw_only=True):
    """One supplier's part of the cart."""

    supplier: SupplierView
    lines: list[CartLineView]
    troubles: list[TroubleView]
    list_minor: int
    offs: list[promotion.views.OffView]
    nudge: promotion.views.NudgeView | None
    goods_minor: int


class CartView(View, frozen=True, kw_only=True):
    """The cart 进货单, grouped by supplier; what cannot be bought is set apart."""

    groups: list[CartGroupView]
    invalid: list[InvalidLineView]
    lines: int
    goods_minor: int


class QuoteLineView(View, frozen=True, kw_only=True):
    """One line of a quote."""

    goods: GoodsView
    offer_version: int
    quantity: int
    is_sample: bool
    price: PriceView
    offs: list[promotion.views.OffView]
    goods_minor: int
    """What the line's goods cost after promotions; `price.amount_minor` is what they cost before."""
    freight_minor: int


class TradeTypeView(View, frozen=True, kw_only=True):
    """A trade type that a supplier's part may have. What it protects and when the supplier is paid stands in words
    under `trade_type.says.<trade_type>`; `why` (words under `trade_type.why.<why>`) what stands against it now."""

    trade_type: str
    why: str
    facts: Mapping[str, int | str]
    plan: PlanView | None = None
    """The plan of stages that it stands for, stage by stage."""


class ShareView(View, frozen=True, kw_only=True):
    """What will become one order: one supplier, one freight template, one trade type."""

    supplier: SupplierView
    freight_template_id: str
    trade_type: str
    """The one that is chosen."""
    plan_code: str
    """The plan that is chosen, where it is paid in stages."""
    trade_types: list[TradeTypeView]
    """Those that may be chosen."""
    lines: list[QuoteLineView]
    list_minor: int
    offs: list[promotion.views.OffView]
    nudge: promotion.views.NudgeView | None
    goods_minor: int
    freight_minor: int
    subsidy_minor: int
    """What the market pays of the goods in the buyer's place."""
    insurance: insurance.views.CoverView
    """What can be insured of the freight of goods sent back, and who pays for it."""
    amount_minor: int
    pay_close_at: datetime | None
    """Until when it is to be paid; None where the goods come before the money."""
    promise_hours: int
    services: list[catalogue.ServiceView]
    """What the supplier promises beyond that."""


class QuoteView(View, frozen=True, kw_only=True):
    """What a purchase would cost, to the last fen; placing it needs the hash of exactly this."""

    address_id: str
    shares: list[ShareView]
    troubles: list[TroubleView]
    undeliverable: list[str]
    """Suppliers that do not deliver to this address."""
    invalid: list[InvalidLineView]
    coupons: list[promotion.views.CouponChoice]
    goods_minor: int
    freight_minor: int
    subsidy_minor: int
    premium_minor: int
    """Premiums of freight insurance that the buyer pays."""
    amount_minor: int
    pay_first_minor: int
    """What of it is to be paid before anything is shipped."""
    quote_hash: str
    can_be_placed: bool


class PlacedOrder(View, frozen=True, kw_only=True):
    """One order that came of a purchase."""

    order_id: str
    number: str
    seller_id: str
    amount_minor: int
    trade_type: str
    state: str
    pay_close_at: datetime | None
    """Until when it is to be paid; None where the goods come before the money."""


class PlacedView(View, frozen=True, kw_only=True):
    """The orders that came of one purchase."""

    orders: list[PlacedOrder]
    amount_minor: int


class PayingView(View, frozen=True, kw_only=True):
    """A payment that was opened for some orders; from the wallet it is paid at once."""

    payment_id: str
    method: str
    amount_minor: int
    order_ids: list[str]


class OrderStateView(View, frozen=True, kw_only=True):
    """Where an order stands after what was just done; `closing` while the payment channel is asked first."""

    order_id: str
    number: str
    state: str
    amount_minor: int
    closing: bool = False


class AmendmentView(View, frozen=True, kw_only=True):
    """A change of an unpaid order's amounts; a higher one waits for the buyer's yes."""

    amendment_id: str
    state: str
    goods_minor: int
    freight_minor: int
    amount_minor: int
    """What the buyer pays then."""
    subsidy_minor: int
    """What the market pays of it in the buyer's place: nothing where its coupon asks for more goods."""
    was_minor: int
    is_abnormal: bool
    reason: str
    amended_at: datetime


class RefundLine(View, frozen=True, kw_only=True):
    """So many of one line of the order."""

    line_no: int
    quantity: int


class RefundView(View, frozen=True, kw_only=True):
    """A question for money back before shipment, and its answer."""

    refund_id: str
    state: str
    amount_minor: int
    reason: str
    asked_at: datetime
    answer_due_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    answer: str
    lines: list[RefundLine]


class ClaimView(View, frozen=True, kw_only=True):
    """What the seller owed the buyer for a breach; the words for `cause` are under `order.claim.<cause>`.

    Once paid it is in the buyer's wallet; `taken` tells the seller out of what it was paid.
    """

    cause: str
    goods_minor: int
    amount_minor: int
    made_at: datetime
    paid_at: datetime | None
    taken: payments.views.SupplierTake | None
    reversed_at: datetime | None = None
    """When it was taken back, because a disruption excuses the breach."""


class PictureLine(View, frozen=True, kw_only=True):
    """A line as a list shows it."""

    title: Bilingual
    options: Bilingual
    picture: str | None
    quantity: int
    unit: str
    price_e4: int
    offer_id: str
    category_id: str


class OrderCard(View, frozen=True, kw_only=True):
    """One order in a list: state, counterparty, first lines, money, and until when who must act."""

    order_id: str
    number: str
    state: str
    counterparty_id: str
    counterparty: Bilingual
    placed_at: datetime
    goods_minor: int
    freight_minor: int
    amount_minor: int
    refunded_minor: int
    lines_count: int
    pieces: int
    pieces_to_ship: int
    lines: list[PictureLine]
    who_acts: str
    until: datetime | None
    is_late: bool
    has_refund_open: bool
    has_amendment_open: bool


class OrdersView(View, frozen=True, kw_only=True):
    """One page of orders, newest first."""

    orders: list[OrderCard]
    next_cursor: str | None


class CountsView(View, frozen=True, kw_only=True):
    """How many orders stand in each state, counted up to `at_most`; refunds to answer beside."""

    states: Mapping[str, int]
    refunds_open: int
    at_most: int


class OrderLineView(View, frozen=True, kw_only=True):
    """One line of an order and how far it has come."""

    line_no: int
    goods: GoodsView
    offer_version: int
    quantity: int
    price_e4: int
    basis: str
    step_from: int
    is_sample: bool
    book_version: int
    discount_minor: int
    subsidy_minor: int
    goods_minor: int
    freight_minor: int
    shipped: int
    received: int
    refunded: int
    returned: int
    to_ship: int


class MomentView(View, frozen=True, kw_only=True):
    """One moment of an order's timeline; the words are under `order.event.<event>`."""

    event: str
    state: str
    at: datetime
    by: str
    reason: str


class DeliveryView(View, frozen=True, kw_only=True):
    """Where the goods go; receiver, phone and street are masked."""

    country: str
    division_code: str
    province: str
    city: str
    county: str
    postcode: str
    receiver: str
    phone: str
    street: str


class NoteView(View, frozen=True, kw_only=True):
    """A note on an order."""

    text: str
    private: bool
    by_org_id: str
    at: datetime


class OrderPage(View, frozen=True, kw_only=True):
    """Everything one side may see of an order: who must act until when, where the money is, what happened."""

    order_id: str
    number: str
    side: str
    state: str
    trade_type: str
    buyer_id: str
    buyer: Bilingual
    seller_id: str
    seller: Bilingual
    placed_at: datetime
    list_minor: int
    offs: list[promotion.views.OffView]
    goods_minor: int
    freight_minor: int
    subsidy_minor: int
    premium_minor: int
    """The premium of freight insurance that the buyer pays with it."""
    amount_minor: int
    who_acts: str
    until: datetime | None
    can: list[str]
    """What this side may do now."""
    closing: bool
    is_late: bool
    money: MoneyView
    payment_id: str | None
    agreement_id: str | None
    """The credit line that carries it."""
    delivery: DeliveryView
    lines: list[OrderLineView]
    timeline: list[MomentView]
    refunds: list[RefundView]
    amendments: list[AmendmentView]
    claims: list[ClaimView]
    notes: list[NoteView]
    stages: list[StageView]
    """The stages in which it is paid; none under any other trade type."""
    stage_no: int | None
    """The stage at which somebody must act now."""
    ending: EndingView | None
    """What happens to the money if this side stops it or gives it up; None where it cannot."""
    ship_promise_at: datetime | None
    services: list[catalogue.ServiceView]
    """What the shop promised when it was placed."""
    exemptions: list[ExemptionView]
    longer: LongerView | None
    """The seller's question for more time that waits for the buyer."""
    filings: list[FilingView]
    """What the seller filed for this order; the buyer sees none."""


class NotSold(View, frozen=True, kw_only=True):
    """A line of an old order that is not sold any more."""

    title: Bilingual
    options: Bilingual
    quantity: int


class ReorderView(View, frozen=True, kw_only=True):
    """What went back into the cart, and what is not sold any more."""

    put: int
    not_sold: list[NotSold]


class ExportRow(View, frozen=True, kw_only=True):
    """One order line as a row of a spreadsheet."""

    number: str
    state: str
    placed_at: datetime
    paid_at: datetime | None
    counterparty: Bilingual
    line_no: int
    title: Bilingual
    options: Bilingual
    quantity: int
    unit: str
    price_e4: int
    basis: str
    goods_minor: int
    freight_minor: int
    shipped: int
    received: int
    refunded: int
    buyer_note: str
    """What the buyer wrote to the seller on placing."""


class ExportView(View, frozen=True, kw_only=True):
    """Rows for a spreadsheet; `is_cut` where there are more than one file holds."""

    rows: list[ExportRow]
    is_cut: bool
