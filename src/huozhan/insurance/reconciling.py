"""Reconciling: the insurer's file of a day beside what was asked of it; each premium and claim must be in both, for the same amount.

Payments judges and shows what differs, as of every other file; nothing is booked for it.
"""

from huozhan import payments
from huozhan.insurance import asks
from huozhan.insurance.store import proof
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

_FILES = payments.DeedFiles(
    funder_id=payments.INSURER_ID, signs={"claims": 1, "cancels": 1, "premiums": -1},
    by_ref=proof.by_ref, done_between=proof.done_between,
)  # fmt: skip


@use_case("system", writes=True)
async def note_insurer_file(work: Work, ask: asks.NoteInsurerFile) -> Done:
    """Compares the insurer's premiums and claims of a day with ours, both ways."""
    lines = [
        payments.asks.TradeLine(
            kind=line.kind,
            currency=line.currency,
            channel_txn=line.insurer_txn,
            # Named by its policy too, under which our rows of it are found.
            merchant_ref=f"{line.policy_ref}-{line.ref}",
            amount_minor=line.amount_minor,
            at=line.at,
        )
        for line in ask.lines
    ]
    await _FILES.compare(work, ask.on, lines, ask.unread)
    return Done()


@use_case("system", writes=True)
async def note_insurer_settlement(work: Work, ask: asks.NoteInsurerSettlement) -> Done:
    """Books what the insurer's file of a day says that passed between its bank and ours (E13c), once."""
    await _FILES.settle(work, ask.on, ask.lines, ask.unread)
    return Done()


async def believe_insurer_file_empty(work: Work, ask: payments.asks.BelieveEmpty) -> None:
    """Takes an insurer's file as empty that is. Called by operations, on record."""
    await _FILES.believe_empty(work, ask)


@use_case("system", writes=True)
async def recheck_insurer_files(work: Work, _ask: Nothing) -> Done:
    """Ends the differences that our rows, or a later file, explain by now."""
    await _FILES.recheck(work)
    return Done()
