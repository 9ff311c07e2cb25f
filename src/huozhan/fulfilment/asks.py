"""What fulfilment is asked to do, and within which limits."""

from typing import Annotated, Literal

import msgspec

from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

PARCELS_PER_CALL_MAX = 50
PARCEL_LINES_MAX = 1_000
SHIP_ROWS_MAX = 1_000
LABEL_ORDERS_MAX = 200
EXTENSION_DAYS_MAX = 365
QUANTITY_MAX = 9_999_999

CarrierCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9_]{1,20}(?!\n)$")]
Waybill = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{4,40}(?!\n)$")]


class ParcelLineAsk(Ask, frozen=True):
    """So many of one line of the order."""

    line_no: Annotated[int, msgspec.Meta(ge=1, le=PARCEL_LINES_MAX)]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class ParcelAsk(Ask, frozen=True):
    """One parcel: by a carrier with a waybill, or by own delivery or pick-up without one.

    Without lines it holds everything of the order that is not sent yet.
    """

    kind: Literal["carrier", "own_delivery", "pick_up"] = "carrier"
    carrier_code: CarrierCode | None = None
    waybill: Waybill | None = None
    lines: Annotated[tuple[ParcelLineAsk, ...], msgspec.Meta(max_length=PARCEL_LINES_MAX)] = ()


class Ship(Ask, frozen=True):
    """Send one or several parcels of an order."""

    order_id: Id
    parcels: Annotated[tuple[ParcelAsk, ...], msgspec.Meta(min_length=1, max_length=PARCELS_PER_CALL_MAX)]


class ShipRow(Ask, frozen=True):
    """One row of a batch: everything left of an order goes under this waybill."""

    number: Annotated[str, msgspec.Meta(max_length=40)]
    carrier_code: Annotated[str, msgspec.Meta(max_length=40)]
    waybill: Annotated[str, msgspec.Meta(max_length=60)]


class ShipMany(Ask, frozen=True):
    """A batch of waybills; good rows go through, bad rows are named."""

    rows: Annotated[tuple[ShipRow, ...], msgspec.Meta(min_length=1, max_length=SHIP_ROWS_MAX)]


class FollowSuspension(Ask, frozen=True):
    """A notice whose orders are to be set anew, from the one after `after` on."""

    suspension_id: Id
    after: Id = "0"


class FollowFiling(Ask, frozen=True):
    """A filing that was granted."""

    order_id: Id
    filing_id: Id


class ParcelsOf(Ask, frozen=True):
    """The parcels of one order."""

    order_id: Id


class ExtendReceipt(Ask, frozen=True):
    """More time before a parcel counts as received; the buyer's span is a rule, the seller chooses among some."""

    order_id: Id
    parcel_id: Id
    days: Annotated[int, msgspec.Meta(ge=0, le=EXTENSION_DAYS_MAX)] = 0


class ConfirmReceipt(Ask, frozen=True):
    """The buyer has the goods: of these parcels, or of all that were sent where none are given."""

    order_id: Id
    parcel_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=PARCELS_PER_CALL_MAX)] = ()


class CarrierMessage(Ask, frozen=True):
    """A carrier's verified callback, as it came."""

    message_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    body: Annotated[str, msgspec.Meta(max_length=65_536)]


class RecordScan(Ask, frozen=True):
    """Work one stored carrier message."""

    message_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ParcelRef(Ask, frozen=True):
    """One parcel of an order."""

    order_id: Id
    parcel_id: Id


class Labels(Ask, frozen=True):
    """Orders to pick and pack."""

    order_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=LABEL_ORDERS_MAX)]


class ListDoubts(Ask, frozen=True):
    """What is doubted about parcels, the oldest first."""

    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class SettleDoubt(Ask, frozen=True):
    """A doubt was looked into, and what came of it."""

    order_id: Id
    doubt_id: Id
    reason: Reason


class TimerDue(Ask, frozen=True):
    """A timer of an order is due."""

    about_id: Id
