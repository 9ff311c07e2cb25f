"""Watching: a parcel that no carrier has seen is doubted, and an order that was picked up too late is noted (B1.3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from huozhan import ordering
from huozhan.disruption import due_at
from huozhan.fulfilment.asks import TimerDue
from huozhan.fulfilment.clock import Bound, stops_for
from huozhan.fulfilment.facts import ParcelDoubted
from huozhan.fulfilment.parcel import Parcel, ParcelKind
from huozhan.fulfilment.store import doubts
from huozhan.fulfilment.store import parcels as store
from huozhan.fulfilment.store.doubts import Doubt
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import OrderState

NO_TRACK = "no_track"
PICKUP = "pickup"
LATE_PICKUP = "late_pickup"
_UNDER_WAY = frozenset({OrderState.part_sent, OrderState.wait_receive})


def watch(
    work: Work, order: ordering.views.OrderToShip, before: Sequence[Parcel], new: Sequence[Parcel]
) -> None:
    """Sets the clocks that run once goods are with a carrier: one until it sees them, one until it has them."""
    carried = [parcel for parcel in new if parcel.kind is ParcelKind.carrier]
    if not carried:
        return
    _watch_next(work, order, [*before, *carried])
    if not any(parcel.kind is ParcelKind.carrier for parcel in before):
        rule = work.rules.pinned("pickup.within", order.rule_pins, work.now)
        work.set_timer(
            PICKUP,
            about=order.order_id,
            due_at=pickup_due(work, order, first_carrier(carried)),
            rule_version=rule.version,
        )


class Watched(Bound, Protocol):
    """An order as these clocks need it."""

    @property
    def ship_promise_at(self) -> datetime | None: ...


def pickup_due(work: Work, order: Watched, carrier_code: str) -> datetime:
    """By when a carrier must have the first goods; a longer promise to ship is what the buyer agreed to."""
    span = work.rules.pinned("pickup.within", order.rule_pins, work.now).span
    within = due_at(order.paid_at or order.placed_at, span, stops_for(work, order, carrier_code))
    return max(within, order.ship_promise_at or within)


def seen_by(work: Work, order: Bound, parcel: Parcel) -> datetime:
    """By when a carrier must have seen a parcel."""
    span = work.rules.pinned("no_track.after", order.rule_pins, work.now).span
    return due_at(parcel.shipped_at, span, stops_for(work, order, parcel.carrier_code))


def first_carrier(parcels: Iterable[Parcel]) -> str:
    """Who carries the first goods that a carrier has to pick up."""
    return next((parcel.carrier_code for parcel in parcels if parcel.kind is ParcelKind.carrier), "")


def unseen(parcels: Iterable[Parcel]) -> list[Parcel]:
    return [
        parcel
        for parcel in parcels
        if parcel.kind is ParcelKind.carrier and not parcel.tracked and parcel.received_at is None
    ]


def _watch_next(work: Work, order: ordering.views.OrderToShip, parcels: Iterable[Parcel]) -> None:
    ahead = [due for parcel in unseen(parcels) if (due := seen_by(work, order, parcel)) > work.now]
    if ahead:
        rule = work.rules.pinned("no_track.after", order.rule_pins, work.now)
        work.set_timer(NO_TRACK, about=order.order_id, due_at=min(ahead), rule_version=rule.version)


@use_case("system", writes=True)
async def no_track_due(work: Work, ask: TimerDue) -> Done:
    """Nobody saw a parcel for too long after it was called shipped: that is doubted, and an operator looks into it."""
    order = await ordering.order_to_ship(work, int(ask.about_id))
    if await work.timer_is_due(NO_TRACK, about=order.order_id):
        parcels = await store.parcels(work, order.order_id)
        for parcel in unseen(parcels):
            by = seen_by(work, order, parcel)
            if by <= work.now:
                await _doubt(work, order, NO_TRACK, parcel.parcel_id, by)
        _watch_next(work, order, parcels)
    return Done()


@use_case("system", writes=True)
async def pickup_due_passed(work: Work, ask: TimerDue) -> Done:
    """The carrier should have had the goods by now: where its first scan is later, or none, that is noted."""
    order = await ordering.order_to_ship(work, int(ask.about_id))
    if order.state in _UNDER_WAY and await work.timer_is_due(PICKUP, about=order.order_id):
        parcels = await store.parcels(work, order.order_id)
        by = pickup_due(work, order, first_carrier(parcels))
        first = await doubts.first_scan(work, order.order_id)
        if first is None or first > by:
            await _doubt(work, order, LATE_PICKUP, 0, by)
    return Done()


async def _doubt(
    work: Work, order: ordering.views.OrderToShip, doubt: str, parcel_id: int, by: datetime
) -> None:
    raised = Doubt(
        order_id=order.order_id,
        doubt=doubt,
        parcel_id=parcel_id,
        doubt_id=work.new_id(),
        seller_id=order.seller_id,
        number=order.number,
        due_at=by,
        raised_at=work.now,
    )
    if await doubts.add(work, raised):
        work.record(
            ParcelDoubted(
                order_id=order.order_id,
                number=order.number,
                doubt=doubt,
                parcel_id=parcel_id,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
            )
        )
