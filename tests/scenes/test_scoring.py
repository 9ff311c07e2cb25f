"""Scoring: straight lines between what peers reach and what is excellent, told again by an oracle in fractions."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.scenes.banding import Gate, is_selected, standing
from huozhan.scenes.measure import Count, Figures, Measure
from huozhan.scenes.scoring import (
    DIMENSIONS,
    RULED,
    Book,
    Peers,
    as_goodness,
    peers_of,
    points_e2,
    points_of,
    scores_of,
    value_of,
)
from huozhan.scenes.views import RateFace
from tests.scenes import oracle

BOOK = Book(
    least=5,
    plain=30,
    shrink=20,
    peers=5,
    composite_least_bp=5_000,
    percentiles=(500, 5_000, 7_500),
    middle_e2=300,
    high_e2=450,
    weights={
        "logistics": 3_500, "after_sale": 3_000, "consultation": 2_000, "goods": 1_500, "pickup": 5_000,
        "fulfilment": 3_000, "signed": 2_000, "refund_time": 5_000, "dispute": 5_000, "quick_answer": 7_000,
        "quality_refund": 6_000, "bad_review": 4_000,
    },
    excellent={m: as_goodness(m, v) for m, v in {
        Measure.pickup_48: 9_900, Measure.fulfilment: 9_900, Measure.signed_72: 9_500, Measure.refund_time: 1_440,
        Measure.dispute: 10, Measure.quick_answer: 10_000, Measure.quality_refund: 50,
        Measure.bad_review: 100}.items()},
    poor={m: as_goodness(m, v) for m, v in {
        Measure.pickup_48: 8_000, Measure.fulfilment: 8_000, Measure.signed_72: 5_000, Measure.refund_time: 14_400,
        Measure.dispute: 300, Measure.quick_answer: 5_000, Measure.quality_refund: 1_000,
        Measure.bad_review: 1_500}.items()},
    floors={m: as_goodness(m, v) for m, v in {
        Measure.pickup_48: 9_500, Measure.quick_answer: 6_000, Measure.quality_refund: 200}.items()},
)  # fmt: skip
HALVES = {Measure.quality_refund: Measure.ended, Measure.dispute: Measure.paid}

basis_points = st.integers(0, 10_000)


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    found: Figures = {}
    for measure in RULED:
        due = draw(st.integers(0, 60))
        hit = draw(st.integers(0, due))
        minutes = draw(st.integers(0, 20_000 * due)) if measure is Measure.refund_time else 0
        if measure in HALVES:
            found[HALVES[measure]] = Count(due, 0, 0)
        found[measure] = Count(0 if measure in HALVES else due, hit, minutes)
    return found


@st.composite
def peers(draw: st.DrawFn, measure: Measure = Measure.pickup_48) -> Peers:
    reach = st.integers(-30_000, 0) if measure is Measure.refund_time else basis_points
    p5, p50, p75 = sorted(draw(st.tuples(reach, reach, reach)))
    return Peers(sellers=9, p5=p5, p50=p50, p75=p75, mean=draw(reach))


@st.composite
def market(draw: st.DrawFn) -> dict[tuple[str, Measure], Peers]:
    return {("", measure): draw(peers(measure)) for measure in RULED}


@settings(max_examples=150)
@given(basis_points, peers(), basis_points, basis_points)
def test_points_are_what_the_oracle_says(value: int, beside: Peers, one: int, other: int) -> None:
    poor, excellent = sorted((one, other))

    found = points_e2(value, beside, BOOK, excellent=excellent, poor=poor)

    assert found == oracle.points(value, beside.p5, beside.p50, beside.p75, excellent, poor)


@settings(max_examples=150)
@given(basis_points, basis_points, peers(), basis_points, basis_points)
def test_who_is_better_has_no_fewer_points(one: int, other: int, beside: Peers, low: int, high: int) -> None:
    poor, excellent = sorted((low, high))
    worse, better = sorted((one, other))

    points = [points_e2(value, beside, BOOK, excellent=excellent, poor=poor) for value in (worse, better)]

    assert points[0] <= points[1]


@settings(max_examples=80)
@given(figures(), market())
def test_scores_are_what_the_oracle_says(of: Figures, around: dict[tuple[str, Measure], Peers]) -> None:
    points = {}
    for measure, name in RULED.items():
        count = of[measure]
        due = of[HALVES[measure]].due if measure in HALVES else count.due
        if due < 5:
            continue
        beside = around["", measure]
        value = oracle.goodness(
            measure.value, due, min(count.hit, due), count.minutes, 20 if due < 30 else 0, beside.mean
        )
        points[measure] = oracle.points(
            value, beside.p5, beside.p50, beside.p75, BOOK.excellent[measure], BOOK.poor[measure]
        )
        assert name in BOOK.weights
    parts = {
        dimension: [(BOOK.weights[RULED[m]], points[m]) for m in measures if m in points]
        for dimension, measures in DIMENSIONS.items()
    }
    told = [(BOOK.weights[name], oracle.mean(weighed)) for name, weighed in parts.items() if weighed]
    composite = (
        oracle.mean(told) if Measure.pickup_48 in points and sum(w for w, _ in told) >= 5_000 else None
    )

    found = scores_of("any", of, around, BOOK)

    assert points_of("any", of, around, BOOK) == points
    assert found.composite_e2 == composite
    assert found.shown["logistics"] == (oracle.mean(parts["logistics"]) if parts["logistics"] else None)


@settings(max_examples=80)
@given(figures(), market(), st.sampled_from(list(RULED)))
def test_one_more_that_went_well_never_lowers_the_composite(
    of: Figures, around: dict[tuple[str, Measure], Peers], measure: Measure
) -> None:
    count = of[measure]
    if measure is Measure.refund_time:
        better = Count(count.due, count.hit, count.minutes // 2)
    elif measure in HALVES:
        better = Count(0, max(count.hit - 1, 0), 0)
    elif measure is Measure.bad_review:
        better = Count(count.due, max(count.hit - 1, 0), 0)
    else:
        better = Count(count.due, min(count.hit + 1, count.due), 0)

    was = scores_of("any", of, around, BOOK).composite_e2
    now = scores_of("any", {**of, measure: better}, around, BOOK).composite_e2

    assert (was is None) == (now is None)
    assert was is None or now is None or was <= now


def test_where_all_peers_are_excellent_a_little_less_is_not_nothing() -> None:
    beside = Peers(sellers=9, p5=10_000, p50=10_000, p75=10_000, mean=10_000)

    assert points_e2(9_899, beside, BOOK, excellent=9_900, poor=8_000) == 499
    assert points_e2(8_950, beside, BOOK, excellent=9_900, poor=8_000) == 250


def test_few_orders_are_drawn_to_the_peers_and_none_are_judged() -> None:
    assert value_of(Measure.pickup_48, Count(4, 4, 0), 9_000, BOOK) is None
    assert value_of(Measure.pickup_48, Count(5, 5, 0), 9_000, BOOK) == 9_200
    assert value_of(Measure.pickup_48, Count(30, 30, 0), 9_000, BOOK) == 10_000


def test_peers_are_those_of_the_vertical_and_the_whole_market_for_few() -> None:
    def seller(hit: int) -> Figures:
        return {Measure.pickup_48: Count(100, hit, 0)}

    found = peers_of(
        [*[("aa", seller(hit)) for hit in (50, 60, 70, 80, 90)], *[("ha", seller(100))] * 4], BOOK
    )

    assert found["aa", Measure.pickup_48] == Peers(sellers=5, p5=5_000, p50=7_000, p75=8_000, mean=7_000)
    assert ("ha", Measure.pickup_48) not in found
    assert found["", Measure.pickup_48].sellers == 9


@pytest.mark.parametrize(("hit", "below"), [(95, ()), (94, (Measure.pickup_48,))])
def test_a_floor_is_missed_below_it(hit: int, below: tuple[Measure, ...]) -> None:
    assert scores_of("aa", {Measure.pickup_48: Count(100, hit, 0)}, {}, BOOK).below == below


def test_standing_goes_from_a_warning_to_suspension() -> None:

    missed = date(2026, 3, 1)
    spans = {"warning": timedelta(days=7), "cure": timedelta(days=14)}

    found = [standing(missed, missed + timedelta(days=days), **spans) for days in (0, 6, 7, 20, 21)]

    assert found == ["warned", "warned", "below", "below", "suspended"]
    assert standing(None, missed, **spans) == "good"


@pytest.mark.parametrize(
    ("composite_e2", "picked_up", "refunds", "passes"),
    [
        (450, 9_800, 100, True),
        (449, 9_800, 100, False),
        (450, 9_799, 100, False),
        (450, 9_800, 101, False),
        (None, 9_800, 100, False),
        (500, None, 0, False),
        (500, 10_000, None, False),
    ],
)
def test_selected_goods_ask_for_three_scores_and_what_is_not_measured_passes_nothing(
    composite_e2: int | None, picked_up: int | None, refunds: int | None, passes: bool
) -> None:
    gate = Gate(composite_e2=450, pickup_bp=9_800, quality_refund_bp=100)

    assert is_selected(gate, composite_e2, RateFace(rate_bp=picked_up), RateFace(rate_bp=refunds)) is passes
