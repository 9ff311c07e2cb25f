"""Claiming: goods of a case go back, and the insurer pays their freight once the seller has taken them (B1.6, E16).

After-sales says how far a case is; saying it twice, or late, changes nothing.
"""

from collections.abc import Sequence

import msgspec

from huozhan import payments
from huozhan.insurance.covering import PAYS_WITHIN
from huozhan.insurance.facts import ClaimMoved
from huozhan.insurance.insuring import ask_insurer
from huozhan.insurance.policy import (
    CLAIM_MOVES,
    MOVES,
    Claim,
    ClaimState,
    DeedKind,
    Policy,
    SentBack,
)
from huozhan.insurance.store import policies
from huozhan.kernel.work import Work


async def file_claim(work: Work, sent: SentBack) -> None:
    """The waybill of goods sent back is known: their freight is claimed, as far as the insured sum is not paid; once for a case.

    Where nothing is insured, or all of the sum was paid, there is no claim. Another waybill takes the first one's place.
    """
    one = await policies.lock(work, sent.order_id)
    if one is None or not one.is_open:
        return
    claims = await policies.lock_claims(work, sent.order_id)
    known = next((claim for claim in claims if claim.case_id == sent.case_id), None)
    if known:
        named = msgspec.structs.replace(known, carrier_code=sent.carrier_code, waybill=sent.waybill)
        if known.state is ClaimState.filed and named != known:
            await policies.save_claim(work, named)
        return
    left_minor = one.sum_minor - one.paid_minor
    if left_minor <= 0:
        return
    claim = Claim(
        order_id=sent.order_id,
        case_id=sent.case_id,
        case_number=sent.case_number,
        state=CLAIM_MOVES.first,
        carrier_code=sent.carrier_code,
        waybill=sent.waybill,
        weight_g=sent.weight_g,
        most_minor=left_minor,
        filed_at=work.now,
    )
    await policies.add_claim(work, claim)
    tell(work, one, claim, left_minor)


async def goods_taken_back(work: Work, order_id: int, case_id: int) -> None:
    """The seller has the goods, or was held to have taken them: the insurer is asked to pay within the time of the rule."""
    one, claim = await _lock(work, order_id, case_id)
    if one is None or claim is None or claim.state is not ClaimState.filed or claim.taken_back_at:
        return
    await policies.save_claim(work, msgspec.structs.replace(claim, taken_back_at=work.now))
    await ask_waiting(work, one)


async def drop_claim(work: Work, order_id: int, case_id: int) -> None:
    """The case ended without its goods being taken back: nothing is claimed."""
    _, claim = await _lock(work, order_id, case_id)
    if claim is not None and claim.state is ClaimState.filed:
        await _drop(work, claim, "")


async def ask_waiting(work: Work, one: Policy) -> None:
    """Asks for claims whose goods were taken back, the oldest first, for what those that are paid or asked for leave of the sum.

    One that is left nothing waits while another is asked for, which may come to less; then it is dropped.
    """
    claims = await policies.lock_claims(work, one.order_id)
    for at, claim in enumerate(claims):
        if claim.state is not ClaimState.filed or claim.taken_back_at is None:
            continue
        if left_minor := left_of(one, claims):
            claims[at] = msgspec.structs.replace(claim, most_minor=left_minor)
            claims[at] = await _ask(work, one, claims[at], "ask", str(claim.case_id))
        elif not any(other.state is ClaimState.asked for other in claims):
            await _drop(work, claim, "used_up")


def left_of(one: Policy, claims: Sequence[Claim]) -> int:
    """What of the insured sum is neither paid nor asked for by these claims, in minor units."""
    return one.sum_minor - sum(claim.spoken_for_minor for claim in claims)


async def ask_claim_again(work: Work, one: Policy, claim: Claim, key: str) -> None:
    """A person has the insurer asked once more about a claim that it refused."""
    await _ask(work, one, claim, "ask_again", key)


async def _drop(work: Work, claim: Claim, why: str) -> None:
    state = CLAIM_MOVES.after(claim.state, "drop")
    await policies.save_claim(work, msgspec.structs.replace(claim, state=state, why=why, ended_at=work.now))


async def _ask(work: Work, one: Policy, claim: Claim, event: str, key: str) -> Claim:
    within = work.rule(PAYS_WITHIN)
    asked = msgspec.structs.replace(
        claim,
        state=CLAIM_MOVES.after(claim.state, event),
        asked_at=work.now,
        pays_by=work.now + within.span,
        ended_at=None,
        why="",
    )
    await policies.save_claim(work, asked)
    await ask_insurer(work, one, DeedKind.claims, key, claim.most_minor, case_id=claim.case_id)
    return asked


async def pay(work: Work, one: Policy, claim: Claim, amount_minor: int) -> None:
    """The insurer pays a claim: the buyer has it in the wallet, and the insurer owes it (E16c)."""
    paid = msgspec.structs.replace(
        claim,
        state=CLAIM_MOVES.after(claim.state, "pay"),
        paid_minor=amount_minor,
        ended_at=work.now,
        why="",
    )
    after = msgspec.structs.replace(
        one, state=MOVES.after(one.state, "claim"), paid_minor=one.paid_minor + amount_minor
    )
    await policies.save(work, after, "claim")
    await policies.save_claim(work, paid)
    await payments.pay_insurance_claim(
        work, order_id=one.order_id, case_id=claim.case_id, buyer_id=one.buyer_id, amount_minor=amount_minor,
        memo={"order_number": one.order_number, "case_number": claim.case_number},
    )  # fmt: skip
    tell(work, one, paid, amount_minor)
    await ask_waiting(work, after)


async def refuse(work: Work, one: Policy, claim: Claim, why: str) -> None:
    """The insurer does not pay a claim, and says why."""
    refused = msgspec.structs.replace(
        claim, state=CLAIM_MOVES.after(claim.state, "refuse"), why=why, ended_at=work.now
    )
    await policies.save_claim(work, refused)
    tell(work, one, refused, 0)
    await ask_waiting(work, one)


def tell(work: Work, one: Policy, claim: Claim, amount_minor: int) -> None:
    """Records that a claim went on."""
    work.record(
        ClaimMoved(
            order_id=one.order_id,
            order_number=one.order_number,
            case_id=claim.case_id,
            buyer_id=one.buyer_id,
            seller_id=one.seller_id,
            state=claim.state,
            amount_minor=amount_minor,
        )
    )


async def _lock(work: Work, order_id: int, case_id: int) -> tuple[Policy | None, Claim | None]:
    one = await policies.lock(work, order_id)
    claims = await policies.lock_claims(work, order_id) if one else []
    return one, next((claim for claim in claims if claim.case_id == case_id), None)
