"""From the order of scores to the pages that buyers see. Pure.

Hits are rearranged in blocks of whole pages, each block by itself and always the same way for one search on one day: so no offer is
shown twice or lost from page to page. In a block, identical goods follow the first of them or stand behind it as one, no shop
has more than so many of a page while others wait, and a stated share of the first block's places is a first look at new offers.
Goods that stand as one do so on the page of the best of them: a later block looks at what came before it, as nobody remembers
what a reader saw.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from huozhan.search.ranking.factors import Factors, Weights, multiplier_e6

BLOCK = 200
NEWCOMERS = 60
"""So many of the best new hits are drawn from for a first look."""
WHOLE_BP = 10_000
BY_RANK, FIRST_LOOK, TEAM_A, TEAM_B = ".", "n", "a", "b"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Two rankings shown in turns to one visitor: the one in force (team a) and another (team b)."""

    trial_id: int
    in_force: Weights
    other: Weights
    seed: str


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """By what the pages of one search are made: rules of the day, and a trial where one runs."""

    of_one_shop: int = 0
    """At most so many of one shop on a page; 0 for no limit."""
    first_look_bp: int = 0
    """The share of places for new offers, in 1/10 000."""
    seed: str = ""
    trial: Trial | None = None
    is_grouped: bool = False
    """Identical goods are put together: the first stands for the others."""


AS_RANKED = Arrangement()


class Hit(msgspec.Struct, frozen=True):
    """One hit as the engine scored it."""

    offer_id: int
    score: float
    factors: int
    shop: int
    goods: int
    """Identical goods share a number; 0 is an offer of goods that nobody else has."""
    mark: str = BY_RANK
    behind: tuple[int, ...] = ()
    """The offers of identical goods that this one stands for."""


Fetch = Callable[[int, int, Sequence[int]], Sequence[Hit]]
"""`fetch(offset, limit, without)`: hits by score, those without left out."""
FetchNew = Callable[[int], Sequence[Hit]]
"""`fetch_new(limit)`: the best hits that are new."""


