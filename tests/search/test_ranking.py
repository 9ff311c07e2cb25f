"""Offers are ranked by relevance times what B3.3 weighs; the index follows when that moved."""

import math
import random
from datetime import timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan import catalogue, scenes, search
from huozhan.catalogue.offer import Name
from huozhan.doors.jobs.measures import rank_some
from huozhan.doors.noting import put_away
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.search.ranking.factors import POWER, VALUE_ONE, Factors, Weights, shrunk_e6, weight_of
from huozhan.search.ranking.standing import Standing, penalty_of, standings, terms_of
from tests.catalogue.making import shirts
from tests.search import ranking_oracle as oracle
from tests.search.test_finding import Market, market
from tests.search.test_measures import Watched, visitor

__all__ = ["market"]
THOUSANDTHS = st.integers(0, 1_000)
MADE = st.builds(
    Factors, conversion=THOUSANDTHS, service=THOUSANDTHS, repurchase=THOUSANDTHS, freshness=THOUSANDTHS,
    penalty=st.integers(0, 100), is_new=st.booleans(), ranking=st.integers(0, 1_023),
)  # fmt: skip


@given(MADE)
@settings(max_examples=50)
def test_factors_come_out_as_they_were_packed(made: Factors) -> None:
    assert Factors.of(made.packed()) == made
    assert made.packed() < 2**63


@given(MADE)
@settings(max_examples=50)
def test_the_weight_multiplies_by_the_value(made: Factors) -> None:
    value_e6 = Weights().value_e6(made)
    multiplied = math.log2(2 + weight_of(value_e6)) / POWER
    if value_e6 > 150_000:
        assert multiplied == pytest.approx(value_e6 / VALUE_ONE, rel=0.005)
    elif value_e6 > VALUE_ONE // POWER:
        # Half of the first step, from log2(2) to log2(3), as whole numbers are rounded: log2(2.5) lies so far above log2(2).
        assert multiplied == pytest.approx(value_e6 / VALUE_ONE, abs=0.00805)
    else:
        assert multiplied == pytest.approx(1 / POWER)


def test_only_the_proportion_of_weights_counts() -> None:
    made = Factors(conversion=700, service=900, repurchase=100, freshness=1_000)
    assert Weights().value_e6(made) == 720_000
    assert Weights(conversion=55, service=25, repurchase=10, freshness=10).value_e6(made) == 720_000
    assert Weights(conversion=0, service=0, repurchase=0, freshness=0).value_e6(made) == VALUE_ONE


def test_few_are_drawn_to_the_mean() -> None:
    assert shrunk_e6(1, 1, 20_000, 20) == (VALUE_ONE + 20 * 20_000) // 21
    assert shrunk_e6(0, 0, 20_000, 20) == 20_000
    assert shrunk_e6(2_000, 20_000, 20_000, 20) == pytest.approx(100_000, rel=0.01)
    assert shrunk_e6(5, 3, 0, 0) == VALUE_ONE  # bought without having been looked at here


@pytest_asyncio.fixture(loop_scope="session")
async def watched(market: Market) -> Watched:
    return Watched(market)


async def _standings(watched: Watched) -> dict[str, Standing]:
    """By item code."""
    found = {
        int(one.card.offer_id): one.card.offer_code for one in (await watched.market.find(limit=60)).offers
    }
    async with watched.hall.working(system()) as work:
        homes = await catalogue.offer_homes(work, found)
        made = await standings(work, list(homes.values()))
    return {found[offer_id]: standing for offer_id, standing in made.items()}


async def test_the_engine_multiplies_relevance_by_the_value(watched: Watched, clock: MovableClock) -> None:
    """Two offers of one text, one of them bought: their scores stand as their values do."""
    for code in ("TWIN-1", "TWIN-2"):
        made = shirts(offer_code=code, title=Name(zh="孪生圆凳", en="Twin stool"))
        await watched.hall.run(catalogue.publish_offer, made, watched.people.hongfa)
    await watched.market.index()
    ids = {
        one.card.offer_code: int(one.card.offer_id) for one in (await watched.market.find("孪生圆凳")).offers
    }
    for who in ("anna", "bert", "carl", "dora"):
        for offer_id in ids.values():
            await watched.look(visitor(who), offer_id)
    clock.pass_(days=1)
    await watched.count(search.Paid(ids["TWIN-2"], watched.people.li.org_id, 1))
    while await rank_some(watched.hall):
        pass
    await watched.market.index()

    known = await _standings(watched)
    values = {code: Weights().value_e6(known[code].factors) for code in ids}
    ask = search.FindOffers(q="孪生圆凳")
    hits = search.finding.look_for(watched.hall.index, ask).hits
    assert hits.offer_ids == [ids["TWIN-2"], ids["TWIN-1"]]
    assert hits.scores[0] / hits.scores[1] == pytest.approx(values["TWIN-2"] / values["TWIN-1"], rel=0.01)
    assert [Factors.of(one) for one in hits.factors] == [known["TWIN-2"].factors, known["TWIN-1"].factors]


async def test_every_factor_of_every_offer_shown_is_in_the_log(watched: Watched) -> None:
    shown = await watched.find(watched.people.li, "杯")
    await put_away(watched.hall)

    (row,) = await watched.rows("search_log")
    assert row["offer_ids"] == shown
    held = watched.hall.index.factors_of(shown)
    assert row["factors"] == [held[offer_id] for offer_id in shown]
    assert row["marks"] == "." * len(shown)


