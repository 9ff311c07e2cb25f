"""What promotions take off where amounts are small: every least amount, step and last fen is met again and again."""

import random

import msgspec
import pytest

from huozhan.promotion import best, cut, nudges
from huozhan.promotion.cutting import Till, allocate
from tests.promotion import oracle
from tests.promotion.oracle import Deal, Goods
from tests.promotion.test_cutting import OPENING, bought, coupon_of, promotion_of

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


def ways_of(held: list[Deal]) -> list[list[Deal]]:
    """Every choice of at most one coupon of each shop and of the market."""
    ways: list[list[Deal]] = [[]]
    for shop in sorted({deal.shop for deal in held}, key=lambda shop: shop == 0):
        ways = [[*way, *one] for way in ways for one in ([], *([c] for c in held if c.shop == shop))]
    return ways


def taken_off(lines: list[Goods], made: list[Deal], used: list[Deal]) -> int:
    """What some coupons take off together."""
    off = oracle.reckon(lines, made + used).off
    return sum(off["shop_coupon"]) + sum(off["platform_coupon"])


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


@pytest.mark.parametrize("seed", range(5))
def test_of_all_choices_the_one_that_takes_off_most_by_the_fewest_coupons_is_made(seed: int) -> None:
    draw = Draw(seed)
    for _ in range(BASKETS):
        lines, made, held = draw.lines(), draw.deals(), draw.coupons()
        worth = {tuple(deal.number for deal in way): taken_off(lines, made, way) for way in ways_of(held)}

        chosen = best(
            [bought(line) for line in lines],
            [promotion_of(deal) for deal in made],
            [coupon_of(deal) for deal in held],
        )

        numbers = tuple(one.coupon_id for one in chosen)
        by_number = {deal.number: deal for deal in held}
        assert taken_off(lines, made, [by_number[number] for number in numbers]) == max(worth.values())
        assert len(numbers) == min(len(way) for way, off in worth.items() if off == max(worth.values()))


def test_who_holds_very_many_coupons_gets_the_best_of_each_shop_and_then_the_markets() -> None:
    lines = [Goods(shop, 1, 1, 1_000) for shop in (1, 2, 3)]
    of_shops = [
        Deal(100 * shop + n, shop, "shop_coupon", off=10 * n if n < 9 else 5)
        for shop in (1, 2, 3)
        for n in range(1, 11)
    ]
    markets = [
        Deal(1, 0, "platform_coupon", least=2_760, off=50),
        Deal(2, 0, "platform_coupon", least=2_761, off=90),
    ]

    chosen = best([bought(line) for line in lines], [], [coupon_of(deal) for deal in of_shops + markets])

    assert {one.coupon_id for one in chosen} == {108, 208, 308, 1}


def test_of_two_coupons_of_one_promotion_the_one_that_ends_first_is_used() -> None:
    one = coupon_of(Deal(7, 1, "shop_coupon", off=5))
    sooner = msgspec.structs.replace(one, coupon_id=9, usable_until=OPENING)

    assert best([bought(Goods(1, 1, 1, 100))], [], [one, sooner]) == (sooner,)
