"""The carriers of a simulated market, and a post office that says nothing."""

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from bench.drills.simulation.parties import Parties

PICKED_UP, SIGNED = 103, 301


class Carrier:
    """The carriers' hub: it tells scans of the parcels it was asked to follow, early, late or twice."""

    def __init__(self, parties: "Parties") -> None:
        self._parties = parties
        self.followed: list[tuple[str, str]] = []
        self._told = 0

    async def subscribe(self, errand: Any) -> None:
        """From now on scans of this parcel are told."""
        self._parties.stumble("carrier", is_done=False)
        self.followed.append((errand.carrier_code, errand.waybill))
        self._parties.stumble("carrier", is_done=True)

    def scan(self) -> tuple[str, str] | None:
        """A scan of some parcel: its message's id, which may have been told before, and the message."""
        if not self.followed:
            return None
        chance = self._parties.chance
        carrier_code, waybill = chance.choice(self.followed)
        self._told += chance.random() < 0.9
        state = chance.choice((PICKED_UP, PICKED_UP, SIGNED))
        told = {
            "carrier_code": carrier_code, "waybill": waybill, "scan_id": f"s{self._told}", "state": state,
            "at": self._parties.clock.now().isoformat(),
        }  # fmt: skip
        return f"c{self._told}", msgspec.json.encode({"type": "scan", "data": told}).decode()


class PostOffice:
    """Takes mail and says nothing."""

    async def send(self, *_: Any, **__: Any) -> None:
        """Nobody reads mail here."""
