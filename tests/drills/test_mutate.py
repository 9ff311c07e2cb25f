"""A slice of `bin/drill mutate`; all of it makes every place wrong once."""

import types

from bench.drills.mutation import mutate_drill
from bench.drills.mutation.mutants import mutants_of

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
    of_table = [mutant for mutant in mutants_of(withdrawal, "") if mutant.table]

    assert len(of_table) == 2 * len(withdrawal.MOVES.table)
    assert len({mutant.name for mutant in of_table}) == len(of_table)


def test_the_tests_of_money_notice_what_is_wrong_about_it() -> None:
    figures = mutate_drill(sample=2, seed=1, only="kernel.money")

    assert figures["mutants"] == 2
    assert figures["mutants_in_all"] > 20
    assert figures["survivors"] == []
