"""Money: the vectors of the domain rules (B5.4, B9), and what must hold of every amount."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.kernel.money import (
    divide_half_up,
    line_amount_minor,
    net_of_vat,
    price_written,
    share_bp,
    split,
    written,
)

amounts = st.integers(0, 10**12)


def test_half_a_fen_goes_up_where_bankers_would_go_down() -> None:
    assert line_amount_minor(350, 3_331) == 11_659
    assert (divide_half_up(5, 2), divide_half_up(-5, 2)) == (3, -3)


def test_a_quantity_may_count_parts_of_its_unit() -> None:
    """1,500 kilograms at 2,000.00 a ton."""
    assert line_amount_minor(20_000_000, 1_500, quantity_factor=1_000) == 300_000


@pytest.mark.parametrize(
    ("gross", "vat_bp", "parts"),
    [(2_000, 600, (1_887, 113)), (11_300, 1_300, (10_000, 1_300)), (100, 1_300, (88, 12))],
)
def test_the_tax_inside_an_amount(gross: int, vat_bp: int, parts: tuple[int, int]) -> None:
    assert net_of_vat(gross, vat_bp) == parts


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1_000, [3_333, 3_333, 3_334], [333, 333, 334]),
        (100, [1, 1, 1], [34, 33, 33]),
        (99_999, [3, 6, 1], [30_000, 59_999, 10_000]),
        (4_750, [3, 7], [1_425, 3_325]),
        (7, [0, 0], [4, 3]),
    ],
)
def test_a_split_gives_what_is_left_to_the_largest_remainder(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert split(total, weights) == parts


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_parts_add_up_and_none_is_a_fen_from_exact(total: int, weights: list[int]) -> None:
    parts = split(total, weights)

    assert sum(parts) == total
    whole = sum(weights) or len(weights)
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1


@given(amounts, st.integers(0, 10_000))
def test_net_and_tax_add_up(gross: int, vat_bp: int) -> None:
    net, tax = net_of_vat(gross, vat_bp)

    assert net + tax == gross
    assert abs(net - Fraction(gross * 10_000, 10_000 + vat_bp)) <= Fraction(1, 2)


@given(amounts, st.integers(0, 10_000))
def test_a_rate_is_never_more_than_half_a_fen_off(amount: int, rate_bp: int) -> None:
    exact = Fraction(amount * rate_bp, 10_000)

    assert 0 <= share_bp(amount, rate_bp) - exact + Fraction(1, 2) <= 1


@pytest.mark.parametrize(
    ("amount_minor", "text"),
    [(0, "0.00"), (7, "0.07"), (100, "1.00"), (123_450, "1,234.50"), (100_000_099, "1,000,000.99")],
)
def test_an_amount_is_written_in_major_units(amount_minor: int, text: str) -> None:
    assert written(amount_minor) == text


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: divide_half_up(1, 0),
        lambda: divide_half_up(1, -2),
        lambda: split(1, []),
        lambda: split(-1, [1]),
        lambda: split(1, [2, -1]),
    ],
)
def test_what_only_a_bug_asks_for_stops(wrong: Callable[[], object]) -> None:
    with pytest.raises(AssertionError):
        wrong()


def test_a_whole_quotient_is_itself() -> None:
    assert (divide_half_up(3, 1), divide_half_up(-3, 1)) == (3, -3)


@pytest.mark.parametrize(
    ("price_e4", "text"),
    [
        (0, "0.00"),
        (5, "0.0005"),
        (350, "0.035"),
        (1_000, "0.10"),
        (120_000, "12.00"),
        (123_456, "12.3456"),
        (10_000_500, "1000.05"),
    ],
)
def test_a_unit_price_is_written_with_as_many_digits_as_it_has(price_e4: int, text: str) -> None:
    assert price_written(price_e4) == text
