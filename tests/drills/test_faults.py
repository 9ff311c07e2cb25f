"""A slice of `bin/drill faults`; the whole matrix has fifty seeds of each fault on each flow."""

from collections.abc import Iterator
from typing import Any

import pytest
from bench.drills.faults import FAULTS, FLOWS, faults_drill
from bench.drills.patient import DrillFailed
from bench.ground import Ground, empty_market

from huozhan.payments import refunding, settling


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """An empty market, in which a drill leaves nothing."""
    with empty_market() as ground:
        yield ground


def test_each_fault_on_each_way_of_money_ends_with_both_sides_agreeing(ground: Ground) -> None:
    figures = faults_drill(seeds=1, ground=ground)

    assert figures["runs"] == len(FAULTS) * len(FLOWS) == 48
    assert set(figures["runs_by_cell"].values()) == {1}
    assert figures["longest_rest_hours"] <= 24
    ends = figures["ends"]
    assert {
        "payment mismatched",
        "refund done",
        "withdrawal done",
        "withdrawal failed",
        "receipt returned",
    } <= ends.keys()


def _believe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that says another amount than was asked counts all the same."""
    monkeypatch.setattr(settling, "_fits", lambda payment, told: True)


def _go_deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the channel says of a refund is not heard."""

    async def nothing(*_: Any, **__: Any) -> None:
        """Ends nothing."""

    monkeypatch.setattr(refunding, "_end", nothing)


@pytest.mark.parametrize(
    ("break_it", "only"), [(_believe, "wrong_amount checkout"), (_go_deaf, "duplicate refund")]
)
def test_a_market_that_errs_is_found_out(
    monkeypatch: pytest.MonkeyPatch, ground: Ground, break_it: Any, only: str
) -> None:
    break_it(monkeypatch)
    with pytest.raises(DrillFailed, match="To play it again"):
        faults_drill(seeds=4, only=only, ground=ground)
