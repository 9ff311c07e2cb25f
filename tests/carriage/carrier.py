"""A carrier in plain Python, written from docs/stand-ins.md and from no line of the product; it may fall silent after its work."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from huozhan.kernel.signed_http import PartySilent
from huozhan.logistics.ports import CarrierWaybill, WaybillErrand

CHINA = timezone(timedelta(hours=8))


class PlainCarrier:
    """Waybills and bills as dictionaries."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.waybills: dict[str, dict[str, Any]] = {}
        self.silent_after = 0
        """So many of the next calls are done and never answered."""
        self.calls: list[tuple[str, str]] = []
        self.spoilt: list[dict[str, Any]] = []
        """Lines of the next bills beside the true ones."""
        self.twisted: dict[str, dict[str, Any]] = {}
        """What bills say otherwise of a waybill; None leaves its line out."""

    def _said(self, what: str, ref: str) -> CarrierWaybill:
        self.calls.append((what, ref))
        if self.silent_after:
            self.silent_after -= 1
            raise PartySilent(f"carrier: {what}")
        shown = {
            name: value
            for name, value in self.waybills[ref].items()
            if name in CarrierWaybill.__struct_fields__
        }
        return CarrierWaybill(**shown)

    async def give(self, errand: WaybillErrand) -> CarrierWaybill:
        assert errand.sender
        assert errand.receiver
        assert errand.receiver.address
        if errand.ref not in self.waybills:
            self.waybills[errand.ref] = {
                "ref": errand.ref,
                "carrier_code": errand.carrier_code,
                "waybill": f"SF{1_000 + len(self.waybills):013d}",
                "route": "571-A1",
                "state": "given",
                "version": 1,
                "price": dict(errand.price),
                "currency": errand.currency,
            }
        return self._said("give", errand.ref)

    async def waybill(self, ref: str) -> CarrierWaybill | None:
        return self._said("ask", ref) if ref in self.waybills else None

    async def cancel(self, ref: str) -> CarrierWaybill | None:
        one = self.waybills.get(ref)
        if one is None:
            return None
        if one["state"] == "given":
            one |= {"state": "cancelled", "version": one["version"] + 1}
        return self._said("cancel", ref)

    def pick_up(self, ref: str, weight_g: int | None) -> None:
        """A courier takes a parcel, and puts it on the scales or forgets to."""
        one = self.waybills[ref]
        one |= {"state": "picked_up", "version": one["version"] + 1, "picked_up_at": self.clock.now()}
        if weight_g:
            self.weigh(ref, weight_g)

    def weigh(self, ref: str, weight_g: int) -> None:
        """A parcel is weighed."""
        one = self.waybills[ref]
        one |= {"weight_g": weight_g, "version": one["version"] + 1}

    async def bill(self, on: date) -> list[Mapping[str, Any]]:
        lines = []
        for ref, one in self.waybills.items():
            at: datetime | None = one.get("picked_up_at")
            if at is None or at.astimezone(CHINA).date() != on or "weight_g" not in one:
                continue
            said = self.twisted.get(ref, {})
            if said is None:
                continue
            weight_g, price = said.get("weight_g", one["weight_g"]), one["price"]
            steps = -(-max(0, weight_g - price["first_g"]) // price["next_g"])
            lines.append(
                {
                    "bill_txn": f"cb-{ref}",
                    "carrier_code": one["carrier_code"],
                    "waybill": one["waybill"],
                    "weight_g": weight_g,
                    "amount_minor": price["first_minor"] + steps * price["next_minor"],
                    "currency": one["currency"],
                    "at": at.isoformat(),
                }
                | said
            )
        spoilt, self.spoilt = self.spoilt, []
        return [*lines, *spoilt]
