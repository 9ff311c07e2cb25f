"""Why an offer stands where it stands for some words, and what would lift it; the same pages that buyers see are read for it."""

from collections.abc import Sequence
from statistics import median_low
from typing import Annotated, Literal

import msgspec

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.filters import ANY_REGION
from huozhan.search.finding import PAGE_OFFERS, QUERY_LENGTH_MAX, FindOffers, look_for
from huozhan.search.index import Hits, OfferIndex
from huozhan.search.ranking.arranging import FIRST_LOOK
from huozhan.search.ranking.factors import PERCENT, Factors, Weights, multiplier_e6
from huozhan.search.ranking.paging import arrangement_of
from huozhan.search.ranking.standing import Standing, ranking_of, standings, weights_of
from huozhan.search.same import store as goods
from huozhan.search.sampling import shuffled
from huozhan.search.segmenting import wanted_words, words_of

PAGES_READ = 10
FIRST = 10
"""With so many of the first an offer is compared."""
LEAST = 5
"""Of fewer no rate is told (B3.1)."""
NAMES = ("conversion", "service", "repurchase", "freshness")
Lacks = Literal["picture", "english", "stock", "promise", "minimum", "price"]


class ExplainRank(Ask, frozen=True, kw_only=True):
    """One's own offer, and words that buyers look for."""

    offer_id: Id
    q: Annotated[str, msgspec.Meta(min_length=1, max_length=QUERY_LENGTH_MAX)]


class FactorView(View, frozen=True, kw_only=True):
    """One factor: its share of the score's weights, its value and the first ten's median in thousandths.

    `hit` of `of` is what it was counted of; `rate_e6` what those come to once few are drawn to the category's mean,
    `mean_e6`; all are none where the factor is no rate. `would_be` is the place the offer would take with the median.
    """

    name: str
    weight_bp: int
    value: int
    first_ten: int
    hit: int | None = None
    of: int | None = None
    rate_e6: int | None = None
    mean_e6: int | None = None
    would_be: int | None = None


class Lack(View, frozen=True, kw_only=True):
    """What most of the first ten have and the offer has not; `theirs` is their median, where it is a number."""

    what: Lacks
    count: int
    own: int | None = None
    theirs: int | None = None


class RankView(View, frozen=True, kw_only=True):
    """Where an offer stands among what the words find, and of what its score is made.

    `position` counts from one over all pages; None where it is not among the first `read` or not found at all. `missing_words`
    are those of the query that the offer does not say. `score_share` and `relevance_share` set score and relevance against
    those of the last of the first ten, in 1/100. `standing` is that of the supplier's service, which lowers the penalty below 100
    where it is `below` the base floor or `suspended`. `behind_id` names the offer of identical goods that stands for this one, on
    its page or on an earlier one; the position is that one's then.
    """

    offer_id: Id
    title: Bilingual
    q: str
    is_found: bool
    position: int | None
    page: int | None
    by_first_look: bool
    behind_id: str
    total: int
    read: int
    ranking: int
    value_e6: int
    penalty: int
    standing: str
    composite_e2: int | None
    age_days: int
    impressions: int
    factors: list[FactorView]
    relevance_share: int | None
    score_share: int | None
    missing_words: list[str]
    lacks: list[Lack]


@use_case("offer.view", writes=False)
async def explain_rank(work: Work, ask: ExplainRank) -> RankView:
    """Say where one's own offer stands for some words, by which figures, and what would lift it."""
    offer_id = int(ask.offer_id)
    home = (await catalogue.offer_homes(work, [offer_id])).get(offer_id)
    if home is None or home.seller_id != work.actor.org_id:
        raise NotFound
    index: OfferIndex = work.index
    goods_id = (await goods.goods_of(work, [offer_id])).get(offer_id, 0)
    seen, pages = await index.aside(lambda: _read(work, index, ask.q, offer_id))
    standing = (await standings(work, [home]))[offer_id]
    at = seen.offer_ids.index(offer_id) if offer_id in seen.offer_ids else None
    card_at = _card_at(seen, offer_id, shuffled(goods_id)) if at is None else at
    first = [one for one in seen.offer_ids if one != offer_id][:FIRST]
    cards = {int(card.offer_id): card for card in await catalogue.offer_cards(work, [offer_id, *first])}
    own = cards.get(offer_id)
    is_found = card_at is not None or await index.aside(
        lambda: _is_found(index, ask.q, home.seller_id, offer_id)
    )
    said = set(words_of(f"{own.title.zh} {own.title.en}")) if own else set()
    tenth = seen.scores[:FIRST][-1] if seen.scores else 0
    return RankView(
        offer_id=ask.offer_id,
        title=own.title if own else Bilingual(),
        q=ask.q,
        is_found=is_found,
        position=None if card_at is None else card_at + 1,
        page=None if card_at is None else pages[card_at],
        behind_id="" if card_at == at or card_at is None else str(seen.offer_ids[card_at]),
        by_first_look=at is not None and seen.marks[at] == FIRST_LOOK,
        total=seen.total,
        read=len(seen.offer_ids),
        ranking=ranking_of(work),
        value_e6=weights_of(work).value_e6(standing.factors),
        penalty=standing.factors.penalty,
        standing=standing.served,
        composite_e2=standing.composite_e2,
        age_days=standing.age.days,
        impressions=standing.impressions,
        factors=_factors(weights_of(work), standing, seen, at),
        relevance_share=_share(
            _relevance(work, seen, at), _relevance(work, seen, min(FIRST, len(seen.scores)) - 1)
        ),
        score_share=_share(seen.scores[at] if at is not None else None, tenth),
        missing_words=[word for word in wanted_words(ask.q) if word not in said],
        lacks=_lacks(own, [cards[one] for one in first if one in cards]) if own else [],
    )


