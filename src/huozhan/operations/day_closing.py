"""日结: the closing checks of a day (B5.5), each with its numbers: files, channel, bank, escrow, whose the money is, how old it is."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from huozhan import carriage, finance, insurance, ledger, ordering, payments
from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Work, use_case

FUNDERS, CARRIERS = 103, 208
CUSTODY, ON_ITS_WAY, OWED = (102,), (101, FUNDERS), (105,)
CUSTOMERS = (201, 202, 203, 204, 205, 206, 207, 208, 209, 211, 212, 213, 215)
"""Lines of the chart that are other people's money: buyers', sellers', carriers', insured people's."""
SUSPENSE = (214,)
TAX = (210,)
INCOME, EXPENSE = (301, 302, 303, 304, 305), (401, 402, 403, 404)


class CheckState(StrEnum):
    """Whether a check holds, waits for a file, or needs a person."""

    holds = "holds"
    waits = "waits"
    fails = "fails"


class DayToClose(Ask, frozen=True, kw_only=True):
    """A day of the parties (China's); without one the newest that is over."""

    on: date | None = None


class ClosingCheck(View, frozen=True, kw_only=True):
    """One check: what one side says, what the other says, and the difference; minor units."""

    code: str
    state: CheckState
    ours_minor: int
    theirs_minor: int
    difference_minor: int


class MoneyByOwner(View, frozen=True, kw_only=True):
    """Where the money is and whose it is: the first three lines are what the other five come to; minor units."""

    custody_minor: int
    on_its_way_minor: int
    owed_by_sellers_minor: int
    customers_minor: int
    suspense_minor: int
    tax_minor: int
    own_minor: int
    """Income less expenses: what the market may call its own."""


class ClearingLine(View, frozen=True, kw_only=True):
    """What stands on a clearing account, since when, and how long it may."""

    code: int
    balance_minor: int
    since: str
    days_max: int
    state: CheckState


class DayClose(View, frozen=True, kw_only=True):
    """A day's close; it is closed once every file was read and every check holds."""

    on: date
    is_closed: bool
    files: list[payments.views.DayFileState]
    checks: list[ClosingCheck]
    money: MoneyByOwner
    clearing: list[ClearingLine]


@use_case("market.ledger", writes=False)
async def day_close(work: Work, ask: DayToClose) -> DayClose:
    """The closing checks of a day: its own files and sums, and how the accounts between us and the parties stand now."""
    on = ask.on or payments.newest_day(work.now)
    numbers = await payments.day_numbers(work, on)
    trial = await ledger.draw_trial_balance(work)
    stands = {line.code: line.debit_minor - line.credit_minor for line in trial.lines}
    money = _money(stands)
    checks = [*_of_day(numbers), *_of_accounts(numbers, stands, money, await ordering.escrow_by_orders(work))]
    checks.append(_equal("carrier_account", await carriage.owed_to_carriers(work), -stands.get(208, 0)))
    at_funders = [await finance.clearing_since(work), await insurance.clearing_since(work)]
    ages = [
        *numbers.ages,
        payments.clearing_age(work, FUNDERS, min(filter(None, at_funders), default=None)),
        payments.clearing_age(work, CARRIERS, await carriage.clearing_since(work)),
    ]
    clearing = [
        ClearingLine(
            code=age.code,
            balance_minor=abs(stands.get(age.code, 0)),
            since=age.since.isoformat() if age.since else "",
            days_max=age.days_max,
            state=CheckState.fails if age.is_old else CheckState.holds,
        )
        for age in sorted(ages, key=lambda age: age.code)
    ]
    states = {check.state for check in checks} | {line.state for line in clearing}
    return DayClose(
        on=on,
        is_closed=states <= {CheckState.holds}
        and all(file.state == "read" and not file.open for file in numbers.files),
        files=numbers.files,
        checks=checks,
        money=money,
        clearing=clearing,
    )


def _money(stands: Mapping[int, int]) -> MoneyByOwner:
    """`stands` counts debit positive; here every figure is on its own side."""

    def debit(codes: tuple[int, ...]) -> int:
        return sum(stands.get(code, 0) for code in codes)

    return MoneyByOwner(
        custody_minor=debit(CUSTODY),
        on_its_way_minor=debit(ON_ITS_WAY),
        owed_by_sellers_minor=debit(OWED),
        customers_minor=-debit(CUSTOMERS),
        suspense_minor=-debit(SUSPENSE),
        tax_minor=-debit(TAX),
        own_minor=-debit(INCOME) - debit(EXPENSE),
    )


def _of_day(numbers: payments.DayNumbers) -> Iterator[ClosingCheck]:
    """What the parties' files of the day say beside each other and beside our rows."""
    read = {file.source: file for file in numbers.files if file.state == "read"}
    yield _check(
        "channel_day",
        numbers.channel_ours_minor,
        numbers.channel_told_minor,
        # What differs is held line by line; sums of a day may also differ by what fell near midnight.
        holds="trades" in read and not read["trades"].open,
        waits="trades" not in read,
    )
    yield _check(
        "settlement_day",
        numbers.settled_minor,
        numbers.settled_at_bank_minor,
        holds=numbers.settled_minor == numbers.settled_at_bank_minor,
        waits="bank" not in read,
    )
    before = numbers.opening_minor if numbers.before_minor is None else numbers.before_minor
    yield _check(
        "bank_opens",
        before or 0,
        numbers.opening_minor or 0,
        holds=before == numbers.opening_minor,
        waits="bank" not in read,
    )


def _of_accounts(
    numbers: payments.DayNumbers, stands: Mapping[int, int], money: MoneyByOwner, escrow_minor: int
) -> Iterator[ClosingCheck]:
    """Orders, ledger and parties beside each other, and whose the money is, as they stand now."""
    yield _equal("orders_escrow", escrow_minor, -stands.get(202, 0))
    yield _equal("channel_account", numbers.channel_explained_minor, stands.get(101, 0))
    custody = numbers.custody
    yield _check(
        "bank_account",
        custody.booked_minor,
        custody.closing_minor + custody.untold_minor,
        holds=not custody.unexplained_minor,
        waits=custody.on is None,
    )
    assets = money.custody_minor + money.on_its_way_minor + money.owed_by_sellers_minor
    yield _equal(
        "whose_money",
        assets,
        money.customers_minor + money.suspense_minor + money.tax_minor + money.own_minor,
    )


def _equal(code: str, ours_minor: int, theirs_minor: int) -> ClosingCheck:
    return _check(code, ours_minor, theirs_minor, holds=ours_minor == theirs_minor, waits=False)


def _check(code: str, ours_minor: int, theirs_minor: int, *, holds: bool, waits: bool) -> ClosingCheck:
    state = CheckState.waits if waits else CheckState.holds if holds else CheckState.fails
    return ClosingCheck(
        code=code,
        state=state,
        ours_minor=ours_minor,
        theirs_minor=theirs_minor,
        difference_minor=theirs_minor - ours_minor,
    )
