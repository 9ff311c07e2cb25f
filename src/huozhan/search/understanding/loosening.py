"""Which single condition costs most where nothing passes all of them."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from huozhan.search.filters import FILTERS

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
