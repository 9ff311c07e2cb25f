"""Ladders rebuilt from what was charged."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from huozhan.catalogue import Step
from huozhan.doors.market.replay_ladders import STEPS_MAX, ladder_of
from huozhan.doors.market.replay_reading import Sold


def price_at(ladder: tuple[Step, ...], quantity: int) -> int:
    """The price of the highest step that is reached."""
    return [step.price_e4 for step in ladder if step.from_quantity <= quantity][-1]


def test_a_break_in_quantity_becomes_a_step() -> None:
    sold = [Sold(1, 25500, 40), Sold(2, 25500, 10), Sold(12, 21000, 30), Sold(48, 21000, 5)]
    assert ladder_of(sold, 25500) == (Step(1, 25500), Step(12, 21000))


def test_a_price_charged_once_or_twice_is_no_step() -> None:
    assert ladder_of([Sold(1, 25500, 40), Sold(12, 21000, 2)], 25500) == (Step(1, 25500),)
    assert ladder_of([Sold(1, 25500, 40), Sold(12, 21000, 3)], 25500) == (Step(1, 25500), Step(12, 21000))


def test_a_price_that_rises_with_quantity_is_not_followed() -> None:
    assert ladder_of([Sold(1, 20000, 10), Sold(10, 30000, 9)], 30000) == (Step(1, 20000),)


def test_a_sku_that_never_had_one_price_asks_its_highest() -> None:
    assert ladder_of([Sold(6, 0, 2)], 129500) == (Step(1, 129500),)


@given(
    st.lists(
        st.builds(
            Sold,
            quantity=st.integers(1, 500),
            price_e4=st.sampled_from([0, 5000, 8500, 10000, 12500]),
            rows=st.integers(1, 9),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_every_ladder_is_sound_and_explains_no_less_than_the_best_single_price(sold: list[Sold]) -> None:
    ladder = ladder_of(sold, 12500)
    assert ladder[0].from_quantity == 1
    assert len(ladder) <= STEPS_MAX
    for above, below in pairwise(ladder):
        assert above.from_quantity < below.from_quantity
        assert above.price_e4 > below.price_e4
    explained = sum(one.rows for one in sold if one.price_e4 == price_at(ladder, one.quantity))
    for price in {one.price_e4 for one in sold} - {0}:
        assert explained >= sum(one.rows for one in sold if one.price_e4 == price)
