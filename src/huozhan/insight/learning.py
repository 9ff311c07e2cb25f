"""Learning, once a day: what organisations paid for becomes a few neighbours of each offer; the sums are done outside of any transaction."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from huozhan import ordering
from huozhan.insight.neighbours import Neighbour, neighbours_of
from huozhan.insight.store import neighbours as store
from huozhan.kernel.work import Work

WHAT = "neighbours"
GIVEN_UP_AFTER = timedelta(hours=1)
"""A round that was begun and never ended is begun again."""
ITEMS_MOST = 3_000
"""The inverse of so many takes some seconds and 150 MB; the most bought offers take part."""
KEPT = 50
REGULAR = 300


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to learn from: who bought which offer, and how many buyers a pair needs."""

    pairs: tuple[tuple[int, int], ...]
    least_buyers: int


async def lesson_due(work: Work) -> Lesson | None:
    """Begins a round where one is due; None where it is not, or where somebody else is at it."""
    every, since = work.rule("insight.learn_every").span, work.rule("insight.learn_from").span
    if not await store.begin(work, WHAT, work.now - every, work.now - GIVEN_UP_AFTER):
        return None
    bought = await ordering.bought_between(work, work.now - since, work.now)
    return Lesson(
        pairs=tuple((one.buyer_id, one.offer_id) for one in bought),
        least_buyers=work.rule("insight.pair_buyers").value,
    )


def learn(lesson: Lesson) -> dict[int, list[Neighbour]]:
    """The sums; they take seconds of one core, so a thread does them."""
    return neighbours_of(
        lesson.pairs, least_buyers=lesson.least_buyers, items_most=ITEMS_MOST, kept=KEPT, regular=REGULAR
    )


async def keep_neighbours(work: Work, lesson: Lesson, found: Mapping[int, Sequence[Neighbour]]) -> None:
    """Puts what was learnt in the place of what was known before."""
    rows = [
        (offer_id, one.item, one.weight_ppm, one.buyers) for offer_id, some in found.items() for one in some
    ]
    await store.replace(work, rows)
    await store.end(work, WHAT, len({buyer_id for buyer_id, _ in lesson.pairs}), len(rows))
