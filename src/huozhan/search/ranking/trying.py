"""Two rankings beside each other: for one query by an operator, or in turns to all visitors as a trial."""

from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec

from huozhan import catalogue
from huozhan.catalogue import OfferCard
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Ask, Id, Nothing, Reason, ShortText, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.filters import ANY_REGION
from huozhan.search.finding import QUERY_LENGTH_MAX, FindOffers, look_for
from huozhan.search.index import OfferIndex
from huozhan.search.ranking import store
from huozhan.search.ranking.arranging import Hit, Trial, by_weights
from huozhan.search.ranking.factors import Weights
from huozhan.search.ranking.judging import Credit, Sides, sides_of, verdict
from huozhan.search.ranking.standing import weights_of

COMPARED = 20
READ = 60
PAGES = 5
Weight = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class TrialRuns(Refusal):
    """Another trial runs: one at a time."""

    code = "search.trial_runs"


class NoWeights(Refusal):
    """All weights are nothing."""

    code = "search.no_weights"


class OtherWeights(Ask, frozen=True, kw_only=True):
    """Weights beside those in force; only their proportion counts."""

    conversion: Weight
    service: Weight
    repurchase: Weight
    freshness: Weight

    @property
    def weights(self) -> Weights:
        """As ranking counts with them; refuses four nothings."""
        if not self.conversion + self.service + self.repurchase + self.freshness:
            raise NoWeights
        return Weights(
            conversion=self.conversion, service=self.service, repurchase=self.repurchase, freshness=self.freshness
        )  # fmt: skip


class CompareRankings(OtherWeights, frozen=True, kw_only=True):
    """One query under the weights in force and under others."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=QUERY_LENGTH_MAX)]


class RankedCard(View, frozen=True, kw_only=True):
    """An offer at its place, and its place under the other ranking; None where that is behind what was read."""

    place: int
    elsewhere: int | None
    card: OfferCard


class ComparedRankings(View, frozen=True, kw_only=True):
    """The first offers by the weights in force and by the others, by score alone, and how many of the first ten they share."""

    in_force: list[RankedCard]
    other: list[RankedCard]
    shared: int
    read: int


@use_case("market.view", writes=False)
async def compare_rankings(work: Work, ask: CompareRankings) -> ComparedRankings:
    """Show what other weights would do to one query; pages' own rules (one shop, first looks) are left out."""
    index: OfferIndex = work.index
    now = weights_of(work)
    hits = await index.aside(lambda: _hits(index, ask.q))
    orders = {"in_force": hits, "other": by_weights(hits, now, ask.weights)}
    places = {name: {hit.offer_id: at for at, hit in enumerate(order, 1)} for name, order in orders.items()}
    wanted = {hit.offer_id for order in orders.values() for hit in order[:COMPARED]}
    cards = {int(card.offer_id): card for card in await catalogue.offer_cards(work, sorted(wanted))}

    def ranked(name: str, beside: str) -> list[RankedCard]:
        return [
            RankedCard(place=at, elsewhere=places[beside].get(hit.offer_id), card=cards[hit.offer_id])
            for at, hit in enumerate(orders[name][:COMPARED], 1)
            if hit.offer_id in cards
        ]

    tens = [{hit.offer_id for hit in order[:10]} for order in orders.values()]
    return ComparedRankings(
        in_force=ranked("in_force", "other"),
        other=ranked("other", "in_force"),
        shared=len(tens[0] & tens[1]),
        read=len(hits),
    )


def _hits(index: OfferIndex, q: str) -> list[Hit]:
    hits: list[Hit] = []
    for page in range(1, PAGES + 1):
        found = look_for(index, FindOffers(q=q, page=page, limit=READ, to=ANY_REGION, count=[])).hits
        hits += [Hit(*one, 0, 0) for one in zip(found.offer_ids, found.scores, found.factors, strict=True)]
        if len(hits) >= found.total or not found.offer_ids:
            break
    return hits


class OpenTrial(OtherWeights, frozen=True, kw_only=True):
    """A trial of other weights: it is judged once so many visitors have decided, which is fixed here."""

    name: ShortText
    people: Annotated[int, msgspec.Meta(ge=20, le=100_000)] = 400
    reason: Reason


class TrialView(View, frozen=True, kw_only=True):
    """A trial with what visitors said: team a is the ranking in force, b the other; `verdict` waits until enough decided."""

    trial_id: Id
    name: str
    weights: Weights
    people: int
    started_at: datetime
    ended_at: datetime | None
    is_adopted: bool | None
    reason: str
    end_reason: str | None
    clicks: Sides
    orders: Sides
    verdict: str
    searches: int


class Trials(View, frozen=True, kw_only=True):
    """All trials, the latest first, and the weights in force."""

    in_force: Weights
    trials: list[TrialView]


@use_case("market.view", writes=False)
async def ranking_trials(work: Work, _ask: Nothing) -> Trials:
    """Every trial of a ranking, and how it stands."""
    rows = await store.trials(work)
    return Trials(in_force=weights_of(work), trials=[await _view(work, row) for row in rows])


async def open_trial(work: Work, ask: OpenTrial) -> int:
    """Begins a trial; refuses while another runs."""
    trial_id = work.new_id()
    try:
        await store.add_trial(work, trial_id, ask.name, ask.weights, ask.people, ask.reason)
    except asyncpg.UniqueViolationError as error:
        raise TrialRuns from error
    return trial_id


async def close_trial(work: Work, trial_id: int, *, is_adopted: bool, reason: str) -> Weights:
    """Ends a trial that runs; tells its weights."""
    weights = await store.end_trial(work, trial_id, is_adopted=is_adopted, reason=reason)
    if weights is None:
        raise NotFound
    return weights


async def running_trial(work: Work) -> Trial | None:
    """The trial that runs now, as pages are made by it; `seed` is still to be filled in for the visitor."""
    row = await store.running(work)
    if row is None:
        return None
    return Trial(trial_id=row.trial_id, in_force=weights_of(work), other=row.weights, seed="")


async def _view(work: Work, row: store.TrialRow) -> TrialView:
    within = work.rule("search.trial_order_within").span
    clicks = await store.credited_clicks(work, row.trial_id, work.rule("search.click_within").span)
    homes = await catalogue.offer_homes(work, {one.offer_id for one in clicks})
    foreign = [one for one in clicks if one.offer_id in homes and homes[one.offer_id].seller_id != one.org_id]
    bought = await store.bought_after(
        work, [(one.offer_id, one.org_id, one.on_day) for one in foreign if one.org_id], within
    )
    by_clicks = sides_of(Credit(one.one, one.team) for one in foreign)
    by_orders = sides_of(Credit(one.one, one.team) for one in foreign if (one.offer_id, one.org_id) in bought)
    return TrialView(
        trial_id=str(row.trial_id),
        name=row.name,
        weights=row.weights,
        people=row.people,
        started_at=row.started_at,
        ended_at=row.ended_at,
        is_adopted=row.is_adopted,
        reason=row.reason,
        end_reason=row.end_reason,
        clicks=by_clicks,
        orders=by_orders,
        verdict=verdict(by_clicks, row.people, work.rule("search.trial_error").value),
        searches=await store.searches_of(work, row.trial_id),
    )
