"""A loan's own sums, and what the lender's word makes of it (B1.5c)."""

import pytest

from huozhan.finance.loan import Loan, LoanState, event_of_word

S = LoanState


def loan(state: LoanState = S.active, **told: object) -> Loan:
    """A loan of 100.00 of which 60.00 is captured and told."""
    known: dict[str, object] = {
        "order_id": 1, "payment_id": 2, "order_number": "1", "buyer_id": 3, "seller_id": 4,
        "authorised_minor": 10_000, "captured_minor": 6_000, "told_captured_minor": 6_000, "fee_bp": 60,
        "stage": "active",
    }  # fmt: skip
    return Loan(state=state, **(known | told))  # type: ignore[arg-type]


def test_what_is_held_and_owed_is_what_is_left_of_it() -> None:
    one = loan(voided_minor=1_500, refunded_minor=700, repaid_minor=300)

    assert (one.held_minor, one.owed_minor) == (2_500, 5_000)


def test_the_fees_of_parts_add_up_to_the_fee_of_the_whole() -> None:
    first, then = loan(captured_minor=0).service_of(125), loan(captured_minor=125).service_of(125)

    assert (first, then, loan(captured_minor=0).service_of(250)) == (1, 1, 2)
    assert loan().service_of(1_000) == 6


@pytest.mark.parametrize(
    ("state", "told", "event"),
    [
        (S.voided, {"stage": "overdue"}, None),
        (S.authorised, {"told_captured_minor": 0, "stage": "overdue"}, None),
        (S.active, {}, None),
        (S.active, {"repaid_minor": 6_000}, "settle"),
        (S.overdue, {"repaid_minor": 5_000, "refunded_minor": 1_000, "stage": "overdue"}, "settle"),
        (S.active, {"repaid_minor": 10}, "pay_part"),
        (S.part, {"repaid_minor": 10}, "pay_part"),
        (S.due, {"repaid_minor": 10, "stage": "due"}, "pay_part"),
        (S.overdue, {"repaid_minor": 10}, "put_off_rest"),
        (S.written_off, {"repaid_minor": 10, "stage": "due"}, "put_off_rest"),
        (S.active, {"stage": "due"}, "fall_due"),
        (S.active, {"stage": "overdue"}, "lapse"),
        (S.part, {"stage": "overdue", "repaid_minor": 10}, "lapse"),
        (S.overdue, {"stage": "written_off", "repaid_minor": 10}, "write_off"),
        (S.overdue, {"stage": "claimed"}, "claim"),
        (S.due, {}, "put_off"),
        (S.claimed, {}, "put_off"),
    ],
)
def test_the_lenders_word_makes_of_a_loan(
    state: LoanState, told: dict[str, object], event: str | None
) -> None:
    assert event_of_word(loan(state, **told)) == event
