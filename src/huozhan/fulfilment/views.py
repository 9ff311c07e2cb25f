"""What people and programs see of parcels."""

from datetime import datetime

from huozhan.kernel.shapes import Bilingual, View


class ScanView(View, frozen=True, kw_only=True):
    """One station of a parcel; the words for `station` are under `parcel.station.<station>`."""

    state: int
    station: str
    at: datetime
    place: Bilingual
    note: str


class ParcelLineView(View, frozen=True, kw_only=True):
    """What a parcel holds of one line."""

    line_no: int
    title: Bilingual
    options: Bilingual
    picture: str | None
    unit: str
    quantity: int


class ParcelView(View, frozen=True, kw_only=True):
    """One parcel with its trace, newest scan first, and until when it counts as received by itself."""

    parcel_id: str
    parcel_no: int
    kind: str
    state: str
    carrier_code: str
    carrier: Bilingual
    waybill: str
    shipped_at: datetime
    signed_at: datetime | None
    confirm_due_at: datetime | None
    received_at: datetime | None
    received_by: str
    lines: list[ParcelLineView]
    scans: list[ScanView]
    can_extend: list[int]
    """The extensions in days that this side may still give."""
    no_track: bool
    """No carrier has seen it for too long."""


class ParcelsView(View, frozen=True, kw_only=True):
    """The parcels of one order."""

    order_id: str
    parcels: list[ParcelView]
    late_pickup: bool
    """No carrier had any of it in time."""


class DoubtView(View, frozen=True, kw_only=True):
    """Something about an order's parcels that should not be; the words are under `parcel.doubt.<doubt>`."""

    doubt_id: str
    order_id: str
    number: str
    doubt: str
    seller_id: str
    seller: Bilingual
    carrier: Bilingual
    waybill: str
    shipped_at: datetime | None
    due_at: datetime
    raised_at: datetime


class ShippedView(View, frozen=True, kw_only=True):
    """Where an order stands after parcels were sent."""

    order_id: str
    number: str
    state: str
    parcel_ids: list[str]


class BadRow(View, frozen=True, kw_only=True):
    """A row of a batch that did not go through; the words are under `refusal.<code>`."""

    row_no: int
    number: str
    code: str
    facts: dict[str, str]


class ShipManyView(View, frozen=True, kw_only=True):
    """What became of a batch of waybills."""

    shipped: list[ShippedView]
    bad: list[BadRow]


class ReceivedView(View, frozen=True, kw_only=True):
    """Where an order stands after goods were received."""

    order_id: str
    state: str
    released_minor: int


class ExtendedView(View, frozen=True, kw_only=True):
    """Until when a parcel waits now."""

    parcel_id: str
    confirm_due_at: datetime


class CarrierView(View, frozen=True, kw_only=True):
    """A carrier and how its waybills look."""

    carrier_code: str
    name: Bilingual
    waybill_pattern: str


class CarriersView(View, frozen=True, kw_only=True):
    """The carriers this market knows."""

    carriers: list[CarrierView]


class Subscription(View, frozen=True, kw_only=True):
    """What a carriers' hub must know to follow a parcel."""

    carrier_code: str
    waybill: str
    from_division: str
    to_division: str
    receiver_phone_tail: str | None


class LabelView(View, frozen=True, kw_only=True):
    """One order to pick and pack: what, how many, to whom."""

    order_id: str
    number: str
    paid_at: datetime | None
    ship_promise_at: datetime | None
    buyer: Bilingual
    buyer_note: str
    country: str
    province: str
    city: str
    county: str
    postcode: str
    receiver: str
    phone: str
    street: str
    lines: list[ParcelLineView]
    weight_g: int


class LabelsView(View, frozen=True, kw_only=True):
    """A pick list and waybill list for printing."""

    labels: list[LabelView]


class FollowedView(View, frozen=True, kw_only=True):
    """How many orders a round set anew; the next round begins after `after`, unless it is 0."""

    orders: int
    after: str
