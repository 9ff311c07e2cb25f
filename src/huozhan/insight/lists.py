"""Lists of the day: which goods come first, and why. Pure.

Hot 热销: orders of many buyers, of each so many at most. New 新品: listed lately and bought already. Rising 飙升: buyings of the last days
against those before, both made larger by the same small number, so that one buying after none is no leap. Back 回购: the share of
buyers who came back, by Wilson's lower bound, so that a few who all came back do not stand above many of whom most did.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from huozhan.kernel.money import BASIS_POINTS
from huozhan.kernel.shares import lower_bound_bp
from huozhan.search import Tally

CATEGORY, BELT = "c:", "b:"
MARKET = ""


class ListKind(StrEnum):
    """Which list."""

    hot = "hot"
    new = "new"
    rising = "rising"
    back = "back"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that may stand on lists: where they belong, since when they are sold, and what was bought of them."""

    tally: Tally
    seller_id: int
    scopes: Sequence[str]
    published_on: date


class ListRules(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the lists; each is a rule."""

    places: int
    of_shop: int
    buyers: int
    new_span: timedelta
    recent: timedelta
    before: timedelta
    smooth: int
    rising_least_bp: int
    back_buyers: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place of one list, with what put it there; `many` and `few` are what its kind counts."""

    kind: ListKind
    scope: str
    place: int
    offer_id: int
    score: int
    buyers: int
    many: int
    few: int


class Merit(msgspec.Struct, frozen=True):
    """What goods have to show for one list."""

    score: int
    buyers: int
    many: int
    few: int = 0


def places_of(candidates: Sequence[Candidate], rules: ListRules, today: date) -> list[Place]:
    """Every place of every list of a day, the best first; each list holds a few of one shop at most."""
    found: list[Place] = []
    for kind in ListKind:
        merits = [(merit_of(kind, one, rules, today), one) for one in candidates]
        worthy = [(merit, one) for merit, one in merits if merit is not None]
        worthy.sort(key=lambda pair: (-pair[0].score, -pair[0].buyers, -pair[0].many, pair[1].tally.offer_id))
        found += _filled(kind, worthy, rules)
    return found


def _filled(kind: ListKind, worthy: Sequence[tuple[Merit, Candidate]], rules: ListRules) -> Iterator[Place]:
    taken: Counter[str] = Counter()
    of_shop: Mapping[str, Counter[int]] = defaultdict(Counter)
    for merit, one in worthy:
        for scope in one.scopes:
            if taken[scope] == rules.places or of_shop[scope][one.seller_id] == rules.of_shop:
                continue
            taken[scope] += 1
            of_shop[scope][one.seller_id] += 1
            yield Place(
                kind=kind,
                scope=scope,
                place=taken[scope],
                offer_id=one.tally.offer_id,
                score=merit.score,
                buyers=merit.buyers,
                many=merit.many,
                few=merit.few,
            )


def merit_of(kind: ListKind, one: Candidate, rules: ListRules, today: date) -> Merit | None:
    """What goods have to show for a list; None where they do not belong on it."""
    tally = one.tally
    if kind is ListKind.hot:
        return Merit(tally.weighed, tally.buyers, tally.orders) if tally.buyers >= rules.buyers else None
    if kind is ListKind.new:
        is_new = one.published_on > today - rules.new_span
        is_worthy = is_new and tally.buyers >= rules.buyers
        return Merit(tally.weighed, tally.buyers, tally.orders) if is_worthy else None
    if kind is ListKind.rising:
        growth_bp = growth_of(tally.recent, tally.before, rules)
        is_worthy = tally.recent_buyers >= rules.buyers and growth_bp >= rules.rising_least_bp
        return Merit(growth_bp, tally.recent_buyers, tally.recent, tally.before) if is_worthy else None
    if tally.of_buyers < rules.back_buyers or not tally.came_back:
        return None
    bound_bp = lower_bound_bp(tally.came_back, tally.of_buyers)
    return Merit(bound_bp, tally.of_buyers, tally.of_buyers, tally.came_back)


def growth_of(recent: int, before: int, rules: ListRules) -> int:
    """How many times the buyings of as many days before the last days' are, in 1/10 000, both with the smoothing added."""
    days, days_before = rules.recent.days, rules.before.days
    return (
        (recent + rules.smooth) * days_before * BASIS_POINTS // (before * days + rules.smooth * days_before)
    )
