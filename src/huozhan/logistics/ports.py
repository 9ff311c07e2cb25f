"""A carrier that gives waybills, as we speak to it; docs/stand-ins.md describes its side."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

import msgspec


class CarrierWaybill(msgspec.Struct, frozen=True, kw_only=True):
    """A waybill as the carrier knows it; a higher version was true later. The weight is known once it was weighed."""

    ref: str
    carrier_code: str
    waybill: str
    route: str
    state: str
    version: int
    weight_g: int | None = None
    picked_up_at: datetime | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives or gets a parcel, in plain."""

    name: str
    phone: str
    division: str
    address: str


class WaybillErrand(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier must know to give a waybill; `price` is the row of the agreed price table that counts."""

    ref: str
    state: str
    carrier_code: str
    number: str
    weight_g: int
    currency: str
    price: Mapping[str, int]
    sender: Person | None = None
    receiver: Person | None = None


class WaybillPort(Protocol):
    """Carriers that give waybills. Every call may be repeated under its reference; None: nothing is known under it."""

    async def give(self, errand: WaybillErrand) -> CarrierWaybill:
        """Gives a waybill, one for each reference."""
        ...

    async def waybill(self, ref: str) -> CarrierWaybill | None:
        """Tells how a waybill stands."""
        ...

    async def cancel(self, ref: str) -> CarrierWaybill | None:
        """Takes a waybill back before the pick-up; where the courier was faster, it is answered as picked up."""
        ...

    async def bill(self, on: date) -> list[Mapping[str, Any]]:
        """The carriers' bill of a day, one line for each waybill."""
        ...
