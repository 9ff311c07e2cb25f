"""A charge: the freight of one waybill, from the moment the carrier gave it until its money is in the book."""

from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class ChargeState(StrEnum):
    """How far the freight of a waybill is; the words are under `carriage.charge`."""

    expected = "expected"
    void = "void"
    due = "due"
    taken = "taken"


_S = ChargeState
BOOKED = frozenset({_S.due, _S.taken})
"""States in which we hold the freight for owed to the carrier."""

MOVES = Moves(
    "freight charge",
    _S.expected,
    {
        (_S.expected, "cancel"): _S.void,
        # The carrier has weighed it: its order's release pays it, or the supplier at once.
        (_S.expected, "weigh"): _S.due,
        (_S.due, "take"): _S.taken,
        # A bill for what was never weighed, or was cancelled, is accepted by a person.
        (_S.expected, "accept"): _S.taken,
        (_S.void, "accept"): _S.taken,
    },
)


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """The freight of one waybill as it is read from its row; `market_minor` is what the market bears of it."""

    order_id: int
    waybill_id: int
    carrier_id: int
    seller_id: int
    order_number: str
    waybill: str
    state: ChargeState
    region_code: str
    terms_version: int
    weight_g: int
    supplier_minor: int = 0
    market_minor: int = 0
    picked_up_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def amount_minor(self) -> int:
        """What the carrier is owed for it."""
        return self.supplier_minor + self.market_minor

    @property
    def memo(self) -> dict[str, str | int]:
        """What a reader of the book needs to understand its entries."""
        return {
            "order_id": str(self.order_id),
            "order_number": self.order_number,
            "waybill": self.waybill,
            "weight_g": self.weight_g,
            "terms_version": self.terms_version,
        }
