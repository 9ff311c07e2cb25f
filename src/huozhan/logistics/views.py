"""What logistics shows."""

from datetime import datetime

from huozhan import carriage, fulfilment
from huozhan.kernel.shapes import Bilingual, Id, View


class LogisticsView(View, frozen=True, kw_only=True):
    """Whether a supplier takes waybills of the market, where its parcels are fetched, and what the carriers cost now."""

    is_on: bool
    switched_at: datetime | None
    place: str
    sender: str
    carriers: list[carriage.views.OfferedCarrier]


class WaybillView(View, frozen=True, kw_only=True):
    """A waybill as its supplier sees it; `can` is what it may do about it."""

    order_id: Id
    waybill_id: Id
    number: str
    carrier_code: str
    carrier: Bilingual
    waybill: str
    route: str
    state: str
    weight_g: int
    weighed_g: int | None
    estimate_minor: int
    lines: list[tuple[int, int]]
    asked_at: datetime
    sent_at: datetime | None
    picked_up_at: datetime | None
    why: str
    can: list[str]


class WaybillsView(View, frozen=True, kw_only=True):
    """The waybills of an order, and whether another can be asked for: of these carriers, at about this price."""

    number: str
    waybills: list[WaybillView]
    left: list[fulfilment.views.ParcelLineView]
    """Goods that are neither sent nor spoken for by a waybill."""
    is_on: bool
    can_ask: bool
    quotes: list["CarrierQuote"]
    weight_g: int
    """What the goods weigh that are not spoken for, by what their offers say; 0 where they say nothing."""


class CarrierQuote(View, frozen=True, kw_only=True):
    """What a carrier would cost for what is left of an order, as far as its weight is known."""

    carrier_code: str
    carrier: Bilingual
    estimate_minor: int


class LabelView(View, frozen=True, kw_only=True):
    """What is printed on a parcel."""

    waybill: WaybillView
    receiver: str
    receiver_phone: str
    receiver_place: str
    sender: str
    sender_phone: str
    sender_place: str
    goods: list[fulfilment.views.ParcelLineView]
    pieces: int


class Asked(View, frozen=True, kw_only=True):
    """How much was left to be asked."""

    asked: int
