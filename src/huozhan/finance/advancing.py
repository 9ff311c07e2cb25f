"""Advancing: ordering says what becomes of goods that a funder has advanced; under the order's lock, the advances' after it.

Nothing here speaks to the funder: what it has to be asked is written down, and the worker asks in that order. At any
moment the funder has no more to come than what was sent and is not received will bring its seller.
"""

from collections.abc import Callable, Sequence

import msgspec

from huozhan import payments
from huozhan.finance.advance import (
    MOVES,
    Advance,
    AdvanceState,
    DeedKind,
    PickedUp,
    with_borne,
    with_repaid,
)
from huozhan.finance.asking import PATIENCE
from huozhan.finance.store import advances, funder, requests
from huozhan.kernel.money import share_bp
from huozhan.kernel.work import Work
from huozhan.payments import Release

FEE = "fast_arrival.fee"
FAST_RULES = (FEE,)
"""Rules whose versions an order pins when it is placed."""
FAST = "fast_arrival"
ADVANCE_JOB = "finance.advance"


async def why_not(work: Work, seller_id: int, fee_bp: int) -> str:
    """Why a seller is advanced nothing: `off`, `no_account`, `stopped`, or `fee_moved` where the fee is above the one agreed; else empty."""
    switch = await requests.switch_of(work, seller_id, FAST)
    if switch is None or not switch["is_on"]:
        return "off"
    account = await funder.account(work, seller_id)
    if account is None or account["state"] != "open":
        return "stopped" if account and account["state"] == "refused" else "no_account"
    return "fee_moved" if fee_bp > switch["fee_bp"] else ""


async def takes_advances(work: Work, seller_id: int) -> bool:
    """Whether a seller has fast arrival on, whatever the funder will say; the first thing to ask, as most have not."""
    switch = await requests.switch_of(work, seller_id, FAST)
    return switch is not None and switch["is_on"]


async def picked_up(work: Work, parcel: PickedUp) -> bool:
    """A carrier has a parcel: the funder is asked to advance what it brings, once; tells whether it is asked.

    Where the seller has not agreed, or nothing would be left after the fee, nobody is asked.
    """
    fee = work.rules.pinned(FEE, parcel.rules, parcel.placed_at)
    if await why_not(work, parcel.seller_id, fee.value):
        return False
    spoken_for = sum(one.spoken_for_minor for one in await advances.lock_of_order(work, parcel.order_id))
    amount_minor = min(parcel.brings_minor, parcel.on_its_way_minor - spoken_for)
    fee_minor = share_bp(max(amount_minor, 0), fee.value)
    if amount_minor <= fee_minor:
        return False
    one = Advance(
        order_id=parcel.order_id,
        parcel_id=parcel.parcel_id,
        order_number=parcel.order_number,
        buyer_id=parcel.buyer_id,
        seller_id=parcel.seller_id,
        state=AdvanceState.asked,
        brings_minor=parcel.brings_minor,
        advanced_minor=amount_minor,
        fee_minor=fee_minor,
        fee_bp=fee.value,
        fee_version=fee.version,
        asked_at=work.now,
    )
    if not await advances.add(work, one):
        return False
    await ask_funder(work, one, DeedKind.advances, "", amount_minor, fee_minor=fee_minor)
    return True


async def repay_first(work: Work, release: Release, on_its_way: Callable[[], int]) -> Release:
    """A release of which the funder has first what it advanced on the order, the oldest parcel's before others'.

    `on_its_way` tells, in minor units, what the goods that are still on their way after it will bring.
    """
    found = await advances.lock_of_order(work, release.order_id)
    if not found:
        return release
    brings_minor = payments.seller_part(work, release)
    left_minor, after = brings_minor, []
    for one in found:
        part_minor = min(left_minor, one.open_minor)
        if part_minor > 0:
            one, event = with_repaid(one, part_minor, work.now)  # noqa: PLW2901 — the same advance, further on
            await advances.save(work, one, event)
            await ask_funder(work, one, DeedKind.repayments, release.key, part_minor)
            left_minor -= part_minor
        after.append(one)
    await _bear(work, after, on_its_way(), release.key)
    return msgspec.structs.replace(release, funder_minor=brings_minor - left_minor)


async def follow(work: Work, order_id: int, on_its_way: Callable[[], int], key: str) -> None:
    """After goods were given back: what those still on their way no longer cover is the funder's loss."""
    found = await advances.lock_of_order(work, order_id)
    if found:
        await _bear(work, found, on_its_way(), key)


async def _bear(work: Work, found: Sequence[Advance], on_its_way_minor: int, key: str) -> None:
    """The last one asked for comes off first: one that is not answered is undone, of one that was given the rest is borne."""
    over_minor = sum(one.spoken_for_minor for one in found) - on_its_way_minor
    for one in sorted(found, key=lambda each: (each.state is not AdvanceState.asked, -each.parcel_id)):
        part_minor = min(over_minor, one.open_minor)
        if over_minor <= 0:
            return
        if one.state is AdvanceState.asked:
            over_minor -= one.advanced_minor
            await _withdraw(work, one)
        elif part_minor:
            over_minor -= part_minor
            after, event = with_borne(one, part_minor, work.now)
            await advances.save(work, after, event)
            await ask_funder(work, after, DeedKind.losses, key, part_minor)


async def _withdraw(work: Work, one: Advance) -> None:
    """Undoes what was asked and not answered: the funder may have done it already, so it is told after it."""
    after = msgspec.structs.replace(
        one, state=MOVES.after(one.state, "withdraw"), ended_at=work.now, why="too_late"
    )
    await advances.save(work, after, "withdraw")
    await ask_funder(work, after, DeedKind.cancels, "", one.advanced_minor, fee_minor=one.fee_minor)


async def ask_funder(
    work: Work, one: Advance, kind: DeedKind, key: str, amount_minor: int, *, fee_minor: int = 0
) -> None:
    """Leaves something to be asked of the funder, once under a key."""
    ask_at = work.now + work.rule(PATIENCE).span
    if await advances.ask(work, one, kind, key, amount_minor, fee_minor, ask_at):
        work.enqueue(ADVANCE_JOB, {"order_id": one.order_id, "parcel_id": one.parcel_id})
