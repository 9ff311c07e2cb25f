"""Hearing the insurer: its answer to our own question is a new use case, and what does not fit it moves nothing.

What it declines is not insured and its buyer has the premium back; what it answers otherwise than it was asked waits for a person.
"""

import msgspec

from huozhan import payments
from huozhan.insurance import asks, claiming
from huozhan.insurance.insuring import (
    DEED_JOB,
    PATIENCE,
    end,
    hand_over,
    take_from_supplier,
    tell,
)
from huozhan.insurance.policy import (
    DEED_MOVES,
    MOVES,
    Claim,
    ClaimState,
    DeedKind,
    DeedState,
    Policy,
    PolicyState,
)
from huozhan.insurance.ports import InsurerDone
from huozhan.insurance.store import policies
from huozhan.insurance.views import Asked, InsurerErrand
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

SWEEP_MAX = 100
DECLINES = frozenset({"not_insurable", "currency_differs", "invalid"})
"""Codes with which the insurer declines to insure an order, as it may; any other final answer waits for a person."""
REFUSES = frozenset({"not_covered", "waybill_unknown", "waybill_used", "not_found", "ended"})
"""Codes with which it refuses a claim."""


class NotAskedAgain(Refusal):
    """The insurer is not asked once more to insure an order whose premium went back when its answer did not fit."""

    code = "insurance.not_asked_again"


class SumUsedUp(Refusal):
    """Other claims have taken what this one could have brought meanwhile."""

    code = "insurance.sum_used_up"


@use_case("system", writes=False)
async def insurer_errand(work: Work, ask: asks.PolicyAsk) -> InsurerErrand:
    """Tells the worker what is to be asked of the insurer next about a policy."""
    row = await policies.next_deed(work, int(ask.order_id))
    if row is None:
        return InsurerErrand(deed_id=None)
    return InsurerErrand(
        deed_id=str(row["deed_id"]),
        kind=row["kind"],
        amount_minor=row["amount_minor"],
        sum_minor=row["sum_minor"],
        currency=work.terms.currency,
        order_number=row["order_number"],
        carrier_code=row["carrier_code"] or "",
        waybill=row["waybill"] or "",
        weight_g=row["weight_g"] or 0,
    )


@use_case("system", writes=True)
async def note_insurer_done(work: Work, ask: asks.NoteInsurerDone) -> Done:
    """Ends what was asked as the insurer answered; late or twice changes nothing."""
    one = await policies.lock(work, int(ask.order_id))
    row = await policies.lock_deed(work, int(ask.order_id), int(ask.deed_id))
    if one is None or row is None or row["state"] != DeedState.asked:
        return Done()
    kind = DeedKind(row["kind"])
    if ask.told is None:
        await _was_refused(work, one, row, kind, ask.why)
    elif not _fits(work, one, row, kind, ask.told):
        await _differs(work, one, row, kind, "answered_otherwise")
    elif kind is DeedKind.claims:
        await _pay(work, one, row, ask.told.amount_minor)
    else:
        done_minor = 0 if kind is DeedKind.policies else row["amount_minor"]
        await _end(work, one, row, "do", done_minor=done_minor)
        if kind is DeedKind.policies and one.state is PolicyState.asked:
            await _bind(work, one)
    return Done()


def _fits(work: Work, one: Policy, row: policies.Row, kind: DeedKind, told: InsurerDone) -> bool:
    known = (str(row["deed_id"]), kind, str(one.order_id), work.terms.currency)
    if (told.ref, told.kind, told.policy_ref, told.currency) != known:
        return False
    asked_minor: int = row["amount_minor"]
    return (
        0 < told.amount_minor <= asked_minor if kind is DeedKind.claims else told.amount_minor == asked_minor
    )


async def _bind(work: Work, one: Policy) -> None:
    """The order is insured. A buyer's premium is the insurer's now; a supplier's too where its order was paid out meanwhile."""
    bound = msgspec.structs.replace(one, state=MOVES.after(one.state, "bind"), bound_at=work.now)
    if one.taken_minor:
        await hand_over(work, bound, "bind")
    else:
        await policies.save(work, bound, "bind")
        if one.is_due:
            await take_from_supplier(work, bound, bound.premium_minor)
    tell(work, bound)


async def _pay(work: Work, one: Policy, row: policies.Row, amount_minor: int) -> None:
    claim = await _claim(work, one, row)
    if claim.state is ClaimState.asked and one.state is PolicyState.bound:
        await _end(work, one, row, "do", done_minor=amount_minor)
        await claiming.pay(work, one, claim, amount_minor)
    else:
        await _end(work, one, row, "differ", "answered_otherwise")


