"""Hearing the funder: its word is a reason to ask, and only its answer to our own question counts.

So a false, forged, doubled or late message moves nothing. What it refuses is not advanced; what it answers otherwise than it was
asked waits for a person, and an advance of which that is so is undone before anybody has its money.
"""

import msgspec

from huozhan import payments
from huozhan.finance import funder_asks as asks
from huozhan.finance.advance import DEED_MOVES, MOVES, Advance, AdvanceState, DeedKind, DeedState
from huozhan.finance.advancing import ADVANCE_JOB, ask_funder
from huozhan.finance.asking import PATIENCE
from huozhan.finance.facts import AdvanceGiven, AdvanceRefused
from huozhan.finance.funder_ports import FunderDone
from huozhan.finance.funder_views import AdvanceErrand
from huozhan.finance.store import advances, funder
from huozhan.finance.switching import refresh_funder_account
from huozhan.finance.views import Asked
from huozhan.kernel.ids import is_id
from huozhan.kernel.shapes import Done, Nothing, read_json
from huozhan.kernel.work import Work, use_case

SWEEP_MAX = 100
REFUSALS = frozenset({"no_account", "over_limit", "currency_differs", "invalid"})
"""Codes with which the funder declines an advance, as it may; any other final answer waits for a person."""


class _Message(msgspec.Struct, frozen=True):
    type: str
    data: dict[str, object]


@use_case("system", writes=True)
async def hear_funder(work: Work, ask: asks.HearFunder) -> Done:
    """Writes down what came to the funder's hook; where it was really the funder, it is asked about whom it named."""
    try:
        message = read_json(ask.body, _Message)
    except msgspec.MsgspecError:
        message = _Message("unreadable", {})
    reference = _short(str(message.data.get("buyer_ref", "")))
    await funder.hear(
        work, message_id=ask.message_id, kind=_short(message.type), reference=reference, body=ask.body,
        is_genuine=ask.is_genuine,
    )  # fmt: skip
    if ask.is_genuine and is_id(reference):
        refresh_funder_account(work, int(reference))
    return Done()


def _short(text: str) -> str:
    return text[:64].replace("\0", "")


def advance_ref(order_id: int | str, parcel_id: int | str) -> str:
    """What the funder knows an advance by."""
    return f"{order_id}-{parcel_id}"


@use_case("system", writes=False)
async def advance_errand(work: Work, ask: asks.AdvanceAsk) -> AdvanceErrand:
    """Tells the worker what is to be asked of the funder next about an advance."""
    row = await advances.next_deed(work, int(ask.order_id), int(ask.parcel_id))
    if row is None:
        return AdvanceErrand(deed_id=None)
    return AdvanceErrand(
        deed_id=str(row["deed_id"]),
        kind=row["kind"],
        amount_minor=row["amount_minor"],
        fee_minor=row["fee_minor"],
        currency=work.terms.currency,
        seller_id=str(row["seller_id"]),
        order_number=row["order_number"],
    )


@use_case("system", writes=True)
async def note_advance_done(work: Work, ask: asks.NoteAdvanceDone) -> Done:
    """Ends what was asked as the funder answered; the seller has an advance's money from this moment."""
    one = await advances.lock(work, int(ask.order_id), int(ask.parcel_id))
    row = await advances.lock_deed(work, int(ask.order_id), int(ask.parcel_id), int(ask.deed_id))
    if one is None or row is None or row["state"] != DeedState.asked:
        return Done()
    kind = DeedKind(row["kind"])
    if ask.told is None:
        await _was_refused(work, one, row, kind, ask.why)
    elif not _fits(work, one, row, ask.told):
        await _differs(work, one, row, kind, ask.why or "answered_otherwise")
    else:
        await _end(work, one, row, "do")
        if kind is DeedKind.advances and one.state is AdvanceState.asked:
            await _give(work, one)
    refresh_funder_account(work, one.seller_id)
    return Done()


def _fits(work: Work, one: Advance, row: advances.Row, told: FunderDone) -> bool:
    asked = (str(row["deed_id"]), row["kind"], row["amount_minor"], row["fee_minor"], work.terms.currency)
    return (
        told.ref, told.kind, told.amount_minor, told.fee_minor, told.currency
    ) == asked and told.advance_ref == advance_ref(one.order_id, one.parcel_id)  # fmt: skip


async def _give(work: Work, one: Advance) -> None:
    given = msgspec.structs.replace(one, state=MOVES.after(one.state, "give"), opened_at=work.now)
    await advances.save(work, given, "give")
    await payments.advance(
        work, order_id=one.order_id, parcel_id=one.parcel_id, seller_id=one.seller_id,
        amount_minor=one.advanced_minor, fee_minor=one.fee_minor, order_number=one.order_number,
        fee_bp=one.fee_bp, fee_version=one.fee_version,
    )  # fmt: skip
    work.record(
        AdvanceGiven(
            order_id=one.order_id,
            order_number=one.order_number,
            seller_id=one.seller_id,
            paid_out_minor=one.paid_out_minor,
            fee_minor=one.fee_minor,
        )
    )


async def _was_refused(work: Work, one: Advance, row: advances.Row, kind: DeedKind, why: str) -> None:
    """A no to an advance is a no; what undoes an advance that the funder never made has nothing to undo."""
    if kind is DeedKind.advances and why in REFUSALS:
        await _end(work, one, row, "refuse", why)
        if one.state is AdvanceState.asked:
            refused = msgspec.structs.replace(
                one, state=MOVES.after(one.state, "refuse"), why=why, ended_at=work.now
            )
            await advances.save(work, refused, "refuse")
            work.record(
                AdvanceRefused(
                    order_id=one.order_id, order_number=one.order_number, seller_id=one.seller_id, why=why
                )
            )
    elif kind is DeedKind.cancels and why == "not_found":
        await _end(work, one, row, "refuse", why)
    else:
        await _differs(work, one, row, kind, why or "refused")


async def _differs(work: Work, one: Advance, row: advances.Row, kind: DeedKind, why: str) -> None:
    """What cannot be believed moves nothing; an advance is taken back at once, so that its parcel is paid as any other."""
    await _end(work, one, row, "differ", why)
    if kind is DeedKind.advances and one.state is AdvanceState.asked:
        after = msgspec.structs.replace(
            one, state=MOVES.after(one.state, "withdraw"), why="answered_otherwise", ended_at=work.now
        )
        await advances.save(work, after, "withdraw")
        await ask_funder(work, after, DeedKind.cancels, "", one.advanced_minor, fee_minor=one.fee_minor)


async def _end(work: Work, one: Advance, row: advances.Row, event: str, why: str = "") -> None:
    state = DEED_MOVES.after(DeedState(row["state"]), event)
    await advances.end_deed(work, one, row["deed_id"], state, why=why)


@use_case("system", writes=True)
async def ask_funder_again(work: Work, _ask: Nothing) -> Asked:
    """Leaves everything to be asked again that the funder has not answered for too long."""
    waiting = await advances.take_to_ask(work, work.now + work.rule(PATIENCE).span, SWEEP_MAX)
    for order_id, parcel_id in waiting:
        work.enqueue(ADVANCE_JOB, {"order_id": order_id, "parcel_id": parcel_id})
    return Asked(asked=len(waiting))
