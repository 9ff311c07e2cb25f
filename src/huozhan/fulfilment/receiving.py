"""Receiving: the buyer says so or the clock does, parcel by parcel; what was not sent is never paid out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from huozhan import ordering
from huozhan.fulfilment.asks import ConfirmReceipt, ExtendReceipt, TimerDue
from huozhan.fulfilment.clock import next_due, receipt_due, set_clock
from huozhan.fulfilment.parcel import Extension, Parcel
from huozhan.fulfilment.store import parcels as store
from huozhan.fulfilment.views import ExtendedView, ReceivedView
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import OrderEvent

BUYER, SELLER = "buyer", "seller"
SPANS = {
    BUYER: ("extend.buyer",),
    SELLER: ("extend.seller_short", "extend.seller_middle", "extend.seller_long", "extend.seller_longest"),
}
"""The rules that say by how many days each side may extend; the seller chooses among its own."""


class NothingToReceive(Refusal):
    """No parcel is on its way."""

    code = "fulfilment.nothing_to_receive"


class CaseOpen(Refusal):
    """An after-sales case about what is in the parcel is open; it must end first."""

    code = "fulfilment.case_open"


class NoMoreTime(Refusal):
    """This side has given all the time that the rules allow."""

    code = "fulfilment.no_more_time"


@use_case("order.confirm", writes=True)
async def confirm_receipt(work: Work, ask: ConfirmReceipt) -> ReceivedView:
    """Say that goods arrived: some parcels, or all that are on their way; their money goes to the seller."""
    order = await ordering.order_to_ship(work, int(ask.order_id), side=BUYER)
    parcels = await store.parcels(work, order.order_id)
    chosen = _chosen(parcels, [int(parcel_id) for parcel_id in ask.parcel_ids])
    if not chosen:
        raise NothingToReceive(number=order.number)
    state, released_minor = await _receive(work, order, parcels, chosen, BUYER)
    return ReceivedView(order_id=ask.order_id, state=state, released_minor=released_minor)


@use_case("system", writes=True)
async def auto_confirm_due(work: Work, ask: TimerDue) -> Done:
    """The clock says that goods arrived, for every parcel whose moment has come."""
    order = await ordering.order_to_ship(work, int(ask.about_id))
    parcels = await store.parcels(work, order.order_id)
    waiting = [p for p in parcels if p.received_at is None and p.paused_at is None]
    chosen = [p for p in waiting if p.confirm_due_at <= work.now]
    if chosen:
        await _receive(work, order, parcels, chosen, "clock")
    else:
        set_clock(work, order.order_id, next_due(parcels))
    return Done()


@use_case("order.view", writes=True)
async def extend_receipt(work: Work, ask: ExtendReceipt) -> ExtendedView:
    """Give a parcel more time before it counts as received."""
    order = await ordering.order_to_ship(work, int(ask.order_id))
    side = BUYER if work.actor.org_id == order.buyer_id else SELLER
    work.actor.must("order.confirm" if side == BUYER else "sale.ship")
    parcels = await store.parcels(work, order.order_id)
    parcel = next((p for p in parcels if p.parcel_id == int(ask.parcel_id)), None)
    if parcel is None or parcel.received_at is not None:
        raise NotFound(parcel_id=ask.parcel_id)
    allowed = extensions_left(work, order, parcel, side)
    if not allowed:
        raise NoMoreTime
    if side == SELLER and ask.days not in allowed:
        raise Invalid(detail="days")
    extension = Extension(side=side, days=allowed[0] if side == BUYER else ask.days)
    longer = msgspec.structs.replace(parcel, extensions=(*parcel.extensions, extension))
    at_least = parcel.confirm_due_at + timedelta(days=extension.days)
    moved = msgspec.structs.replace(longer, confirm_due_at=max(receipt_due(work, order, longer), at_least))
    await store.add_extension(work, parcel, extension)
    await store.move_clock(work, moved)
    due_at = next_due([moved if p.parcel_id == moved.parcel_id else p for p in parcels])
    await ordering.receipt_moved(work, order.order_id, OrderEvent.extend, due_at, f"{extension.days} d")
    set_clock(work, order.order_id, due_at)
    return ExtendedView(parcel_id=ask.parcel_id, confirm_due_at=moved.confirm_due_at)


def extensions_left(work: Work, order: ordering.views.OrderToShip, parcel: Parcel, side: str) -> list[int]:
    """The extensions in days that a side may still give a parcel: so many times, and not beyond the total."""

    def rule(name: str) -> int:
        return work.rules.pinned(name, order.rule_pins, parcel.shipped_at).value

    given = sum(1 for extension in parcel.extensions if extension.side == side)
    room = rule("extend.total") - sum(extension.days for extension in parcel.extensions)
    if parcel.received_at is not None or given >= rule(f"extend.{side}_times"):
        return []
    return [days for name in SPANS[side] if (days := rule(name)) <= room]


def _chosen(parcels: Sequence[Parcel], parcel_ids: Sequence[int]) -> list[Parcel]:
    """The parcels that are named, or all on their way about which no case is open."""
    on_their_way = {parcel.parcel_id: parcel for parcel in parcels if parcel.received_at is None}
    free = [parcel for parcel in on_their_way.values() if parcel.paused_at is None]
    if not parcel_ids and (free or not on_their_way):
        return free
    if not set(parcel_ids) <= on_their_way.keys():
        raise NotFound(parcel_id=str(min(set(parcel_ids) - on_their_way.keys())))
    chosen = [on_their_way[parcel_id] for parcel_id in sorted(set(parcel_ids))] or list(on_their_way.values())
    for parcel in chosen:
        if parcel.paused_at is not None:
            raise CaseOpen(number=parcel.number)
    return chosen


async def _receive(
    work: Work,
    order: ordering.views.OrderToShip,
    parcels: Sequence[Parcel],
    chosen: Sequence[Parcel],
    by: str,
) -> tuple[str, int]:
    """Receives parcels together: one release of exactly what they hold."""
    lines: dict[int, int] = defaultdict(int)
    for parcel in chosen:
        for line_no, quantity in parcel.left.items():
            lines[line_no] += quantity
    chosen_ids = {parcel.parcel_id for parcel in chosen}
    due_at = next_due(parcel for parcel in parcels if parcel.parcel_id not in chosen_ids)
    state, released_minor = await ordering.received(
        work,
        order.order_id,
        lines,
        parcels={parcel.parcel_id: parcel.left for parcel in chosen},
        key=f"parcel:{min(chosen_ids)}",
        by=by,
        receive_due_at=due_at,
    )
    await store.mark_received(work, order.order_id, chosen_ids, by)
    set_clock(work, order.order_id, due_at)
    return state, released_minor
