"""A purchase falls into shares, each with its freight, allocated to the last fen. Pure."""

import pytest

from huozhan.catalogue import FreightTemplate, Goods, MixRule, QuoteType, Step
from huozhan.catalogue.freight import ChargeBy, Tariff
from huozhan.ordering.purchase import assemble
from huozhan.ordering.store.carts import CartLine

YIWU, FOSHAN = 1, 2
PLAIN = FreightTemplate(
    template_id=9,
    charge_by=ChargeBy.weight,
    tariff=Tariff(first_unit=1_000, first_fee_minor=600, next_unit=1_000, next_fee_minor=100),
    undeliverable=("650000",),
)
CHENGDU, URUMQI = "510104", "650102"


def goods(sku_id: int, seller_id: int = YIWU, **changes: object) -> Goods:
    plain: dict[str, object] = {
        "sku_id": sku_id,
        "offer_id": sku_id // 10,
        "seller_id": seller_id,
        "offer_version": 1,
        "quote_type": QuoteType.offer_ladder,
        "ladder": (Step(1, 100_000), Step(100, 90_000)),
        "free": 1_000,
        "weight_g": 100,
        "freight_template_id": 9,
    }
    return Goods(**plain | changes)  # type: ignore[arg-type]


def shares_of(*wanted: tuple[Goods, int], region: str = CHENGDU):
    lines = [CartLine(one.sku_id, False, quantity) for one, quantity in wanted]
    return assemble(lines, {one.sku_id: one for one, _ in wanted}, {9: PLAIN}, region, {})


def test_one_order_comes_of_each_seller_and_freight_template() -> None:
    made = shares_of(
        (goods(10), 5), (goods(20, freight_template_id=0), 5), (goods(30, FOSHAN), 5), (goods(11), 5)
    )

    assert [
        (s.seller_id, s.freight_template_id, [line.goods.sku_id for line in s.lines]) for s in made.shares
    ] == [
        (YIWU, 0, [20]),
        (YIWU, 9, [10, 11]),
        (FOSHAN, 9, [30]),
    ]


def test_a_ladder_counts_over_the_offer_or_over_each_sku_as_it_says() -> None:
    together = shares_of((goods(10), 60), (goods(11), 60))
    apart = shares_of(
        (goods(10, quote_type=QuoteType.sku_ladder), 60), (goods(11, quote_type=QuoteType.sku_ladder), 60)
    )

    assert [line.priced.price_e4 for line in together.shares[0].lines] == [90_000, 90_000]
    assert [line.priced.price_e4 for line in apart.shares[0].lines] == [100_000, 100_000]


@pytest.mark.parametrize(("weight_g", "fee"), [(800, 600), (1_000, 600), (1_001, 700), (3_200, 900)])
def test_freight_is_counted_over_the_whole_share(weight_g: int, fee: int) -> None:
    made = shares_of((goods(10, weight_g=weight_g - 1), 1), (goods(20, weight_g=1), 1))

    assert made.shares[0].freight_minor == fee


def test_freight_is_allocated_to_lines_by_their_amounts_with_nothing_lost() -> None:
    made = shares_of((goods(10), 4), (goods(20), 4), (goods(30), 4))

    (share,) = made.shares
    assert [line.freight_minor for line in share.lines] == [234, 233, 233]
    assert share.freight_minor == 700


def test_a_seller_who_pays_the_freight_asks_for_none() -> None:
    assert shares_of((goods(10, freight_template_id=0, weight_g=50_000), 9)).shares[0].freight_minor == 0


def test_where_a_seller_does_not_deliver_is_said() -> None:
    made = shares_of((goods(10), 1), (goods(30, FOSHAN, freight_template_id=0), 1), region=URUMQI)

    assert made.undeliverable == (YIWU,)


def test_lots_and_minimums_come_with_ways_out() -> None:
    by_dozens = shares_of((goods(10, lot=12), 30))
    too_few = shares_of((goods(10, moq=10), 4))

    assert [way.quantity for way in by_dozens.troubles[0].ways] == [24, 36]
    assert [(t.code, t.facts) for t in too_few.troubles] == [("below_minimum", {"quantity": 4, "moq": 10})]


def test_a_mixed_batch_lets_few_pieces_of_one_offer_through() -> None:
    rule = MixRule(amount_minor=30_000, pieces=30)
    mixed = shares_of(
        (goods(10, moq=10, mixable=True, shop_mix=rule), 4),
        (goods(20, moq=10, mixable=True, shop_mix=rule), 26),
    )
    apart = shares_of(
        (goods(10, moq=10, mixable=False, shop_mix=rule), 4),
        (goods(20, moq=10, mixable=True, shop_mix=rule), 26),
    )

    assert mixed.troubles == ()
    assert [trouble.offer_id for trouble in apart.troubles] == [1]


def test_what_cannot_be_bought_is_set_apart_with_its_reason() -> None:
    wanted = [CartLine(10, False, 1), CartLine(20, False, 1), CartLine(30, True, 1), CartLine(40, False, 1)]
    there = {20: goods(20, on_sale=False), 30: goods(30), 40: goods(40, free=0)}

    made = assemble(wanted, there, {}, CHENGDU, {})

    assert [line.why for line in made.invalid] == ["gone", "not_on_sale", "no_sample", "sold_out"]
    assert made.shares == ()
