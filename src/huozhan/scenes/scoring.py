"""Scoring: figures become points between what peers reach and what is excellent; points become scores (B3.2). Pure, whole numbers.

Everything is compared as goodness, of which more is better: a share in 1/10 000, for what should not happen the share of
where it did not, for a time the minutes below nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from huozhan.kernel.money import divide_half_up
from huozhan.scenes.measure import Count, Figures, Measure, count_of

WHOLE_BP = 10_000
FULL_E2 = 500
"""All points there are, in hundredths: the scale itself, no rule."""

LESS_IS_BETTER = frozenset(
    {
        Measure.quality_refund,
        Measure.bad_review,
        Measure.dispute,
        Measure.intervention,
        Measure.delivery_refund,
    }
)
TIMES = frozenset({Measure.refund_time})

RULED = {
    Measure.pickup_48: "pickup",
    Measure.fulfilment: "fulfilment",
    Measure.signed_72: "signed",
    Measure.refund_time: "refund_time",
    Measure.dispute: "dispute",
    Measure.quick_answer: "quick_answer",
    Measure.quality_refund: "quality_refund",
    Measure.bad_review: "bad_review",
}
"""Measures that make scores, with how their rules are called."""
FLOORED = (Measure.quick_answer, Measure.pickup_48, Measure.quality_refund)
"""Measures with a base floor (B3.3)."""


class Score(StrEnum):
    """The five scores that are shown."""

    consultation = "consultation"
    logistics = "logistics"
    after_sale = "after_sale"
    quality = "quality"
    dispute = "dispute"


MADE_OF: Mapping[Score, tuple[Measure, ...]] = {
    Score.consultation: (Measure.quick_answer,),
    Score.logistics: (Measure.pickup_48, Measure.fulfilment, Measure.signed_72),
    Score.after_sale: (Measure.refund_time,),
    Score.quality: (Measure.quality_refund, Measure.bad_review),
    Score.dispute: (Measure.dispute,),
}
DIMENSIONS: Mapping[str, tuple[Measure, ...]] = {
    "consultation": (Measure.quick_answer,),
    "logistics": MADE_OF[Score.logistics],
    "after_sale": (Measure.refund_time, Measure.dispute),
    "goods": MADE_OF[Score.quality],
}
"""What the composite is made of; each by the name of its weight."""


class Peers(msgspec.Struct, frozen=True, kw_only=True):
    """What suppliers reach in one measure, as goodness; the mean is that of all their orders together."""

    sellers: int
    p5: int
    p50: int
    p75: int
    mean: int


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the rules: marks as goodness, weights in 1/10 000."""

    least: int
    plain: int
    shrink: int
    peers: int
    composite_least_bp: int
    percentiles: tuple[int, int, int]
    """Of the peers, in 1/10 000: where the points are 0, `middle_e2` and `high_e2`."""
    middle_e2: int
    high_e2: int
    weights: Mapping[str, int]
    excellent: Mapping[Measure, int]
    poor: Mapping[Measure, int]
    floors: Mapping[Measure, int]


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """The composite and the five, in hundredths of a point; None where not measured. `below` are the floors that are missed."""

    composite_e2: int | None
    shown: Mapping[Score, int | None]
    below: tuple[Measure, ...]


def goodness_sum(measure: Measure, count: Count) -> int:
    """The goodness of all that was counted, together; divided by their number it is the goodness of one."""
    if measure in TIMES:
        return -count.minutes
    return WHOLE_BP * (count.due - count.hit if measure in LESS_IS_BETTER else count.hit)


def as_goodness(measure: Measure, value: int) -> int:
    """A mark of the rules, or a goodness, turned into the other."""
    if measure in TIMES:
        return -value
    return WHOLE_BP - value if measure in LESS_IS_BETTER else value


def value_of(measure: Measure, count: Count, mean: int, book: Book) -> int | None:
    """How good a supplier is in a measure; few orders are drawn to what peers reach, and none are judged below the least."""
    if count.due < book.least:
        return None
    if count.due >= book.plain:
        return goodness_sum(measure, count) // count.due
    return (goodness_sum(measure, count) + book.shrink * mean) // (count.due + book.shrink)


