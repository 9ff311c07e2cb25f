"""Showing the lists of the day: what can be bought by the one who looks, each with the figures that put it there."""

from collections.abc import Sequence
from typing import Any

import msgspec

from huozhan import catalogue, parties, search
from huozhan.insight.asks import ListScopes, ShowList
from huozhan.insight.lists import BELT, CATEGORY, MARKET, ListKind
from huozhan.insight.store import lists as store
from huozhan.insight.views import DailyList, FilledList, FilledLists, ListedGoods
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case

SPANS = (
    "insight.hot_days",
    "insight.new_days",
    "insight.rising_days",
    "insight.rising_before",
    "insight.back_days",
)


@use_case("public", writes=False)
async def daily_list(work: Work, ask: ShowList) -> DailyList:
    """A list of the last day that was counted; goods that the reader cannot buy now are left out."""
    name = await _name(work, ask)
    day = await store.last_day(work)
    if day is None:
        return DailyList(
            kind=ListKind(ask.kind),
            category=ask.category,
            belt=ask.belt,
            name=name,
            on_day=None,
            rules={},
            spans={},
            places=[],
        )
    rules = msgspec.json.decode(day["rules"], type=dict[str, int])
    rows = await store.places(work, ask.kind, _scope(ask), day["on_day"])
    return DailyList(
        kind=ListKind(ask.kind),
        category=ask.category,
        belt=ask.belt,
        name=name,
        on_day=day["on_day"],
        rules=rules,
        spans={code: work.rules.version(code, rules[code]).value for code in SPANS},
        places=await _goods(work, rows[: ask.size]),
    )


def _scope(ask: ShowList | ListScopes) -> str:
    if ask.category:
        return CATEGORY + ask.category
    return BELT + ask.belt if ask.belt else MARKET


async def _name(work: Work, ask: ShowList) -> Bilingual:
    """What the category or the belt is called; refuses one that there is not."""
    if ask.category:
        return (await catalogue.category(work, catalogue.ShowCategory(category_id=ask.category))).name
    if ask.belt:
        return (await parties.belt(work, parties.ShowBelt(belt=ask.belt))).belt.name
    return Bilingual()


async def _goods(work: Work, rows: Sequence[Any]) -> list[ListedGoods]:
    found = {
        int(one.card.offer_id): one
        for one in await search.found_offers(work, [row["offer_id"] for row in rows])
    }
    there = [row for row in rows if row["offer_id"] in found]
    return [
        ListedGoods(
            place=place,
            found=found[row["offer_id"]],
            score=row["score"],
            buyers=row["buyers"],
            many=row["many"],
            few=row["few"],
        )
        for place, row in enumerate(there, start=1)
    ]


@use_case("public", writes=False)
async def filled_lists(work: Work, ask: ListScopes) -> FilledLists:
    """Which lists of the day have anything on them: in all of the market, or of one category or belt."""
    day = await store.last_day(work)
    wanted = _scope(ask) if ask.category or ask.belt else None
    found = await store.filled(work, day["on_day"], ask.kind or None, wanted) if day else []
    categories = {scope.removeprefix(CATEGORY) for _, scope, _ in found if scope.startswith(CATEGORY)}
    belts = {scope.removeprefix(BELT) for _, scope, _ in found if scope.startswith(BELT)}
    names = await catalogue.category_names(work, categories) if categories else {}
    called = await parties.belt_names(work, belts) if belts else {}
    return FilledLists(
        on_day=day["on_day"] if day else None,
        lists=[_filled(kind, scope, places, names, called) for kind, scope, places in found],
    )


def _filled(
    kind: str, scope: str, places: int, names: dict[str, Bilingual], belts: dict[str, Bilingual]
) -> FilledList:
    category = scope.removeprefix(CATEGORY) if scope.startswith(CATEGORY) else ""
    belt = scope.removeprefix(BELT) if scope.startswith(BELT) else ""
    name = names.get(category, Bilingual()) if category else belts.get(belt, Bilingual())
    return FilledList(kind=ListKind(kind), category=category, belt=belt, name=name, places=places)
