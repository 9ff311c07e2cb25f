"""What is asked instead where nothing passes: words cut otherwise, without the one condition that costs most, what was probably meant, fewer words."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from huozhan.search.filters import FILTERS
from huozhan.search.index import OfferIndex
from huozhan.search.segmenting import signs_of
from huozhan.search.understanding.corrections import corrected
from huozhan.search.wording import Asked

TRIES = 6
PART = 2
"""Chinese that nothing has whole: half of its signs and words are enough. Goods with fewer are seldom what was meant: who finds
nothing is shown where to go on instead."""

Ask = TypeVar("Ask", bound=msgspec.Struct)


def looser(ask: Ask) -> Iterator[tuple[str, Ask]]:
    """The same question without one of its conditions, each in turn, with the name of that one.

    Where goods are sent to and whose they are stays: neither is a wish.
    """
    for row in FILTERS:
        if getattr(ask, row.name):
            yield row.name, msgspec.structs.replace(ask, **{row.name: []})
    for name, fields in (("price", ("price_from_e4", "price_to_e4")), ("moq", ("moq_to", "n"))):
        if any(getattr(ask, field) is not None for field in fields):
            yield name, msgspec.structs.replace(ask, **dict.fromkeys(fields))


def otherwise(index: OfferIndex, typed: str) -> Iterator[str]:
    """What may have been meant by what finds nothing."""
    if typed.isascii() and (sounding := index.sounding(typed.replace(" ", ""))):
        yield sounding
    if meant := corrected(index, typed):
        yield meant


def whole_ways(asked: Asked) -> list[Asked]:
    """All of the words; and of Chinese ones cut otherwise."""
    return [asked] if asked.code.isascii() else [asked, msgspec.structs.replace(asked, by_signs=True)]


def fewer_ways(asked: Asked) -> Iterator[Asked]:
    """Less and less of what was asked for: words that lack, then of Chinese half of its signs."""
    count = len(asked.words)
    for missing in range(1, count, max(1, count // TRIES)):
        yield msgspec.structs.replace(asked, missing=missing)
    if signs_of(asked.code):
        yield msgspec.structs.replace(asked, missing=count, part=PART)
