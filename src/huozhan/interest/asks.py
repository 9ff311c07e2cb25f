"""What buyers ask about the things they keep an eye on, and within which limits."""

from typing import Annotated, Literal

import msgspec

from huozhan.kernel.money import PRICE_E4_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize

AT_ONCE_MAX = 60
"""As many as one page shows."""

OfferIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=AT_ONCE_MAX)]
SellerIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=AT_ONCE_MAX)]


class Keep(Ask, frozen=True, kw_only=True):
    """Offers and shops to keep, or to keep no longer."""

    offers: OfferIds = ()
    shops: SellerIds = ()


class KeptAmong(Ask, frozen=True, kw_only=True):
    """Offers and shops of a page, of which some may be kept."""

    offers: OfferIds = ()
    shops: SellerIds = ()


class Favourites(Ask, frozen=True, kw_only=True):
    """Which page of the favourites."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class History(Ask, frozen=True, kw_only=True):
    """Which page of what one looked at."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ForgetHistory(Ask, frozen=True, kw_only=True):
    """Offers to forget; without any, all of the history."""

    offers: OfferIds = ()


class TakeAlong(Ask, frozen=True, kw_only=True):
    """What a browser kept before its reader signed in; what was seen comes the latest first."""

    offers: OfferIds = ()
    shops: SellerIds = ()
    seen: OfferIds = ()


class OffersShown(Ask, frozen=True, kw_only=True):
    """Offers by their ids."""

    offers: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=AT_ONCE_MAX)]


class ShopsShown(Ask, frozen=True, kw_only=True):
    """Shops by their organisations' ids."""

    shops: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=AT_ONCE_MAX)]


PIECES_MAX = 10_000_000

Pieces = Annotated[int, msgspec.Meta(ge=1, le=PIECES_MAX)]
LimitE4 = Annotated[int, msgspec.Meta(ge=1, le=PRICE_E4_MAX)]


class WatchGoods(Ask, frozen=True, kw_only=True):
    """Goods to wait for: an offer, or one of its SKUs; a price at so many pieces, or that so many are there.

    A price is told of at or below `limit_e4` (1/10 000 of the major unit), or below today's where none is said.
    """

    offer_id: Id
    sku_id: Id | None = None
    kind: Literal["price", "stock"]
    pieces: Pieces = 1
    limit_e4: LimitE4 | None = None


class EditWatch(Ask, frozen=True, kw_only=True):
    """What is waited for from now on, for as long as a new watch waits; an ended one waits again."""

    watch_id: Id
    pieces: Pieces = 1
    limit_e4: LimitE4 | None = None


class WatchRef(Ask, frozen=True, kw_only=True):
    """One watch."""

    watch_id: Id


class WatchDue(Ask, frozen=True):
    """A watch whose time may be over."""

    about_id: Id


class MyWatches(Ask, frozen=True, kw_only=True):
    """Which page of the reader's watches."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE
