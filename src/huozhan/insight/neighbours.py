"""Which goods go together: EASE^R over what organisations bought, kept as a few neighbours of each offer. Pure.

EASE^R (Steck 2019) is the one linear model without an item's own column: one inverse of the items' Gram matrix. It was chosen by
measure against item-kNN and popularity (docs/figures/recommend.json). Weights are shares of nothing and no money, so floats are meant.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

WEIGHT_SCALE = 1_000_000
Matrix = NDArray[np.float32]


class Neighbour(msgspec.Struct, frozen=True):
    """Another item that its buyers also stock: weight in millionths, and how many buyers stock both."""

    item: int
    weight_ppm: int
    buyers: int


def gram_of(bought: Mapping[int, Collection[int]], items: Sequence[int]) -> Matrix:
    """How many buyers stock both of two items, by their places; on the diagonal how many stock one."""
    places = {item: place for place, item in enumerate(items)}
    gram = np.zeros((len(items), len(items)), dtype=np.float32)
    for some in bought.values():
        own = [places[item] for item in some if item in places]
        gram[np.ix_(own, own)] += 1
    return gram


def ease(gram: Matrix, regular: int) -> Matrix:
    """Weights from an item that is stocked (row) to one that may be (column); an item says nothing about itself."""
    inverse = np.linalg.inv(gram.astype(np.float64) + regular * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return np.asarray(weights, dtype=np.float32)


def shown_only(weights: Matrix, gram: Matrix, *, least_buyers: int, kept: int) -> Matrix:
    """The weights that may be shown: of pairs that enough buyers stock, the strongest few of each item, none below nothing."""
    clear = np.where((gram >= least_buyers) & (weights > 0), weights, 0)
    if kept < clear.shape[1]:
        cut = np.partition(clear, -kept, axis=1)[:, -kept][:, None]
        clear = np.where(clear >= cut, clear, 0)
    return np.asarray(clear, dtype=np.float32)


def neighbours_of(
    pairs: Collection[tuple[int, int]], *, least_buyers: int, items_most: int, kept: int, regular: int
) -> dict[int, list[Neighbour]]:
    """Of each item the few that its buyers also stock; `pairs` are (buyer, item), each once.

    A pair of items that fewer than `least_buyers` stock is never told: it would tell of single buyers. Of more items than `items_most`
    those with most buyers take part, because the inverse costs the cube of their number.
    """
    bought: dict[int, set[int]] = defaultdict(set)
    for buyer, item in pairs:
        bought[buyer].add(item)
    buyers_of = Counter(item for some in bought.values() for item in some)
    ranked = sorted(
        (item for item, n in buyers_of.items() if n >= least_buyers), key=lambda one: (-buyers_of[one], one)
    )
    items = ranked[:items_most]
    if len(items) < 2:
        return {}
    gram = gram_of(bought, items)
    weights = shown_only(ease(gram, regular), gram, least_buyers=least_buyers, kept=kept)
    found: dict[int, list[Neighbour]] = {}
    for place, item in enumerate(items):
        others = np.flatnonzero(weights[place])
        ordered = sorted(others, key=lambda other: (-weights[place, other], items[other]))
        told = [
            Neighbour(items[other], weight_ppm, int(gram[place, other]))
            for other in ordered[:kept]
            if (weight_ppm := round(float(weights[place, other]) * WEIGHT_SCALE))
        ]
        if told:
            found[item] = told
    return found
