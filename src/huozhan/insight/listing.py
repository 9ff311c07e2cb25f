"""Making the lists of a day: once, after its measures were counted. The sums are done outside of any transaction."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from huozhan import catalogue, parties, scenes, search
from huozhan.insight.lists import BELT, CATEGORY, MARKET, Candidate, ListRules, Place, places_of
from huozhan.insight.store import lists as store
from huozhan.kernel.work import Work

RULES = (
    "insight.list_places",
    "insight.list_of_shop",
    "insight.list_buyers",
    "insight.hot_days",
    "insight.hot_cap",
    "insight.new_days",
    "insight.rising_days",
    "insight.rising_before",
    "insight.rising_smooth",
    "insight.rising_least",
    "insight.back_days",
    "insight.back_buyers",
)
"""What the lists of a day are made under; their versions are kept with it."""
AT_ONCE = 5_000
LEFT_OUT = frozenset({"below", "suspended"})
"""Standings of service whose goods stand on no list (domain rules B3.3)."""


class ListsToMake(msgspec.Struct, frozen=True, kw_only=True):
    """What the lists of a day are made of."""

    on: date
    candidates: Sequence[Candidate]
    rules: ListRules


async def lists_due(work: Work) -> ListsToMake | None:
    """Gathers what the lists of the last counted day are made of; None where they are made already."""
    on = await search.counted_until(work)
    if on is None or await store.is_made(work, on):
        return None
    spans = search.Spans(
        bought=work.rule("insight.hot_days").span,
        recent=work.rule("insight.rising_days").span,
        before=work.rule("insight.rising_before").span,
        back=work.rule("insight.back_days").span,
        cap=work.rule("insight.hot_cap").value,
    )
    candidates: list[Candidate] = []
    bought = await search.bought_offers(work, on, spans)
    for start in range(0, len(bought), AT_ONCE):
        candidates += await _candidates(work, bought[start : start + AT_ONCE], on, spans)
    return ListsToMake(on=on, candidates=candidates, rules=_rules(work))


def _rules(work: Work) -> ListRules:
    return ListRules(
        places=work.rule("insight.list_places").value,
        of_shop=work.rule("insight.list_of_shop").value,
        buyers=work.rule("insight.list_buyers").value,
        new_span=work.rule("insight.new_days").span,
        recent=work.rule("insight.rising_days").span,
        before=work.rule("insight.rising_before").span,
        smooth=work.rule("insight.rising_smooth").value,
        rising_least_bp=work.rule("insight.rising_least").value,
        back_buyers=work.rule("insight.back_buyers").value,
    )


async def _candidates(work: Work, offer_ids: Sequence[int], on: date, spans: search.Spans) -> list[Candidate]:
    """Goods that can be bought now, of suppliers that serve well enough, with what was bought of them."""
    zone = ZoneInfo(work.terms.timezone)
    places = {one.offer_id: one for one in await catalogue.listable_offers(work, offer_ids)}
    sellers = {one.seller_id for one in places.values()}
    faces = await parties.org_faces(work, sellers)
    served = await scenes.service_of(work, sellers)
    sold_by = [
        (one.offer_id, one.seller_id)
        for one in places.values()
        if one.seller_id in faces and served[one.seller_id].standing not in LEFT_OUT
    ]
    found = []
    for tally in await search.tallies(work, sold_by, on, spans):
        place = places[tally.offer_id]
        belt = faces[place.seller_id].belt
        scopes = [MARKET, *(CATEGORY + one for one in place.category_path)]
        scopes += [BELT + (belt.zh or belt.en)] if belt else []
        found.append(
            Candidate(
                tally=tally,
                seller_id=place.seller_id,
                scopes=scopes,
                published_on=place.published_at.astimezone(zone).date(),
            )
        )
    return found


def make_lists(due: ListsToMake) -> list[Place]:
    """The sums; a thread does them."""
    return places_of(due.candidates, due.rules, due.on)


async def keep_lists(work: Work, due: ListsToMake, places: Sequence[Place]) -> bool:
    """Keeps the lists of a day, once, and drops those that are past their time; tells whether this did it."""
    pins = work.rules.pins(RULES, work.now)
    if not await store.begin(work, due.on, pins, len(due.candidates)):
        return False
    await store.add(work, due.on, places)
    await store.forget_before(work, due.on - work.rule("insight.lists_kept").span)
    return True
