"""Reconciling: the lender's file of a day beside what was asked of it; each deed must be in both, for the same amount.

Payments judges and shows what differs. Nothing is booked for it: 103 is made by receipts, refunds and repayments, and
emptied by the lender's settlement, so a deed that differs is a question to the lender.
"""

from collections.abc import Sequence
from datetime import date

from huozhan import payments
from huozhan.finance import asks
from huozhan.finance.store import deeds
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.payments import DayFile

SOURCE = "lender"
_SIGNS = {"captures": 1, "refunds": -1, "repayments": -1}


@use_case("system", writes=True)
async def note_loan_file(work: Work, ask: asks.NoteLoanFile) -> Done:
    """Compares the lender's deeds of a day with ours, both ways."""
    lines = [
        payments.asks.TradeLine(
            kind=line.kind,
            currency=line.currency,
            channel_txn=line.lender_txn,
            # Named by its loan too, under which our rows of it are found.
            merchant_ref=f"{line.loan_ref}-{line.ref}",
            amount_minor=line.amount_minor,
            at=line.at,
        )
        for line in ask.lines
    ]
    await _compare(work, ask.on, lines, is_believed=False, unread=ask.unread)
    return Done()


@use_case("system", writes=True)
async def note_lender_settlement(work: Work, ask: asks.NoteLenderSettlement) -> Done:
    """Books what the lender's file of a day says that passed between its bank and ours (E13c), once.

    An empty file beside deeds of the day before is not written yet: it is asked for again, until a person believes it; so
    is one whose total is not the sum of its lines.
    """
    totals = [line for line in ask.lines if line.kind == "total" and line.currency == work.terms.currency]
    net_minor = sum(line.net_minor for line in totals)
    lines = [line for line in ask.lines if line.kind != "total" and line.currency == work.terms.currency]
    if ask.unread or net_minor != sum(line.net_minor for line in lines):
        await payments.doubt_sums(work, "lender_settlement", ask.on, ask.unread)
        return Done()
    await payments.funder_settled(work, ask.on, net_minor=net_minor, lines=len(lines))
    return Done()


async def believe_loan_file_empty(work: Work, ask: payments.asks.BelieveEmpty) -> None:
    """Takes a lender's file as empty that is. Called by operations, on record.

    The deeds of its day become differences; a day without settlement stays owed on 103.
    """
    await payments.must_be_doubted(work, ask)
    if ask.source != SOURCE:
        await payments.funder_settled(work, ask.on, net_minor=0, lines=0, is_believed=True)
        return
    await _compare(work, ask.on, [], is_believed=True)


async def _compare(
    work: Work,
    on: date,
    lines: Sequence[payments.asks.TradeLine],
    *,
    is_believed: bool,
    unread: Sequence[str] = (),
) -> None:
    await payments.compare_day(
        work,
        DayFile(source=SOURCE, on=on, lines=lines, unread=unread, passes_minor=_passes(work, lines)),
        ours=await deeds.by_ref(work, [line.merchant_ref for line in lines]),
        expected=await deeds.done_between(work, *payments.day_bounds(on)),
        is_believed=is_believed,
    )


def _passes(work: Work, lines: Sequence[payments.asks.TradeLine]) -> int:
    """What of a file of deeds passes between the banks."""
    return sum(
        _SIGNS.get(line.kind, 0) * line.amount_minor for line in lines if line.currency == work.terms.currency
    )


@use_case("system", writes=True)
async def recheck_loan_files(work: Work, _ask: Nothing) -> Done:
    """Ends the differences that our deeds, or a later file, explain by now."""
    rows = await payments.open_differences(work, SOURCE)
    ours = await deeds.by_ref(work, [row["name"].partition(":")[2] for row in rows])
    await payments.recheck(work, SOURCE, rows, ours)
    return Done()
