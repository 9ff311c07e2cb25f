"""The book remembers who trusts whom beside its money, and never mixes the two."""

from huozhan.ledger.account import CREDIT_FREE, CREDIT_GRANTED, CREDIT_OWED, MEMO_FROM
from huozhan.ledger.journal import JOURNAL


def test_no_event_moves_between_money_and_what_is_only_remembered() -> None:
    mixed = [
        (code, line.part)
        for code, lines in JOURNAL.items()
        for line in lines
        if (line.debit > MEMO_FROM) != (line.credit > MEMO_FROM)
    ]

    assert mixed == []
    assert min(CREDIT_FREE, CREDIT_GRANTED, CREDIT_OWED) > MEMO_FROM
