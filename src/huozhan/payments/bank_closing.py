"""The bank's closed days: its lines beside our receipts, payouts, withdrawals and settlements, its balances beside 102.

Money that came is credited by its line long before (`crediting.py`); here every line of a day must have its row, every row
its line, and opening, lines and closing must add up, or the file is asked for again.
"""

from collections.abc import Sequence

from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.payments import matching
from huozhan.payments.asks import BankDayLine, BankDayTotal, NoteBankDay, TradeLine
from huozhan.payments.comparing import DayFile, compare_day, open_differences, recheck
from huozhan.payments.days import day_bounds
from huozhan.payments.ports import BANK_ID
from huozhan.payments.store import awaited, bank_days


@use_case("system", writes=True)
async def note_bank_day(work: Work, ask: NoteBankDay) -> Done:
    """Compares a closed day of the custody bank with our rows, both ways, and keeps its balances."""
    await compare_bank_day(work, ask, is_believed=False)
    return Done()


async def compare_bank_day(work: Work, ask: NoteBankDay, *, is_believed: bool) -> None:
    """The same; `is_believed` where a person says that a day without lines was one."""
    if ask.unread:
        await awaited.doubt(
            work, BANK_ID, ask.on, "bank", held=len(ask.unread), why="unreadable", said=ask.unread[0]
        )
        return
    before = await bank_days.last_before(work, BANK_ID, ask.on)
    stands = before["closing_minor"] if before else 0
    total = next(
        (total for total in ask.totals if total.currency == work.terms.currency),
        BankDayTotal(currency=work.terms.currency, opening_minor=stands, closing_minor=stands),
    )
    if not _adds_up(ask.lines, total):
        await awaited.doubt(work, BANK_ID, ask.on, "bank", why="unbalanced")
        return
    lines = [_line(line) for line in ask.lines]
    judged = await compare_day(
        work,
        DayFile(source="bank", on=ask.on, lines=lines),
        ours=await bank_days.ours(work, [matching.name_of(line) for line in lines]),
        expected=await bank_days.done_between(work, *day_bounds(ask.on)),
        is_believed=is_believed,
    )
    if judged is not None:
        await bank_days.add(work, BANK_ID, ask.on, total, len(lines))


async def recheck_bank(work: Work) -> int:
    """Ends what differs about the bank's days and our own rows explain by now, such as a settlement whose file came after its day."""
    rows = await open_differences(work, "bank")
    return await recheck(work, "bank", rows, await bank_days.ours(work, [row["name"] for row in rows]))


def _adds_up(lines: Sequence[BankDayLine], total: BankDayTotal) -> bool:
    """Whether a day's lines are the sums it tells, and lead from its opening to its closing balance."""
    counted = [line for line in lines if line.currency == total.currency]
    in_minor = sum(line.amount_minor for line in counted if line.direction == "in")
    out_minor = sum(line.amount_minor for line in counted if line.direction == "out")
    return (
        (in_minor, out_minor, len(counted)) == (total.in_minor, total.out_minor, total.count)
        and total.opening_minor + in_minor - out_minor == total.closing_minor
    )  # fmt: skip


def _line(line: BankDayLine) -> TradeLine:
    """Our reference where the bank has one of ours; else its own number of the movement."""
    return TradeLine(
        kind=line.direction,
        currency=line.currency,
        channel_txn=line.bank_txn,
        merchant_ref=line.ref or line.bank_txn,
        amount_minor=line.amount_minor,
        at=line.at,
    )
