"""The factors of offers as they are now, and the daily round that finds whose moved so far that the index should know."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec

from huozhan import catalogue, scenes
from huozhan.kernel.work import Work
from huozhan.search import store as feed
from huozhan.search.measures import store as measures
from huozhan.search.measures.counting import WINDOW, day_of
from huozhan.search.ranking import store
from huozhan.search.ranking.factors import (
    ONE,
    PERCENT,
    VERSION_MAX,
    Factors,
    Weights,
    against,
    freshness,
    shrunk_e6,
)
from huozhan.search.ranking.store import CategoryRow

RULES = (
    "search.weight_conversion", "search.weight_service", "search.weight_repurchase", "search.weight_freshness",
    "search.penalty", "search.shrink", "search.service_prior", "search.half_life", "search.new_days", "search.new_impressions",
)  # fmt: skip
"""What makes a ranking; each new version of one of them is another ranking."""
STEP_E6 = 5_000
"""Below so much a change of an offer's value is not worth indexing it anew."""
BATCH = 1_000
SCORE_MAX = 500
_WHOLE_BP = 10_000


class Placed(Protocol):
    """What of an offer its factors are made of, beside what happened to it."""

    @property
    def offer_id(self) -> int: ...
    @property
    def seller_id(self) -> int: ...
    @property
    def category_id(self) -> str: ...
    @property
    def published_at(self) -> datetime: ...


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One rate with its size, beside its category's mean; rates in millionths."""

    hit: int
    of: int
    shrunk_e6: int
    mean_e6: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The factors of an offer with the figures that they are made of."""

    factors: Factors
    conversion: Figure
    repurchase: Figure
    impressions: int
    composite_e2: int | None
    served: str
    """Where the supplier's service stands: `good`, `warned`, `below` the base floor, or `suspended` (`scenes`)."""
    age: timedelta


def ranking_of(work: Work) -> int:
    """The number of the ranking in force: it grows with every version of one of its rules."""
    return sum(work.rule(code).version for code in RULES) - len(RULES) + 1


