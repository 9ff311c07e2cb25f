"""A waybill that the market asked of a carrier: what goes under it, and how far it is."""

from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class WaybillState(StrEnum):
    """How far a waybill is; the words are under `logistics.state`."""

    asked = "asked"
    given = "given"
    cancelling = "cancelling"
    cancelled = "cancelled"
    picked_up = "picked_up"
    refused = "refused"


_S = WaybillState
MOVES = Moves(
    "platform waybill",
    _S.asked,
    {
        (_S.asked, "give"): _S.given,
        (_S.asked, "refuse"): _S.refused,
        (_S.given, "cancel"): _S.cancelling,
        (_S.cancelling, "end"): _S.cancelled,
        # The carrier took it back by itself, and nothing had been sent under it.
        (_S.given, "end"): _S.cancelled,
        # The courier may be faster than a cancellation.
        (_S.given, "pick_up"): _S.picked_up,
        (_S.cancelling, "pick_up"): _S.picked_up,
    },
)
LIVE = frozenset({_S.asked, _S.given, _S.cancelling})
"""States in which goods are spoken for by a waybill, until they are sent under it."""


class Waybill(msgspec.Struct, frozen=True, kw_only=True):
    """A waybill as it is read from its row; `lines` are (line number, pieces)."""

    order_id: int
    waybill_id: int
    number: str
    seller_id: int
    buyer_id: int
    carrier_id: int
    carrier_code: str
    terms_version: int
    region_code: str
    lines: tuple[tuple[int, int], ...]
    weight_g: int
    estimate_minor: int
    state: WaybillState
    waybill: str = ""
    route: str = ""
    version: int = 0
    sent_at: datetime | None = None
    picked_up_at: datetime | None = None
    weighed_g: int | None = None
    asked_at: datetime | None = None
    ask_at: datetime | None = None
    why: str = ""

    @property
    def ref(self) -> str:
        """The carrier's key for it: which order and which waybill, so that no retry gives two."""
        return f"{self.order_id}-{self.waybill_id}"
