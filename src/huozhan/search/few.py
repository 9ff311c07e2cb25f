"""Few hits are counted by themselves: numbers beside each offer tell what it has of the facets, so that the engine looks once.

A facet whose values are all ours has a bit for each value; of the others (categories, belts) a number is made of the value,
and the index's own terms say which one it is of. What the numbers cannot tell the engine counts, as it does among many hits.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from huozhan.search.filters import FILTERS
from huozhan.search.narrowing import Filters
from huozhan.search.segmenting import Kept

FEW = 5_000
"""So many hits are counted here: fetching one costs half a microsecond, another look at all lists some milliseconds among a million."""
NAMED: Mapping[str, str] = {"category": "category_number", "belt": "belt_number"}
"""The number of a facet of which an offer has one value at most, whatever it is."""
SET_NUMBERS = ("facets_1", "facets_2")
BITS_MAX = 63
NUMBER_BITS = 48
NAMES_KEPT = 50_000
_OTHER = 1
"""The bit of an offer that has a value which no bit is for."""

Columns = Mapping[str, NDArray[np.uint64]]
Which = NDArray[np.bool_]
InIndex = Callable[[str], Iterable[str]]
"""The terms of a field in the index."""


def _sets() -> dict[str, list[str]]:
    """Each facet whose values are ours in the first number that has room for all of them; the lowest bit is `_OTHER`'s."""
    sets: dict[str, list[str]] = {name: [] for name in SET_NUMBERS}
    room = dict.fromkeys(SET_NUMBERS, BITS_MAX - 1)
    for row in FILTERS:
        if row.values:
            name = next((one for one in SET_NUMBERS if room[one] >= len(row.values)), None)
            assert name, f"no number has room for the values of {row.field}: one more field of numbers is due"
            sets[name].append(row.field)
            room[name] -= len(row.values)
    return sets


def _bits() -> Iterator[tuple[str, dict[str, int]]]:
    values = {row.field: row.values for row in FILTERS}
    for facets in SETS.values():
        at = 1
        for facet in facets:
            yield facet, {str(value): 1 << at + place for place, value in enumerate(values[facet])}
            at += len(values[facet])


SETS: Mapping[str, Sequence[str]] = _sets()
"""Which facets of ours stand in which number."""
BITS: Mapping[str, Mapping[str, int]] = dict(_bits())
"""The bit of each value of each facet of ours."""
_SET_OF = {facet: name for name, facets in SETS.items() for facet in facets}
NUMBERS = (*SETS, *NAMED.values())
TOLD = frozenset({*NAMED, *_SET_OF})
"""The facets that the numbers tell."""


def numbers_of(terms: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The numbers of an offer that has these terms."""
    numbers = {}
    for name, facets in SETS.items():
        number = 0
        for facet in facets:
            bits = BITS[facet]
            for value in terms.get(facet, ()):
                number |= bits.get(value, _OTHER)
        numbers[name] = number
    for facet, name in NAMED.items():
        values = terms.get(facet, ())
        assert len(values) <= 1, f"an offer has one {facet}"
        numbers[name] = _NUMBER[values[0]] if values else 0
    return numbers


def _number(value: str) -> int:
    """A number of a value, never 0: of ten thousand values two share one in five million indexes."""
    digest = hashlib.blake2b(value.encode(), digest_size=NUMBER_BITS // 8).digest()
    return int.from_bytes(digest, "big") or 1


_NUMBER: Kept[int] = Kept(_number, NAMES_KEPT)


class Names:
    """Which values the numbers of an index are of; its terms are read again where a number is new."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, str]] = {}

    def of(self, facet: str, numbers: Iterable[int], in_index: InIndex) -> dict[int, str] | None:
        """The value of each number; None where one is unknown, or two values of the index share it."""
        wanted = set(numbers) - {0}
        known = self._known.get(facet, {})
        if not wanted <= known.keys():
            known = self._known[facet] = _named(in_index(facet))
        if not wanted <= known.keys() or any(not known[number] for number in wanted):
            return None
        return {number: known[number] for number in wanted}


def _named(values: Iterable[str]) -> dict[int, str]:
    named: dict[int, str] = {}
    for value in values:
        number = _NUMBER[value]
        named[number] = "" if number in named else value
    return named


def columns_of(numbers: Mapping[str, Sequence[int | None]]) -> Columns | None:
    """The numbers of hits; None where they do not tell all: an older build has none, and an unheard-of value no bit."""
    if any(None in column for column in numbers.values()):
        return None
    columns = {name: np.array(column, dtype=np.uint64) for name, column in numbers.items()}
    return None if any((columns[name] & np.uint64(_OTHER)).any() for name in SETS) else columns


def told(filters: Filters, counted: Collection[str]) -> frozenset[str] | None:
    """The fields chosen of which hits can be told here, so that the index need not; None where not all that is counted can be."""
    return frozenset(filters.terms) & TOLD if TOLD.issuperset(counted) else None


class Few:
    """Hits with their numbers, in their order, and which of them have what was chosen."""

    def __init__(
        self, columns: Columns, chosen: Mapping[str, Sequence[str]], names: Mapping[str, Mapping[int, str]]
    ) -> None:
        """`columns` are the numbers of the hits, `names` the values of those that are named."""
        self._columns, self._names = columns, names
        self._having = {facet: self._that_have(facet, values) for facet, values in chosen.items()}
        self._every = np.ones(len(columns[NUMBERS[0]]), dtype=np.bool_)
        self.found = self._having_but("")

    def counts(self, counted: Iterable[str], most: int) -> dict[str, dict[str, int]]:
        """Counts of facets, the commonest values first; one that was chosen by counts as if it were not, so that others can be chosen."""
        in_sets = {name: self._of_bits(name, self.found) for name in SETS}
        counts = {}
        for facet in counted:
            among = self._having_but(facet) if facet in self._having else self.found
            if facet in NAMED:
                told = self._of_names(facet, among)
            else:
                name = _SET_OF[facet]
                bits = in_sets[name] if among is self.found else self._of_bits(name, among)
                told = {value: bits[bit.bit_length() - 1] for value, bit in BITS[facet].items()}
            first = sorted(((value, n) for value, n in told.items() if n), key=lambda one: (-one[1], one[0]))
            counts[facet] = dict(first[:most])
        return counts

    def _having_but(self, facet: str) -> Which:
        """Which of the hits have all that was chosen but of this facet."""
        which = self._every
        for name, having in self._having.items():
            if name != facet:
                which = which & having
        return which

    def _that_have(self, facet: str, values: Sequence[str]) -> Which:
        if facet in NAMED:
            wanted = [number for number, value in self._names[facet].items() if value in values]
            return np.isin(self._columns[NAMED[facet]], np.array(wanted, dtype=np.uint64))
        bits = 0
        for value in values:
            bits |= BITS[facet].get(value, 0)
        having: Which = (self._columns[_SET_OF[facet]] & np.uint64(bits)) != 0
        return having

    def _of_bits(self, name: str, among: Which) -> list[int]:
        """How many have each bit of a number."""
        numbers = self._columns[name][among].astype("<u8", copy=False)
        bits = np.unpackbits(numbers.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        counts: list[int] = bits.sum(axis=0, dtype=np.int64).tolist()
        return counts

    def _of_names(self, facet: str, among: Which) -> dict[str, int]:
        """How many have each value; those that have none are not counted."""
        counted = Counter(self._columns[NAMED[facet]][among].tolist())
        return {self._names[facet][number]: n for number, n in counted.items() if number}
