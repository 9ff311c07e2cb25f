"""Entries and refusals of the book, before any row is written."""

from typing import Any

import asyncpg
import pytest

from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.ledger import NotCovered, hold, payable_available, withdrawal
from huozhan.ledger.entry import Entry, Posting
from huozhan.ledger.posting import COVERED, _assert_lawful, refusing_uncovered
from tests.ledger.books import CHENGUANG, freed, paid

NOBODY: Any = None


def entry_of(*amounts: int) -> Entry:
    """A payment's posting, once for each amount."""
    (posting,) = paid(11, 100).postings
    return Entry(
        code="E1", business_key="E1:11", about_id=11,
        postings=tuple(Posting(posting.debit, posting.credit, amount) for amount in amounts),
    )  # fmt: skip


@pytest.mark.parametrize("amounts", [(), (0,), (-1,), (AMOUNT_MINOR_MAX + 1,), (100, 0), (0, 100)])
def test_every_posting_moves_something_and_none_too_much(amounts: tuple[int, ...]) -> None:
    with pytest.raises(AssertionError):
        entry_of(*amounts)


def test_the_least_and_the_most_are_moved() -> None:
    assert [posting.amount_minor for posting in entry_of(1, AMOUNT_MINOR_MAX).postings] == [
        1,
        AMOUNT_MINOR_MAX,
    ]


def test_one_posting_that_the_journal_does_not_name_spoils_an_entry() -> None:
    lawful, foreign = paid(11, 100), freed(CHENGUANG, 100)

    _assert_lawful(lawful)
    with pytest.raises(AssertionError):
        _assert_lawful(
            Entry(
                code="E1", business_key="E1:11", about_id=11, postings=(*lawful.postings, *foreign.postings)
            )
        )


def test_only_an_account_that_is_not_covered_is_a_refusal() -> None:
    def told(constraint: str) -> type[BaseException]:
        error = asyncpg.CheckViolationError()
        error.constraint_name = constraint
        with pytest.raises((NotCovered, asyncpg.CheckViolationError)) as raised, refusing_uncovered():
            raise error
        return raised.type

    assert (told(COVERED), told("ledger_posting_amount_minor_check")) == (
        NotCovered, asyncpg.CheckViolationError,
    )  # fmt: skip


async def test_nothing_is_no_hold() -> None:
    with pytest.raises(AssertionError):
        await hold(NOBODY, "W:1", payable_available(CHENGUANG), withdrawal(1), 0)
