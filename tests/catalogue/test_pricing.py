"""Prices and what explains them: the rules' own vectors, and what must hold of every basket."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.catalogue import BookPrice, Demand, Goods, MixRule, NextStep, QuoteType, Source, Step, price
from huozhan.catalogue.goods import Basis, TroubleKind, Way, WayKind

SHOP, OTHER_SHOP = 900, 901
TEN_NINE = (Step(1, 100_000), Step(100, 90_000))


def goods(sku_id: int = 1, offer_id: int = 1, **changes) -> Goods:
    """Plenty of one SKU at 10.00 each."""
    known = {
        "seller_id": SHOP,
        "offer_version": 1,
        "quote_type": QuoteType.offer_ladder,
        "ladder": (Step(1, 100_000),),
        "free": 10**6,
    }
    return Goods(sku_id=sku_id, offer_id=offer_id, **(known | changes))


def want(one: Goods, quantity: int, **how) -> Demand:
    return Demand(goods=one, quantity=quantity, **how)


@pytest.mark.parametrize(
    ("quote_type", "prices_e4"),
    [(QuoteType.offer_ladder, [90_000, 90_000]), (QuoteType.sku_ladder, [100_000, 100_000])],
)
def test_sixty_and_sixty_reach_the_step_together_only_on_the_offers_ladder(quote_type, prices_e4) -> None:
    one, two = (goods(sku, quote_type=quote_type, ladder=TEN_NINE) for sku in (1, 2))

    priced = price([want(one, 60), want(two, 60)])

    assert [line.price_e4 for line in priced.lines] == prices_e4
    assert priced.troubles == ()


def test_a_line_is_rounded_half_up_once() -> None:
    assert price([want(goods(ladder=(Step(1, 350),)), 3_331)]).lines[0].amount_minor == 11_659


def test_thirty_in_lots_of_twelve_may_become_twenty_four_or_thirty_six() -> None:
    [trouble] = price([want(goods(lot=12), 30)]).troubles

    assert (trouble.code, dict(trouble.facts)) == (TroubleKind.not_whole_lots, {"quantity": 30, "lot": 12})
    assert [(way.kind, way.quantity) for way in trouble.ways] == [
        (WayKind.set_quantity, 24),
        (WayKind.set_quantity, 36),
    ]


@pytest.mark.parametrize(("x_is_mixable", "troubled"), [(True, []), (False, [1])])
def test_four_and_twenty_six_are_a_mixed_batch_only_where_both_may_be_mixed(x_is_mixable, troubled) -> None:
    rule = MixRule(amount_minor=30_000, pieces=30)
    x = goods(1, 1, moq=10, mixable=x_is_mixable, shop_mix=rule, ladder=(Step(1, 50_000),))
    y = goods(2, 2, moq=10, mixable=True, shop_mix=rule, ladder=(Step(1, 50_000),))

    assert [trouble.offer_id for trouble in price([want(x, 4), want(y, 26)]).troubles] == troubled


def test_a_mixed_batch_is_reached_by_amount_too_and_only_within_one_shop() -> None:
    rule = MixRule(amount_minor=30_000)
    x = goods(1, 1, moq=10, mixable=True, shop_mix=rule)
    dear = goods(2, 2, moq=1, mixable=True, shop_mix=rule, ladder=(Step(1, 260_000),))
    elsewhere = goods(
        2, 2, moq=1, mixable=True, shop_mix=rule, ladder=(Step(1, 260_000),), seller_id=OTHER_SHOP
    )

    assert price([want(x, 4), want(dear, 10)]).troubles == ()
    assert [trouble.code for trouble in price([want(x, 4), want(elsewhere, 10)]).troubles] == [
        TroubleKind.below_minimum
    ]


def test_mixed_goods_below_their_first_step_pay_the_first_step() -> None:
    x = goods(
        1, 1, moq=10, mixable=True, shop_mix=MixRule(pieces=5), ladder=(Step(10, 80_000), Step(50, 70_000))
    )

    [line] = price([want(x, 5)]).lines

    assert (line.price_e4, line.basis, line.step_from) == (80_000, Basis.mixed_first_step, 10)


def test_below_the_minimum_the_two_cheapest_ways_are_told() -> None:
    rule = MixRule(amount_minor=20_000, pieces=1_000)
    cheap = goods(1, 1, moq=10, mixable=True, shop_mix=rule, ladder=(Step(1, 20_000),))
    tee = goods(2, 2, moq=1, mixable=True, shop_mix=rule)

    [trouble] = price([want(cheap, 4), want(tee, 15)]).troubles

    assert trouble.ways == (
        Way(kind=WayKind.add_pieces, offer_id=1, sku_id=1, quantity=6, cost_minor=1_200),
        Way(kind=WayKind.add_mixed_amount, seller_id=SHOP, amount_minor=4_200, cost_minor=4_200),
    )


def test_a_way_never_asks_for_more_than_there_is_and_keeps_whole_lots() -> None:
    scarce = goods(1, 1, moq=20, lot=6, free=12)
    plenty = goods(2, 1, moq=20, lot=6)

    [trouble] = price([want(scarce, 6), want(plenty, 6)]).troubles

    assert [(way.kind, way.sku_id, way.quantity) for way in trouble.ways] == [
        (WayKind.add_pieces, 2, 12),
        (WayKind.remove, 0, 0),
    ]


def test_missing_pieces_cost_what_pieces_cost_also_beside_a_sample() -> None:
    one = goods(moq=10, sample_price_e4=250_000)

    [trouble] = price([want(one, 4), want(one, 1, sample=True)]).troubles

    assert [(way.kind, way.quantity, way.cost_minor) for way in trouble.ways] == [
        (WayKind.add_pieces, 6, 6_000),
        (WayKind.remove, 0, 0),
    ]


def test_the_next_step_is_told_in_whole_lots_and_skips_steps_that_are_no_cheaper() -> None:
    one = goods(lot=12, ladder=(Step(1, 100_000), Step(50, 100_000), Step(100, 90_000)))

    assert price([want(one, 36)]).lines[0].next_step == NextStep(72, 90_000)
    assert price([want(one, 108)]).lines[0].next_step is None


def test_booked_prices_and_samples_stand_beside_the_ladder() -> None:
    one = goods(moq=10, ladder=TEN_NINE, sample_price_e4=250_000)
    book = BookPrice(source=Source.negotiated, book_id=1, version=1, price_e4=70_000)

    priced = price([want(one, 99), want(one, 1, books=(book,)), want(one, 1, sample=True, books=(book,))])

    assert [(line.basis, line.price_e4) for line in priced.lines] == [
        (Basis.ladder, 90_000),
        (Basis.negotiated, 70_000),
        (Basis.sample, 250_000),
    ]
    assert priced.troubles == ()


def test_a_sample_is_no_way_around_the_minimum() -> None:
    one = goods(moq=10, sample_price_e4=250_000)

    assert price([want(one, 1, sample=True)]).troubles == ()
    assert [t.code for t in price([want(one, 1, sample=True), want(one, 9)]).troubles] == [
        TroubleKind.below_minimum
    ]
    assert [t.code for t in price([want(goods(), 1, sample=True)]).troubles] == [TroubleKind.no_sample]


def test_goods_off_sale_and_goods_that_are_short_are_told_apart() -> None:
    gone, short = goods(1, 1, on_sale=False, moq=5), goods(2, 2, free=8, lot=3)

    troubles = price([want(gone, 1), want(short, 9)]).troubles

    assert [(t.code, [(way.kind, way.quantity) for way in t.ways]) for t in troubles] == [
        (TroubleKind.not_on_sale, [(WayKind.remove, 0)]),
        (TroubleKind.out_of_stock, [(WayKind.set_quantity, 6), (WayKind.remove, 0)]),
    ]


ladders = st.lists(
    st.tuples(st.integers(1, 300), st.integers(1, 10**6)), min_size=1, max_size=5, unique_by=lambda s: s[0]
).map(
    lambda steps: tuple(
        Step(quantity, price_e4)
        for quantity, price_e4 in zip(
            sorted(q for q, _ in steps), sorted((p for _, p in steps), reverse=True), strict=True
        )
    )
)
quote_types = st.sampled_from([QuoteType.fixed, QuoteType.offer_ladder, QuoteType.sku_ladder])


@given(ladders, quote_types, st.integers(1, 400), st.integers(1, 400))
def test_more_pieces_never_raise_the_unit_price(ladder, quote_type, quantity, more) -> None:
    one = goods(ladder=ladder, quote_type=quote_type)

    few, many = price([want(one, quantity)]).lines[0], price([want(one, quantity + more)]).lines[0]

    assert many.price_e4 <= few.price_e4
    if few.next_step:
        reached = price([want(one, quantity + few.next_step.pieces_more)]).lines[0]
        assert reached.price_e4 == few.next_step.price_e4 < few.price_e4


@given(ladders, quote_types, st.lists(st.integers(1, 100), min_size=1, max_size=6), st.integers(1, 9))
def test_splitting_a_line_never_beats_the_rule(ladder, quote_type, parts, moq) -> None:
    one = goods(ladder=ladder, quote_type=quote_type, moq=moq)

    whole, split = price([want(one, sum(parts))]), price([want(one, part) for part in parts])

    assert split.amount_minor == whole.amount_minor
    assert {line.price_e4 for line in split.lines} == {whole.lines[0].price_e4}
    assert [t.code for t in split.troubles] == [t.code for t in whole.troubles]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 40)), min_size=1, max_size=8),
    st.integers(1, 30),
    st.integers(1, 7),
    st.booleans(),
)
def test_every_way_that_is_told_lessens_the_trouble(wanted, moq, lot, mixable) -> None:
    rule = MixRule(pieces=60) if mixable else None
    skus = {
        n: goods(n, n % 2, moq=moq, lot=lot, mixable=mixable, shop_mix=rule, ladder=TEN_NINE)
        for n in (1, 2, 3)
    }
    quantities: dict[int, int] = defaultdict(int)
    for sku_id, quantity in wanted:
        quantities[sku_id] += quantity

    for trouble in price([want(skus[n], q) for n, q in quantities.items()]).troubles:
        assert 1 <= len(trouble.ways) <= 2
        for way in trouble.ways:
            if way.kind not in {WayKind.set_quantity, WayKind.add_pieces, WayKind.remove}:
                continue
            after = dict(quantities)
            if way.kind is WayKind.remove:
                gone = [way.sku_id] if way.sku_id else [n for n in after if n % 2 == way.offer_id]
                after = {n: q for n, q in after.items() if n not in gone}
            else:
                after[way.sku_id] = way.quantity + (
                    after[way.sku_id] if way.kind is WayKind.add_pieces else 0
                )
            left = price([want(skus[n], q) for n, q in after.items()]).troubles
            assert (trouble.code, trouble.offer_id, trouble.sku_id) not in {
                (t.code, t.offer_id, t.sku_id) for t in left
            }