async def _was_refused(work: Work, one: Policy, row: policies.Row, kind: DeedKind, why: str) -> None:
    """A no to an order or a claim is a no; what ends a policy that the insurer never had has nothing to end."""
    if kind is DeedKind.policies and why in DECLINES:
        await _end(work, one, row, "refuse", why)
        if one.state is PolicyState.asked:
            await end(work, one, "refuse", why, tells=False)
    elif kind is DeedKind.claims and why in REFUSES:
        await _end(work, one, row, "refuse", why)
        claim = await _claim(work, one, row)
        if claim.state is ClaimState.asked:
            await claiming.refuse(work, one, claim, why)
    elif kind is DeedKind.cancels and why == "not_found" and not row["amount_minor"]:
        await _end(work, one, row, "do")
    else:
        await _differs(work, one, row, kind, why or "refused")


async def _differs(work: Work, one: Policy, row: policies.Row, kind: DeedKind, why: str) -> None:
    """What cannot be believed moves nothing; an order is held for not insured, and the insurer is told."""
    await _end(work, one, row, "differ", why)
    if kind is DeedKind.policies and one.state is PolicyState.asked:
        await end(work, one, "refuse", "answered_otherwise")


async def _end(
    work: Work, one: Policy, row: policies.Row, event: str, why: str = "", *, done_minor: int = 0
) -> None:
    state = DEED_MOVES.after(DeedState(row["state"]), event)
    await policies.end_deed(work, one.order_id, row["deed_id"], state, why=why, done_minor=done_minor)


async def _claim(work: Work, one: Policy, row: policies.Row) -> Claim:
    claims = await policies.lock_claims(work, one.order_id)
    return next(claim for claim in claims if claim.case_id == row["case_id"])


@use_case("system", writes=True)
async def ask_insurer_again(work: Work, _ask: Nothing) -> Asked:
    """Leaves everything to be asked again that the insurer has not answered for too long."""
    waiting = await policies.take_to_ask(work, work.now + work.rule(PATIENCE).span, SWEEP_MAX)
    for order_id in waiting:
        work.enqueue(DEED_JOB, {"order_id": order_id})
    return Asked(asked=len(waiting))


async def end_deed(work: Work, ask: asks.EndInsurerDeed) -> bool:
    """Asks once more what was answered otherwise or refused, or ends it as a person settled it; tells whether there was such a thing.

    Called by operations, on record. What of a premium the insurer does not give back is the market's loss (E16w).
    """
    order_id = await policies.find_deed(work, int(ask.deed_id))
    one = await policies.lock(work, order_id) if order_id else None
    row = await policies.lock_deed(work, one.order_id, int(ask.deed_id)) if one else None
    if one is None or row is None or row["state"] not in (DeedState.odd, DeedState.refused):
        return False
    kind = DeedKind(row["kind"])
    if (ask.again and ask.paid_minor) or (ask.paid_minor and kind is not DeedKind.claims):
        raise Invalid(detail="paid_minor")
    if ask.again:
        await _again(work, one, row, kind)
    elif kind is DeedKind.claims:
        await _end_claim(work, one, row, ask)
    else:
        await _end(work, one, row, "end", ask.reason)
        if kind is DeedKind.cancels and row["amount_minor"]:
            await payments.write_insurer_off(
                work, order_id=one.order_id, deed_id=row["deed_id"], amount_minor=row["amount_minor"], memo=one.memo
            )  # fmt: skip
    return True


async def _again(work: Work, one: Policy, row: policies.Row, kind: DeedKind) -> None:
    if kind is DeedKind.policies:
        raise NotAskedAgain
    if kind is DeedKind.claims and row["state"] == DeedState.refused:
        # Its answer under the old reference stands; a new question needs one of its own.
        await _end(work, one, row, "end", row["why"])
        claim = await _claim(work, one, row)
        if await _room(work, one, claim) < claim.most_minor:
            raise SumUsedUp
        await claiming.ask_claim_again(work, one, claim, f"{claim.case_id}:{row['deed_id']}")
        return
    asked = DEED_MOVES.after(DeedState(row["state"]), "ask_again")
    ask_at = work.now + work.rule(PATIENCE).span
    await policies.ask_deed_again(work, one.order_id, row["deed_id"], asked, ask_at)
    work.enqueue(DEED_JOB, {"order_id": one.order_id})


async def _end_claim(work: Work, one: Policy, row: policies.Row, ask: asks.EndInsurerDeed) -> None:
    """What the insurer pays after all is the buyer's; else the claim is refused for good."""
    claim = await _claim(work, one, row)
    if ask.paid_minor > min(row["amount_minor"], await _room(work, one, claim)):
        raise Invalid(detail="paid_minor")
    await _end(work, one, row, "end", ask.reason, done_minor=ask.paid_minor)
    if not ask.paid_minor:
        if claim.state is ClaimState.asked:
            await claiming.refuse(work, one, claim, "by_hand")
        return
    if one.state is not PolicyState.bound:
        raise Invalid(detail="paid_minor")
    await claiming.pay(work, one, claim, ask.paid_minor)


async def _room(work: Work, one: Policy, claim: Claim) -> int:
    """What a claim can still bring: the insured sum less what the others speak for."""
    others = [
        other for other in await policies.lock_claims(work, one.order_id) if other.case_id != claim.case_id
    ]
    return claiming.left_of(one, others)
