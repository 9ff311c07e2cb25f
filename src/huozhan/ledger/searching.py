"""Searching the book: what changed some accounts within dates, by event, by what it is about, by amount; and what they stood at."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.paging import Page
from huozhan.kernel.work import Work
from huozhan.ledger.account import Account
from huozhan.ledger.reading import StatementLine, before_change, statement_page
from huozhan.ledger.store import searching as store


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which changes are looked for: happened at `from_at` or later and before `until_at`; empty means any."""

    from_at: datetime
    until_at: datetime
    events: Collection[str] = ()
    about_ids: Collection[int] | None = None
    least_minor: int = 0
    most_minor: int = AMOUNT_MINOR_MAX


async def search_statement(
    work: Work, accounts: Sequence[Account], sought: Sought, cursor: str | None, size: int
) -> Page[StatementLine]:
    """A page of what changed these accounts and is looked for, newest first; the caller has checked whose they are."""
    before = before_change(cursor)
    return statement_page(await store.search(work, accounts, sought_values(sought), before, size + 1), size)


async def count_lines(work: Work, accounts: Sequence[Account], sought: Sought) -> int:
    """How many changes are looked for."""
    return await store.count(work, accounts, sought_values(sought))


async def balances_at(work: Work, accounts: Sequence[Account], moment: datetime) -> dict[Account, int]:
    """What accounts stood at just before a moment, each on its own side: what they stand at less what changed since."""
    found = dict.fromkeys(accounts, 0)
    for row in await store.balances_at(work, accounts, moment):
        found[Account(row["code"], row["owner_id"])] = row["posted_minor"]
    return found


def sought_values(sought: Sought) -> tuple[object, ...]:
    """The values that the store's statements take."""
    return (
        sought.from_at,
        sought.until_at,
        list(sought.events),
        None if sought.about_ids is None else list(sought.about_ids),
        sought.least_minor,
        sought.most_minor,
    )
