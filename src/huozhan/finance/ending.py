"""Ending: what a lender answered otherwise than asked is asked again, taken as the lender did it, or written off.

A refund or repayment that the lender took less of is the buyer's for the rest, in the wallet. A capture that it paid less
of is the market's loss, for the seller has its price and the buyer owes no more than the lender lent. A refund lessens what
was not paid before it gives the buyer anything (B1.5c), whichever of the two came first.
"""

import msgspec

from huozhan import ledger
from huozhan.finance import asks
from huozhan.finance.asking import DEED_JOB, LOAN_JOB, PATIENCE, refresh_limit
from huozhan.finance.hearing import book_taken
from huozhan.finance.lending import LENDER_ID, lessened
from huozhan.finance.loan import DEED_MOVES, MOVES, DeedKind, DeedState, Loan, LoanEvent, event_of_word
from huozhan.finance.store import loans, oddities
from huozhan.finance.views import OddDeedEnded
from huozhan.kernel.money import written
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry

SECOND_PERSON = "pay_later.second_person_from"


class CannotEndSo(Refusal):
    """A deed of this kind does not end in this way, or not with so much taken."""

    code = "finance.cannot_end_so"


class SecondPersonNeeded(Refusal):
    """Who proposed how it ends is not the one who agrees."""

    code = "finance.second_person_needed"


def ends_of(kind: DeedKind) -> tuple[str, ...]:
    """In which ways a deed of a kind may end."""
    return ("ask_again", "accept", "write_off") if kind is DeedKind.captures else ("ask_again", "accept")


async def end_odd_deed(work: Work, ask: asks.EndOddDeed) -> OddDeedEnded:
    """Ends one for a person who says why; called by operations, which writes down who it was.

    Where the difference reaches the threshold the first person proposes, and the same word of a second one ends it.
    Refuses with the kind or the amount where a deed does not end so.
    """
    payment_id = await oddities.payment_of(work, int(ask.order_id), int(ask.deed_id))
    loan = await loans.lock(work, int(ask.order_id), payment_id) if payment_id else None
    row = await loans.lock_deed(work, loan.order_id, loan.payment_id, int(ask.deed_id)) if loan else None
    if loan is None or row is None:
        raise NotFound(deed_id=ask.deed_id)
    after = DEED_MOVES.after(DeedState(row["state"]), ask.end, deed_id=ask.deed_id)
    if ask.end == "ask_again":
        await oddities.ask_again(work, loan, row["deed_id"], after, work.now + work.rule(PATIENCE).span)
        work.enqueue(DEED_JOB, {"order_id": loan.order_id, "payment_id": loan.payment_id})
        return OddDeedEnded(deed_id=ask.deed_id, state=after)
    taken_minor = _taken(row, ask)
    short_minor = row["amount_minor"] - taken_minor
    if row["kind"] == DeedKind.captures and short_minor > loan.unpaid_minor:
        raise _cannot(row, ask)
    if short_minor >= work.rule(SECOND_PERSON).value and not await _agreed(work, loan, row, ask, taken_minor):
        return OddDeedEnded(deed_id=ask.deed_id, state="proposed")
    await loans.end_deed(work, loan, row["deed_id"], after, taken_minor=taken_minor, why=row["why"])
    if row["kind"] == DeedKind.captures:
        await _write_off(work, loan, row["deed_id"], short_minor)
    else:
        await book_taken(work, loan, row, taken_minor)
    work.enqueue(LOAN_JOB, {"order_id": loan.order_id, "payment_id": loan.payment_id})
    refresh_limit(work, loan.buyer_id)
    return OddDeedEnded(deed_id=ask.deed_id, state=after)


def _taken(row: loans.Row, ask: asks.EndOddDeed) -> int:
    """What the lender did, as the person says; all of a void, for nothing of ours hangs on it."""
    kind, amount_minor = DeedKind(row["kind"]), int(row["amount_minor"])
    taken_minor = amount_minor if kind is DeedKind.voids else ask.taken_minor
    is_whole = taken_minor == amount_minor
    fits = ask.end in ends_of(kind) and (kind is not DeedKind.captures or is_whole == (ask.end == "accept"))
    if taken_minor is None or not 0 <= taken_minor <= amount_minor or not fits:
        raise _cannot(row, ask)
    return taken_minor


def _cannot(row: loans.Row, ask: asks.EndOddDeed) -> CannotEndSo:
    amount_minor = int(row["amount_minor"])
    return CannotEndSo(kind=row["kind"], end=ask.end, amount_minor=amount_minor, amount=written(amount_minor))


async def _agreed(work: Work, loan: Loan, row: loans.Row, ask: asks.EndOddDeed, taken_minor: int) -> bool:
    """Whether somebody else said the same before; else this is a proposal."""
    known = await oddities.proposal(work, loan, row["deed_id"])
    if known is not None and (known["ending"], known["taken_minor"]) == (ask.end, taken_minor):
        if known["proposed_by"] == work.actor.person_id:
            raise SecondPersonNeeded
        return True
    await oddities.propose(work, loan, row["deed_id"], ask.end, taken_minor)
    return False


async def _write_off(work: Work, loan: Loan, deed_id: int, lost_minor: int) -> None:
    """The lender will not pay so much of a capture: the buyer owes it less, and the market has lost it (E13w).

    What refunds of the order gave the buyer beyond the debt comes back from the wallet, as far as it is still there.
    """
    if not lost_minor:
        return
    given_minor = await loans.refunded_beyond_debt(work, loan) - loan.recovered_minor
    wallet = await ledger.balance(work, ledger.wallet(loan.buyer_id))
    back_minor = max(min(lost_minor, given_minor, wallet.free_minor), 0)
    after = msgspec.structs.replace(
        loan,
        written_minor=loan.written_minor + lost_minor,
        recovered_minor=loan.recovered_minor + back_minor,
    )
    event = event_of_word(after) if after.owed_minor else LoanEvent.settle
    if event and not MOVES.allows(loan.state, event):
        event = None
    if event:
        after = msgspec.structs.replace(after, state=MOVES.after(loan.state, event))
    await loans.save(work, after, event)
    await ledger.post(
        work,
        [
            lessened(loan, f"odd:{deed_id}", lost_minor),
            write_entry(
                "E13w",
                business_key=f"E13w:{deed_id}",
                about_id=loan.order_id,
                owners={103: LENDER_ID, 201: loan.buyer_id},
                amounts={"lost": lost_minor - back_minor, "wallet": back_minor},
                memo={"order_number": loan.order_number},
            ),
        ],
    )
