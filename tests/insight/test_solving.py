"""The solver finds what trying every way finds, says what stands in the way, and is calm where it is not installed."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.catalogue import ChargeBy, FreightTemplate, Goods, MixRule, QuoteType, Step, Tariff
from huozhan.insight import solving
from huozhan.insight.asks import BuildAssortment, CategoryWish, PriceBand
from huozhan.insight.assortment import make_problem, quantities
from huozhan.insight.solving import NoSolver, NothingFits, solve
from tests.insight.assorting import best_profit, profit_of

needs_solver = pytest.mark.skipif(not solving.has_solver(), reason="the optional part is not installed")

SELLERS = {1: MixRule(amount_minor=6_000), 2: MixRule(pieces=12), 3: None}


@st.composite
def markets(
    draw: st.DrawFn,
) -> tuple[list[Goods], dict[int, FreightTemplate], BuildAssortment, dict[int, frozenset[int]]]:
    goods = []
    for offer_id in range(1, draw(st.integers(2, 4)) + 1):
        seller_id = draw(st.sampled_from(sorted(SELLERS)))
        first = draw(st.integers(2_000, 40_000))
        second = draw(st.integers(2, 9))
        goods.append(
            Goods(
                sku_id=100 + offer_id,
                offer_id=offer_id,
                seller_id=seller_id,
                offer_version=1,
                quote_type=QuoteType.offer_ladder,
                ladder=(Step(1, first), Step(second, draw(st.integers(first // 2, first)))),
                moq=draw(st.integers(1, 8)),
                lot=draw(st.sampled_from((1, 2, 3))),
                mixable=draw(st.booleans()),
                free=draw(st.integers(0, 20)),
                weight_g=draw(st.integers(0, 900)),
                freight_template_id=draw(st.sampled_from((0, 10 * seller_id))),
                shop_mix=SELLERS[seller_id],
            )
        )
    templates = {
        10 * seller_id: FreightTemplate(
            template_id=10 * seller_id,
            seller_id=seller_id,
            charge_by=draw(st.sampled_from((ChargeBy.weight, ChargeBy.piece))),
            tariff=Tariff(
                first_unit=draw(st.integers(1, 2_000)),
                first_fee_minor=draw(st.integers(0, 900)),
                next_unit=draw(st.integers(1, 1_500)),
                next_fee_minor=draw(st.integers(0, 300)),
                least_minor=draw(st.sampled_from((0, 700))),
            ),
            free_over_minor=draw(st.sampled_from((None, 4_000))),
            free_over_pieces=draw(st.sampled_from((None, 10))),
        )
        for seller_id in SELLERS
    }
    ask = BuildAssortment(
        budget_minor=draw(st.integers(1_000, 60_000)),
        to="510104",
        categories=draw(st.sampled_from(((), (CategoryWish(category_id="a", least=1, most=2),)))),
        bands=draw(st.sampled_from(((), (PriceBand(from_e4=0, to_e4=15_000, least=1),)))),
        suppliers_most=draw(st.integers(1, 3)),
        offers_least=draw(st.integers(1, 2)),
        offers_most=draw(st.integers(2, 4)),
        pieces_most=draw(st.integers(4, 14)),
        share_bp=draw(st.sampled_from((4_000, 10_000))),
        markup_bp=draw(st.sampled_from((500, 3_000, 8_000))),
        margin_bp=draw(st.sampled_from((0, 1_500, 3_000))),
    )
    return goods, templates, ask, {one.offer_id: frozenset({0} if one.offer_id % 2 else ()) for one in goods}


@needs_solver
@settings(max_examples=40, deadline=None)
@given(markets())
def test_it_earns_as_much_as_trying_every_way_does(
    market: tuple[list[Goods], dict[int, FreightTemplate], BuildAssortment, dict[int, frozenset[int]]],
) -> None:
    goods, templates, ask, wishes = market
    problem = make_problem(ask, goods, templates, {}, wishes)
    # Trying every way takes long where there are many: a few quantities of each will do.
    few = tuple(
        msgspec.structs.replace(
            one, options=one.options[:2] + one.options[-2:] if len(one.options) > 4 else one.options
        )
        for one in problem.candidates
    )
    problem = msgspec.structs.replace(problem, candidates=few, seconds=60)
    expected = best_profit(problem, templates)

    if expected is None:
        with pytest.raises(NothingFits):
            solve(problem)
        return
    found = solve(problem)

    assert found.is_best
    assert found.profit_minor == expected
    assert profit_of(problem, templates, found.options) == expected


def goods_of(**more: object) -> Goods:
    return Goods(**{
        "sku_id": 101, "offer_id": 1, "seller_id": 1, "offer_version": 1, "quote_type": QuoteType.offer_ladder,
        "ladder": (Step(1, 10_000), Step(100, 9_000)), "free": 1_000, **more,
    })  # type: ignore[arg-type]  # fmt: skip


@needs_solver
def test_it_says_which_wish_stands_in_the_way() -> None:
    ask = BuildAssortment(
        budget_minor=100_000, to="510104", offers_least=1, markup_bp=1_000, margin_bp=5_000, share_bp=10_000
    )

    with pytest.raises(NothingFits) as refused:
        solve(make_problem(ask, [goods_of()], {}, {}, {}))

    assert refused.value.facts == {"without": "margin"}


def test_quantities_are_the_minimum_the_steps_the_most_and_some_between() -> None:
    found = quantities(goods_of(moq=24, lot=12), 500)
    mixed = quantities(goods_of(moq=24, lot=12, mixable=True, shop_mix=MixRule(pieces=50)), 60)

    assert found[0] == 24
    assert found[-1] == 492
    assert 108 in found
    assert all(one % 12 == 0 for one in found)
    assert mixed == [12, 24, 36, 48, 60]
    assert quantities(goods_of(moq=24, free=20), 500) == []


def test_a_market_without_the_solver_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "LIBRARY", "a_part_that_is_not_installed")

    with pytest.raises(NoSolver):
        solve(make_problem(BuildAssortment(budget_minor=1, to="510104"), [], {}, {}, {}))
