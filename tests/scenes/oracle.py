"""Scores by hand, in fractions, from the words of the rules alone; imports nothing of the product."""

from fractions import Fraction
from math import floor

LESS = {"quality_refund", "bad_review", "dispute"}


def points(value: int, p5: int, p50: int, p75: int, excellent: int, poor: int) -> int:
    """0 at the lower of P5 and `poor`, 300 at the median, 450 at P75, 500 at `excellent`; straight in between."""
    if value >= excellent:
        return 500
    marks = ((min(p5, poor), 0), (p50, 300), (p75, 450))
    corners = {at: height for at, height in marks if at < excellent}
    corners[excellent] = 500
    ordered = sorted(corners)
    if value < ordered[0]:
        return 0
    left = max(at for at in ordered if at <= value)
    right = min(at for at in ordered if at > value)
    share = Fraction(value - left, right - left)
    return floor(corners[left] + share * (corners[right] - corners[left]))


def mean(weighed: list[tuple[int, int]]) -> int:
    """The weighed mean, rounded half up."""
    whole = Fraction(sum(w * p for w, p in weighed), sum(w for w, _ in weighed))
    return floor(whole + Fraction(1, 2))


def goodness(measure: str, due: int, hit: int, minutes: int, k: int, beside: int) -> int:
    """One order's goodness on average, `k` orders of the peers' mean mixed in."""
    if measure == "refund_time":
        total = Fraction(-minutes)
    else:
        total = Fraction(10_000 * (due - hit if measure in LESS else hit))
    return floor((total + k * beside) / (due + k))
