"""Reconciling: the funder's file of a day beside what was asked of it; each deed must be in both, for the same amount.

Payments judges and shows what differs, as of the lender's file; nothing is booked for it.
"""

from huozhan import payments
from huozhan.finance import funder_asks as asks
from huozhan.finance.store import funder_proof
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

_FILES = payments.DeedFiles(
    funder_id=payments.FAST_FUNDER_ID, signs={"advances": 1, "repayments": -1, "cancels": -1},
    by_ref=funder_proof.by_ref, done_between=funder_proof.done_between,
)  # fmt: skip


@use_case("system", writes=True)
async def note_advance_file(work: Work, ask: asks.NoteAdvanceFile) -> Done:
    """Compares the funder's deeds of a day with ours, both ways."""
    lines = [
        payments.asks.TradeLine(
            kind=line.kind,
            currency=line.currency,
            channel_txn=line.funder_txn,
            # Named by its advance too, under which our rows of it are found.
            merchant_ref=f"{line.advance_ref}-{line.ref}",
            amount_minor=line.amount_minor,
            fee_minor=line.fee_minor,
            at=line.at,
        )
        for line in ask.lines
    ]
    await _FILES.compare(work, ask.on, lines, ask.unread)
    return Done()


@use_case("system", writes=True)
async def note_funder_settlement(work: Work, ask: asks.NoteFunderSettlement) -> Done:
    """Books what the funder's file of a day says that passed between its bank and ours (E13c), once."""
    await _FILES.settle(work, ask.on, ask.lines, ask.unread)
    return Done()


async def believe_advance_file_empty(work: Work, ask: payments.asks.BelieveEmpty) -> None:
    """Takes a funder's file as empty that is. Called by operations, on record."""
    await _FILES.believe_empty(work, ask)


@use_case("system", writes=True)
async def recheck_advance_files(work: Work, _ask: Nothing) -> Done:
    """Ends the differences that our deeds, or a later file, explain by now."""
    await _FILES.recheck(work)
    return Done()
