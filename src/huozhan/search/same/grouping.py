"""From pairs that are the same to groups of identical goods. Pure.

A group is gathered around one offer: every other member is the same as that one. So no chain of small differences makes two
different things one, and why somebody belongs is told by one pair. The answer depends on the pairs alone, not on the order in
which they came; and offers that no pairs connect do not touch one another, so that what changed is grouped anew by itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

Pair = tuple[int, int]
"""Two offers, the smaller number first."""
JOINED = 10**6
"""The points of two offers that an operator put together."""


def pair_of(one: int, other: int) -> Pair:
    """Two offers as a pair."""
    return (one, other) if one < other else (other, one)


class Place(NamedTuple):
    """Where an offer belongs: the group's number, which is its first member's, and whom it is the same as."""

    goods_id: int
    centre_id: int
    points: int


def grouped(
    sellers: Mapping[int, int],
    same: Mapping[Pair, int],
    joined: Collection[Pair] = (),
    forbidden: Collection[Pair] = (),
) -> dict[int, Place]:
    """The groups of these offers, given with their sellers, by pairs with their points; an offer alone has no place.

    Goods of one seller only are no group: nobody else has them. Forbidden pairs never stand in one group, whoever joined them.
    """
    apart = frozenset(forbidden)
    blocks = _joined_blocks(sellers, joined, apart)
    block_of = {offer: at for at, block in enumerate(blocks) for offer in block}
    near: dict[int, dict[int, tuple[int, Pair]]] = defaultdict(dict)
    for (one, other), points in same.items():
        if one not in block_of or other not in block_of:
            continue
        a, b = block_of[one], block_of[other]
        if a != b:
            best = max(near[a].get(b, (points, (one, other))), (points, (one, other)))
            near[a][b] = near[b][a] = best
    places: dict[int, Place] = {}
    waiting = sorted(
        range(len(blocks)),
        key=lambda at: (-sum(points for points, _ in near[at].values()), blocks[at][0]),
    )
    taken: set[int] = set()
    for centre in waiting:
        if centre in taken:
            continue
        members = [centre]
        for block in sorted(near[centre], key=lambda at: (-near[centre][at][0], blocks[at][0])):
            if block not in taken and not _clash(blocks, members, block, apart):
                members.append(block)
        taken.update(members)
        offers = sorted(offer for block in members for offer in blocks[block])
        if len({sellers[offer] for offer in offers}) > 1:
            centre_id = _centre_of(blocks[centre], near[centre].values())
            for block in members:
                points = JOINED if block == centre else near[centre][block][0]
                places |= {offer: Place(offers[0], centre_id, points) for offer in blocks[block]}
    return places


def _joined_blocks(
    sellers: Mapping[int, int], joined: Iterable[Pair], apart: frozenset[Pair]
) -> list[list[int]]:
    """Offers that an operator put together, as one; others alone."""
    block: dict[int, set[int]] = {offer: {offer} for offer in sellers}
    for one, other in sorted(joined):
        if one not in block or other not in block or block[one] is block[other]:
            continue
        if any(pair_of(a, b) in apart for a in block[one] for b in block[other]):
            continue
        block[one] |= block[other]
        for offer in block[other]:
            block[offer] = block[one]
    return sorted({min(members): sorted(members) for members in block.values()}.values())


def _clash(blocks: list[list[int]], members: Iterable[int], block: int, apart: frozenset[Pair]) -> bool:
    return any(
        pair_of(one, other) in apart for there in members for one in blocks[there] for other in blocks[block]
    )


def _centre_of(block: list[int], near: Iterable[tuple[int, Pair]]) -> int:
    """The offer of a block that most of the others are the same as; the first of equals."""
    times = dict.fromkeys(block, 0)
    for _, (one, other) in near:
        for offer in (one, other):
            if offer in times:
                times[offer] += 1
    return max(block, key=lambda offer: (times[offer], -offer))


def connected(start: Collection[int], pairs: Iterable[Pair]) -> set[int]:
    """The offers that pairs lead to from these, however far."""
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    found, waiting = set(start), list(start)
    while waiting:
        for other in near[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found
