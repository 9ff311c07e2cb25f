"""Posting: the one way into the book."""

import contextlib
from collections.abc import Iterator, Sequence

import asyncpg

from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ledger.entry import Entry
from huozhan.ledger.journal import JOURNAL
from huozhan.ledger.store import writing

COVERED = "ledger_balance_is_covered"


class NotCovered(Refusal):
    """An account does not hold what is to be taken from it or held on it."""

    code = "ledger.not_covered"


async def post(work: Work, entries: Sequence[Entry]) -> None:
    """Writes entries whole or not at all; an entry whose key is already in the book changes nothing.

    Entries of one call count together: what one brings, another may take. Where an account is not covered the
    database itself ends the transaction, so that nobody can carry on after `NotCovered`.
    """
    if not entries:
        return
    for entry in entries:
        _assert_lawful(entry)
    write = writing.write_plainly if work.rule("ledger.plain_writes").value else writing.write_at_once
    with refusing_uncovered():
        repeated = await write(work, entries)
    if repeated:
        await _assert_same(work, [entry for entry in entries if entry.business_key in repeated])


@contextlib.contextmanager
def refusing_uncovered() -> Iterator[None]:
    """Turns the database's own no into a refusal."""
    try:
        yield
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != COVERED:
            raise
        raise NotCovered from error


def _assert_lawful(entry: Entry) -> None:
    """An entry moves money only between the accounts that the journal's table names for its code."""
    lawful = {(line.debit, line.credit) for line in JOURNAL[entry.code]}
    assert all((posting.debit.code, posting.credit.code) in lawful for posting in entry.postings), entry.code


async def _assert_same(work: Work, entries: Sequence[Entry]) -> None:
    known = await writing.fingerprints(work, [entry.business_key for entry in entries])
    for entry in entries:
        assert known[entry.business_key] == entry.fingerprint, (
            f"{entry.business_key} was posted with other content"
        )