def points_e2(value: int, peers: Peers, book: Book, *, excellent: int, poor: int) -> int:
    """Points from 0 to 500: 0 at the peers' P5 (or at `poor`, where that is lower), then those of their median and P75, 500 at `excellent`.

    Between the marks it is a straight line. A mark of the peers at or above `excellent` counts no more; where several are
    one, the highest holds.
    """
    if value >= excellent:
        return FULL_E2
    marks = {min(peers.p5, poor): 0, peers.p50: book.middle_e2, peers.p75: book.high_e2}
    corners = [*((at, points) for at, points in marks.items() if at < excellent), (excellent, FULL_E2)]
    reached = [corner for corner in corners if corner[0] <= value]
    if not reached:
        return 0
    (low, low_e2), (high, high_e2) = max(reached), min(corner for corner in corners if corner[0] > value)
    return low_e2 + (high_e2 - low_e2) * (value - low) // (high - low)


def peers_of(sellers: Iterable[tuple[str, Figures]], book: Book) -> dict[tuple[str, Measure], Peers]:
    """What suppliers reach by vertical and in the whole market (''), from those of whom enough was counted.

    A percentile is a value that a supplier has: the first below or at which so many of a hundred are.
    """
    values: dict[tuple[str, Measure], list[int]] = {}
    sums: dict[tuple[str, Measure], list[int]] = {}
    for vertical, figures in sellers:
        for measure in RULED:
            count = count_of(figures, measure)
            if count.due < book.least:
                continue
            total = goodness_sum(measure, count)
            for key in {(vertical, measure), ("", measure)}:
                values.setdefault(key, []).append(total // count.due)
                summed = sums.setdefault(key, [0, 0])
                summed[0] += total
                summed[1] += count.due
    return {
        key: _peers(sorted(values[key]), book, *sums[key]) for key in values if len(values[key]) >= book.peers
    }


def _peers(ordered: Sequence[int], book: Book, total: int, due: int) -> Peers:
    def percentile(share_bp: int) -> int:
        return ordered[max(-(-len(ordered) * share_bp // WHOLE_BP), 1) - 1]

    low, middle, high = map(percentile, book.percentiles)
    return Peers(sellers=len(ordered), p5=low, p50=middle, p75=high, mean=total // due)


def peers_in(peers: Mapping[tuple[str, Measure], Peers], vertical: str, measure: Measure) -> Peers | None:
    """Whom a supplier is compared with: those of its vertical, or the whole market where they are too few."""
    return peers.get((vertical, measure)) or peers.get(("", measure))


def points_of(
    vertical: str, figures: Figures, peers: Mapping[tuple[str, Measure], Peers], book: Book
) -> dict[Measure, int]:
    """The points of every measure that can be judged."""
    found = {}
    for measure in RULED:
        beside = peers_in(peers, vertical, measure)
        value = value_of(measure, count_of(figures, measure), beside.mean, book) if beside else None
        if beside and value is not None:
            found[measure] = points_e2(
                value, beside, book, excellent=book.excellent[measure], poor=book.poor[measure]
            )
    return found


def scores_of(
    vertical: str, figures: Figures, peers: Mapping[tuple[str, Measure], Peers], book: Book
) -> Scores:
    """Scores of a supplier. What is not measured lends its weight to what is; too little of it makes no composite."""
    points = points_of(vertical, figures, peers, book)

    def weighed(measures: Iterable[Measure]) -> int | None:
        return mean_e2([(book.weights[RULED[m]], points[m]) for m in measures if m in points])

    dimensions = [
        (book.weights[name], score)
        for name, measures in DIMENSIONS.items()
        if (score := weighed(measures)) is not None
    ]
    enough = sum(weight for weight, _ in dimensions) >= book.composite_least_bp
    return Scores(
        composite_e2=mean_e2(dimensions) if enough and Measure.pickup_48 in points else None,
        shown={score: weighed(measures) for score, measures in MADE_OF.items()},
        below=tuple(m for m in FLOORED if _is_below(m, vertical, figures, peers, book)),
    )


def mean_e2(weighed: Sequence[tuple[int, int]]) -> int | None:
    """The mean of points by their weights, rounded half up; None of nothing."""
    weight = sum(w for w, _ in weighed)
    return divide_half_up(sum(w * points for w, points in weighed), weight) if weight else None


def _is_below(
    measure: Measure, vertical: str, figures: Figures, peers: Mapping[tuple[str, Measure], Peers], book: Book
) -> bool:
    """Whether a floor is missed; where there are no peers, the floor itself stands for what they reach."""
    beside = peers_in(peers, vertical, measure)
    mean = beside.mean if beside else book.floors[measure]
    value = value_of(measure, count_of(figures, measure), mean, book)
    return value is not None and value < book.floors[measure]
