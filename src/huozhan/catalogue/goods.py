"""Goods as a buyer's demand sees them: one SKU with its price model, stock free to reserve, and freight facts."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from huozhan.kernel.money import PRICE_E4_MAX
from huozhan.kernel.shapes import Bilingual

QUANTITY_MAX = 10_000_000
MIX_AMOUNT_MINOR_MAX = 10**12

Quantity = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]
PriceE4 = Annotated[int, msgspec.Meta(ge=1, le=PRICE_E4_MAX)]
MixAmount = Annotated[int, msgspec.Meta(ge=1, le=MIX_AMOUNT_MINOR_MAX)]


class QuoteType(StrEnum):
    """How an offer is priced (domain rule B2.1)."""

    fixed = "fixed"
    sku_price = "sku_price"
    offer_ladder = "offer_ladder"
    sku_ladder = "sku_ladder"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a price ladder: from so many pieces, this unit price."""

    from_quantity: Quantity
    price_e4: PriceE4


read_ladder = msgspec.json.Decoder(tuple[Step, ...]).decode
"""A ladder as rows keep it; made once, because a decoder costs more to make than a ladder to read."""


class MixRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shop's mixed batch: its mixable goods may be fewer than their minimum when together they reach one of these."""

    amount_minor: MixAmount | None = None
    pieces: Quantity | None = None


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU of one offer, as it stands now.

    `ladder` is the offer's or the SKU's own, as `quote_type` says; `price_e4` is set where each SKU has one price.
    """

    sku_id: int
    offer_id: int
    seller_id: int
    offer_version: int
    offer_code: str = ""
    sku_code: str = ""
    title: Bilingual = Bilingual()
    options: Bilingual = Bilingual()
    picture: str | None = None
    unit: str = "piece"
    quote_type: QuoteType = QuoteType.fixed
    ladder: tuple[Step, ...] = ()
    price_e4: int | None = None
    moq: int = 1
    lot: int = 1
    mixable: bool = False
    free: int = 0
    weight_g: int = 0
    volume_cm3: int = 0
    promise_hours: int = 48
    freight_template_id: int = 0
    sample_price_e4: int | None = None
    on_sale: bool = True
    shop_mix: MixRule | None = None
    not_sold_to: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    category_id: str = ""
    vertical_id: str = ""
    reduce_on: str = "order"
    promoted_until: datetime | None = None
    """Until when a quote must ask what promotions take off."""
    takes_lent: bool = False
    """Whether its shop takes orders that a lender pays."""
    booked_until: datetime | None = None
    """Until when a quote must ask for prices that its shop has for this very buyer."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The price model as a ladder; a single price is a ladder of one step."""
        return self.ladder or (Step(1, self.price_e4 or 0),)


class Source(StrEnum):
    """The price books of a shop for one buyer, in their fixed order (domain rule B2.2, step 2).

    A distributor's book will stand after `member`; then come the ladder and what sales take off it, which only lowers it.
    """

    contract = "contract"
    negotiated = "negotiated"
    member = "member"


class BookPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What a price book says of one SKU for one buyer: a price, or so much off the ladder, from so many pieces of it on."""

    source: Source
    book_id: int
    version: int
    from_quantity: int = 1
    price_e4: int | None = None
    off_bp: int = 0
    takes_coupons: bool = True


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of one SKU; as a sample, or with what price books say of it for this buyer."""

    goods: Goods
    quantity: int
    books: tuple[BookPrice, ...] = ()
    sample: bool = False


class Basis(StrEnum):
    """What a line's unit price rests on."""

    ladder = "ladder"
    sku = "sku"
    sample = "sample"
    mixed_first_step = "mixed_first_step"
    contract = "contract"
    negotiated = "negotiated"
    member = "member"


class NextStep(msgspec.Struct, frozen=True):
    """So many more pieces of this SKU, and the unit price falls to this."""

    pieces_more: int
    price_e4: int


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One demand with its price and what explains it."""

    sku_id: int
    quantity: int
    price_e4: int
    amount_minor: int
    step_from: int
    counted_quantity: int
    next_step: NextStep | None
    basis: Basis
    list_price_e4: int
    """What a piece costs everybody else at this quantity."""
    book: BookPrice | None = None
    """The price book that it was taken from."""


class WayKind(StrEnum):
    """What a buyer can do about a trouble."""

    set_quantity = "set_quantity"
    add_pieces = "add_pieces"
    add_mixed_amount = "add_mixed_amount"
    add_mixed_pieces = "add_mixed_pieces"
    remove = "remove"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way out of a trouble, ready for one tap; `cost_minor` is what it adds to the bill."""

    kind: WayKind
    offer_id: int = 0
    sku_id: int = 0
    seller_id: int = 0
    quantity: int = 0
    amount_minor: int = 0
    cost_minor: int = 0


class TroubleKind(StrEnum):
    """Why a demand cannot be ordered as it stands; the words are under `trouble.<kind>`."""

    not_on_sale = "not_on_sale"
    no_sample = "no_sample"
    sample_limit = "sample_limit"
    not_whole_lots = "not_whole_lots"
    out_of_stock = "out_of_stock"
    below_minimum = "below_minimum"


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a demand cannot be ordered, with its facts and at most two ways out, shortest first."""

    code: TroubleKind
    offer_id: int
    sku_id: int = 0
    facts: Mapping[str, int] = {}
    ways: tuple[Way, ...] = ()


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """Demands priced together: one line per demand in the same order, and every trouble."""

    lines: tuple[PricedLine, ...]
    troubles: tuple[Trouble, ...]

    @property
    def amount_minor(self) -> int:
        """The sum of all lines."""
        return sum(line.amount_minor for line in self.lines)


def points_e2(reviews: int, points_sum: int) -> int | None:
    """The mean of the points that reviews gave, in hundredths; None where nobody gave any."""
    return points_sum * 100 // reviews if reviews else None
