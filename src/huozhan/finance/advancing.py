"""Advancing: ordering says what becomes of goods that a funder has advanced; under the order's lock, the advances' after it.

Nothing here speaks to the funder: what it has to be asked is written down, and the worker asks in that order. An advance
and its parcel's goods go together: they repay it, and what refunds take of them is the funder's loss; no other money is touched.
"""

from collections.abc import Callable, Mapping

import msgspec

from huozhan.finance.advance import (
    MOVES,
    Advance,
    AdvanceState,
    Brought,
    DeedKind,
    PickedUp,
    with_borne,
    with_repaid,
)
from huozhan.finance.asking import PATIENCE
from huozhan.finance.store import advances, funder, requests
from huozhan.kernel.money import share_bp
from huozhan.kernel.work import Work

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


async def goods_settled(
    work: Work, order_id: int, key: str, brought: Callable[[], Mapping[int, Brought]]
) -> int:
    """Goods of some parcels were received or given back: tells what the funder has first of the money that they bring.

    `brought` says it by parcel. What neither this money nor the rest of its parcel will bring back of an advance is the
    funder's loss; an advance that is not answered and beyond that rest is undone.
    """
    found = await advances.lock_of_order(work, order_id)
    if not found:
        return 0
    by_parcel, repaid_minor = brought(), 0
    for one in found:
        parcel = by_parcel.get(one.parcel_id)
        if parcel is None:
            continue
        if one.state is AdvanceState.asked and one.advanced_minor > parcel.left_minor:
            await _withdraw(work, one)
        elif part_minor := min(parcel.now_minor, one.open_minor):
            repaid_minor += part_minor
            after, event = with_repaid(one, part_minor, work.now)
            await advances.save(work, after, event)
            await ask_funder(work, after, DeedKind.repayments, key, part_minor)
            await _bear(work, after, parcel.left_minor, key)
        else:
            await _bear(work, one, parcel.left_minor, key)
    return repaid_minor


async def _bear(work: Work, one: Advance, left_minor: int, key: str) -> None:
    """What of an advance is above what its goods will still bring will never come back."""
    part_minor = one.open_minor - left_minor
    if part_minor > 0:
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
