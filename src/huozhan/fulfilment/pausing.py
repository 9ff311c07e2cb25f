"""What an after-sales case does to parcels: their clock stands still, and units that it settles are received no more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from huozhan import ordering
from huozhan.fulfilment.clock import next_due, set_clock
from huozhan.fulfilment.parcel import Parcel
from huozhan.fulfilment.store import parcels as store
from huozhan.fulfilment.store import pauses
from huozhan.kernel.work import Work
from huozhan.ordering import GivenBack, OrderEvent, Settled

AFTER_CASE = "auto_confirm.after_case"
BY_CASE = "aftersales"


async def pause_receipt(work: Work, order_id: int, about_id: int, line_nos: Collection[int]) -> None:
    """Stops the clocks of all parcels on their way that hold one of these lines; the order is locked by the caller."""
    parcels = await store.parcels(work, order_id)
    held_up = [p.parcel_id for p in parcels if p.received_at is None and p.left.keys() & set(line_nos)]
    await pauses.pause(work, order_id, held_up, about_id)
    await _set(work, order_id, OrderEvent.case_opened)


async def resume_receipt(work: Work, order: ordering.OrderInCase, about_id: int) -> None:
    """Lets the clocks run again that only this case held up, with what was left of them or the least that a buyer needs."""
    await _resume(work, order, about_id)
    await _set(work, order.order_id, OrderEvent.case_closed)


async def settle_parcels(
    work: Work,
    order: ordering.OrderInCase,
    about_id: int,
    given: Mapping[int, GivenBack],
    *,
    reason: str,
) -> Settled:
    """Takes units out of their parcels for good and settles their money; what is left in them goes on its way."""
    order_id = order.order_id
    parcels = await store.parcels(work, order_id)
    mine = await pauses.paused_by(work, order_id, about_id)
    taken = _taken([p for p in parcels if p.parcel_id in mine], given)
    await pauses.take_apart(work, order_id, taken)
    await _resume(work, order, about_id)
    parcels = await store.parcels(work, order_id)
    emptied = [p.parcel_id for p in parcels if p.received_at is None and not p.left]
    due_at = next_due(p for p in parcels if p.parcel_id not in emptied)
    if emptied:
        await store.mark_received(work, order_id, emptied, BY_CASE)
    settled = await ordering.settle_sent(
        work,
        order_id,
        given,
        parcels=_by_parcel(parcels, taken),
        key=f"case:{about_id}",
        reason=reason,
        receive_due_at=due_at,
    )
    set_clock(work, order_id, due_at)
    return settled


def _taken(parcels: Sequence[Parcel], given: Mapping[int, GivenBack]) -> dict[tuple[int, int], int]:
    """Units by (parcel, line), the oldest parcel first."""
    taken: dict[tuple[int, int], int] = {}
    for line_no, one in given.items():
        missing = one.quantity
        for parcel in parcels:
            here = min(missing, parcel.left.get(line_no, 0))
            if here:
                taken[parcel.parcel_id, line_no] = here
                missing -= here
        assert not missing, f"line {line_no}: {missing} units are in no parcel of the case"
    return taken


def _by_parcel(
    parcels: Sequence[Parcel], taken: Mapping[tuple[int, int], int]
) -> dict[int, ordering.ParcelGoods]:
    """What was taken of each parcel, the oldest first, and what is left in it."""
    return {
        parcel.parcel_id: ordering.ParcelGoods(
            settled={
                line_no: n for (parcel_id, line_no), n in taken.items() if parcel_id == parcel.parcel_id
            },
            left=parcel.left,
        )
        for parcel in parcels
        if any(parcel_id == parcel.parcel_id for parcel_id, _ in taken)
    }


async def _resume(work: Work, order: ordering.OrderInCase, about_id: int) -> None:
    least = work.rules.pinned(AFTER_CASE, order.rule_pins, order.placed_at).span
    free = await pauses.lift(work, order.order_id, about_id)
    parcels = [p for p in await store.parcels(work, order.order_id) if p.parcel_id in free]
    due = {p.parcel_id: work.now + max(least, _left(p)) for p in parcels}
    await pauses.go_on(work, order.order_id, due)


def _left(parcel: Parcel) -> timedelta:
    assert parcel.paused_at is not None
    return parcel.confirm_due_at - parcel.paused_at


async def _set(work: Work, order_id: int, event: OrderEvent) -> None:
    due_at = next_due(await store.parcels(work, order_id))
    await ordering.receipt_moved(work, order_id, event, due_at, "")
    set_clock(work, order_id, due_at)
