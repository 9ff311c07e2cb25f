"""What many look for now, and what those look for who looked for the same."""

from enum import StrEnum
from typing import Annotated

import msgspec

from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.index import OfferIndex, SearchUnavailable
from huozhan.search.segmenting import plain
from huozhan.search.understanding import store

HOT_SHOWN = 10
RELATED_SHOWN = 8
RISING_PERCENT = 150
"""A word is rising when so much of the buyers before look for it now, in percent; falling when it is the other way."""
_PREFIXES_MAX = 40


class Trend(StrEnum):
    """How many look for a word, beside the span before."""

    new = "new"
    rising = "rising"
    steady = "steady"
    falling = "falling"


class HotWord(View, frozen=True, kw_only=True):
    """A word that several different buyers looked for lately."""

    text: str
    trend: Trend


class HotWords(View, frozen=True):
    """What most buyers look for, the commonest first."""

    words: list[HotWord]


class ShowHot(Ask, frozen=True, kw_only=True):
    """Asks for the hot words."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = HOT_SHOWN


class ShowRelated(Ask, frozen=True, kw_only=True):
    """Asks for what else to look for."""

    q: Annotated[str, msgspec.Meta(max_length=100)]


class Related(View, frozen=True):
    """Phrases to look for next, what other buyers looked for first."""

    words: list[str]


@use_case("public", writes=False)
async def hot_words(work: Work, ask: ShowHot) -> HotWords:
    """What many buyers look for now, with its trend."""
    found = await store.hot(work, ask.limit)
    return HotWords([HotWord(text=q, trend=_trend(buyers, before)) for q, buyers, before in found])


def _trend(buyers: int, before: int) -> Trend:
    if not before:
        return Trend.new
    if buyers * 100 >= before * RISING_PERCENT:
        return Trend.rising
    return Trend.falling if before * 100 >= buyers * RISING_PERCENT else Trend.steady


@use_case("public", writes=False)
async def related_words(work: Work, ask: ShowRelated) -> Related:
    """What else to look for: what buyers of the same mind looked for, then phrases of the goods that go on from the words."""
    typed = plain(ask.q).strip()
    if not typed:
        return Related([])
    index: OfferIndex = work.index
    found = dict.fromkeys(await store.related(work, ask.q, RELATED_SHOWN))
    for entry, _ in await _phrases(index, typed):
        phrase = entry.partition("|")[2] or entry
        found.setdefault(phrase)
    found.pop(typed, None)
    found.pop(ask.q.strip().lower(), None)
    return Related(list(found)[:RELATED_SHOWN])


async def _phrases(index: OfferIndex, typed: str) -> list[tuple[str, int]]:
    """Phrases of the goods that go on so; none while the search does not answer."""
    try:
        return await index.aside(lambda: index.suggestions(typed, _PREFIXES_MAX))
    except SearchUnavailable:
        return []


async def count_words(work: Work) -> None:
    """Counts anew what many look for; nothing that only one or two asked is ever shown."""
    await store.count_words(work, work.rule("search.hot_days").span, work.rule("search.hot_buyers").value)
