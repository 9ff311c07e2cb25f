"""Suggests phrases while one types."""

from typing import Annotated

import msgspec

from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.finding import QUERY_LENGTH_MAX
from huozhan.search.index import SearchUnavailable
from huozhan.search.segmenting import plain
from huozhan.search.understanding.suggesting import begun

SUGGESTIONS_MAX = 10


class Suggest(Ask, frozen=True, kw_only=True):
    """What was typed so far: Chinese, English, pinyin or its first letters."""

    q: Annotated[str, msgspec.Meta(max_length=QUERY_LENGTH_MAX)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=SUGGESTIONS_MAX)] = SUGGESTIONS_MAX


class Suggestion(View, frozen=True, kw_only=True):
    """A phrase to look for and the number of offers it leads to."""

    text: str
    offers: int


class Suggestions(View, frozen=True):
    """Phrases that go on from what was typed, the fullest first."""

    suggestions: list[Suggestion]


@use_case("public", writes=False)
async def suggest(work: Work, ask: Suggest) -> Suggestions:
    """Suggests phrases while one types."""
    typed = plain(ask.q).strip()
    try:
        ranked = (await work.index.aside(lambda: begun(work.index, typed)))[: ask.limit]
    except SearchUnavailable:
        ranked = []
    return Suggestions([Suggestion(text=text, offers=offers) for text, offers in ranked])
