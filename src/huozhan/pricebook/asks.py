"""What is asked of price books through a door."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from huozhan.kernel.money import AMOUNT_MINOR_MAX, BASIS_POINTS
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason
from huozhan.pricebook.book import ROWS_MAX, BookedE4, FromQuantity, Level, OffBp

OFFERS_MAX = 100
GIVEN_ROWS_MAX = 200

Minor = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class SkuPrice(Ask, frozen=True, kw_only=True):
    """A unit price of one SKU, from so many pieces of it on."""

    sku_id: Id
    price_e4: BookedE4
    from_quantity: FromQuantity = 1


class LevelPrice(Ask, frozen=True, kw_only=True):
    """A unit price of one SKU, for members of a level."""

    sku_id: Id
    price_e4: BookedE4


class OfferOff(Ask, frozen=True, kw_only=True):
    """So many basis points off the ladder of one offer."""

    offer_id: Id
    off_bp: OffBp


class SetLevelPrices(Ask, frozen=True, kw_only=True):
    """All that members of a level pay from now on: `off_bp` off the whole shop, more or less off some offers, prices of SKUs."""

    level: Level
    off_bp: Annotated[int, msgspec.Meta(ge=0, lt=BASIS_POINTS)] = 0
    offers: Annotated[tuple[OfferOff, ...], msgspec.Meta(max_length=ROWS_MAX)] = ()
    rows: Annotated[tuple[LevelPrice, ...], msgspec.Meta(max_length=ROWS_MAX)] = ()


class SetLevelRule(Ask, frozen=True, kw_only=True):
    """What brings a buyer to a level: so much bought, or so many orders, within the last days; neither: no rule."""

    level: Level
    least_minor: Minor = 0
    least_orders: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    days: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 90


class AssignLevel(Ask, frozen=True, kw_only=True):
    """A buyer's level in the shop; None takes it away."""

    buyer_id: Id
    level: Level | None = None
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class GivePrice(Ask, frozen=True, kw_only=True):
    """Prices of one offer for one buyer until a moment, in place of those given before."""

    buyer_id: Id
    offer_id: Id
    rows: Annotated[tuple[SkuPrice, ...], msgspec.Meta(min_length=1, max_length=GIVEN_ROWS_MAX)]
    ends_at: Moment


class OfferContract(Ask, frozen=True, kw_only=True):
    """A list of prices for one buyer between two moments; it prices orders once the buyer says yes."""

    buyer_id: Id
    starts_at: Moment
    ends_at: Moment
    allows_coupons: bool = False
    rows: Annotated[tuple[SkuPrice, ...], msgspec.Meta(min_length=1, max_length=ROWS_MAX)]


class AnswerContract(Ask, frozen=True, kw_only=True):
    """A buyer's answer to exactly the version that was read."""

    book_id: Id
    version: Version


class EndPrices(Ask, frozen=True, kw_only=True):
    """What a book says holds no longer."""

    book_id: Id
    reason: Reason


class BookRef(Ask, frozen=True, kw_only=True):
    """One book; a version of it, the one that holds or waits where none is named."""

    book_id: Id
    version: Version | None = None


class LevelRef(Ask, frozen=True, kw_only=True):
    """One level of the shop."""

    level: Level


class PriceBooks(Ask, frozen=True, kw_only=True):
    """Negotiated prices and contracts in which the actor's organisation sells, or buys."""

    side: Literal["seller", "buyer"] = "seller"
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class PriceMembers(Ask, frozen=True, kw_only=True):
    """The shop's members, by level."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class OfferOfShop(Ask, frozen=True, kw_only=True):
    """An offer, with the shop that its card or page names."""

    offer_id: Id
    seller_id: Id


class OfferPrices(Ask, frozen=True, kw_only=True):
    """What some offers cost the one who asks; only those whose card or page says `is_booked` cost anything else."""

    offers: Annotated[tuple[OfferOfShop, ...], msgspec.Meta(min_length=1, max_length=OFFERS_MAX)]
