"""Whole baskets, to every field: as a plain second telling of the rules says."""

import random

import pytest

from huozhan.catalogue import BookPrice, Demand, Goods, MixRule, QuoteType, Source, Step, price
from huozhan.catalogue.goods import PricedLine, Trouble
from huozhan.catalogue.pricing import ladder_is_sound
from tests.catalogue import price_oracle as oracle
from tests.catalogue.price_oracle import Sku, Want

BASKETS = 150
"""Of each seed: small numbers, so that the edges of steps, lots, minimums and rules are met again and again."""
MODELS = ("fixed", "sku_price", "offer_ladder", "sku_ladder")


class Draw(random.Random):
    """Draws baskets."""

    def few(self, most: int = 12) -> int:
        """A small number."""
        return self.randint(1, most)

    def maybe(self, most: int = 12) -> int | None:
        """A small number or none."""
        return self.few(most) if self.random() < 0.6 else None

    def steps(self) -> tuple[tuple[int, int], ...]:
        """A ladder: quantities rise, prices never do."""
        starts = sorted(self.sample(range(1, 13), self.few(4)))
        return tuple(zip(starts, sorted((self.few(400) for _ in starts), reverse=True), strict=True))

    def skus(self) -> list[Sku]:
        """The SKUs of some offers of two shops."""
        made: list[Sku] = []
        rules = {shop: (self.maybe(40), self.maybe(20)) for shop in (1, 2)}
        for offer in range(11, 11 + self.few(3)):
            shop, model, shared = self.few(2), self.choice(MODELS), self.steps()
            of_all = self.few(), self.choice((1, 1, 2, 3, 5))
            is_mixable, is_on_sale = self.random() < 0.5, self.random() < 0.9
            for _ in range(self.few(2)):
                own = shared if model in {"fixed", "offer_ladder"} else self.steps()
                made.append(
                    Sku(
                        len(made) + 1, offer, shop, model, own[:1] if model == "sku_price" else own, *of_all,
                        self.randint(0, 20), is_mixable, *rules[shop], is_on_sale, self.maybe(400), self.books(),
                    )
                )  # fmt: skip
        return made

    def books(self) -> tuple[tuple[str, int, int], ...]:
        """What up to three rows of books say of a SKU."""
        rows = [(self.choice(oracle.BOOKS), self.few(), self.few(400)) for _ in range(self.randint(0, 3))]
        return tuple({row[:2]: row for row in rows}.values()) if self.random() < 0.4 else ()

    def basket(self) -> list[Want]:
        """Some lines of some SKUs; a SKU may stand in several, and once as a sample."""
        choice = self.skus()
        wants = [Want(sku, self.few()) for sku in choice if sku is choice[0] or self.random() < 0.7]
        wants += [Want(sku, self.few()) for sku in choice if self.random() < 0.2]
        wants += [Want(sku, self.few(), is_sample=True) for sku in choice if self.random() < 0.2]
        self.shuffle(wants)
        return wants


def demand_of(want: Want) -> Demand:
    """A line of the oracle as the market is asked for it."""
    sku, is_priced = want.sku, want.sku.model == "sku_price"
    rule = MixRule(amount_minor=sku.mix_fen, pieces=sku.mix_pieces)
    goods = Goods(
        sku_id=sku.number, offer_id=sku.offer, seller_id=sku.shop, offer_version=1,
        quote_type=QuoteType(sku.model), ladder=() if is_priced else tuple(Step(*step) for step in sku.steps),
        price_e4=sku.steps[0][1] if is_priced else None, moq=sku.moq, lot=sku.lot, free=sku.free,
        mixable=sku.is_mixable, shop_mix=None if (sku.mix_fen, sku.mix_pieces) == (None, None) else rule,
        on_sale=sku.is_on_sale, sample_price_e4=sku.sample,
    )  # fmt: skip
    books = tuple(
        BookPrice(source=Source(source), book_id=1, version=1, from_quantity=start, price_e4=at)
        for source, start, at in sku.books
    )
    return Demand(goods=goods, quantity=want.pieces, books=books, sample=want.is_sample)


def line_told(line: PricedLine) -> oracle.Line:
    """What the market says of a line, as the oracle says it."""
    following = (line.next_step.pieces_more, line.next_step.price_e4) if line.next_step else None
    return oracle.Line(
        line.price_e4, line.list_price_e4, line.basis, line.amount_minor, line.counted_quantity,
        line.step_from, following,
    )  # fmt: skip


def trouble_told(trouble: Trouble) -> oracle.Trouble:
    """What the market says of a trouble, as the oracle says it."""
    ways = [
        (way.kind.value, way.sku_id, way.quantity, way.amount_minor, way.cost_minor) for way in trouble.ways
    ]
    return oracle.Trouble(trouble.code, trouble.offer_id, trouble.sku_id, dict(trouble.facts), ways)


@pytest.mark.parametrize("seed", range(6))
def test_a_basket_is_told_as_the_rules_tell_it(seed: int) -> None:
    draw = Draw(seed)
    for _ in range(BASKETS):
        wants = draw.basket()
        priced = price([demand_of(want) for want in wants])

        assert [line_told(line) for line in priced.lines] == oracle.lines(wants)
        assert [trouble_told(trouble) for trouble in priced.troubles] == oracle.troubles(wants)


@pytest.mark.parametrize(
    ("ladder", "is_sound"),
    [
        (((1, 9),), True), (((1, 9), (5, 9), (6, 8)), True), (((2, 9), (2, 8)), False),
        (((2, 9), (1, 8)), False), (((1, 8), (2, 9)), False), (((1, 8), (2, 9), (3, 1)), False),
    ],
)  # fmt: skip
def test_quantities_of_a_ladder_rise_and_its_prices_never_do(
    ladder: tuple[tuple[int, int], ...], is_sound: bool
) -> None:
    assert ladder_is_sound([Step(*step) for step in ladder]) is is_sound


def test_nothing_is_priced_by_no_pieces() -> None:
    one = demand_of(Want(Sku(1, 1, 1, "fixed", ((1, 100),)), 1))

    with pytest.raises(AssertionError):
        price([Demand(goods=one.goods, quantity=0)])