def weights_of(work: Work) -> Weights:
    """What each factor counts now."""
    return Weights(
        conversion=work.rule("search.weight_conversion").value,
        service=work.rule("search.weight_service").value,
        repurchase=work.rule("search.weight_repurchase").value,
        freshness=work.rule("search.weight_freshness").value,
    )


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules in force say, read once for many offers."""

    ranking: int
    service_prior: int
    half_life_seconds: int
    penalty: int
    new_for: timedelta
    new_impressions: int


def terms_of(work: Work) -> Terms:
    """The terms of the moment."""
    return Terms(
        ranking=min(ranking_of(work), VERSION_MAX),
        service_prior=work.rule("search.service_prior").value,
        half_life_seconds=int(work.rule("search.half_life").span.total_seconds()),
        penalty=work.rule("search.penalty").value * PERCENT // _WHOLE_BP,
        new_for=work.rule("search.new_days").span,
        new_impressions=work.rule("search.new_impressions").value,
    )


async def standings(
    work: Work, offers: Sequence[Placed], served: Mapping[int, scenes.views.ServiceFace] | None = None
) -> dict[int, Standing]:
    """The factors of these offers as they are at this moment; `served` is how their sellers serve, where that was asked already."""
    until = await measures.last_counted(work) or day_of(work)
    repeat_after = until - work.rule("search.repeat_days").span
    sums = {
        row.offer_id: row
        for row in await measures.sums(
            work, [offer.offer_id for offer in offers], until - WINDOW, repeat_after, until
        )
    }
    means = _Means(
        await store.categories(work, {offer.category_id for offer in offers}),
        work.rule("search.shrink").value,
    )
    if served is None:
        served = await scenes.service_of(work, {offer.seller_id for offer in offers})
    terms = terms_of(work)
    return {
        offer.offer_id: _standing(
            terms,
            work.now,
            offer,
            sums.get(offer.offer_id) or measures.SumRow(offer_id=offer.offer_id),
            means,
            served[offer.seller_id],
        )
        for offer in offers
    }


class _Means:
    """The means of categories, each drawn towards the market's as an offer is towards its category's."""

    def __init__(self, rows: dict[str, CategoryRow], k: int) -> None:
        self._rows, self.k = rows, k
        self._market = rows.get("", CategoryRow(category_id=""))

    def conversion_e6(self, category_id: str) -> int:
        own = self._rows.get(category_id, CategoryRow(category_id=category_id))
        return shrunk_e6(own.bought, own.views, _rate_e6(self._market.bought, self._market.views), self.k)

    def repurchase_e6(self, category_id: str) -> int:
        own = self._rows.get(category_id, CategoryRow(category_id=category_id))
        market = _rate_e6(self._market.repeat_buyers, self._market.buyers)
        return shrunk_e6(own.repeat_buyers, own.buyers, market, self.k)


def _rate_e6(hit: int, of: int) -> int:
    return shrunk_e6(hit, of, 0, 0)


def _standing(
    terms: Terms,
    now: datetime,
    offer: Placed,
    done: measures.SumRow,
    means: _Means,
    served: scenes.views.ServiceFace,
) -> Standing:
    mean, repeat_mean = means.conversion_e6(offer.category_id), means.repurchase_e6(offer.category_id)
    bought_e6 = shrunk_e6(done.bought, done.views, mean, means.k)
    again_e6 = shrunk_e6(done.repeat_buyers, done.buyers, repeat_mean, means.k)
    composite = served.composite_e2
    age = now - offer.published_at
    factors = Factors(
        conversion=against(bought_e6, mean),
        service=(terms.service_prior if composite is None else composite) * ONE // SCORE_MAX,
        repurchase=again_e6 // ONE,
        freshness=freshness(int(age.total_seconds()), terms.half_life_seconds),
        penalty=penalty_of(terms, served.standing),
        is_new=age < terms.new_for and done.impressions < terms.new_impressions,
        ranking=terms.ranking,
    )
    return Standing(
        factors=factors,
        conversion=Figure(hit=done.bought, of=done.views, shrunk_e6=bought_e6, mean_e6=mean),
        repurchase=Figure(hit=done.repeat_buyers, of=done.buyers, shrunk_e6=again_e6, mean_e6=repeat_mean),
        impressions=done.impressions,
        composite_e2=composite,
        served=served.standing,
        age=age,
    )


def penalty_of(terms: Terms, standing: str) -> int:
    """What the standing of a supplier's service leaves of its goods' value, in hundredths (B3.3): nothing when it is suspended."""
    return {"below": terms.penalty, "suspended": 0}.get(standing, PERCENT)


async def next_to_rank(work: Work) -> list[int]:
    """The offers that the day's round of ranking comes to next, for who asks the index what it holds of them."""
    after_id = await store.round_at(work, *await _round(work))
    return [] if after_id is None else await catalogue.offer_ids_after(work, after_id, BATCH)


async def rank_some(work: Work, held: Mapping[int, int]) -> int:
    """Looks at the next offers of the day's round and notes for the indexer those whose value moved; tells how many it looked at.

    `held` are the factors in the index of those that `next_to_rank` told; one that came in between was indexed just now.
    A round begins when a day was counted, and when another ranking comes into force.
    """
    on, ranking = await _round(work)
    after_id = await store.round_at(work, on, ranking)
    if after_id is None:
        return 0
    offer_ids = await catalogue.offer_ids_after(work, after_id, BATCH)
    homes = await catalogue.offer_homes(work, offer_ids)
    weights = weights_of(work)
    moved = [
        offer_id
        for offer_id, now in (await standings(work, list(homes.values()))).items()
        if offer_id in held and _has_moved(weights, Factors.of(held[offer_id]), now.factors)
    ]
    if moved:
        await feed.feed(work, moved)
    await store.go_on(
        work, on, ranking, offer_ids[-1] if offer_ids else after_id, len(moved), is_ended=not offer_ids
    )
    return len(offer_ids)


async def _round(work: Work) -> tuple[date, int]:
    return await measures.last_counted(work) or day_of(work), ranking_of(work)


def _has_moved(weights: Weights, was: Factors, now: Factors) -> bool:
    if (was.ranking, was.is_new) != (now.ranking, now.is_new):
        return True
    return abs(weights.value_e6(was) - weights.value_e6(now)) >= STEP_E6
