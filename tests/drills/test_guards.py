"""A slice of `bin/drill guards`; the whole drill takes out every registered guard."""

import pytest
from bench.drills import guards
from bench.drills.guards import guards_drill

from tests.guards.code import CODE_GUARDS


def test_a_guard_that_is_taken_out_is_noticed() -> None:
    figures = guards_drill(only="ledger.a_hold_counts_at_once")

    assert (figures["guards"], figures["noticed"], figures["unnoticed"]) == (1, 1, [])


def test_a_guard_that_no_test_notices_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (guard,) = [guard for guard in CODE_GUARDS if guard.name == "ledger.a_hold_counts_at_once"]
    blind = type(guard)(guard.name, guard.cut, "tests/ledger/test_post.py::test_repeats_change_nothing")
    monkeypatch.setattr(guards, "CODE_GUARDS", (blind,))

    figures = guards_drill(only="ledger.a_hold_counts_at_once")

    assert figures["noticed"] == 0
    assert figures["unnoticed"][0].startswith("code ledger.a_hold_counts_at_once: tests/ledger/test_post.py")
