"""What is asked of logistics through a door."""

from typing import Annotated, Literal

import msgspec

from huozhan import fulfilment
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize
from huozhan.logistics.ports import CarrierWaybill

WEIGHT_G_MAX = 1_000_000


class SwitchLogistics(Ask, frozen=True, kw_only=True):
    """A supplier takes waybills of the market, fetched at one of its addresses, or takes no more."""

    is_on: bool
    address_id: Id = "0"


class AskWaybill(Ask, frozen=True, kw_only=True):
    """A waybill for a parcel: which carrier, which goods (without any, everything that is not spoken for), and its weight in grams
    where the goods' own does not say it."""

    order_id: Id
    carrier_code: fulfilment.asks.CarrierCode
    lines: Annotated[
        tuple[fulfilment.asks.ParcelLineAsk, ...], msgspec.Meta(max_length=fulfilment.asks.PARCEL_LINES_MAX)
    ] = ()
    weight_g: Annotated[int, msgspec.Meta(ge=1, le=WEIGHT_G_MAX)] | None = None


class WaybillRef(Ask, frozen=True, kw_only=True):
    """One waybill of an order."""

    order_id: Id
    waybill_id: Id


class WaybillsOf(Ask, frozen=True, kw_only=True):
    """The waybills of an order that one sells."""

    order_id: Id


class ListWaybills(Ask, frozen=True, kw_only=True):
    """One's own waybills, the newest first."""

    state: Literal["all", "open"] = "all"
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class HearWaybill(Ask, frozen=True):
    """What came to the carriers' hook about a waybill."""

    message_id: Annotated[str, msgspec.Meta(max_length=200)]
    body: bytes
    is_genuine: bool


class NoteWaybill(Ask, frozen=True):
    """How a carrier says that a waybill stands, or why it gives none."""

    order_id: Id
    waybill_id: Id
    told: CarrierWaybill | None = None
    why: str = ""
