"""Two rankings are shown in turns; who opens what says which is better, and chance is ruled out at the stated rate."""

import random
from collections.abc import Iterator
from math import comb
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from huozhan import operations, search
from huozhan.doors.noting import put_away, reread_trial
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.search import CompareRankings, OpenTrial
from huozhan.search.ranking.arranging import TEAM_A, TEAM_B, Hit, Trial, drafted
from huozhan.search.ranking.factors import Factors, Weights
from huozhan.search.ranking.judging import E6, Credit, Sides, sides_of, sign_test_e6, verdict
from huozhan.search.ranking.trying import NoWeights, TrialRuns
from tests.search.test_finding import Market, market
from tests.search.test_measures import Watched, visitor

__all__ = ["market"]
ERROR_BP = 500
BY_BUYERS = Weights(conversion=1, service=0, repurchase=0, freshness=0)
BY_CHANCE = Weights(conversion=0, service=0, repurchase=0, freshness=1)
ALL_EQUAL = {"conversion": 5_500, "service": 2_500, "repurchase": 1_000, "freshness": 1_000}


@pytest.mark.parametrize(
    ("one", "other", "p_e6"), [(0, 0, E6), (5, 5, E6), (10, 0, 1_953), (15, 5, 41_389), (1_200, 1_000, 22)]
)
def test_the_sign_test(one: int, other: int, p_e6: int) -> None:
    assert sign_test_e6(one, other) == sign_test_e6(other, one) == pytest.approx(p_e6, abs=2)


def test_the_normal_neighbour_tells_the_same() -> None:
    n, most = 3_000, 1_560
    exact = 2 * sum(comb(n, k) for k in range(most, n + 1)) / 2**n
    assert sign_test_e6(most, n - most) / E6 == pytest.approx(exact, abs=0.0005)


def test_visitors_decide_and_not_their_clicks() -> None:
    keen = [Credit("keen", TEAM_B)] * 50
    others = [Credit(f"v{n}", TEAM_A) for n in range(3)]
    both = [Credit("both", TEAM_A), Credit("both", TEAM_B)]
    assert sides_of([*keen, *others, *both]) == Sides(for_a=3, for_b=1, ties=1, p_e6=sign_test_e6(3, 1))


@pytest.mark.parametrize(
    ("for_a", "for_b", "said"), [(0, 19, "waits"), (0, 20, "b"), (20, 0, "a"), (12, 10, "equal")]
)
def test_nothing_is_said_before_enough_decided(for_a: int, for_b: int, said: str) -> None:
    sides = Sides(for_a=for_a, for_b=for_b, ties=99, p_e6=sign_test_e6(for_a, for_b))
    assert verdict(sides, 20, ERROR_BP) == said


def simulated(seed: int, trial: Trial, people: int) -> str:
    """Buyers look down pages of a trial and open what they like; what they like is an offer's conversion."""
    dice = random.Random(seed)
    goods = [
        Factors(conversion=dice.randint(25, 1_000), freshness=dice.randint(25, 1_000)) for _ in range(40)
    ]
    hits = [Hit(n, trial.in_force.value_e6(one), one.packed(), n, 0) for n, one in enumerate(goods)]
    hits.sort(key=lambda hit: hit.score, reverse=True)
    done: list[Credit] = []
    for n in range(40 * people):
        done += _visit(dice, f"v{n}", hits, msgspec.structs.replace(trial, seed=f"{seed}:{n}"))
        if n % 50 == 49 and verdict(sides := sides_of(done), people, ERROR_BP) != "waits":
            return verdict(sides, people, ERROR_BP)
    raise AssertionError("too few decided")


def _visit(dice: random.Random, one: str, hits: list[Hit], trial: Trial) -> Iterator[Credit]:
    for hit in drafted(trial, hits)[:10]:
        if dice.random() < Factors.of(hit.factors).conversion / 4_000:
            yield Credit(one, hit.mark)


def test_a_planted_better_ranking_is_found() -> None:
    better = Trial(trial_id=1, in_force=BY_CHANCE, other=BY_BUYERS, seed="")
    assert [simulated(seed, better, 400) for seed in range(6)] == ["b"] * 6


def test_of_two_equal_rankings_none_is_found_better_at_the_stated_rate() -> None:
    trial = Trial(trial_id=1, in_force=BY_CHANCE, other=BY_CHANCE, seed="")
    said = [simulated(seed, trial, 40) for seed in range(200)]
    wrong = sum(one != "equal" for one in said)
    assert wrong <= 20, "5 of 100 are allowed; 20 of 200 would be three deviations above"


