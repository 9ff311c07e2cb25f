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
BEGIN = -800
"""Of two offers that something rare of their titles brought together, one pair in 256 is the same before anything is read."""
WHOLE = 1_000
ALIKE_LEAST, LOOKS_ALIKE, LOOKS_OTHER = 7_000, 9_300, 6_000
DIFFERS = -1_000
"""What no title can outweigh: half a litre is no litre, and one model is not the next, however alike they are described."""
LISTED = 5
"""Who names more numbers than these names what goods fit."""
PRICE_FAR = 5
"""From so many steps, three times the price, a difference tells something."""


class Sign(StrEnum):
    """What is compared."""

    code = "code"
    model = "model"
    brand = "brand"
    words = "words"
    figures = "figures"
    marks = "marks"
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
        (Sign.model, models_points(one.models, other.models, rarity)),
        (Sign.brand, _sets(one.brands, other.brands, 100, -700)),
        (Sign.words, words_points(one, other, rarity)),
        (Sign.figures, figures_points(one.figures, other.figures)),
        (Sign.marks, marks_points(one, other, rarity)),
        (Sign.kind, kinds_points(one, other)),
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


def models_points(one: Sequence[str], other: Sequence[str], rarity: Rarity) -> int:
    """One number of a model that both name; of long lists, which say what goods fit, it tells less."""
    ours, theirs = _telling(one, rarity), _telling(other, rarity)
    if not ours & theirs:
        return 0
    return 300 if max(len(ours), len(theirs)) <= LISTED else 100


def marks_points(one: Traits, other: Traits, rarity: Rarity) -> int:
    """Each names a number of a model or a series that the other does not: they are two, whatever else they share."""
    ours, theirs = (
        _telling(one.models, rarity) | {*one.marks},
        _telling(other.models, rarity) | {*other.marks},
    )
    if max(len(ours), len(theirs)) > LISTED:
        return 0
    return DIFFERS if ours - theirs and theirs - ours else 0


def _telling(models: Sequence[str], rarity: Rarity) -> set[str]:
    """Numbers of models without those that very many goods name: these are standards (cat5e, rj45)."""
    return {model for model in models if 2 * rarity.of(model) >= rarity.unique}


def kinds_points(one: Traits, other: Traits) -> int:
    """What the things are: other words for it only speak against what the other title does not say at all."""
    if not one.kinds or not other.kinds:
        return 0
    if set(one.kinds) & set(other.kinds):
        return 50
    ours, theirs = {*one.zh, *one.en}, {*other.zh, *other.en}
    return 0 if theirs.intersection(one.kinds) or ours.intersection(other.kinds) else -200


def overlap(one: Traits, other: Traits, rarity: Rarity) -> tuple[int, int]:
    """How much of what the titles say they both say, each word by its rarity, in thousandths; and how many words that nobody
    else says that is worth, in hundredths.

    In the language in which it is more.
    """
    both = [(ours, theirs) for ours, theirs in ((one.zh, other.zh), (one.en, other.en)) if ours and theirs]
    found = [_shared(set(ours), set(theirs), rarity) for ours, theirs in both]
    return max(found, key=lambda two: (two[1], two[0]), default=(0, 0))


def _shared(ours: set[str], theirs: set[str], rarity: Rarity) -> tuple[int, int]:
    told = sum(map(rarity.of, ours & theirs))
    return told * WHOLE // sum(map(rarity.of, ours | theirs)), 100 * told // rarity.unique


def words_points(one: Traits, other: Traits, rarity: Rarity) -> int:
    """Titles that say the same are copied from one sheet, and so are those that share much that is rare, whatever each adds.

    Of one sheet: half of it is little, nine tenths nearly all; few or common words may be the same by chance. Of what is
    rare: as much as a word that nobody else says doubles the odds, as the first of it was what brought them together. By its
    share of the market and not by its number: what is rare among a thousand is as rare as its like among a million.
    """
    share, worth = overlap(one, other, rarity)
    return max(min(1_300 * share // WHOLE - 150, 4 * worth), min(worth, WHOLE))


def figures_points(one: Sequence[str], other: Sequence[str]) -> int:
    """Amounts in the same unit: half a litre and a litre are two goods, whatever else is of one size."""
    ours, theirs = _by_unit(one), _by_unit(other)
    both = ours.keys() & theirs.keys()
    agree = sum(bool(ours[unit] & theirs[unit]) for unit in both)
    differ = any(ours[unit] - theirs[unit] and theirs[unit] - ours[unit] for unit in both)
    return DIFFERS if differ else min(60 * agree, 120)


def _by_unit(figures: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for figure in figures:
        unit = figure.lstrip("0123456789.*")
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
