"""Which of two rankings did better, told by visitors: each takes one side, and chance is ruled out by a sign test. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from huozhan.search.ranking.arranging import TEAM_A, TEAM_B

EXACT_MAX = 2_000
"""Above so many the binomial is told by its normal neighbour, which then differs in no digit that is shown."""
E6 = 1_000_000


class Credit(msgspec.Struct, frozen=True):
    """Something that a visitor did with an offer that one team had put on the page."""

    one: str
    team: str


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """How many visitors did more with one team's offers than with the other's; those who did as much with both decide nothing.

    `p_e6` is the chance of so uneven a split, or a more uneven one, of two rankings that are equally good, in millionths.
    """

    for_a: int
    for_b: int
    ties: int
    p_e6: int


def sides_of(told: Iterable[Credit]) -> Sides:
    """Counts visitors, not deeds: whoever opens everything weighs as much as who opens one offer."""
    done: dict[str, dict[str, int]] = defaultdict(lambda: {TEAM_A: 0, TEAM_B: 0})
    for credit in told:
        done[credit.one][credit.team] += 1
    for_a = sum(teams[TEAM_A] > teams[TEAM_B] for teams in done.values())
    for_b = sum(teams[TEAM_B] > teams[TEAM_A] for teams in done.values())
    return Sides(for_a=for_a, for_b=for_b, ties=len(done) - for_a - for_b, p_e6=sign_test_e6(for_a, for_b))


def sign_test_e6(one: int, other: int) -> int:
    """The two-sided sign test's p in millionths."""
    n, most = one + other, max(one, other)
    if not n:
        return E6
    if n > EXACT_MAX:
        z = max(2 * most - 1 - n, 0) / math.sqrt(n)
        return round(E6 * math.erfc(z / math.sqrt(2)))
    tail = sum(math.comb(n, k) for k in range(most, n + 1))
    return min(E6, (2 * E6 * tail) >> n)


def verdict(sides: Sides, people: int, error_bp: int) -> str:
    """`waits` until so many visitors decided, then `a` or `b` where chance is unlikely, else `equal`.

    It is told once the number that was fixed at the start is there: who looked every day and stopped at the first good
    one would find differences that are not.
    """
    if sides.for_a + sides.for_b < people:
        return "waits"
    if sides.p_e6 >= error_bp * 100:
        return "equal"
    return TEAM_A if sides.for_a > sides.for_b else TEAM_B
