"""Insuring: ordering says what becomes of an order that is insured; under the order's lock, the policy's after it (E16).

Nothing here speaks to the insurer: what it has to be asked is written down, and the worker asks in that order. The market
never insures: a premium stands on 209 until the insurer has taken the order on, and is owed to it on 103 from then.
"""

from collections.abc import Awaitable, Callable

import msgspec

from huozhan import payments
from huozhan.insurance.covering import PREMIUM, SUM, premium_of
from huozhan.insurance.facts import PolicyMoved
from huozhan.insurance.policy import (
    CLAIM_MOVES,
    MOVES,
    ClaimState,
    DeedKind,
    Payer,
    Policy,
    PolicyState,
    ToInsure,
)
from huozhan.insurance.store import policies
from huozhan.kernel.work import Work
from huozhan.payments import Release

PATIENCE = "payments.intent_patience"
DEED_JOB = "insurance.deed"
Pay = Callable[[Work, Release], Awaitable[None]]


async def begin(work: Work, order: ToInsure) -> None:
    """An insured order was paid: the insurer is asked to take it on. A buyer's premium leaves escrow at once (E16)."""
    rate = work.rules.pinned(PREMIUM, order.rules, order.placed_at)
    is_bought = order.payer is Payer.buyer
    premium_minor = (
        order.premium_minor
        if is_bought
        else premium_of(work.rules, order.goods_minor, order.rules, order.placed_at)
    )
    one = Policy(
        order_id=order.order_id,
        order_number=order.order_number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        payment_id=order.payment_id,
        payer=order.payer,
        state=MOVES.first,
        premium_minor=premium_minor,
        premium_bp=rate.value,
        rule_version=rate.version,
        sum_minor=work.rules.pinned(SUM, order.rules, order.placed_at).value,
        taken_minor=premium_minor if is_bought else 0,
        asked_at=work.now,
    )
    if not await policies.add(work, one):
        return
    if is_bought:
        await payments.take_premium(work, order_id=one.order_id, amount_minor=premium_minor, memo=one.memo)
    await ask_insurer(work, one, DeedKind.policies, "", premium_minor)


async def release(work: Work, release: Release, pay: Pay) -> None:
    """Releases received goods by `pay`; a premium that their supplier gives comes out of the first of it, once its policy stands.

    What the goods do not bring of it the supplier pays out of what it has. Where the insurer has not answered yet, it is due then.
    """
    one = await policies.lock(work, release.order_id)
    if one is None or not one.is_open or one.payer is Payer.buyer or one.taken_minor:
        await pay(work, release)
    elif one.state is PolicyState.asked:
        await policies.save(work, msgspec.structs.replace(one, is_due=True))
        await pay(work, release)
    else:
        room_minor = payments.seller_part(work, release) - release.funder_minor
        # The last unit stays the seller's part of the release: an entry of nothing cannot be booked.
        part_minor = max(min(one.premium_minor, room_minor - 1), 0)
        await pay(work, msgspec.structs.replace(release, premium_minor=part_minor))
        await take_from_supplier(work, one, one.premium_minor - part_minor)


async def ended(work: Work, order_id: int, *, was_sent: bool) -> None:
    """An order came to its end with all of its money given back: where nothing was sent, the policy ends and its premium goes back.

    Where goods were sent they were insured: a supplier pays the premium out of what it has.
    """
    one = await policies.lock(work, order_id)
    if one is None or not one.is_open:
        return
    if not was_sent:
        await end(work, one, "end")
    elif one.payer is Payer.seller and not one.taken_minor:
        if one.state is PolicyState.asked:
            await policies.save(work, msgspec.structs.replace(one, is_due=True))
        else:
            await take_from_supplier(work, one, one.premium_minor)


async def take_from_supplier(work: Work, one: Policy, rest_minor: int) -> None:
    """A supplier's premium is in the book: what no release paid of it is charged, and all of it is the insurer's."""
    if rest_minor:
        await payments.charge_premium(
            work, order_id=one.order_id, seller_id=one.seller_id, amount_minor=rest_minor, memo=one.memo
        )
    await hand_over(work, msgspec.structs.replace(one, taken_minor=one.premium_minor, is_due=False))


async def hand_over(work: Work, one: Policy, event: str = "") -> None:
    """The policy stands and its premium is there: it is owed to the insurer from now on (E16s), which is told."""
    handed = msgspec.structs.replace(one, handed_minor=one.premium_minor)
    await policies.save(work, handed, event)
    await payments.hand_premium_over(
        work, order_id=one.order_id, amount_minor=one.premium_minor, memo=one.memo
    )
    await ask_insurer(work, one, DeedKind.premiums, "", one.premium_minor)


async def end(work: Work, one: Policy, event: str, why: str = "", *, tells: bool = True) -> None:
    """A policy ends or never began: what its buyer paid goes back the way it came, claims that wait are dropped.

    `tells` says that the insurer may hold it for standing and has to hear of it.
    """
    await policies.save(
        work,
        ended := msgspec.structs.replace(
            one,
            state=MOVES.after(one.state, event),
            back_minor=one.taken_minor,
            is_due=False,
            why=why,
            ended_at=work.now,
        ),
        event,
    )
    if one.taken_minor:
        assert one.payer is Payer.buyer, "a supplier's premium is taken once goods were sent"
        await payments.give_premium_back(
            work, order_id=one.order_id, amount_minor=one.taken_minor, insurer_has_it=bool(one.handed_minor), memo=one.memo
        )  # fmt: skip
        await payments.refund_escrow(
            work,
            payments.Refund(
                order_id=one.order_id,
                payment_id=one.payment_id,
                buyer_id=one.buyer_id,
                key="premium",
                amount_minor=one.taken_minor,
                reason="",
                order_number=one.order_number,
            ),
        )
    for claim in await policies.lock_claims(work, one.order_id):
        if claim.state is ClaimState.filed:
            dropped = CLAIM_MOVES.after(claim.state, "drop")
            await policies.save_claim(
                work, msgspec.structs.replace(claim, state=dropped, why="not_insured", ended_at=work.now)
            )
    if tells:
        await ask_insurer(work, ended, DeedKind.cancels, "", one.handed_minor)
    tell(work, ended)


def tell(work: Work, one: Policy) -> None:
    """Records that a policy went on."""
    work.record(
        PolicyMoved(
            order_id=one.order_id,
            order_number=one.order_number,
            buyer_id=one.buyer_id,
            seller_id=one.seller_id,
            payer=one.payer,
            state=one.state,
            premium_minor=one.premium_minor,
        )
    )


async def ask_insurer(
    work: Work, one: Policy, kind: DeedKind, key: str, amount_minor: int, *, case_id: int = 0
) -> None:
    """Leaves something to be asked of the insurer, once under a key."""
    ask_at = work.now + work.rule(PATIENCE).span
    if await policies.ask(work, one, kind, key, amount_minor, ask_at, case_id):
        work.enqueue(DEED_JOB, {"order_id": one.order_id})
