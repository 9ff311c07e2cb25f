"""The money of a line: running shares that end at exactly the amount, whatever the sequence."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.kernel.ids import human_number, ids_of_human_number
from huozhan.kernel.shapes import Bilingual
from huozhan.ordering.order import Line


def line(quantity: int, goods_minor: int, freight_minor: int = 0) -> Line:
    return Line(
        line_no=1,
        sku_id=1,
        offer_id=1,
        offer_version=1,
        category_id="",
        title=Bilingual(),
        options=Bilingual(),
        picture=None,
        unit="piece",
        quantity=quantity,
        price_e4=0,
        goods_minor=goods_minor,
        freight_minor=freight_minor,
        basis="ladder",
        step_from=1,
        is_sample=False,
        weight_g=0,
    )


def test_the_last_unit_takes_the_remainder() -> None:
    three = line(3, 1_000, 100)

    first = three.share_of(1)
    second = msgspec.structs.replace(three, received=1).share_of(1)
    third = msgspec.structs.replace(three, received=1, refunded=1).share_of(1)

    assert [first, second, third] == [(333, 33), (334, 34), (333, 33)]


@given(
    st.integers(1, 400),
    st.integers(0, 10**9),
    st.integers(0, 10**5),
    st.lists(st.tuples(st.booleans(), st.integers(1, 60))),
)
def test_any_sequence_of_refunds_and_releases_ends_at_the_amount(
    quantity: int, goods: int, freight: int, steps: list[tuple[bool, int]]
) -> None:
    current, paid_out = line(quantity, goods, freight), [0, 0]
    for refund, wanted in [*steps, (False, quantity)]:
        units = min(wanted, current.quantity - current.settled)
        share = current.share_of(units)
        assert abs(share[0] - goods * units / quantity) <= 1
        paid_out = [paid_out[0] + share[0], paid_out[1] + share[1]]
        field = "refunded" if refund else "received"
        current = msgspec.structs.replace(current, **{field: getattr(current, field) + units})

    assert paid_out == [goods, freight]


@given(st.integers(0, 2**63 - 1))
def test_a_number_leads_back_to_its_order(order_id: int) -> None:
    assert order_id in ids_of_human_number(human_number(order_id))


@pytest.mark.parametrize(
    "text", ["", "abc", "12", "１２３４５６７８９０１２３４５６７８９", "-000000000000000001"]
)
def test_what_is_no_number_leads_nowhere(text: str) -> None:
    assert ids_of_human_number(text) == []
