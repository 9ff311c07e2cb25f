"""What narrows a search: which terms and numbers every hit must have. Pure shapes; `filters.py` fills them, the indexes read them."""

from collections.abc import Mapping, Sequence

import msgspec

PART = "/"
"""`attribute/colour` is that part of a field's terms that is about colour."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What every hit must be: by field any of some terms, every one of them, or none; numbers within bounds."""

    terms: Mapping[str, Sequence[str]] = {}
    every: Mapping[str, Sequence[str]] = {}
    none: Mapping[str, Sequence[str]] = {}
    ranges: Mapping[str, tuple[int | None, int | None]] = {}

    def without(self, fields: frozenset[str]) -> "Filters":
        """The same but for the terms of these fields."""
        kept = {name: values for name, values in self.terms.items() if name not in fields}
        return msgspec.structs.replace(self, terms=kept)
