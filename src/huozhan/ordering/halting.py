"""The promise to ship on a clock that stands still: while money back is asked, and while a disruption lasts."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import msgspec

from huozhan import disruption, parties
from huozhan.disruption import Suspension
from huozhan.kernel.work import Work
from huozhan.ordering.exemption import NOTICE, Exemption, Promise, Wait
from huozhan.ordering.order import Order
from huozhan.ordering.store import exemptions as store
from huozhan.ordering.views import OrderToShip


def grace(work: Work, pins: Mapping[str, int], placed_at: datetime) -> timedelta:
    """What is left at least once a disruption is over, by the rule an order was placed under."""
    return work.rules.pinned("disruption.grace", pins, placed_at).span


def promised(work: Work, order: Order, *, waits: Sequence[Wait] = ()) -> Order:
    """The order with its promise counted anew from its beginning; `waits` are those that its rows do not tell yet."""
    began = order.promise_began
    promise = Promise(
        began=began,
        hours=order.promise_hours,
        waits=(*order.waits, *waits),
        exemptions=order.exemptions,
    )
    due_at = promise.due(grace(work, order.rule_pins, order.placed_at))
    return msgspec.structs.replace(order, ship_promise_at=due_at, is_exempt=due_at != promise.plain_due)


async def stopped_from_start(work: Work, order: Order) -> Order:
    """An order whose promise begins, with the notices that hold it up already written beside it."""
    found = await held_up_by(
        work, order.seller_id, order.region_code, {line.category_id for line in order.lines}
    )
    if found:
        await store.add(work, order.order_id, found)
        order = msgspec.structs.replace(order, exemptions=(*order.exemptions, *found))
    return promised(work, order)


async def held_up_under_way(work: Work, order: OrderToShip, carriers: AbstractSet[str]) -> OrderToShip:
    """A locked order whose goods leave with these carriers, with the notices for them written beside it."""
    known = {one.exemption_id for one in order.exemptions}
    running = [
        one
        for one in await disruption.running(work)
        if one.carriers and carriers & set(one.carriers) and one.suspension_id not in known
    ]
    if not running:
        return order
    origin = await _origin(work, order.seller_id)
    categories = {line.category_id for line in order.lines}
    found = [exemption_of(one) for one in running if one.hits(origin, order.region_code, categories)]
    if found:
        await store.add(work, order.order_id, found)
    return msgspec.structs.replace(order, exemptions=(*order.exemptions, *found))


async def held_up_by(
    work: Work, seller_id: int, destination: str, categories: Collection[str]
) -> list[Exemption]:
    """The notices that are not over and hold up goods from a seller to a place, whoever carries them."""
    running = [one for one in await disruption.running(work) if not one.carriers]
    if not running:
        return []
    origin = await _origin(work, seller_id)
    return [exemption_of(one) for one in running if one.hits(origin, destination, categories)]


async def _origin(work: Work, seller_id: int) -> str:
    """Where a seller's goods leave from: its division at home, its country abroad."""
    face = (await parties.org_faces(work, [seller_id])).get(seller_id)
    return (face.place_code or face.country) if face else ""


def exemption_of(suspension: Suspension) -> Exemption:
    """A published notice as orders keep it."""
    assert suspension.published_at
    return Exemption(
        exemption_id=suspension.suspension_id,
        source=NOTICE,
        kind=suspension.kind,
        title=suspension.title,
        carriers=suspension.carriers,
        from_at=suspension.from_at,
        until_at=suspension.until_at,
        published_at=suspension.published_at,
    )
