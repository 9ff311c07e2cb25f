"""Which goods go together: pairs of enough buyers only, the planted ones first, the same every time."""

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan.insight.neighbours import neighbours_of

PAIRS = st.sets(st.tuples(st.integers(1, 12), st.integers(100, 109)), max_size=90)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.integers(2, 4))
def test_no_pair_tells_of_fewer_buyers_than_the_rule_says(pairs: set[tuple[int, int]], least: int) -> None:
    found = neighbours_of(pairs, least_buyers=least, items_most=50, kept=5, regular=3)

    together: Counter[frozenset[int]] = Counter()
    for buyer in {buyer for buyer, _ in pairs}:
        own = sorted(item for who, item in pairs if who == buyer)
        together.update(map(frozenset, combinations(own, 2)))
    for item, some in found.items():
        assert 0 < len(some) <= 5
        for one in some:
            assert one.item != item
            assert one.weight_ppm > 0
            assert one.buyers == together[frozenset((item, one.item))] >= least


def test_what_is_stocked_together_comes_before_what_everybody_stocks() -> None:
    kettles, cups, bags = 1, 2, 3
    pairs = {(buyer, bags) for buyer in range(40)}
    pairs |= {(buyer, item) for buyer in range(12) for item in (kettles, cups)}

    found = neighbours_of(pairs, least_buyers=3, items_most=10, kept=5, regular=5)

    assert found[kettles][0].item == cups
    assert found[kettles][0].buyers == 12
    assert found == neighbours_of(
        sorted(pairs, reverse=True), least_buyers=3, items_most=10, kept=5, regular=5
    )


def test_of_too_many_items_the_most_bought_take_part() -> None:
    pairs = {(buyer, item) for item in range(1, 9) for buyer in range(item + 3)}

    found = neighbours_of(pairs, least_buyers=2, items_most=3, kept=5, regular=1)

    assert set(found) <= {6, 7, 8}
    assert neighbours_of([(1, 1), (2, 1)], least_buyers=2, items_most=3, kept=5, regular=1) == {}
