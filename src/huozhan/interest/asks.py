"""What buyers ask about the things they keep an eye on, and within which limits."""

from typing import Annotated

import msgspec

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
