"""Every event of the journal that changes an organisation's money is of a sort that its side can look for."""

import pytest

from huozhan.ledger.journal import JOURNAL
from huozhan.payments.funds import NAMES, SORTS, WALLET, sorts_of


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_every_change_is_found_under_a_sort(side: str) -> None:
    codes = {code for code in NAMES if (code == WALLET) is (side == "buyer")}
    changing = {
        event
        for event, lines in JOURNAL.items()
        if any({int(line.debit), int(line.credit)} & codes for line in lines)
    }

    assert changing
    assert changing - {event for sort in sorts_of(side) for event in SORTS[sort]} == set()
