"""Find offers: words, filters, order, facets; prices and stock come from the catalogue, not from the index."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from huozhan import catalogue, parties, scenes
from huozhan.catalogue import OfferCard
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties import OrgFace
from huozhan.search.fields import FACETS
from huozhan.search.index import Filters, Hits, OfferIndex
from huozhan.search.kinds import kinds_among
from huozhan.search.measures.notebook import NotedSearch, is_known, note_touch
from huozhan.search.segmenting import asked_words, plain
from huozhan.search.understanding.corrections import corrected
from huozhan.search.wording import Asked

QUERY_LENGTH_MAX = 100
PAGE_MAX = 100
PAGE_OFFERS = 40
PAGE_OFFERS_MAX = 60
CHOICES_MAX = 30
SUGGESTIONS_MAX = 10
TRIES = 6
RESULT_DOORS = frozenset({"search", "categories", "shops", "api"})
"""Where what is found is shown as results."""
FEW = 5
"""Fewer offers than these ask whether something else was meant."""
MUCH_MORE = 10
"""What else was meant is worth saying where it finds so many times as much."""
_PREFIXES_MAX = 60

Choices = Annotated[list[Annotated[str, msgspec.Meta(max_length=40)]], msgspec.Meta(max_length=CHOICES_MAX)]
Price = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class FindOffers(Ask, frozen=True, kw_only=True):
    """What is looked for. Prices are unit prices in 1/10 000; `category` takes a whole branch of the tree.

    `exact` looks for what was typed even where something else was probably meant.
    """

    q: Annotated[str, msgspec.Meta(max_length=QUERY_LENGTH_MAX)] = ""
    category: Choices = []
    province: Choices = []
    supplier_kind: Choices = []
    promise: Choices = []
    seller_id: Id | None = None
    exact: bool = False
    price_from_e4: Price | None = None
    price_to_e4: Price | None = None
    moq_to: Annotated[int, msgspec.Meta(ge=1, le=10**9)] | None = None
    sort: Annotated[str, msgspec.Meta(pattern=r"^(best|price_up|price_down|sold|newest)(?!\n)$")] = "best"
    page: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 1
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_OFFERS_MAX)] = PAGE_OFFERS


class FoundOffer(View, frozen=True, kw_only=True):
    """One offer of the results: its card, who sells it and how they serve."""

    card: OfferCard
    seller: OrgFace | None
    service: scenes.views.CardFace


class FacetChoice(View, frozen=True, kw_only=True):
    """One value of a facet with the number of offers that have it."""

    value: str
    count: int
    name: Bilingual = Bilingual()


class Results(View, frozen=True, kw_only=True):
    """One page of results. `words` are the words that were looked for, for highlighting.

    `relaxed` tells that no offer had every word, so these have some of them; where few had, `others` follow them that lack
    one. `instead` is what was looked for where what was typed is the sound of it, or a slip; `meant` is what finds much more
    than the few that were found.
    """

    offers: list[FoundOffer]
    total: int
    page: int
    pages: int
    facets: dict[str, list[FacetChoice]]
    words: list[str]
    others: list[FoundOffer] = []
    relaxed: bool = False
    instead: str = ""
    meant: str = ""


@use_case("public", writes=False)
async def find_offers(work: Work, ask: FindOffers) -> Results:
    """Finds offers on sale."""
    index: OfferIndex = work.index
    look = look_for(index, ask)
    hits = look.hits
    cards = {
        card.offer_id: card for card in await catalogue.offer_cards(work, [*hits.offer_ids, *look.others])
    }
    seller_ids = {int(card.seller_id) for card in cards.values()}
    faces = await parties.org_faces(work, seller_ids)
    served = await scenes.cards_of(work, seller_ids)

    def found(offer_ids: Sequence[int]) -> list[FoundOffer]:
        having = [cards[str(offer_id)] for offer_id in offer_ids if str(offer_id) in cards]
        return [
            FoundOffer(card=card, seller=faces.get(seller_id), service=served[seller_id])
            for card in having
            for seller_id in [int(card.seller_id)]
        ]

    category_names = await catalogue.category_names(
        work, {value for facet in ("category", "vertical") for value in hits.facets.get(facet, ())}
    )
    shown = [offer_id for offer_id in hits.offer_ids if str(offer_id) in cards]
    note_search(work, ask, look, shown)
    return Results(
        offers=found(hits.offer_ids),
        others=found(look.others),
        total=hits.total,
        page=ask.page,
        pages=min(-(-hits.total // ask.limit), PAGE_MAX),
        facets={
            facet: [
                FacetChoice(value=value, count=count, name=category_names.get(value, Bilingual()))
                for value, count in hits.facets.get(facet, {}).items()
            ]
            for facet in FACETS
        },
        words=list(look.asked.words),
        relaxed=bool(look.asked.missing and hits.total),
        instead=look.instead,
        meant=look.meant,
    )


def note_search(work: Work, ask: FindOffers, look: "Look", shown: Sequence[int]) -> None:
    """Notes a page of results where a page of results is shown to somebody; shelves that only borrow offers are none."""
    looked_for = ask.q or ask.category or _filters(ask) != Filters()
    if (
        work.notes is None
        or work.actor.door not in RESULT_DOORS
        or not looked_for
        or not is_known(work.actor)
    ):
        return
    scores = dict(zip(look.hits.offer_ids, look.hits.scores, strict=False))
    factors = dict(zip(look.hits.offer_ids, look.hits.factors, strict=False))
    work.notes.add(
        NotedSearch(
            at=work.now,
            actor=work.actor,
            asked=ask,
            total=look.hits.total,
            is_relaxed=bool(look.asked.missing and look.hits.total),
            offer_ids=shown,
            scores=[scores[offer_id] for offer_id in shown] if scores else (),
            factors=[factors[offer_id] for offer_id in shown],
            marks="." * len(shown),
        )
    )


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is found and by which words; offers that lack one of them; the phrase that was meant."""

    hits: Hits
    asked: Asked
    others: list[int] = []
    instead: str = ""
    meant: str = ""


