"""What comes in fills what is due, and where a deposit stands: pure sums."""

import random

import pytest

from huozhan.payments.bank_money import Share, payments_of_account, shared_out, virtual_account
from huozhan.payments.deposit import event_for


def test_receipts_fill_parts_in_their_order_and_the_rest_is_left_over() -> None:
    shares, left = shared_out([(1, 100), (2, 50), (3, 30)], [(11, 70), (12, 30), (13, 90), (14, 5)])

    assert shares == [Share(1, 11, 70), Share(1, 12, 30), Share(2, 13, 50), Share(3, 13, 30)]
    assert left == [(13, 10), (14, 5)]


def test_nothing_is_shared_out_before_all_that_is_due_has_come() -> None:
    with pytest.raises(AssertionError):
        shared_out([(1, 100), (2, 50)], [(11, 149)])


@pytest.mark.parametrize("seed", range(20))
def test_what_is_shared_out_is_what_came_and_what_was_due(seed: int) -> None:
    draw = random.Random(seed)
    parts = [(number, draw.randint(1, 20)) for number in range(1, draw.randint(2, 5))]
    owed, receipts = sum(amount for _, amount in parts), []
    while sum(amount for _, amount in receipts) < owed:
        receipts.append((len(receipts) + 100, draw.randint(1, 20)))

    shares, left = shared_out(parts, receipts)

    for number, amount in parts:
        assert sum(one.amount_minor for one in shares if one.order_id == number) == amount
    for number, amount in receipts:
        used = sum(one.amount_minor for one in shares if one.receipt_id == number)
        assert used + dict(left).get(number, 0) == amount
    assert min(one.amount_minor for one in shares) > 0


def test_an_account_number_is_found_again_and_a_strangers_is_not() -> None:
    number = virtual_account(123_456_789_012)

    assert 123_456_789_012 in payments_of_account(f" {number[:6]} {number[6:]} ")
    assert payments_of_account(f"1{number}") == payments_of_account("") == []


@pytest.mark.parametrize(
    ("deposit", "event"),
    [(0, "fall_below"), (299, "fall_below"), (300, "fall_low"), (999, "fall_low"), (1_000, "fill"), (5_000, "fill")],
)  # fmt: skip
def test_a_deposit_is_below_its_floor_low_or_enough(deposit: int, event: str) -> None:
    assert event_for(deposit, required=1_000, floor=300) == event
