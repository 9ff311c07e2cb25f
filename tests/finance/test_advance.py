"""An advance alone: what is open of it, and how it comes back or is borne (B1.4)."""

from datetime import UTC, datetime

import pytest

from huozhan.finance.advance import Advance, AdvanceState, with_borne, with_repaid

AT = datetime(2026, 3, 1, tzinfo=UTC)


def advance(state: AdvanceState = AdvanceState.open, **told: int) -> Advance:
    """An advance of 90.00, less 0.50."""
    return Advance(
        order_id=1, parcel_id=1, order_number="1", buyer_id=1, seller_id=2, state=state, brings_minor=10_000,
        advanced_minor=9_000, fee_minor=50, fee_bp=55, fee_version=1, asked_at=AT, **told,
    )  # fmt: skip


def test_it_is_spoken_for_from_the_question_on_and_open_only_while_it_is() -> None:
    told = {
        state.value: (one.open_minor, one.spoken_for_minor, one.paid_out_minor)
        for state in AdvanceState
        if (one := advance(state, repaid_minor=2_000, borne_minor=500))
    }

    assert told == {state.value: (0, 0, 8_950) for state in AdvanceState} | {
        "asked": (0, 9_000, 8_950),
        "open": (6_500, 6_500, 8_950),
    }


@pytest.mark.parametrize(
    ("before", "amount", "repaid", "borne"),
    [
        ({}, 8_999, ("open", "repay_part"), ("open", "bear_part")),
        ({}, 9_000, ("repaid", "repay"), ("borne", "bear")),
        ({"borne_minor": 500}, 8_500, ("borne", "bear"), ("borne", "bear")),
        ({"repaid_minor": 500}, 8_500, ("repaid", "repay"), ("borne", "bear")),
    ],
)
def test_the_last_of_it_ends_it(
    before: dict[str, int], amount: int, repaid: tuple[str, str], borne: tuple[str, str]
) -> None:
    one = advance(**before)

    after, event = with_repaid(one, amount, AT)
    assert (after.state, event) == repaid
    assert (after.repaid_minor, after.borne_minor) == (one.repaid_minor + amount, one.borne_minor)
    assert after.ended_at == (None if after.state == "open" else AT)

    after, event = with_borne(one, amount, AT)
    assert (after.state, event) == borne
    assert (after.repaid_minor, after.borne_minor) == (one.repaid_minor, one.borne_minor + amount)
    assert after.ended_at == (None if after.state == "open" else AT)
