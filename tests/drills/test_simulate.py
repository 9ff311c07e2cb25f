"""A slice of `bin/drill simulate`; the whole drill has ten thousand seeds of two hundred events."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bench.drills.patient import DrillFailed
from bench.drills.simulation import drill, simulate_drill
from bench.ground import Ground, empty_market
from bench.spans import add_span

from huozhan import catalogue
from huozhan.kernel.work import Work
from huozhan.payments import settling
from huozhan.payments.store import refunds

FIRST = 14
TRADES = {
    "go_to_pay", "send_money", "order_on_credit", "order_in_stages", "give_coupons", "amend",
    "ask_back", "apply", "step", "order_lent", "agree_at_lender", "pay_deposit", "withdraw", "publish", "close_days",
}  # fmt: skip


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """An empty market, in which a drill leaves nothing."""
    with empty_market() as ground:
        yield ground


def test_some_lives_of_a_market_are_whole_and_come_out_the_same_again(ground: Ground) -> None:
    figures = simulate_drill(seeds=3, first=FIRST, events=200, replays=1, ground=ground)

    assert figures["replayed_to_the_same_hash"] == 1
    assert figures["events"] == 4 * 200
    assert figures["events_done"].keys() >= TRADES
    assert {"duplicate", "silent_after", "wrong_amount", "forged", "late"} <= figures["faults"].keys()
    assert figures["longest_rest_hours"] <= 24


async def _nothing(*_: Any, **__: Any) -> None:
    """Does nothing."""


def _believe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A payment of another amount counts as paid."""
    plan = msgspec.structs.replace(drill.PLAN, pays={"none": 1, "other_amount": 1})
    monkeypatch.setattr(drill, "PLAN", plan)
    monkeypatch.setattr(settling, "_fits", lambda payment, told: True)


def _round_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refund is a fen more than is written into the book."""
    add = refunds.add

    async def a_fen_more(work: Any, **refund: Any) -> Any:
        return await add(work, **{**refund, "amount_minor": refund["amount_minor"] + 1})

    monkeypatch.setattr(refunds, "add", a_fen_more)


def _keep_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that closes keeps its stock."""
    monkeypatch.setattr(catalogue, "release", _nothing)


def _forget_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timers stay where they were."""
    monkeypatch.setattr(Work, "clear_timer", lambda self, kind, *, about: None)
    monkeypatch.setattr(Work, "clear_all_timers", lambda self, *, about: None)


@pytest.mark.parametrize("break_it", [_believe, _round_up, _keep_stock, _forget_timers])
def test_a_market_that_errs_is_found_out(
    monkeypatch: pytest.MonkeyPatch, ground: Ground, break_it: Any
) -> None:
    break_it(monkeypatch)
    with pytest.raises(DrillFailed, match="To play it again"):
        simulate_drill(seeds=6, first=FIRST, events=200, replays=0, ground=ground)


def _span(first: int, seeds: int, breaks: int = 0) -> dict[str, Any]:
    return {
        "what": "lives", "first_seed": first, "seeds": seeds, "events": seeds * 200, "replayed_to_the_same_hash": 0,
        "invariant_breaks": breaks, "seconds": 1, "longest_rest_hours": 1.0, "events_done": {"pay": seeds},
        "events_refused": {}, "faults": {},
    }  # fmt: skip


def test_spans_of_seeds_are_added_up_and_one_played_again_counts_once(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    for first, seeds in ((1, 50), (101, 50), (51, 50), (101, 50)):
        add_span(_span(first, seeds), file)

    kept = msgspec.json.decode(file.read_bytes())

    assert (kept["seeds_played"], kept["seeds"], kept["events"]) == (["1-150"], 150, 30_000)
    assert kept["events_done"] == {"pay": 150}
    assert len(kept["spans"]) == 3
