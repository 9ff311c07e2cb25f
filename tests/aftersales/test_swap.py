"""What another SKU costs more or less, in whole fen, against fractions: equal goods differ by nothing, whatever was taken off."""

import random
from fractions import Fraction

import msgspec
import pytest

from huozhan.aftersales.swap import Wanted, difference_of, given_back
from huozhan.kernel.shapes import Bilingual
from huozhan.ordering import Line
from tests.aftersales.test_case import line as a_line

LINE = Line(
    line_no=1, sku_id=1, offer_id=1, offer_version=1, category_id="c", title=Bilingual("衬衫"),
    options=Bilingual("M"), picture=None, unit="piece", quantity=10, price_e4=200_000, goods_minor=20_000,
    freight_minor=0, basis="sku", step_from=0, is_sample=False, weight_g=0,
)  # fmt: skip


def of(line: Line, *, back: int, price: int, wanted: int, own: int = 200_000, most: int = 10**9) -> int:
    return difference_of(line, own_e4=own, returned=back, price_e4=price, wanted=wanted, most_minor=most)


def test_equal_goods_differ_by_nothing_whatever_was_taken_off() -> None:
    for seed in range(300):
        dice = random.Random(seed)
        own, quantity = dice.randint(1, 900_000), dice.randint(1, 5_000)
        goods = dice.randint(1, 10**7)
        line = msgspec.structs.replace(
            LINE, quantity=quantity, goods_minor=goods, subsidy_minor=dice.randint(0, goods)
        )
        back = dice.randint(1, quantity)
        assert of(line, back=back, price=own, wanted=back, own=own) == 0


def test_the_difference_is_the_exact_one_rounded_half_up_away_from_nothing() -> None:
    for seed in range(600):
        dice = random.Random(seed)
        own, price = dice.randint(1, 900_000), dice.randint(1, 900_000)
        quantity, goods = dice.randint(1, 5_000), dice.randint(1, 10**7)
        subsidy = dice.choice((0, dice.randint(0, goods)))
        line = msgspec.structs.replace(LINE, quantity=quantity, goods_minor=goods, subsidy_minor=subsidy)
        back, wanted = dice.randint(1, quantity), dice.randint(1, quantity)
        more = price * wanted - own * back
        exact = Fraction(more * (goods if more > 0 else goods - subsidy), own * quantity)
        rounded = int(abs(exact) + Fraction(1, 2)) * (1 if exact > 0 else -1)
        assert of(line, back=back, price=price, wanted=wanted, own=own) == rounded


def test_no_difference_gives_back_more_than_could_be_asked() -> None:
    assert of(LINE, back=10, price=1, wanted=1, most=20_000) == -20_000
    assert of(LINE, back=10, price=1, wanted=1, most=12_345) == -12_345
    assert of(LINE, back=3, price=180_000, wanted=3, most=6_000) == -600


def test_dearer_goods_cost_what_their_seller_asks_and_cheaper_ones_give_the_buyers_share() -> None:
    """The market paid a fifth: it pays nothing of what is dearer, and has its share of what is cheaper."""
    helped = msgspec.structs.replace(LINE, subsidy_minor=4_000)
    assert of(helped, back=5, price=240_000, wanted=5) == 2_000
    assert of(helped, back=5, price=180_000, wanted=5) == -800


@pytest.mark.parametrize(
    ("more", "back", "shares"), [((-600, 400), 200, [200, 0]), ((-5, -5), 10, [5, 5]), ((-7, -2), 3, [2, 1])]
)
def test_what_goes_back_is_shared_out_over_what_is_cheaper(
    more: tuple[int, int], back: int, shares: list[int]
) -> None:
    lines = [msgspec.structs.replace(a_line(1_000, 80), line_no=line_no) for line_no in (1, 2)]
    wanted = {
        line_no: Wanted(
            line_no=line_no, sku_id=9, options=Bilingual("L"), quantity=1, price_e4=1, difference_minor=minor
        )
        for line_no, minor in enumerate(more, 1)
    }
    given = given_back(lines, wanted, back)
    assert [(line.goods_minor, line.freight_minor) for line in given] == [(part, 0) for part in shares]
