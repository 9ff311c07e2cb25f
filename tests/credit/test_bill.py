"""Bills: how payments meet them, whatever the sequence, and what being late costs."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huozhan.credit.bill import Bill, BillState, is_settled, pay_off

DUE = date(2026, 3, 31)


def bill(
    number: int = 1, amount: int = 10_000, *, due: date = DUE, commission: int = 0, vat: int = 0
) -> Bill:
    return Bill(
        bill_id=number, order_id=number, order_number=str(number), state=BillState.stated, amount_minor=amount,
        commission_minor=commission, vat_minor=vat, received_on=due - timedelta(days=30), due_on=due,
        interest_bp=5, interest_on=due - timedelta(days=30),
    )  # fmt: skip


def test_the_oldest_due_is_paid_first() -> None:
    later, sooner = bill(1, 10_000, due=date(2026, 4, 30)), bill(2, 4_000)

    done, left = pay_off([later, sooner], 6_000)

    assert [(one.bill.bill_id, one.principal_minor) for one in done] == [(2, 4_000), (1, 2_000)]
    assert left == 0


def test_what_is_beyond_the_debt_is_left_over() -> None:
    done, left = pay_off([bill()], 12_345)

    assert (done[0].principal_minor, left) == (10_000, 2_345)
    assert is_settled(done[0].bill)


@pytest.mark.parametrize(
    ("days", "interest"),
    [(-1, 0), (0, 0), (1, 5), (10, 50), (365, 1_825)],
)
def test_interest_counts_from_the_day_after_the_due_day(days: int, interest: int) -> None:
    assert bill().accrued(DUE + timedelta(days=days)).interest_minor == interest


def test_interest_is_paid_before_the_bill_and_counted_on_what_is_left() -> None:
    late = bill().accrued(DUE + timedelta(days=10))
    (paid,), left = pay_off([late], 5_050)

    assert (paid.interest_minor, paid.principal_minor, left) == (50, 5_000, 0)
    assert paid.bill.accrued(DUE + timedelta(days=20)).interest_open_minor == 25


def test_what_is_disputed_is_neither_due_nor_costs_interest_and_is_paid_last() -> None:
    questioned = msgspec.structs.replace(bill(1), disputed_minor=4_000)
    other = bill(2, 1_000, due=date(2026, 5, 31))

    assert questioned.accrued(DUE + timedelta(days=10)).interest_minor == 30
    done, left = pay_off([questioned, other], 7_500)
    assert {one.bill.bill_id: one.principal_minor for one in done} == {1: 6_500, 2: 1_000}
    assert (done[0].bill.disputed_minor, left) == (3_500, 0)


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 900)), min_size=1, max_size=6),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=12),
)
def test_any_sequence_of_payments_ends_at_the_same_commission(
    made: list[tuple[int, int]], amounts: list[int]
) -> None:
    """Commission and tax are shares of running totals: whatever comes in parts adds up to the whole."""
    bills = {
        n: bill(n, amount, due=DUE + timedelta(days=n), commission=amount * bp // 10_000, vat=amount * bp // 90_000)
        for n, (amount, bp) in enumerate(made)
    }  # fmt: skip
    owed = sum(one.amount_minor for one in bills.values())
    commission = vat = seller = beyond = 0
    for amount in [*amounts, owed]:
        done, left = pay_off([one for one in bills.values() if not is_settled(one)], amount)
        assert sum(one.principal_minor + one.interest_minor for one in done) + left == amount
        for one in done:
            before = bills[one.bill.bill_id]
            assert one.bill.paid_minor == before.paid_minor + one.principal_minor <= before.amount_minor
            assert 0 <= one.commission_minor + one.vat_minor <= one.principal_minor + 1
            commission, vat = commission + one.commission_minor, vat + one.vat_minor
            seller += one.principal_minor - one.commission_minor - one.vat_minor
            bills[one.bill.bill_id] = one.bill
        beyond += left

    assert all(is_settled(one) for one in bills.values())
    assert commission == sum(one.commission_minor for one in bills.values())
    assert vat == sum(one.vat_minor for one in bills.values())
    assert seller + commission + vat == owed
    assert beyond == sum(amounts)


def test_interest_and_principal_that_are_equal_are_both_paid() -> None:
    late = bill().accrued(DUE + timedelta(days=10))
    (paid,), left = pay_off([late], 100)

    assert (paid.interest_minor, paid.principal_minor, left) == (50, 50, 0)


def test_interest_of_a_bill_that_is_met_twice_counts_once() -> None:
    late = msgspec.structs.replace(bill(), disputed_minor=4_000, reduced_minor=1_000).accrued(
        DUE + timedelta(days=10)
    )
    (paid,), left = pay_off([late], 9_100)

    assert late.open_minor == 9_000
    assert (paid.interest_minor, paid.principal_minor, left) == (25, 9_000, 75)
    assert is_settled(paid.bill)
