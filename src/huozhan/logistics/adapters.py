"""Carriers that give waybills, reached over signed HTTP (docs/stand-ins.md)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import msgspec

from huozhan.kernel.signed_http import PartyRefused, SignedHttp
from huozhan.logistics.ports import CarrierWaybill, WaybillErrand

WAYBILL_HOOK = "/hooks/waybills"


class HttpWaybills:
    """The carriers' hub, as it gives waybills."""

    def __init__(self, party: SignedHttp) -> None:
        self._party = party

    async def give(self, errand: WaybillErrand) -> CarrierWaybill:
        """Gives a waybill; a reference that was sent before with other words is asked for as it stands."""
        body: dict[str, Any] = msgspec.to_builtins(errand)
        del body["state"]
        try:
            return await self._party.post("waybills", body | {"notify_url": WAYBILL_HOOK}, CarrierWaybill)
        except PartyRefused as refused:
            known = await self.waybill(errand.ref) if refused.code == "other_body" else None
            if known is None:
                raise
            return known

    async def waybill(self, ref: str) -> CarrierWaybill | None:
        """Tells how a waybill stands."""
        return await self._known("GET", f"waybills/{quote(ref, safe='')}")

    async def cancel(self, ref: str) -> CarrierWaybill | None:
        """Takes a waybill back, or learns that the courier was faster."""
        return await self._known("POST", f"waybills/{quote(ref, safe='')}/cancel")

    async def bill(self, on: date) -> list[Mapping[str, Any]]:
        """The carriers' bill of a day."""
        return await self._party.lines("files/bill", on=on.isoformat())

    async def _known(self, method: str, path: str) -> CarrierWaybill | None:
        try:
            if method == "POST":
                return await self._party.post(path, {}, CarrierWaybill)
            return await self._party.get(path, CarrierWaybill)
        except PartyRefused as refused:
            if refused.status == 404:
                return None
            raise
