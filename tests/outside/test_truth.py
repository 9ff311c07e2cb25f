"""The truth of a party can only grow."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.outside.conftest import Outside


@pytest.mark.parametrize("sql", ["UPDATE truth SET amount_minor = 1", "DELETE FROM truth"])
def test_the_truth_is_never_changed(outside: Outside, sql: str) -> None:
    outside.paid("PA-1")
    outside.stop()
    base = sqlite3.connect(outside.folder / "home" / "channel.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        base.execute(sql)
    base.close()


def test_many_at_once_charge_once(outside: Outside) -> None:
    outside.payment("PA-1")
    with ThreadPoolExecutor(16) as callers:
        replies = list(
            callers.map(lambda _: outside.ask("POST", "/channel/payments/PA-1/simulate-pay", {}), range(48))
        )
    assert len({reply.body for reply in replies}) == 1
    assert len(outside.truth("channel")) == 1


def test_an_acknowledged_charge_is_there_after_a_kill(outside: Outside) -> None:
    for number in range(10):
        outside.paid(f"PA-{number}")
    outside.kill()
    outside.start()
    assert [row["reference"] for row in outside.truth("channel")] == [f"PA-{number}" for number in range(10)]
