"""A price book: what one shop asks of some of its buyers in place of the ladder, version by version."""

from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec

from huozhan.catalogue import Source
from huozhan.kernel.money import BASIS_POINTS, E4_PER_MINOR, PRICE_E4_MAX
from huozhan.kernel.moves import Moves

ROWS_MAX = 2_000
QUANTITY_MAX = 10_000_000

BookedE4 = Annotated[int, msgspec.Meta(ge=E4_PER_MINOR, le=PRICE_E4_MAX)]
"""A unit price of a book: one minor unit at least."""
OffBp = Annotated[int, msgspec.Meta(ge=1, lt=BASIS_POINTS)]
FromQuantity = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class Level(StrEnum):
    """The five levels of a shop's members (domain rule B2.1), the lowest first."""

    basic = "basic"
    normal = "normal"
    advanced = "advanced"
    vip = "vip"
    top_vip = "top_vip"


class LevelRule(NamedTuple):
    """What a buyer must have bought of a shop within so many days for a level: so much, or so often."""

    level: Level
    least_minor: int
    least_orders: int
    days: int

    def is_met(self, kept_minor: int, orders: int) -> bool:
        """Tells whether so much, in so many orders, is enough."""
        return kept_minor >= self.least_minor and orders >= max(self.least_orders, 1)


class Kind(StrEnum):
    """For whom a book is: a level of members, or one buyer, given by the seller or agreed by both."""

    level = "level"
    negotiated = "negotiated"
    contract = "contract"


SOURCE_OF = {
    Kind.contract: Source.contract, Kind.negotiated: Source.negotiated, Kind.level: Source.member
}  # fmt: skip


class VersionState(StrEnum):
    """Whether a version of a book prices anything; between its dates it does once it is in force."""

    offered = "offered"
    in_force = "in_force"
    declined = "declined"
    replaced = "replaced"
    ended = "ended"


_S = VersionState
MOVES = Moves(
    "price_version",
    _S.offered,
    {
        # A seller's own word is in force at once; a contract waits for the buyer's.
        (_S.offered, "set"): _S.in_force,
        (_S.offered, "accept"): _S.in_force,
        (_S.offered, "decline"): _S.declined,
        (_S.offered, "replace"): _S.replaced,
        (_S.in_force, "replace"): _S.replaced,
        (_S.in_force, "end"): _S.ended,
    },
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What a book says of one SKU, or (`sku_id` 0) by how much an offer is cheaper."""

    offer_id: int
    sku_id: int = 0
    from_quantity: int = 1
    price_e4: int | None = None
    off_bp: int = 0


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """A book as it is read from its row; `buyer_id` is 0 for a level's, `offer_id` is set for a negotiated price."""

    book_id: int
    seller_id: int
    kind: Kind
    buyer_id: int
    level: str
    offer_id: int
    versions: int
    """How many versions there are; they are numbered from 1."""
