"""Whether two offers are the same thing: a sum of points, each with its reason. Pure.

Points are hundredths of a doubling of the odds. They were set by hand, by what each sign means in trade and not by marked
pairs; `bin/bench same-item` says what marked pairs would add. A wrong group hides a seller, so what contradicts weighs more
than what agrees.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from huozhan.search.same.traits import Rarity, Traits

SAME = 0
"""From so many points two offers are the same goods."""
BEGIN = -700
"""Of two offers that something rare of their titles brought together, one pair in 128 is the same before anything is read."""
WHOLE = 1_000
ALIKE_LEAST, LOOKS_ALIKE, LOOKS_OTHER = 7_000, 9_300, 6_000
PRICE_FAR = 5
"""From so many steps, three times the price, a difference tells something."""


class Sign(StrEnum):
    """What is compared."""

    code = "code"
    model = "model"
    brand = "brand"
    words = "words"
    figures = "figures"
    kind = "kind"
    said = "said"
    category = "category"
    values = "values"
    looks = "looks"
    price = "price"


class Evidence(NamedTuple):
    """One sign and its points: more than nothing speaks for the same goods."""

    sign: str
    points: int


class Verdict(NamedTuple):
    """What was found: the points in all, and what made them."""

    points: int
    evidence: tuple[Evidence, ...]

    @property
    def is_same(self) -> bool:
        """Whether they are the same goods."""
        return self.points >= SAME


def judged(one: Traits, other: Traits, rarity: Rarity) -> Verdict:
    """What speaks for and against two offers being the same goods; the same whichever is named first."""
    found = [Evidence(sign, points) for sign, points in _signs(one, other, rarity) if points]
    return Verdict(BEGIN + sum(points for _, points in found), tuple(found))


def _signs(one: Traits, other: Traits, rarity: Rarity) -> list[tuple[str, int]]:
    return [
        # One article number is one article; two different ones are two, whatever shops write.
        (Sign.code, _sets(one.codes, other.codes, 1_500, -900)),
        (Sign.model, _sets(one.models, other.models, 300, -500)),
        (Sign.brand, _sets(one.brands, other.brands, 100, -700)),
        (Sign.words, words_points(one, other, rarity)),
        (Sign.figures, figures_points(one.figures, other.figures)),
        (Sign.kind, _sets(one.kinds[-2:], other.kinds[-2:], 50, -200)),
        (Sign.said, _said_points(one.said, other.said)),
        (Sign.category, 0 if not (one.category_id and other.category_id) else 50 if one.category_id == other.category_id else -200),
        (Sign.values, _values_points(one.values, other.values)),
        (Sign.looks, looks_points(one.looks, other.looks)),
        (Sign.price, -100 if abs(one.price_step - other.price_step) >= PRICE_FAR and one.price_step and other.price_step else 0),
    ]  # fmt: skip


def _sets(one: Sequence[str], other: Sequence[str], agree: int, differ: int) -> int:
    """Both say something: they agree in some of it or in none; what only one says tells nothing."""
    if not one or not other:
        return 0
    return agree if set(one) & set(other) else differ


def overlap(one: Traits, other: Traits, rarity: Rarity) -> tuple[int, int]:
    """How much of what the titles say they both say, each word by its rarity, in thousandths, and how rare that is in all.

    In the language that both have; the better of two.
    """
    both = [(ours, theirs) for ours, theirs in ((one.zh, other.zh), (one.en, other.en)) if ours and theirs]
    return max((_shared(set(ours), set(theirs), rarity) for ours, theirs in both), default=(0, 0))


def _shared(ours: set[str], theirs: set[str], rarity: Rarity) -> tuple[int, int]:
    told = sum(map(rarity.of, ours & theirs))
    return told * WHOLE // sum(map(rarity.of, ours | theirs)), told


def words_points(one: Traits, other: Traits, rarity: Rarity) -> int:
    """Titles that say the same are copied from one sheet: half of it is little, nine tenths nearly all.

    Few or common words may be the same by chance: they bring no more than a third of what they tell.
    """
    share, told = overlap(one, other, rarity)
    return min(1_300 * share // WHOLE - 150, told // 3)


def figures_points(one: Sequence[str], other: Sequence[str]) -> int:
    """Amounts in the same unit: half a litre and a litre are two goods."""
    ours, theirs = _by_unit(one), _by_unit(other)
    points = 0
    for unit in ours.keys() & theirs.keys():
        points += 60 if ours[unit] & theirs[unit] else -400
    return max(min(points, 120), -800)


def _by_unit(figures: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for figure in figures:
        unit = figure.lstrip("0123456789.")
        found.setdefault(unit, set()).add(figure)
    return found


def _said_points(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> int:
    """Colours and materials of titles: an offer may have many colours, so one that the other does not name tells little."""
    points = 0
    for kind, agree, differ in (("colour", 20, -100), ("material", 50, -250)):
        points += _sets([x for k, x in one if k == kind], [x for k, x in other if k == kind], agree, differ)
    return points


def _values_points(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> int:
    """Attributes that both filled in: each that agrees speaks a little for it, each that differs more against it."""
    ours: dict[str, set[str]] = {}
    for handle, value in one:
        ours.setdefault(handle, set()).add(value)
    agreed = differ = 0
    theirs: dict[str, set[str]] = {}
    for handle, value in other:
        theirs.setdefault(handle, set()).add(value)
    for handle in ours.keys() & theirs.keys():
        if ours[handle] & theirs[handle]:
            agreed += 1
        else:
            differ += 1
    return min(30 * agreed, 150) - min(100 * differ, 400)


def looks_points(one: bytes, other: bytes) -> int:
    """First pictures: the same photograph speaks for the same goods, a quite different one against them."""
    if not one or not other or len(one) != len(other):
        return 0
    likeness = likeness_of(one, other)
    if likeness >= LOOKS_ALIKE:
        return 300
    if likeness < LOOKS_OTHER:
        return -150
    return 0


def likeness_of(one: bytes, other: bytes) -> int:
    """The cosine of two vectors as `search_picture_vector` keeps them, in ten-thousandths."""
    ours, theirs = (np.frombuffer(looks, dtype=np.int8).astype(np.int32) for looks in (one, other))
    length = math.isqrt(int(ours @ ours) * int(theirs @ theirs))
    return 10_000 * int(ours @ theirs) // length if length else 0
