"""What is shown of shelves."""

from huozhan.kernel.shapes import Bilingual, Id, View
from huozhan.search import FacetChoice, FindOffers, FoundOffer
from huozhan.shelves.shelf import Place


class ShelfFace(View, frozen=True, kw_only=True):
    """A shelf as buyers see its name."""

    shelf_key: str
    title: Bilingual
    line: Bilingual
    sign: str


class FilledShelf(View, frozen=True, kw_only=True):
    """A shelf with goods on it, the picked ones first. `total` counts what its rule finds and what was picked beside it."""

    shelf: ShelfFace
    offers: list[FoundOffer]
    total: int
    page: int = 1
    pages: int = 1
    rule: FindOffers | None = None


class Entrances(View, frozen=True, kw_only=True):
    """What the home page leads by: entrances, then shelves with their first goods; and the branches of the tree that have goods."""

    entrances: list[ShelfFace]
    shelves: list[FilledShelf]
    branches: list[FacetChoice]


class ArrangedShelf(View, frozen=True, kw_only=True):
    """A shelf as the operator arranges it. `rule` is none where search no longer understands it."""

    shelf_key: str
    place: Place
    position: int
    title: Bilingual
    line: Bilingual
    sign: str
    rule: FindOffers | None
    pinned: list[Id]
    hidden: list[Id]
    is_shown: bool
    version: int


class ArrangedShelves(View, frozen=True):
    """All shelves, by place and position."""

    items: list[ArrangedShelf]
