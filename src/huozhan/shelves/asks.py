"""What is asked of shelves."""

from typing import Annotated

import msgspec

from huozhan.kernel.shapes import Ask, Id, Reason
from huozhan.search import PAGE_MAX, FindOffers
from huozhan.shelves.shelf import PICKS_MAX, Place

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{1,29}(?!\n)$", examples=["dropship"])]
Words = Annotated[str, msgspec.Meta(max_length=60)]
Picks = Annotated[list[Id], msgspec.Meta(max_length=PICKS_MAX)]


class ShowShelf(Ask, frozen=True, kw_only=True):
    """One shelf, a page of it."""

    shelf_key: Key
    page: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 1


class PreviewShelf(Ask, frozen=True, kw_only=True):
    """What a shelf would show with this rule and these picks, before anybody sees it."""

    rule: FindOffers = FindOffers()
    pinned: Picks = []
    hidden: Picks = []


class ShowArranged(Ask, frozen=True, kw_only=True):
    """One shelf as the operator arranges it."""

    shelf_key: Key


class ArrangeShelf(Ask, frozen=True, kw_only=True):
    """A shelf as it shall be. `version` is the one that was seen; 0 makes a new shelf."""

    shelf_key: Key
    version: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    place: Place
    position: Annotated[int, msgspec.Meta(ge=0, le=99)]
    title_zh: Words = ""
    title_en: Words = ""
    line_zh: Words = ""
    line_en: Words = ""
    sign: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,20}(?!\n)$")] = "tag"
    rule: FindOffers = FindOffers()
    pinned: Picks = []
    hidden: Picks = []
    is_shown: bool = True
    reason: Reason