def look_for(index: OfferIndex, ask: FindOffers) -> Look:
    """Looks by the words; where hardly anything has all of them, adds offers that lack one.

    Where nothing has all: Chinese words cut otherwise, then the sound of a Chinese phrase, then words without their slips,
    then offers that lack as few of the words as can be. `exact` looks for what was typed and nothing else instead.
    """
    typed = plain(ask.q).strip()
    asked = Asked(words=asked_words(ask.q), code=typed)
    found = _look(index, ask, asked)
    if found.total or not asked.words:
        return _found(index, ask, asked, found)
    if not typed.isascii():
        by_signs = msgspec.structs.replace(asked, by_signs=True)
        if (found := _look(index, ask, by_signs)).total:
            return _found(index, ask, by_signs, found)
    for meant in () if ask.exact else _otherwise(index, typed):
        as_meant = Asked(words=asked_words(meant))
        if (found := _look(index, ask, as_meant)).total:
            return Look(hits=found, asked=as_meant, instead=meant)
    for missing in range(1, len(asked.words), max(1, len(asked.words) // TRIES)):
        fewer = msgspec.structs.replace(asked, missing=missing)
        if (found := _look(index, ask, fewer)).total:
            return Look(hits=found, asked=fewer)
    return Look(hits=found, asked=asked)


def _otherwise(index: OfferIndex, typed: str) -> Iterator[str]:
    """What may have been meant by what finds nothing."""
    if typed.isascii() and (sounding := index.sounding(typed.replace(" ", ""))):
        yield sounding
    if meant := corrected(index, typed):
        yield meant


def _found(index: OfferIndex, ask: FindOffers, asked: Asked, found: Hits) -> Look:
    """What was found, with what fills its page where it is little, and what may have been meant instead."""
    meant = "" if ask.exact or found.total >= FEW else corrected(index, ask.q)
    if meant:
        as_meant = Asked(words=asked_words(meant))
        more = index.search(as_meant, _filters(ask), sort="best", offset=0, limit=1, counted=False)
        meant = meant if more.total >= MUCH_MORE * found.total else ""
    return Look(hits=found, asked=asked, others=_others(index, ask, asked, found), meant=meant)


def _others(index: OfferIndex, ask: FindOffers, asked: Asked, found: Hits) -> list[int]:
    """What fills a first page that few offers have come to: offers that lack one of the words, but not what is wanted."""
    room = ask.limit - found.total
    if len(asked.words) < 2 or room <= 0 or ask.page > 1:
        return []
    wanted = kinds_among(asked.words)[-1:]
    fewer = msgspec.structs.replace(asked, missing=1, not_whole=True, needed=wanted)
    return index.search(fewer, _filters(ask), sort="best", offset=0, limit=room, counted=False).offer_ids


def _look(index: OfferIndex, ask: FindOffers, asked: Asked) -> Hits:
    return index.search(
        asked, _filters(ask), sort=ask.sort, offset=(ask.page - 1) * ask.limit, limit=ask.limit
    )


def _filters(ask: FindOffers) -> Filters:
    terms = {
        "within": ask.category,
        "province": ask.province,
        "supplier_kind": ask.supplier_kind,
        "promise": ask.promise,
        "seller": [ask.seller_id] if ask.seller_id else [],
    }
    price = (ask.price_from_e4, ask.price_to_e4)
    ranges = {
        "price_low": price if price != (None, None) else None,
        "moq": (None, ask.moq_to) if ask.moq_to else None,
    }
    return Filters(
        terms={field: values for field, values in terms.items() if values},
        ranges={field: bounds for field, bounds in ranges.items() if bounds},
    )


@use_case("public", writes=False)
async def offer_page(work: Work, ask: catalogue.ShowOffer) -> catalogue.OfferPage:
    """An offer whole, as `catalogue.offer_page` shows it; that somebody looked at it is noted."""
    page = await catalogue.offer_page(work, ask)
    note_touch(work, "view", [int(page.offer_id)])
    return page


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
    index: OfferIndex = work.index
    best: dict[str, int] = {}
    for entry, offers in index.suggestions(plain(ask.q).strip(), _PREFIXES_MAX):
        phrase = entry.partition("|")[2] or entry
        best[phrase] = max(best.get(phrase, 0), offers)
    ranked = sorted(best.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[: ask.limit]
    return Suggestions([Suggestion(text=text, offers=offers) for text, offers in ranked])
