"""Following a disruption: the clocks of the orders it hits, first their promises, then those of their parcels."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec

from huozhan import disruption, ordering
from huozhan.disruption import Suspension
from huozhan.fulfilment.asks import FollowFiling, FollowSuspension
from huozhan.fulfilment.clock import AUTO_CONFIRM, next_due, plain_receipt_due
from huozhan.fulfilment.parcel import Parcel
from huozhan.fulfilment.receipt import receipt_rules
from huozhan.fulfilment.store import following as store
from huozhan.fulfilment.views import FollowedView
from huozhan.fulfilment.watching import (
    LATE_PICKUP,
    NO_TRACK,
    PICKUP,
    first_carrier,
    pickup_due,
    seen_by,
    unseen,
)
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

PAGE = 500
"""Orders that are moved in one transaction."""


@use_case("system", writes=True)
async def follow_suspension(work: Work, ask: FollowSuspension) -> FollowedView:
    """Set the clocks of the next orders that a notice hits; tells where the ones after them begin."""
    suspension = await disruption.suspension_of(work, int(ask.suspension_id))
    after = int(ask.after)
    if not suspension.carriers:
        page = await ordering.exempt_orders(work, suspension, after, PAGE)
        await _move_parcels(work, page.orders)
        return FollowedView(orders=len(page.orders), after=str(page.after))
    carried = await store.carried_by(work, suspension.carriers, after, PAGE)
    page = await ordering.exempt_orders(work, suspension, after, PAGE, carried)
    await _move_parcels(work, page.orders)
    return FollowedView(orders=len(page.orders), after=str(carried[-1] if len(carried) == PAGE else 0))


@use_case("system", writes=True)
async def follow_filing(work: Work, ask: FollowFiling) -> Done:
    """Set the clocks of one order for which a filing was granted."""
    granted = await ordering.granted_filing(work, int(ask.order_id), int(ask.filing_id))
    page = await ordering.exempt_one(work, granted)
    await _move_parcels(work, page.orders)
    return Done()


async def count_hit(work: Work, suspension: Suspension) -> ordering.clock_views.HitsView:
    """How many orders a notice would hit as it stands."""
    carried = await store.carried_by(work, suspension.carriers, 0, None) if suspension.carriers else None
    return await ordering.count_hit(work, suspension, carried)


async def _move_parcels(work: Work, orders: Sequence[ordering.clock_views.ExemptOrder]) -> None:
    """The orders stay as they are until the work ends, because their promises were just written."""
    open_orders = {order.order_id: order for order in orders if not order.is_finished}
    by_order: dict[int, list[Parcel]] = defaultdict(list)
    for parcel in await store.parcels_of_many(work, list(open_orders)):
        by_order[parcel.order_id].append(parcel)
    moved: list[Parcel] = []
    dues: dict[int, datetime] = {}
    seen: list[tuple[int, str, int, datetime]] = []
    for order_id, parcels in by_order.items():
        shifted = [_shifted(work, open_orders[order_id], parcel) for parcel in parcels]
        moved += [now for now, was in zip(shifted, parcels, strict=True) if now != was]
        due = next_due(shifted)
        if due is not None:
            dues[order_id] = due
            work.set_timer(AUTO_CONFIRM, about=order_id, due_at=due)
        seen += _watch(work, open_orders[order_id], parcels)
    await store.move_clocks(work, moved)
    await ordering.receipts_moved(work, dues)
    await store.withdraw_doubts(work, seen)


def _shifted(work: Work, order: ordering.clock_views.ExemptOrder, parcel: Parcel) -> Parcel:
    """A parcel whose clock moves by what the exemption adds or takes away, whatever else has moved it before.

    One that an after-sales case holds up keeps what was left to it.
    """
    if parcel.received_at is not None or parcel.paused_at is not None:
        return parcel
    before = msgspec.structs.replace(order, exemptions=order.was)
    added = plain_receipt_due(work, order, parcel) - plain_receipt_due(work, before, parcel)
    due_at = parcel.confirm_due_at + added
    if due_at <= work.now < parcel.confirm_due_at:
        due_at = work.now + receipt_rules(work.rules, order.rule_pins, parcel.shipped_at).late_word
    return msgspec.structs.replace(parcel, confirm_due_at=due_at)


def _watch(
    work: Work, order: ordering.clock_views.ExemptOrder, parcels: Sequence[Parcel]
) -> list[tuple[int, str, int, datetime]]:
    """Sets the clocks that wait for a carrier's first word, and tells until when each may come: (order, doubt, parcel, due)."""
    words = [
        (order.order_id, NO_TRACK, parcel.parcel_id, seen_by(work, order, parcel))
        for parcel in unseen(parcels)
    ]
    ahead = [by for *_, by in words if by > work.now]
    if ahead:
        work.set_timer(NO_TRACK, about=order.order_id, due_at=min(ahead))
    if carrier := first_carrier(parcels):
        by = pickup_due(work, order, carrier)
        words.append((order.order_id, LATE_PICKUP, 0, by))
        if by > work.now:
            work.set_timer(PICKUP, about=order.order_id, due_at=by)
    return words
