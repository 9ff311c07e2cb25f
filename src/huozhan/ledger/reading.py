"""Reading the book: balances, statements, the trial balance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.paging import LAST_ID, Page, read_cursor, write_cursor
from huozhan.kernel.shapes import Nothing, View
from huozhan.kernel.work import Work, use_case
from huozhan.ledger.account import CHART, ESCROW, Account, Side
from huozhan.ledger.store import chain, reading, writing

_END = (LAST_ID, 2**31 - 1, 2**31 - 1)
_memo = msgspec.json.Decoder(dict[str, str | int])


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What an account stands at, on its own side, and how much of it is spoken for."""

    posted_minor: int = 0
    held_minor: int = 0

    @property
    def free_minor(self) -> int:
        """What may still be taken or held."""
        return self.posted_minor - self.held_minor


class StatementLine(View, frozen=True, kw_only=True):
    """One change of one account, with what explains it."""

    line_id: str
    at: datetime
    event: str
    account_code: int
    change_minor: int
    about_id: int
    memo: dict[str, str | int]


class TrialLine(View, frozen=True, kw_only=True):
    """One line of the chart: its sum stands on its own side, or on the other where it is overdrawn."""

    code: int
    debit_minor: int
    credit_minor: int


class TrialBalance(View, frozen=True, kw_only=True):
    """The whole book in one table; `difference_minor` is zero or the book is wrong."""

    currency: str
    lines: list[TrialLine]
    debit_minor: int
    credit_minor: int
    difference_minor: int


class ChainState(View, frozen=True, kw_only=True):
    """How far the book is sealed: the last block, and what waits for the next."""

    blocks: int
    last_hash: str
    sealed_at: datetime | None
    entries_waiting: int
    waiting_since: datetime | None


async def held_between(work: Work, debit_code: int, credit_code: int) -> dict[tuple[int, int], int]:
    """What pending holds will move from one line of the chart to another, by the owners of both accounts."""
    rows = await reading.held_between(work, debit_code, credit_code)
    return {(row["debit_owner"], row["credit_owner"]): row["amount_minor"] for row in rows}


async def balance(work: Work, account: Account) -> Balance:
    """What one account stands at."""
    return (await balances(work, [account]))[account]


async def balances(work: Work, accounts: Sequence[Account]) -> dict[Account, Balance]:
    """What several accounts stand at."""
    found = dict.fromkeys(accounts, Balance())
    checked = [account for account in accounts if account.kind.is_checked]
    unchecked = [account for account in accounts if not account.kind.is_checked]
    if checked:
        for row in await reading.checked_balances(work, checked):
            account = Account(row["code"], row["owner_id"])
            found[account] = Balance(posted_minor=row["posted_minor"], held_minor=row["held_minor"])
    if unchecked:
        for row in await reading.unchecked_balances(work, unchecked):
            account = Account(row["code"], row["owner_id"])
            sign = 1 if account.kind.side is Side.debit else -1
            found[account] = Balance(posted_minor=sign * row["debit_minor"])
    return found


async def lock_balances(work: Work, accounts: Sequence[Account]) -> dict[Account, Balance]:
    """What checked accounts stand at, locked one after the other as they are named, until the work ends.

    For deeds that depend on what is there; an account that was never used is opened at nothing, so that
    nobody else can open it meanwhile.
    """
    found = {}
    for row in await writing.lock_balances(work, accounts):
        found[Account(row["code"], row["owner_id"])] = Balance(
            posted_minor=row["posted_minor"], held_minor=row["held_minor"]
        )
    return found


async def statement(
    work: Work, accounts: Sequence[Account], cursor: str | None, size: int
) -> Page[StatementLine]:
    """A page of what changed these accounts, newest first; the caller has checked whose they are."""
    return statement_page(await reading.statement(work, accounts, before_change(cursor), size + 1), size)


def before_change(cursor: str | None) -> tuple[int, int, int]:
    """The change before which a page of a statement begins: entry, line, account code."""
    entry_id, line_no, code = read_cursor(cursor, int, int, int) or _END
    return int(entry_id), int(line_no), int(code)


def statement_page(rows: Sequence[Mapping[str, Any]], size: int) -> Page[StatementLine]:
    """A page of so many changes from one row more than it holds."""
    last = rows[size - 1] if len(rows) > size else None
    return Page(
        [statement_line(row) for row in rows[:size]],
        write_cursor(last["entry_id"], last["line_no"], last["code"]) if last else None,
    )


def statement_line(row: Mapping[str, Any]) -> StatementLine:
    """One change of one account from its row."""
    return StatementLine(
        line_id=f"{row['entry_id']}.{row['line_no']}.{row['code']}",
        at=row["happened_at"],
        event=row["event"],
        account_code=row["code"],
        change_minor=row["change"],
        about_id=row["about_id"],
        memo=_memo.decode(row["memo"]),
    )


async def open_balances(work: Work, code: int, after: int, limit: int) -> list[tuple[int, Balance]]:
    """The owners of one line of the chart whose balance is not zero, in order of their ids."""
    return [
        (row["owner_id"], Balance(posted_minor=row["posted_minor"], held_minor=row["held_minor"]))
        for row in await reading.nonzero(work, code, after, limit)
    ]


async def escrow_balances(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """Orders whose escrow is not empty, in order of their ids, with what it holds."""
    return [
        (owner_id, found.posted_minor) for owner_id, found in await open_balances(work, ESCROW, after, limit)
    ]


@use_case("market.ledger", writes=False)
async def trial_balance(work: Work, _ask: Nothing) -> TrialBalance:
    """Shows every line of the chart and that both sides are equal."""
    return await draw_trial_balance(work)


async def draw_trial_balance(work: Work) -> TrialBalance:
    """Sums every line of the chart from kept balances, checkpoints and the entries since."""
    totals = {row["code"]: row["debit_minor"] for row in await reading.totals_by_code(work)}
    lines = []
    for code in sorted(CHART):
        debit_minor = totals.get(code, 0)
        lines.append(TrialLine(code=code, debit_minor=max(debit_minor, 0), credit_minor=max(-debit_minor, 0)))
    debit, credit = sum(line.debit_minor for line in lines), sum(line.credit_minor for line in lines)
    return TrialBalance(
        currency=work.terms.currency,
        lines=lines,
        debit_minor=debit,
        credit_minor=credit,
        difference_minor=debit - credit,
    )


@use_case("market.ledger", writes=False)
async def chain_state(work: Work, _ask: Nothing) -> ChainState:
    """Shows how far the book is sealed into blocks."""
    head, tail = await chain.head(work), await chain.tail(work)
    return ChainState(
        blocks=head["block_no"] if head else 0,
        last_hash=head["hash"].hex() if head else "",
        sealed_at=head["sealed_at"] if head else None,
        entries_waiting=tail["entries"],
        waiting_since=tail["since"],
    )
