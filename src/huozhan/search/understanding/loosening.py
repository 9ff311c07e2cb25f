"""What is asked instead where nothing passes: without the one condition that costs most, and by what was probably meant."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from huozhan.search.filters import FILTERS
from huozhan.search.index import OfferIndex
from huozhan.search.understanding.corrections import corrected

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
