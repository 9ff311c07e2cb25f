"""What promotions take off where amounts are small: every least amount, step and last fen is met again and again."""

import random

import pytest

from huozhan.promotion import cut, nudges
from huozhan.promotion.cutting import Till, allocate
from tests.promotion import oracle
from tests.promotion.oracle import Deal, Goods
from tests.promotion.test_cutting import bought, coupon_of, promotion_of

BASKETS = 120


class Draw(random.Random):
    """Draws lines of a few fen, and deals about them."""

    def lines(self) -> list[Goods]:
        """Some lines of two shops."""
        return [
            Goods(
                self.randint(1, 2), self.randint(1, 3), self.randint(1, 6), self.randint(0, 12),
                plain=self.random() < 0.1, no_coupons=self.random() < 0.2,
            )
            for _ in range(self.randint(1, 5))
        ]  # fmt: skip

    def deals(self) -> list[Deal]:
        """Sales and full reductions."""
        found = []
        for number in range(1, self.randint(0, 5) + 1):
            shop, offers = self.randint(1, 2), tuple(self.sample((1, 2, 3), self.choice((0, 0, 1, 2))))
            if self.random() < 0.4:
                rate, piece = self.choice(((self.randint(1, 9_999), 0), (0, self.randint(1, 500))))
                found.append(Deal(number, shop, "item", offers, rate, piece))
            else:
                starts = sorted(self.sample(range(2, 25), self.randint(1, 3)))
                offs = sorted(self.sample(range(1, 15), len(starts)))
                found.append(Deal(number, shop, "full", offers, steps=tuple(zip(starts, offs, strict=True))))
        return found

    def coupons(self) -> list[Deal]:
        """Several coupons of each shop and of the market."""
        found = []
        for number in self.sample(range(101, 110), self.randint(0, 5)):
            shop, off = self.randint(0, 2), self.randint(1, 12)
            least = self.choice((0, self.randint(1, 24)))
            kind = "shop_coupon" if shop else "platform_coupon"
            found.append(Deal(number, shop, kind, least=least, off=off))
        return found


def chosen_of(lines: list[Goods], made: list[Deal], held: list[Deal]) -> list[Deal]:
    """The coupon of each shop and then of the market that takes off most; of equal ones the older."""
    used: list[Deal] = []
    for shop in [*dict.fromkeys(line.shop for line in lines), 0]:
        step = "shop_coupon" if shop else "platform_coupon"
        before = sum(oracle.reckon(lines, made + used).off.get(step, []))
        worth = {
            deal.number: sum(oracle.reckon(lines, [*made, *used, deal]).off[step]) - before
            for deal in held
            if deal.shop == shop
        }
        if worth:
            number = min(worth, key=lambda one: (-worth[one], one))
            used += [deal for deal in held if deal.number == number]
    return used


def nudges_of(lines: list[Goods], made: list[Deal]) -> list[tuple[int, int, int, int, int]]:
    """Each shop's nearest step that takes off more than the best one reached: shop, promotion, from, off, missing."""
    left = oracle.reckon(lines, [deal for deal in made if deal.kind == "item"]).left
    found = []
    for shop in dict.fromkeys(line.shop for line in lines):
        worth = {
            deal.number: sum(
                fen for fen, line in zip(left, lines, strict=True)
                if line.shop == shop and not line.plain and (not deal.offers or line.offer in deal.offers)
            )
            for deal in made
        }  # fmt: skip
        steps = [
            (deal.number, start, off)
            for deal in made if deal.kind == "full" and deal.shop == shop
            for start, off in deal.steps
        ]  # fmt: skip
        reached = max((off for number, start, off in steps if worth[number] >= start), default=0)
        ahead = [
            (start - worth[number], number, start, off)
            for number, start, off in steps
            if start > worth[number] and off > reached
        ]
        if ahead:
            missing, number, start, off = min(ahead)
            found.append((shop, number, start, off, missing))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_small_baskets_are_cut_as_the_rules_say(seed: int) -> None:
    draw = Draw(seed)
    for _ in range(BASKETS):
        lines, made, held = draw.lines(), draw.deals(), draw.coupons()
        used = chosen_of(lines, made, held)
        expected = oracle.reckon(lines, made + used).off

        cuts = cut(
            [bought(line) for line in lines],
            [promotion_of(deal) for deal in made],
            [coupon_of(deal) for deal in held],
        )

        assert [(one.step, one.line, one.amount_minor) for one in cuts if one.amount_minor <= 0] == []
        off = {step: [0] * len(lines) for step in expected}
        for one in cuts:
            off[one.step][one.line] += one.amount_minor
        assert off == expected
        assert {one.coupon_id for one in cuts if one.coupon_id} <= {deal.number for deal in used}


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_step_that_is_worth_more_is_told(seed: int) -> None:
    draw = Draw(seed)
    for _ in range(BASKETS):
        lines, made = draw.lines(), draw.deals()

        told = nudges([bought(line) for line in lines], [promotion_of(deal) for deal in made])

        assert [
            (one.seller_id, one.promotion_id, one.from_minor, one.off_minor, one.missing_minor)
            for one in told
        ] == nudges_of(lines, made)


@pytest.mark.parametrize(
    ("off", "nets"),
    [(799, [4, 4, 0, 313, 2, 20, 0, 461]), (5_760, [0, 1_973, 3, 4, 969, 2, 2, 2_809])],
)
def test_what_small_lines_cannot_bear_fills_no_other_beyond_its_last_fen(off: int, nets: list[int]) -> None:
    parts = allocate(off, nets)

    assert parts == oracle.spread(off, nets)
    assert [net - part for part, net in zip(parts, nets, strict=True) if 0 < net <= part] == []


def test_a_shop_takes_the_markets_coupons_where_one_of_its_lines_does() -> None:
    till = Till(
        [bought(Goods(1, 1, 1, 9, no_coupons=True)), bought(Goods(2, 1, 1, 9)), bought(Goods(1, 2, 1, 9))]
    )

    assert [till.takes_market_coupon(shop) for shop in (1, 2, 3)] == [True, True, False]
    assert not Till([bought(Goods(1, 1, 1, 9, no_coupons=True))]).takes_market_coupon(1)