def page_of(how: Arrangement, fetch: Fetch, fetch_new: FetchNew, *, page: int, limit: int) -> list[Hit]:
    """The hits of one page, in order."""
    size = limit * max(BLOCK // limit, 1)
    block, within = divmod((page - 1) * limit, size)
    places = looks_in(size, how.first_look_bp)
    earlier: Sequence[Hit] = ()
    if block:
        newcomers = _newcomers(how, fetch(0, limit, ()), fetch_new, len(places)) if places else []
        gone, start = [one.offer_id for one in newcomers], block * size - len(newcomers)
        if how.is_grouped:
            best = fetch(0, start + size, gone)
            earlier, hits = [*newcomers, *best[:start]], best[start:]
        else:
            hits = fetch(start, size, gone)
    else:
        hits = fetch(0, size + len(places), ())
        more = places if len(hits) > limit else []
        newcomers = _newcomers(how, hits[:limit], fetch_new, len(more)) if more else []
    ranked = _without(hits, newcomers)[: size if block else size - len(newcomers)]
    if how.trial:
        ranked = drafted(how.trial, ranked)
    if not block:
        ranked = _with_looks(ranked, newcomers, places)
    if how.is_grouped:
        cards = stacked(ranked, limit, [hit.goods for hit in earlier])
        return spread_evenly(cards, len(ranked), how.of_one_shop, page=within // limit, limit=limit)
    return spread(gathered(ranked), how.of_one_shop, page=within // limit, limit=limit)


def looks_in(size: int, share_bp: int) -> list[int]:
    """The places of a block that are a first look: as many as the share says, evenly."""
    return [at for at in range(size) if (at + 1) * share_bp // WHOLE_BP > at * share_bp // WHOLE_BP]


def _newcomers(how: Arrangement, first_page: Sequence[Hit], fetch_new: FetchNew, most: int) -> list[Hit]:
    """New offers that did not come to the first page by themselves, drawn by lot: by another lot each day."""
    there = {hit.offer_id for hit in first_page}
    waiting = [hit for hit in fetch_new(NEWCOMERS) if hit.offer_id not in there]
    waiting.sort(key=lambda hit: zlib.crc32(f"{how.seed}:{hit.offer_id}".encode()))
    return [msgspec.structs.replace(hit, mark=FIRST_LOOK) for hit in waiting[:most]]


def _without(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    gone = {one.offer_id for one in others}
    return [hit for hit in hits if hit.offer_id not in gone]


def _with_looks(ranked: Sequence[Hit], newcomers: Sequence[Hit], places: Sequence[int]) -> list[Hit]:
    merged = list(ranked)
    for place, newcomer in zip(places, newcomers, strict=False):
        merged.insert(place, newcomer)
    return merged


def gathered(hits: Sequence[Hit]) -> list[Hit]:
    """Identical goods behind the first of them."""
    if all(hit.goods == 0 for hit in hits):
        return list(hits)
    groups: dict[tuple[str, int], list[Hit]] = {}
    for hit in hits:
        groups.setdefault(("goods", hit.goods) if hit.goods else ("offer", hit.offer_id), []).append(hit)
    return [hit for group in groups.values() for hit in group]


def stacked(hits: Sequence[Hit], limit: int, earlier: Iterable[int] = ()) -> list[Hit]:
    """Identical goods as one: the first stands for those behind it, at most for a page of them.

    `earlier` are the goods of the hits before these: what stands behind one of those has its card there, and none here.
    """
    seen: Counter[int] = Counter(goods for goods in earlier if goods)
    before = dict(seen)
    cards: dict[tuple[str, int, int], list[Hit]] = {}
    for hit in hits:
        card = seen[hit.goods] // limit
        seen[hit.goods] += 1
        if hit.goods and card * limit < before.get(hit.goods, 0):
            continue
        key = ("goods", hit.goods, card) if hit.goods else ("offer", hit.offer_id, 0)
        cards.setdefault(key, []).append(hit)
    return [
        msgspec.structs.replace(first, behind=tuple(one.offer_id for one in others)) if others else first
        for first, *others in cards.values()
    ]


def spread_evenly(cards: Sequence[Hit], hits: int, most: int, *, page: int, limit: int) -> list[Hit]:
    """One page of a block of so many hits that are fewer cards: each page has the share of the cards that it has of the hits.

    Where nearly all of a block stands behind cards of earlier ones its last pages are empty.
    """
    pages = -(-hits // limit)
    waiting, shown = list(cards), list(cards[:0])
    for at in range(min(page + 1, pages)):
        end = len(cards) * min((at + 1) * limit, hits) // hits
        size = min(end - (len(cards) - len(waiting)), len(waiting) - (pages - 1 - at))
        shown, waiting = _next_page(waiting, most or limit, max(size, 1))
    return shown if page < pages else []


def spread(hits: Sequence[Hit], most: int, *, page: int, limit: int) -> list[Hit]:
    """One page of a block on which no shop has more than so many places while others wait; the rest moves behind."""
    if not most:
        return list(hits[page * limit : (page + 1) * limit])
    waiting, shown = list(hits), list(hits[:0])
    for _ in range(page + 1):
        shown, waiting = _next_page(waiting, most, limit)
    return shown


def _next_page(waiting: Sequence[Hit], most: int, limit: int) -> tuple[list[Hit], list[Hit]]:
    """One page, and what waits for the next; where shops with room run out, each may have so many again."""
    shown: list[Hit] = []
    while waiting and len(shown) < limit:
        of_shop: Counter[int] = Counter()
        behind: list[Hit] = []
        for hit in waiting:
            if of_shop[hit.shop] < most and len(shown) < limit:
                of_shop[hit.shop] += 1
                shown.append(hit)
            else:
                behind.append(hit)
        waiting = behind
    return shown, list(waiting)


def by_weights(hits: Sequence[Hit], was: Weights, now: Weights) -> list[Hit]:
    """The hits in the order that other weights would give them; equal ones stay as they stand."""

    def score(hit: Hit) -> float:
        factors = Factors.of(hit.factors)
        return hit.score * multiplier_e6(now.value_e6(factors)) / multiplier_e6(was.value_e6(factors))

    return sorted(hits, key=score, reverse=True)


def drafted(trial: Trial, hits: Sequence[Hit]) -> list[Hit]:
    """Team-draft interleaving: both rankings choose in turns, who begins each round is drawn by lot for the visitor."""
    teams = {TEAM_A: list(hits), TEAM_B: by_weights(hits, trial.in_force, trial.other)}
    at = {TEAM_A: 0, TEAM_B: 0}
    taken: set[int] = set()
    drafted: list[Hit] = []
    while len(drafted) < len(hits):
        lot = zlib.crc32(f"{trial.seed}:{len(drafted)}".encode()) & 1
        for team in (TEAM_A, TEAM_B) if lot else (TEAM_B, TEAM_A):
            own = teams[team]
            while at[team] < len(own) and own[at[team]].offer_id in taken:
                at[team] += 1
            if at[team] < len(own):
                chosen = own[at[team]]
                taken.add(chosen.offer_id)
                drafted.append(msgspec.structs.replace(chosen, mark=team))
    return drafted
