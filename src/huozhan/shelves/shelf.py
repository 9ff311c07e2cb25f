"""A shelf: its words, the search that fills it, and what stands on it by hand."""

from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Bilingual
from huozhan.search import FindOffers

SIGNS = (
    "parcel",
    "split",
    "boxes",
    "brush",
    "spark",
    "factory",
    "shield",
    "chart",
    "truck",
    "tag",
    "pin",
    "star",
)
PICKS_MAX = 60
USUAL = FindOffers()
"""A search that says nothing: all goods, the best first."""
_PAGED = ("page", "limit", "count")


class Place(StrEnum):
    """Where a shelf stands."""

    entrance = "entrance"
    home = "home"


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One shelf. `rule` is none where search no longer understands what was written."""

    shelf_key: str
    place: Place
    position: int
    title: Bilingual
    line: Bilingual
    sign: str
    rule: FindOffers | None
    pinned: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    is_shown: bool
    version: int


class ShelfChanged(Refusal):
    """Somebody else arranged the shelf meanwhile."""

    code = "shelf.changed"


class PickedTwice(Refusal):
    """The same goods stand twice among the picks."""

    code = "shelf.picked_twice"


def write_rule(rule: FindOffers) -> dict[str, Any]:
    """What a rule says beside the usual; which page of it, and what is counted beside, is no rule."""
    usual = msgspec.to_builtins(USUAL)
    return {
        name: value
        for name, value in msgspec.to_builtins(rule).items()
        if value != usual[name] and name not in _PAGED
    }


def read_rule(written: bytes | str) -> FindOffers | None:
    """A rule as it was written down; none where it names a filter that is gone."""
    try:
        return msgspec.json.decode(written, type=FindOffers)
    except msgspec.ValidationError:
        return None