@pytest_asyncio.fixture(loop_scope="session")
async def watched(market: Market) -> Watched:
    return Watched(market)


async def _start(watched: Watched, who: Actor | None = None, **weights: int) -> str:
    ask = OpenTrial(name="更看重新品", people=20, reason="试一试", **{**ALL_EQUAL, **weights})
    started = await watched.hall.run(operations.start_ranking_trial, ask, who or watched.people.operator)
    await reread_trial(watched.hall)
    return started.trial_id


async def _trials(watched: Watched) -> Any:
    return await watched.hall.run(search.ranking_trials, Nothing(), watched.people.operator)


async def test_pages_of_a_trial_are_logged_with_its_teams_and_judged(
    watched: Watched, clock: MovableClock
) -> None:
    trial_id = await _start(watched, freshness=9_000)
    for n in range(8):
        found = await watched.find(visitor(f"v{n}"), "大号 收纳盒 保温杯 T恤")
        for offer_id in found:
            await watched.look(visitor(f"v{n}"), offer_id)
    await watched.find(watched.people.hongfa, "保温杯")
    await put_away(watched.hall)

    rows = await watched.rows("search_log")
    assert {row["trial_id"] for row in rows} == {int(trial_id)}
    assert all(set(row["marks"]) <= {TEAM_A, TEAM_B} for row in rows)
    (told,) = (await _trials(watched)).trials
    assert (told.searches, told.verdict) == (len(rows), "waits")
    assert told.clicks.for_a + told.clicks.for_b + told.clicks.ties == 8


async def test_one_visitor_always_sees_the_same_pages(watched: Watched) -> None:
    await _start(watched, conversion=0, freshness=1)
    first = [await watched.find(visitor("anna"), "新款") for _ in range(3)]
    assert first[0] == first[1] == first[2]


async def test_one_trial_at_a_time_and_operators_only(watched: Watched) -> None:
    trial_id = await _start(watched)
    with pytest.raises(TrialRuns):
        async with watched.hall.working(watched.people.operator) as work, work.db.transaction():
            await search.open_trial(work, OpenTrial(name="另一个", people=20, reason="再试", **ALL_EQUAL))
    with pytest.raises(Forbidden):
        await _start(watched, watched.people.li)
    ask = operations.EndTrial(trial_id=trial_id, reason="看不出差别")
    await watched.hall.run(operations.end_ranking_trial, ask, watched.people.operator)
    with pytest.raises(NotFound):
        await watched.hall.run(operations.end_ranking_trial, ask, watched.people.operator)
    await reread_trial(watched.hall)
    assert watched.hall.notes.trial is None
    (told,) = (await _trials(watched)).trials
    assert (told.is_adopted, told.end_reason) == (False, "看不出差别")


async def test_adopted_weights_become_rules_after_their_notice(watched: Watched, clock: MovableClock) -> None:
    trial_id = await _start(watched, conversion=1, service=1, repurchase=1, freshness=1)
    ask = operations.EndTrial(trial_id=trial_id, adopt=True, reason="买家更喜欢")
    await watched.hall.run(operations.end_ranking_trial, ask, watched.people.operator)
    await watched.hall.reread_rules()

    assert (await _trials(watched)).in_force == Weights()
    clock.pass_(days=60)
    now = (await _trials(watched)).in_force
    assert now == Weights(conversion=2_500, service=2_500, repurchase=2_500, freshness=2_500)
    async with watched.hall.working(system()) as work:
        noted = await work.db.fetch("SELECT act FROM audit_entry WHERE reason = '买家更喜欢'")
    assert len(noted) == 4  # the trial's end, and three rules: service stays as it is


async def test_two_rankings_stand_side_by_side_for_one_query(watched: Watched) -> None:
    ask = CompareRankings(q="杯", **ALL_EQUAL)
    same = await watched.hall.run(search.compare_rankings, ask, watched.people.operator)
    assert [one.card.offer_id for one in same.in_force] == [one.card.offer_id for one in same.other]
    assert all(one.elsewhere == one.place for one in same.in_force)
    with pytest.raises(NoWeights):
        nothing = dict.fromkeys(ALL_EQUAL, 0)
        await watched.hall.run(
            search.compare_rankings, CompareRankings(q="杯", **nothing), watched.people.operator
        )
