"""A replay ends with the file's totals to the penny, also where it was killed on the way."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from huozhan.doors.hall import Hall
from huozhan.doors.market.replay import WrongMarket, replay
from huozhan.doors.market.replay_channel import ReplayChannel
from huozhan.doors.market.replay_credits import Credits
from huozhan.doors.market.replay_report import Replayed
from huozhan.doors.market.replay_trading import Trade
from tests.market.replay.ground import (
    REAL,
    SMALL,
    SMALL_CREDIT_MINOR,
    SMALL_MINOR,
    gbp_market,
    silent,
    write_file,
    write_slice,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

SLICE_INVOICES = 12
SEED = 7


class Killed(Exception):
    """The replay ends here."""


async def play(dsn: str, home: Path, file: Path) -> Replayed:
    """Plays a file as the command does."""
    async with gbp_market(dsn, home) as hall:
        return await replay(hall, file, silent)


async def test_the_small_file_is_played_exactly(gbp_dsn: str, tmp_path: Path) -> None:
    outcome = await play(gbp_dsn, tmp_path / "home", write_file(tmp_path / "small.parquet", SMALL))
    assert outcome.differences == []
    assert outcome.findings == []
    assert outcome.is_exact
    assert outcome.file_minor == outcome.market_minor == outcome.paid_minor == SMALL_MINOR
    assert (outcome.rows, outcome.rows_played, outcome.rows_unplayed) == (33, 26, 7)
    assert outcome.credit_rows == 8
    assert outcome.credit_notes == outcome.credit_notes_exact == 6
    assert outcome.credit_file_minor == outcome.credit_market_minor == SMALL_CREDIT_MINOR
    assert outcome.goodwill == {
        "dearer_than_sold": (2, 60 + 40),  # nine cakestands were 12.15 each; four of the holders 2.10
        "more_than_sold": (1, 210),  # the fifteenth holder
        "not_sold_before": (2, 3600 + 500),  # postage is no goods; a customer of other years
    }
    assert outcome.cases_minor == SMALL_CREDIT_MINOR - 60 - 40 - 210 - 4100
    assert outcome.invoices == outcome.invoices_exact == 10
    assert outcome.customers == outcome.customers_exact == 4
    assert outcome.lines == outcome.lines_exact
    assert outcome.orders == {"success": 10}
    assert outcome.played_as == {"freight": 2, "goods": 14, "service": 2}
    assert (tmp_path / "home" / "unplayed.csv").exists()


async def test_what_is_at_ladder_price_is_told_apart_from_what_was_agreed(
    gbp_dsn: str, tmp_path: Path
) -> None:
    rows = [
        ("500001", "85123A", "HOLDER", 1, "2010-06-01 09:30", 2.55, 13085, "United Kingdom"),
        ("500002", "85123A", "HOLDER", 2, "2010-06-01 09:31", 2.55, 13085, "United Kingdom"),
        ("500003", "85123A", "HOLDER", 2, "2010-06-01 09:32", 1.95, 13085, "United Kingdom"),
        ("500003", "POST", "POSTAGE", 1, "2010-06-01 09:32", 9.00, 13085, "United Kingdom"),
    ]
    outcome = await play(gbp_dsn, tmp_path / "home", write_file(tmp_path / "small.parquet", rows))
    assert outcome.is_exact
    assert (outcome.rows_at_ladder, outcome.rows_priced, outcome.ladder_share_bp) == (2, 3, 6666)


@pytest.mark.parametrize(
    ("owner", "method", "at_call"),
    [
        (Trade, "_place", 4),
        (Trade, "_amend", 3),
        (ReplayChannel, "pay", 2),
        (ReplayChannel, "open", 3),
        (Trade, "_ship", 2),
        (Trade, "_confirm", 1),
        (Credits, "_ask", 2),
        (Credits, "_case", 4),
        (Credits, "_give", 3),
        (Credits, "_play_day", 5),
    ],
)
async def test_a_killed_replay_goes_on_where_it_stopped(
    gbp_dsn: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    method: str,
    at_call: int,
) -> None:
    file = write_file(tmp_path / "small.parquet", SMALL)
    with monkeypatch.context() as patch:
        patch.setattr(owner, method, _killed_at(at_call, getattr(owner, method)))
        with pytest.raises((Killed, ExceptionGroup)):
            await play(gbp_dsn, tmp_path / "home", file)
    outcome = await play(gbp_dsn, tmp_path / "home", file)
    assert outcome.differences == []
    assert outcome.findings == []
    assert outcome.orders == {"success": 10}


def _killed_at(at_call: int, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    calls = 0

    async def until_killed(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= at_call:
            raise Killed
        return await method(*arguments, **named)

    return until_killed


async def test_a_finished_replay_begun_again_changes_nothing(gbp_dsn: str, tmp_path: Path) -> None:
    file = write_file(tmp_path / "small.parquet", SMALL)
    first = await play(gbp_dsn, tmp_path / "home", file)
    again = await play(gbp_dsn, tmp_path / "home", file)
    assert again.is_exact
    assert (again.orders, again.trial_balance) == (first.orders, first.trial_balance)


async def test_a_market_in_another_currency_is_left_alone(hall: Hall, tmp_path: Path) -> None:
    assert hall.terms.currency == "CNY"
    with pytest.raises(WrongMarket):
        await replay(hall, write_file(tmp_path / "small.parquet", SMALL), silent)


async def test_a_difference_is_told(gbp_dsn: str, tmp_path: Path) -> None:
    small = write_file(tmp_path / "small.parquet", SMALL)
    await play(gbp_dsn, tmp_path / "home", small)
    dearer = [(*row[:5], 2.11, *row[6:]) if row[0] == "500004" else row for row in SMALL]
    outcome = await play(gbp_dsn, tmp_path / "home", write_file(tmp_path / "dearer.parquet", dearer))
    assert not outcome.is_exact
    assert {(d.what, d.name) for d in outcome.differences} >= {("invoice", "500004"), ("month", "2010-06")}


@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data/online-retail-uk")
async def test_real_invoices_are_played_exactly_the_longest_among_them(gbp_dsn: str, tmp_path: Path) -> None:
    file = write_slice(tmp_path / "slice.parquet", SLICE_INVOICES, SEED)
    outcome = await play(gbp_dsn, tmp_path / "home", file)
    assert outcome.differences == []
    assert outcome.findings == []
    assert outcome.is_exact
    assert outcome.lines > 675
