"""Reconciling: the lender's file of a day beside what was asked of it; each deed must be in both, for the same amount.

Payments judges and shows what differs. Nothing is booked for it: 103 is made by receipts, refunds and repayments, and
emptied by the lender's settlement, so a deed that differs is a question to the lender.
"""

from huozhan import payments
from huozhan.finance import asks
from huozhan.finance.store import deeds
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

_FILES = payments.DeedFiles(
    funder_id=payments.FUNDER_ID, signs={"captures": 1, "refunds": -1, "repayments": -1},
    by_ref=deeds.by_ref, done_between=deeds.done_between,
)  # fmt: skip


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
    await _FILES.compare(work, ask.on, lines, ask.unread)
    return Done()


@use_case("system", writes=True)
async def note_lender_settlement(work: Work, ask: asks.NoteLenderSettlement) -> Done:
    """Books what the lender's file of a day says that passed between its bank and ours (E13c), once."""
    await _FILES.settle(work, ask.on, ask.lines, ask.unread)
    return Done()


async def believe_loan_file_empty(work: Work, ask: payments.asks.BelieveEmpty) -> None:
    """Takes a lender's file as empty that is. Called by operations, on record."""
    await _FILES.believe_empty(work, ask)


@use_case("system", writes=True)
async def recheck_loan_files(work: Work, _ask: Nothing) -> Done:
    """Ends the differences that our deeds, or a later file, explain by now."""
    await _FILES.recheck(work)
    return Done()
