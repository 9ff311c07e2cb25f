"""What buyers ask while they pick, and within which limits."""

from typing import Annotated, Literal

import msgspec

from huozhan.catalogue import QUANTITY_MAX
from huozhan.kernel.money import PRICE_E4_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize

COMPARED_MAX = 6
OFFERS_MOST = 60
CANDIDATES_MAX = 60
CATEGORIES_MAX = 8
BANDS_MAX = 6
BUDGET_MINOR_MAX = 10**12

Region = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|[A-Z]{2})?(?!\n)$")]
"""A national division code of six digits, or a country abroad; empty: nowhere yet."""

Pieces = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class CompareOffers(Ask, frozen=True, kw_only=True):
    """Up to six offers at one quantity; where no SKU of an offer is named, the one that costs least is taken."""

    offers: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=COMPARED_MAX)]
    quantity: Pieces = 1
    to: Region = ""
    skus: Annotated[tuple[Id, ...], msgspec.Meta(max_length=COMPARED_MAX)] = ()


class LandedCost(Ask, frozen=True, kw_only=True):
    """So many pieces of an offer at a place; where no SKU is named, the one that costs least is taken."""

    offer_id: Id
    quantity: Pieces = 1
    to: Region = ""
    sku_id: Id | None = None


class CategoryWish(Ask, frozen=True, kw_only=True):
    """How many offers of one category (with all below it) there should be."""

    category_id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,64}(?!\n)$")]
    least: Annotated[int, msgspec.Meta(ge=0, le=OFFERS_MOST)] = 0
    most: Annotated[int, msgspec.Meta(ge=1, le=OFFERS_MOST)] = OFFERS_MOST


class PriceBand(Ask, frozen=True, kw_only=True):
    """How many offers at least should cost so much a piece (in 1/10 000, both ends inside)."""

    from_e4: Annotated[int, msgspec.Meta(ge=0, le=PRICE_E4_MAX)] = 0
    to_e4: Annotated[int, msgspec.Meta(ge=1, le=PRICE_E4_MAX)] = PRICE_E4_MAX
    least: Annotated[int, msgspec.Meta(ge=1, le=OFFERS_MOST)] = 1


class RetailPrice(Ask, frozen=True, kw_only=True):
    """What a piece of an offer will sell for (in 1/10 000), where the buyer knows better than a mark-up."""

    offer_id: Id
    price_e4: Annotated[int, msgspec.Meta(ge=1, le=PRICE_E4_MAX)]


class BuildAssortment(Ask, frozen=True, kw_only=True):
    """What an assortment should be: within a budget, freight to a place included, earning at least a margin.

    A piece is taken to sell for what a single one costs and a mark-up on it, unless `retail` says otherwise. `share_bp` is the most
    of the budget that one offer may take. Candidates are `offers` and what a search for the words finds in each category.
    """

    budget_minor: Annotated[int, msgspec.Meta(ge=1, le=BUDGET_MINOR_MAX)]
    to: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|[A-Z]{2})(?!\n)$")]
    words: Annotated[str, msgspec.Meta(max_length=100)] = ""
    categories: Annotated[tuple[CategoryWish, ...], msgspec.Meta(max_length=CATEGORIES_MAX)] = ()
    bands: Annotated[tuple[PriceBand, ...], msgspec.Meta(max_length=BANDS_MAX)] = ()
    offers: Annotated[tuple[Id, ...], msgspec.Meta(max_length=CANDIDATES_MAX)] = ()
    retail: Annotated[tuple[RetailPrice, ...], msgspec.Meta(max_length=CANDIDATES_MAX)] = ()
    suppliers_most: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    offers_least: Annotated[int, msgspec.Meta(ge=1, le=OFFERS_MOST)] = 3
    offers_most: Annotated[int, msgspec.Meta(ge=1, le=OFFERS_MOST)] = 20
    pieces_most: Pieces = 500
    share_bp: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 4_000
    markup_bp: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 5_000
    margin_bp: Annotated[int, msgspec.Meta(ge=0, le=9_900)] = 0


class AssortmentLine(Ask, frozen=True, kw_only=True):
    """So many pieces of one SKU; none takes it out."""

    sku_id: Id
    quantity: Annotated[int, msgspec.Meta(ge=0, le=QUANTITY_MAX)]


class EditAssortment(Ask, frozen=True, kw_only=True):
    """Other quantities for lines of an assortment; lines that are not named stay as they are."""

    assortment_id: Id
    lines: Annotated[tuple[AssortmentLine, ...], msgspec.Meta(min_length=1, max_length=OFFERS_MOST)]


class ShowAssortment(Ask, frozen=True, kw_only=True):
    """One assortment: one's own, or somebody's whose link one has."""

    assortment_id: Id
    key: Annotated[str, msgspec.Meta(max_length=64)] = ""


class AssortmentRef(Ask, frozen=True, kw_only=True):
    """One of one's own assortments."""

    assortment_id: Id


class MyAssortments(Ask, frozen=True, kw_only=True):
    """Which page of one's assortments."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class AlsoStocked(Ask, frozen=True, kw_only=True):
    """Some offers, and how many others to name that go with them; `without` are not named."""

    offers: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=OFFERS_MOST)]
    without: Annotated[tuple[Id, ...], msgspec.Meta(max_length=200)] = ()
    size: Annotated[int, msgspec.Meta(ge=1, le=30)] = 12


class Restocks(Ask, frozen=True, kw_only=True):
    """How many of the goods that were bought to show."""

    size: Annotated[int, msgspec.Meta(ge=1, le=OFFERS_MOST)] = 20


class ShowList(Ask, frozen=True, kw_only=True):
    """A list of the day: in all of the market, or of one category with all below it, or of one belt."""

    kind: Literal["hot", "new", "rising", "back"]
    category: Annotated[str, msgspec.Meta(max_length=100)] = ""
    belt: Annotated[str, msgspec.Meta(max_length=100)] = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=OFFERS_MOST)] = 50


class ListScopes(Ask, frozen=True, kw_only=True):
    """Of which kind, category or belt to tell whether there are lists; nothing said: all of them."""

    kind: Literal["hot", "new", "rising", "back", ""] = ""
    category: Annotated[str, msgspec.Meta(max_length=100)] = ""
    belt: Annotated[str, msgspec.Meta(max_length=100)] = ""
