"""Groups of synonyms: listed, changed, removed, and tried before they are.

They act when something is looked for and not when it is indexed: a change holds in every process within two seconds.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from huozhan import catalogue
from huozhan.catalogue import OfferCard
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import Invalid, NotFound, Refusal, Sort
from huozhan.kernel.shapes import Ask, Cursor, Id, PageSize, Reason, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.finding import QUERY_LENGTH_MAX, FindOffers, look_for
from huozhan.search.index import OfferIndex
from huozhan.search.segmenting import asked_words, plain
from huozhan.search.synonyms import Synonyms
from huozhan.search.wordbook import store

GROUPS_MAX = 5_000
WORDS_MAX = 20
TRIED_OFFERS = 12

GroupWords = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=40)]],
    msgspec.Meta(min_length=2, max_length=WORDS_MAX),
]


class TooManyGroups(Refusal):
    """The table of synonyms is full."""

    code = "search.too_many_groups"
    sort = Sort.mismatch


class SameWord(Refusal):
    """Two entries of a group are the same word to the search."""

    code = "search.same_word"
    sort = Sort.invalid


class SynonymGroup(View, frozen=True, kw_only=True):
    """Words that find one another. `reason` is why it was changed last; empty where it came with the program."""

    group_id: str
    words: list[str]
    changed_at: datetime
    reason: str


class ListSynonyms(Ask, frozen=True, kw_only=True):
    """Which groups: all, or those with a word that has `word` in it."""

    word: Annotated[str, msgspec.Meta(max_length=40)] = ""
    cursor: Cursor = ""
    limit: PageSize = 50


class SynonymGroupOf(Ask, frozen=True, kw_only=True):
    """Which group."""

    group_id: Id


class PutSynonyms(Ask, frozen=True, kw_only=True):
    """A group's words from now on; without an id a new group."""

    words: GroupWords
    reason: Reason
    group_id: Id | None = None


class RemoveSynonyms(Ask, frozen=True, kw_only=True):
    """Which group goes, and why."""

    group_id: Id
    reason: Reason


class TrySynonyms(Ask, frozen=True, kw_only=True):
    """What would be found for `q` were these the words of the group; fewer than two words try it without the group."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=QUERY_LENGTH_MAX)]
    words: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=40)]], msgspec.Meta(max_length=WORDS_MAX)
    ] = []
    group_id: Id | None = None


class Tried(View, frozen=True, kw_only=True):
    """The first offers found one way; `only_here` are those that the other way does not show."""

    total: int
    offers: list[OfferCard]
    only_here: list[str]


class SynonymsTried(View, frozen=True, kw_only=True):
    """What is found now, and what would be."""

    before: Tried
    after: Tried


@use_case("market.view", writes=False)
async def synonym_groups(work: Work, ask: ListSynonyms) -> Page[SynonymGroup]:
    """Groups in use, the newest first."""
    rows = await store.groups(
        work, having=ask.word.strip().lower(), before_id=before_in(ask.cursor), limit=ask.limit + 1
    )
    shown = [_view(row) for row in rows[: ask.limit]]
    return Page(shown, write_cursor(int(shown[-1].group_id)) if len(rows) > ask.limit else None)


@use_case("market.view", writes=False)
async def synonym_group(work: Work, ask: SynonymGroupOf) -> SynonymGroup:
    """One group."""
    row = await store.one(work, int(ask.group_id))
    if row is None:
        raise NotFound(group_id=ask.group_id)
    return _view(row)


async def put_synonyms(work: Work, ask: PutSynonyms) -> SynonymGroup:
    """Adds a group or gives one other words; they are kept as texts are compared."""
    words = _entries(ask.words)
    if len(words) < len(ask.words):
        raise SameWord(words=len(words))
    if ask.group_id is None:
        if await store.count(work) >= GROUPS_MAX:
            raise TooManyGroups(most=GROUPS_MAX)
        group_id = work.new_id()
        await store.add(work, group_id, words, ask.reason)
    else:
        group_id = int(ask.group_id)
        if not await store.change(work, group_id, words, ask.reason):
            raise NotFound(group_id=ask.group_id)
    return SynonymGroup(group_id=str(group_id), words=words, changed_at=work.now, reason=ask.reason)


async def remove_synonyms(work: Work, ask: RemoveSynonyms) -> list[str]:
    """Takes a group out of use and tells its words."""
    words = await store.remove(work, int(ask.group_id), ask.reason)
    if words is None:
        raise NotFound(group_id=ask.group_id)
    return words


@use_case("market.view", writes=False)
async def try_synonyms(work: Work, ask: TrySynonyms) -> SynonymsTried:
    """What is found for a query now, and what would be were the group so; nothing is changed."""
    index: OfferIndex = work.index
    now = await store.all_words(work)
    own = await store.one(work, int(ask.group_id)) if ask.group_id else None
    others = [words for words in now if own is None or words != own["words"]]
    words = _entries(ask.words)
    before = await _found(work, index.with_synonyms(Synonyms(now)), ask.q)
    after = await _found(
        work, index.with_synonyms(Synonyms([*others, words] if len(words) > 1 else others)), ask.q
    )
    return SynonymsTried(before=_told(before, after), after=_told(after, before))


async def _found(work: Work, index: OfferIndex, q: str) -> tuple[int, list[OfferCard]]:
    look = await index.aside(lambda: look_for(index, FindOffers(q=q, limit=TRIED_OFFERS, count=[])))
    ids = look.hits.offer_ids
    cards = {card.offer_id: card for card in await catalogue.offer_cards(work, ids)}
    return look.hits.total, [cards[str(i)] for i in ids if str(i) in cards]


def _told(this: tuple[int, list[OfferCard]], other: tuple[int, list[OfferCard]]) -> Tried:
    there = {card.offer_id for card in other[1]}
    return Tried(
        total=this[0],
        offers=this[1],
        only_here=[card.offer_id for card in this[1] if card.offer_id not in there],
    )


def _entries(words: Sequence[str]) -> list[str]:
    """Each entry as texts are compared, once for all that the search cuts alike."""
    cut = {" ".join(asked_words(word)): plain(word).strip() for word in reversed(words)}
    if not all(cut):
        raise Invalid(field="words", detail="an entry has no word in it")
    return list(reversed(cut.values()))


def _view(row: Any) -> SynonymGroup:
    return SynonymGroup(**dict(row) | {"group_id": str(row["group_id"])})
