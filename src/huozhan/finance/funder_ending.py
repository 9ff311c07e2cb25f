"""Ending: what a funder answered otherwise than asked is asked again, or ended as a person settled it with the funder.

A repayment of which the funder took less is the seller's for the rest, for it came out of the seller's money (E22e). Nothing
hangs on the other deeds: a loss moves no money, and an advance that was answered otherwise is taken back at once.
"""

from huozhan import ledger, payments
from huozhan.finance import funder_asks as asks
from huozhan.finance.advance import ASKED_AGAIN, DEED_MOVES, Advance, DeedKind, DeedState
from huozhan.finance.advancing import ADVANCE_JOB
from huozhan.finance.asking import PATIENCE
from huozhan.finance.ending import SECOND_PERSON, CannotEndSo, SecondPersonNeeded
from huozhan.finance.store import advances
from huozhan.finance.views import OddDeedEnded
from huozhan.kernel.money import written
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry


class AdvanceTakenBack(Refusal):
    """The advance was taken back when its answer did not fit: asked once more, the funder would pay what nobody gets."""

    code = "finance.advance_taken_back"


async def end_deed(work: Work, ask: asks.EndDeed) -> OddDeedEnded:
    """Ends one for a person who says why; called by operations, which writes down who it was.

    Where the difference reaches the threshold the first person proposes, and the same word of a second one ends it.
    """
    found = await advances.find_deed(work, int(ask.deed_id))
    one = await advances.lock(work, *found) if found else None
    row = await advances.lock_deed(work, one.order_id, one.parcel_id, int(ask.deed_id)) if one else None
    if one is None or row is None or row["state"] != DeedState.odd:
        raise NotFound(deed_id=ask.deed_id)
    if ask.again:
        await _ask_again(work, one, row)
        return OddDeedEnded(deed_id=ask.deed_id, state=DeedState.asked)
    after = DEED_MOVES.after(DeedState.odd, "end")
    taken_minor = _taken(row, ask)
    rest_minor = 0 if taken_minor is None else row["amount_minor"] - taken_minor
    if rest_minor >= work.rule(SECOND_PERSON).value and not await _agreed(work, one, row, taken_minor):
        return OddDeedEnded(deed_id=ask.deed_id, state="proposed")
    await advances.end_deed(work, one, row["deed_id"], after, why=ask.reason, taken_minor=taken_minor)
    if rest_minor:
        await _give_rest(work, one, row["deed_id"], rest_minor)
    return OddDeedEnded(deed_id=ask.deed_id, state=after)


async def _ask_again(work: Work, one: Advance, row: advances.Row) -> None:
    if row["kind"] not in ASKED_AGAIN:
        raise AdvanceTakenBack
    asked = DEED_MOVES.after(DeedState.odd, "ask_again")
    await advances.ask_deed_again(work, one, row["deed_id"], asked, work.now + work.rule(PATIENCE).span)
    work.enqueue(ADVANCE_JOB, {"order_id": one.order_id, "parcel_id": one.parcel_id})


def _taken(row: advances.Row, ask: asks.EndDeed) -> int | None:
    """What the funder took of a repayment, as the person says; None for a deed on which no money hangs."""
    amount_minor = int(row["amount_minor"])
    if row["kind"] != DeedKind.repayments:
        taken_minor, fits = None, ask.taken_minor is None
    else:
        taken_minor = amount_minor if ask.taken_minor is None else ask.taken_minor
        fits = 0 <= taken_minor <= amount_minor
    if not fits:
        raise CannotEndSo(
            kind=row["kind"], end="end", amount_minor=amount_minor, amount=written(amount_minor)
        )
    return taken_minor


async def _agreed(work: Work, one: Advance, row: advances.Row, taken_minor: int | None) -> bool:
    """Whether somebody else said the same before; else this is a proposal."""
    assert taken_minor is not None
    known = await advances.proposal(work, one, row["deed_id"])
    if known is not None and known["taken_minor"] == taken_minor:
        if known["proposed_by"] == work.actor.person_id:
            raise SecondPersonNeeded
        return True
    await advances.propose(work, one, row["deed_id"], taken_minor)
    return False


async def _give_rest(work: Work, one: Advance, deed_id: int, rest_minor: int) -> None:
    """What a release had kept for the funder and the funder did not take is the seller's (E22e), who pays what it owes first."""
    entry = write_entry(
        "E22e",
        business_key=f"E22e:{deed_id}",
        about_id=one.order_id,
        owners={103: payments.FAST_FUNDER_ID, 204: one.seller_id},
        amounts={"excess": rest_minor},
        memo={"order_number": one.order_number},
    )
    await ledger.post(work, [entry])
    await payments.net_debt(work, one.seller_id)
