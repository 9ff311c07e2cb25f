"""A slice of `bin/drill mutate`; all of it makes every place wrong once."""

import re
import types
from pathlib import Path

import msgspec
import pytest
from bench.drills.mutation import drill, mutate_drill
from bench.drills.mutation.drill import mutants_in
from bench.drills.mutation.equivalent import EQUIVALENT
from bench.drills.mutation.mutants import mutants_of
from bench.drills.mutation.targets import TARGETS, Target

import huozhan
from huozhan.payments import withdrawal

SOURCE = '''
def fee(amount: int, least: int = 3) -> int:
    """What is kept of 100."""
    if amount < 100 and not is_free(amount):
        note(amount)
        return max(amount // 50, least)
    raise TooMuch
'''


def test_each_place_is_made_wrong_once_and_texts_are_left_alone() -> None:
    module = types.ModuleType("fees")

    made = {mutant.what for mutant in mutants_of(module, SOURCE)}

    assert made == {
        "amount < 100 with LtE", "100 is 101", "amount < 100 and (not is_free(amount)) with Or", "not is_free(amount) without not",
        "if not amount < 100 and (not is_free(amount))", "without note(amount)", "amount // 50 with Mult", "50 is 51",
        "max(amount // 50, least) with min", "without raise TooMuch",
    }  # fmt: skip


def test_a_table_loses_each_move_and_each_leads_elsewhere() -> None:
    of_table = [
        mutant
        for mutant in mutants_of(withdrawal, Path(str(withdrawal.__file__)).read_text())
        if mutant.table
    ]

    assert len(of_table) == 2 * len(withdrawal.MOVES.table)
    assert len({mutant.name for mutant in of_table}) == len(of_table)


def test_the_tests_of_money_notice_what_is_wrong_about_it(tmp_path: Path) -> None:
    figures = mutate_drill(sample=2, seed=1, only=["kernel.money"], work=tmp_path)

    assert (figures["mutants"], figures["score"], figures["survivors"]) == (2, 100.0, [])
    known = msgspec.json.decode((tmp_path / "tried.json").read_bytes())
    assert {tried["by"].partition("::")[0] for tried in known.values()} == {"tests/kernel/test_money.py"}


def test_a_mistake_that_no_test_notices_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    blind = Target("pricing", "huozhan.catalogue.freight", ("tests/kernel/test_money.py",))
    monkeypatch.setattr(drill, "TARGETS", (blind,))

    figures = mutate_drill(sample=1, seed=1)

    assert (figures["mutants"], figures["score"]) == (1, 0.0)
    assert figures["survivors"][0].endswith("(no test comes by)")


def test_what_is_said_to_change_nothing_is_still_there() -> None:
    modules = {f"huozhan.{key.partition(' ')[0]}" for key in EQUIVALENT}

    assert set(EQUIVALENT) <= {mutant.key for module in modules for mutant in mutants_in(module)}


def test_every_machine_is_a_target() -> None:
    """Every module with a table of moves is made wrong."""
    source = Path(huozhan.__file__).parent
    machines = {
        ".".join(("huozhan", *file.relative_to(source).with_suffix("").parts))
        for file in source.rglob("*.py")
        if re.search(r"^\w+ = Moves\(", file.read_text(), re.MULTILINE)
    }

    assert machines - {target.module for target in TARGETS} == set()
