"""Terms: by when goods are to be paid, with the vectors of domain rule B9, and how long a term can last."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.credit.term import TermKind, due_on, longest_days, working_day_after

MONTHLY, TWO, THREE, AFTER = TermKind


@pytest.mark.parametrize(
    ("kind", "day", "received_on", "due"),
    [
        (MONTHLY, 31, date(2027, 2, 10), date(2027, 2, 28)),  # the vector of B9: the month's day is missing
        (MONTHLY, 31, date(2028, 2, 10), date(2028, 2, 29)),
        (MONTHLY, 31, date(2027, 2, 28), date(2027, 3, 31)),  # received on the set day: the next one
        (MONTHLY, 15, date(2026, 3, 14), date(2026, 3, 15)),
        (MONTHLY, 15, date(2026, 3, 16), date(2026, 4, 15)),
        (MONTHLY, 5, date(2026, 12, 20), date(2027, 1, 5)),
        (TWO, 31, date(2026, 3, 1), date(2026, 4, 30)),
        (TWO, 10, date(2026, 4, 10), date(2026, 6, 10)),
        (TWO, 31, date(2026, 12, 31), date(2027, 2, 28)),
        (THREE, 25, date(2026, 1, 2), date(2026, 3, 25)),
        (THREE, 31, date(2026, 3, 31), date(2026, 6, 30)),
        (THREE, 25, date(2026, 12, 26), date(2027, 3, 25)),
        (AFTER, 30, date(2027, 1, 31), date(2027, 3, 2)),
        (AFTER, 1, date(2026, 2, 28), date(2026, 3, 1)),
    ],
)
def test_goods_are_due_by(kind: TermKind, day: int, received_on: date, due: date) -> None:
    assert due_on(kind, day, received_on) == due


@given(
    st.sampled_from(TermKind),
    st.integers(1, 31),
    st.dates(date(2020, 1, 1), date(2100, 12, 31)),
)
def test_no_term_is_longer_than_it_can_be_said_to_be(kind: TermKind, day: int, received_on: date) -> None:
    days = (due_on(kind, day, received_on) - received_on).days

    assert 0 < days <= longest_days(kind, day)


@pytest.mark.parametrize("kind", TermKind)
def test_the_longest_wait_is_reached(kind: TermKind) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(1_500)]

    assert max((due_on(kind, 31, day) - day).days for day in days) == longest_days(kind, 31)


def test_working_days_leave_the_weekend_out() -> None:
    friday = date(2026, 3, 6)

    assert working_day_after(friday, 1) == date(2026, 3, 9)
    assert working_day_after(friday, 5) == date(2026, 3, 13)
    assert working_day_after(date(2026, 3, 7), 1) == date(2026, 3, 9)