@pytest.mark.parametrize("seed", range(3))
async def test_values_are_those_of_b33_in_exact_fractions(
    watched: Watched, clock: MovableClock, seed: int
) -> None:
    dice = random.Random(seed)
    before = await _standings(watched)
    async with watched.hall.working(system()) as work:
        rows = await work.db.fetch("SELECT offer_id, offer_code, category_id FROM offer")
    model = {row["offer_code"]: oracle.Offer(row["category_id"]) for row in rows}
    ids = {row["offer_code"]: row["offer_id"] for row in rows}
    buyers = (watched.people.li.org_id, watched.people.ashdown.org_id, watched.people.hengxin.org_id)
    bought: dict[tuple[str, int], set[int]] = {}
    for day in range(dice.randint(2, 4)):
        for code, told in model.items():
            for n in range(dice.randint(0, 5)):
                await watched.look(visitor(f"v{n}"), ids[code])
                told.views += 1
        paid = {(dice.choice(sorted(model)), dice.choice(buyers)) for _ in range(dice.randint(0, 4))}
        for code, buyer in paid:
            model[code].bought += 1
            bought.setdefault((code, buyer), set()).add(day)
        clock.pass_(days=1)
        await watched.count(*(search.Paid(ids[code], buyer, 1) for code, buyer in sorted(paid)))
    for (code, _), days in bought.items():
        model[code].buyers += 1
        model[code].again += len(days) > 1
    for code, standing in (await _standings(watched)).items():
        model[code].age_days = standing.age.days
        assert standing.age >= before[code].age

    market = list(model.values())
    for code, standing in (await _standings(watched)).items():
        exact = oracle.value(model[code], market)
        assert Fraction(Weights().value_e6(standing.factors), VALUE_ONE) == pytest.approx(exact, abs=0.003)


async def test_only_offers_that_moved_by_a_step_are_indexed_anew(
    watched: Watched, clock: MovableClock
) -> None:
    async def waits() -> int:
        async with watched.hall.working(system()) as work:
            return int(await work.db.fetchval("SELECT count(*) FROM search_feed"))

    while await rank_some(watched.hall):
        pass
    assert await waits() == 0, "what the index holds is what they have"
    assert await rank_some(watched.hall) == 0

    clock.pass_(hours=20)
    await watched.count()
    while await rank_some(watched.hall):
        pass
    assert await waits() == 0, "a day less fresh is less than a step"

    clock.pass_(days=3)
    while await watched.count():
        pass
    while await rank_some(watched.hall):
        pass
    assert await waits() == 3
    await watched.market.index()
    assert await waits() == 0


async def test_another_ranking_indexes_every_offer_anew(watched: Watched, clock: MovableClock) -> None:
    while await rank_some(watched.hall):
        pass
    async with watched.hall.working(system()) as work:
        await work.db.execute(
            "INSERT INTO rule_version (code, version, value, unit, effective_from)"
            " VALUES ('search.weight_service', 2, 0, 'bp', $1)",
            work.now,
        )
    await watched.hall.reread_rules()
    clock.pass_(minutes=1)
    while await rank_some(watched.hall):
        pass
    await watched.market.index()

    held: dict[int, Any] = watched.hall.index.factors_of(await _ids(watched))
    assert {Factors.of(one).ranking for one in held.values()} == {3}


async def _ids(watched: Watched) -> list[int]:
    return [int(one.card.offer_id) for one in (await watched.market.find()).offers]


async def test_an_offer_is_new_until_its_days_or_its_looks_are_over(
    watched: Watched, clock: MovableClock
) -> None:
    assert all(one.factors.is_new for one in (await _standings(watched)).values())
    clock.pass_(days=30)
    assert not any(one.factors.is_new for one in (await _standings(watched)).values())
    assert timedelta(days=30) <= (await _standings(watched))["TEE"].age


def _face() -> scenes.views.ServiceFace:
    """A supplier of whom nothing is measured, as scenes says it."""
    return scenes.views.ServiceFace(seller_id="1", basis=scenes.views.Basis(days=30, least=5, plain=30))


@pytest.mark.parametrize(
    ("standing", "left"), [("good", 100), ("warned", 100), ("below", 50), ("suspended", 0)]
)
async def test_the_standing_that_service_keeps_is_the_penalty(
    watched: Watched, standing: str, left: int
) -> None:
    async with watched.hall.working(system()) as work:
        assert penalty_of(terms_of(work), standing) == left


async def test_service_and_its_floor_move_an_offer(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await _standings(watched)

    async def service_of(_: Any, seller_ids: Any) -> dict[int, scenes.views.ServiceFace]:
        return {
            one: msgspec.structs.replace(
                _face(),
                standing="below" if one == watched.people.hongfa.org_id else "good",
                composite_e2=450 if one == watched.people.yunzhi.org_id else None,
            )
            for one in seller_ids
        }

    monkeypatch.setattr(scenes, "service_of", service_of)
    after = await _standings(watched)
    assert (before["TEE"].factors.service, after["TEE"].factors.service) == (600, 900)
    assert (after["MUG-500"].factors.service, after["MUG-500"].factors.penalty) == (600, 50)
    values = [Weights().value_e6(one["MUG-500"].factors) for one in (before, after)]
    assert values[1] == values[0] // 2
