"""A slice of `bin/drill simulate`; the whole drill has ten thousand seeds of two hundred events."""

import pytest
from bench.drills.patient import DrillFailed
from bench.drills.simulation import parties, simulate_drill

from huozhan.payments import settling
from huozhan.payments.store import refunds


def test_some_lives_of_a_market_are_whole_and_come_out_the_same_again() -> None:
    figures = simulate_drill(seeds=4, first=1, events=200, replays=2)

    assert figures["replayed_to_the_same_hash"] == 2
    assert figures["events"] == 6 * 200
    assert {"duplicate", "silent", "wrong_amount"} <= figures["faults"].keys()
    assert figures["longest_rest_hours"] <= 24


def _believe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "FAULTS", {"none": 1, "really_other_amount": 1})
    monkeypatch.setattr(settling, "_fits", lambda payment, told: True)


def _round_up(monkeypatch: pytest.MonkeyPatch) -> None:
    add = refunds.add

    async def a_fen_more(work, **refund):
        return await add(work, **{**refund, "amount_minor": refund["amount_minor"] + 1})

    monkeypatch.setattr(refunds, "add", a_fen_more)


@pytest.mark.parametrize("break_it", [_believe, _round_up])
def test_a_market_that_errs_is_found_out(monkeypatch: pytest.MonkeyPatch, break_it) -> None:
    break_it(monkeypatch)
    with pytest.raises(DrillFailed, match="To play it again"):
        simulate_drill(seeds=6, first=1, events=200, replays=0)
