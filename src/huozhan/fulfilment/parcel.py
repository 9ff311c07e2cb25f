"""A parcel: what is in it, how it travels, and its clock of receipt."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class ParcelKind(StrEnum):
    """How goods travel; all but the first know no waybill (1688's no-logistics kinds 3 and 4)."""

    carrier = "carrier"
    own_delivery = "own_delivery"
    pick_up = "pick_up"


class Extension(msgspec.Struct, frozen=True):
    """More time that one side gave."""

    side: str
    days: int


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel as it is read from its rows."""

    order_id: int
    parcel_id: int
    parcel_no: int
    number: str
    buyer_id: int
    seller_id: int
    kind: ParcelKind
    carrier_code: str
    waybill: str
    shipped_at: datetime
    tracked: bool
    signed_at: datetime | None
    confirm_due_at: datetime
    received_at: datetime | None
    received_by: str
    lines: Mapping[int, int]
    extensions: tuple[Extension, ...] = ()
    apart: Mapping[int, int] = {}
    paused_at: datetime | None = None

    @property
    def left(self) -> dict[int, int]:
        """What of it an after-sales case has not settled; all that its receipt pays out."""
        left = {line_no: quantity - self.apart.get(line_no, 0) for line_no, quantity in self.lines.items()}
        return {line_no: quantity for line_no, quantity in left.items() if quantity}

    @property
    def spans(self) -> list[timedelta]:
        """The time that was given beyond the rules."""
        return [timedelta(days=extension.days) for extension in self.extensions]


SIGNED = frozenset({301, 302, 304, 311})
"""Scan states that mean the goods were handed over (common carriers' list)."""

PICKED_UP = 1
ON_THE_WAY = frozenset({PICKED_UP, 201, 202, 204, 205, 206, 211}) | SIGNED
"""Scan states that a carrier gives goods it has and has no trouble with; a hub may tell of a later station first."""

_STATIONS = {
    0: "no_track",
    1: "picked_up",
    5: "forwarded",
    4: "problem",
    201: "arrived_city",
    202: "out_for_delivery",
    204: "arrived_hub",
    205: "arrived_outlet",
    206: "departed",
    211: "in_locker",
    301: "signed",
    302: "signed_after_problem",
    304: "signed_by_other",
    311: "signed_from_locker",
    404: "rejected",
    414: "damaged",
    416: "unreachable",
    417: "delayed",
}


def station(state: int) -> str:
    """The name of a scan state; the words are under `parcel.station.<name>`."""
    if state in _STATIONS:
        return _STATIONS[state]
    if state == 6 or 601 <= state <= 604:
        return "customs"
    return "problem" if 400 <= state < 500 else "on_the_way"