def _card_at(seen: Hits, offer_id: int, number: int) -> int | None:
    """Where the card is that stands for an offer: on its own page, or on an earlier one that shows the same goods."""
    behind = (n for n, hidden in enumerate(seen.behind) if offer_id in hidden)
    earlier = (n for n, goods_number in enumerate(seen.goods) if number and goods_number == number)
    return next(behind, next(earlier, None))


def _read(work: Work, index: OfferIndex, q: str, offer_id: int) -> tuple[Hits, list[int]]:
    """What buyers see for these words, page after page until the offer is there or enough was read; and the page of each."""
    how = msgspec.structs.replace(arrangement_of(work, q), is_grouped=True)
    ids: list[int] = []
    scores: list[float] = []
    factors: list[int] = []
    numbers: list[int] = []
    pages: list[int] = []
    behind: list[tuple[int, ...]] = []
    marks, total = "", 0
    for page in range(1, PAGES_READ + 1):
        hits = look_for(
            index, FindOffers(q=q, page=page, limit=PAGE_OFFERS, to=ANY_REGION, count=[]), how
        ).hits
        ids += hits.offer_ids
        scores += hits.scores
        factors += hits.factors
        numbers += hits.goods
        pages += [page] * len(hits.offer_ids)
        behind += hits.behind or [()] * len(hits.offer_ids)
        marks += hits.marks or "." * len(hits.offer_ids)
        total = max(total, hits.total)
        is_there = offer_id in hits.offer_ids or any(offer_id in hidden for hidden in hits.behind)
        if is_there or page * PAGE_OFFERS >= hits.total:
            break
    read = Hits(
        offer_ids=ids, scores=scores, factors=factors, goods=numbers, marks=marks, behind=behind, total=total, facets={}
    )  # fmt: skip
    return read, pages


def _is_found(index: OfferIndex, q: str, seller_id: int, offer_id: int) -> bool:
    """Whether the words find it at all, however far behind."""
    within_shop = FindOffers(q=q, seller_id=str(seller_id), limit=60, to=ANY_REGION, count=[])
    look = look_for(index, within_shop)
    return offer_id in look.hits.offer_ids and not look.asked.missing


def _relevance(work: Work, seen: Hits, at: int | None) -> float | None:
    """What the engine gave for the words alone."""
    if at is None or not 0 <= at < len(seen.scores):
        return None
    return seen.scores[at] / multiplier_e6(weights_of(work).value_e6(Factors.of(seen.factors[at])))


def _share(one: float | None, of: float | None) -> int | None:
    return round(PERCENT * one / of) if one and of else None


def _factors(weights: Weights, standing: Standing, seen: Hits, at: int | None) -> list[FactorView]:
    of_ten = [Factors.of(one) for one in seen.factors[:FIRST]]
    figures = {"conversion": standing.conversion, "repurchase": standing.repurchase}
    whole = sum(getattr(weights, name) for name in NAMES)
    views = []
    for name in NAMES:
        theirs = median_low([getattr(one, name) for one in of_ten]) if of_ten else 0
        figure = figures.get(name)
        views.append(
            FactorView(
                name=name,
                weight_bp=getattr(weights, name) * 10_000 // whole if whole else 0,
                value=getattr(standing.factors, name),
                first_ten=theirs,
                hit=figure.hit if figure else None,
                of=figure.of if figure else None,
                rate_e6=figure.shrunk_e6 if figure and figure.of >= LEAST else None,
                mean_e6=figure.mean_e6 if figure else None,
                would_be=_would_be(weights, standing.factors, name, theirs, seen, at),
            )
        )
    return views


def _would_be(
    weights: Weights, own: Factors, name: str, value: int, seen: Hits, at: int | None
) -> int | None:
    """The place by score that the offer would take with another value of one factor; None where that lifts nothing."""
    if at is None or value <= getattr(own, name):
        return None
    lifted = msgspec.structs.replace(own, **{name: value})
    gain = multiplier_e6(weights.value_e6(lifted)) / multiplier_e6(weights.value_e6(own))
    others = [score for there, score in enumerate(seen.scores) if there != at]
    place = 1 + sum(score > seen.scores[at] * gain for score in others)
    return place if place < at + 1 else None


def _lacks(own: catalogue.OfferCard, first: Sequence[catalogue.OfferCard]) -> list[Lack]:
    """What at least half of the first have and this one has not."""
    if not first:
        return []
    half = (len(first) + 1) // 2
    found = [
        Lack(what="picture", count=sum(card.picture is not None for card in first))
        if not own.picture
        else None,
        Lack(what="english", count=sum(bool(card.title.en) for card in first)) if not own.title.en else None,
        Lack(what="stock", count=sum(card.free > 0 for card in first)) if own.free <= 0 else None,
        _number("promise", own.promise_hours, [card.promise_hours for card in first]),
        _number("minimum", own.moq, [card.moq for card in first]),
        _number("price", own.price_low_e4, [card.price_low_e4 for card in first]),
    ]
    return [one for one in found if one and one.count >= half]


def _number(what: Lacks, own: int, theirs: Sequence[int]) -> Lack:
    """Of numbers that are better when they are smaller, how many are."""
    return Lack(what=what, count=sum(one < own for one in theirs), own=own, theirs=median_low(theirs))
