"""Amounts in capitals, by the rules for filling in bills."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.contracts.capital import in_capitals

DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1_000}
GROUPS = {"万": 10**4, "亿": 10**8, "兆": 10**12}


@pytest.mark.parametrize(
    ("amount_minor", "said"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (50, "人民币伍角整"),
        (304, "人民币叁元零肆分"),
        (93_000, "人民币玖佰叁拾元整"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (1_680_032, "人民币壹万陆仟捌佰元叁角贰分"),
        (32_504_000, "人民币叁拾贰万伍仟零肆拾元整"),
        (10_000_000_000, "人民币壹亿元整"),
        (15_000_000_100, "人民币壹亿伍仟万零壹元整"),
        (100_050_000_004, "人民币壹拾亿零伍拾万元零肆分"),
    ],
)
def test_an_amount_is_written_as_on_a_bill(amount_minor: int, said: str) -> None:
    assert in_capitals(amount_minor) == said


@given(st.integers(min_value=0, max_value=10**15))
def test_capitals_read_back_to_the_amount(amount_minor: int) -> None:
    said = in_capitals(amount_minor)

    assert read(said) == amount_minor
    assert "零零" not in said


def read(said: str) -> int:
    """A reader of its own: digits, places and groups, whatever zeros stand between."""
    text = said.removeprefix("人民币").removesuffix("整")
    whole, _, small = text.rpartition("元")
    fen = 0
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in small:
            fen += DIGITS[small[small.index(unit) - 1]] * worth
    total = group = digit = 0
    for sign in whole:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in PLACES:
            group += digit * PLACES[sign]
            digit = 0
        else:
            total += (group + digit) * GROUPS[sign]
            group = digit = 0
    return (total + group + digit) * 100 + fen
