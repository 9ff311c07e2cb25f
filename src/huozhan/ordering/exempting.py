"""Exempting: a notice or a granted filing stops the clocks of the orders it hits, many at once, whenever it comes.

Each order's promise is counted anew from its beginning, so that doing it again changes nothing, and a notice that
ends at another moment is simply done again. An order changes only if it is as it was read; one that moved on in
between is read again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from huozhan import catalogue, parties, scenes
from huozhan.disruption import Suspension, due_at
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.ordering.answer_time import UNSHIPPED
from huozhan.ordering.clock_views import ExemptOrder, ExemptPage, Granted, HitsView
from huozhan.ordering.excusing import EXCUSE_JOB
from huozhan.ordering.exemption import SINGLE, Exemption, Promise, stops_of
from huozhan.ordering.facts import OrderExempted
from huozhan.ordering.halting import exemption_of, grace
from huozhan.ordering.order import FINISHED, MOVES, SHIP_PROMISE, OrderEvent
from huozhan.ordering.promising import AUTO_REFUND
from huozhan.ordering.refunding import REFUND_ANSWER
from huozhan.ordering.store import exemptions as store
from huozhan.ordering.store.exemptions import Hit, Moved, Search

TRIES = 5
"""So often a page is read again for orders that moved on meanwhile; the job's second round finds the rest."""


async def exempt_orders(
    work: Work, suspension: Suspension, after: int, limit: int, among: Sequence[int] | None = None
) -> ExemptPage:
    """Sets the clocks of the next orders that a published notice hits, or hit before it ended earlier."""
    search = await _search(work, suspension, among)
    return await _exempt(work, exemption_of(suspension), search, after, limit)


async def exempt_one(work: Work, granted: Granted) -> ExemptPage:
    """Sets the clocks of one order for which a filing was granted."""
    exemption = Exemption(
        exemption_id=granted.filing_id,
        source=SINGLE,
        kind=granted.kind,
        title=Bilingual(zh=granted.reason),
        carriers=(),
        from_at=granted.from_at,
        until_at=granted.until_at,
        published_at=granted.decided_at,
    )
    search = Search(
        exemption_id=granted.filing_id,
        from_at=granted.from_at,
        until_at=granted.until_at,
        placed_from=granted.from_at - work.rule("disruption.looks_back").span,
        among=[granted.order_id],
        anywhere=True,
    )
    return await _exempt(work, exemption, search, 0, 1)


async def receipts_moved(work: Work, dues: Mapping[int, datetime]) -> None:
    """Until when goods of orders that were just exempted count as received."""
    await store.received_due(work, dues)


async def count_hit(work: Work, suspension: Suspension, among: Sequence[int] | None = None) -> HitsView:
    """How many orders a notice would hit as it stands, published or not."""
    return HitsView(**dict(await store.count(work, await _search(work, suspension, among))))


async def _search(work: Work, suspension: Suspension, among: Sequence[int] | None) -> Search:
    return Search(
        exemption_id=suspension.suspension_id,
        from_at=suspension.from_at,
        until_at=suspension.until_at,
        placed_from=suspension.from_at - work.rule("disruption.looks_back").span,
        sellers=await parties.sellers_in(work, suspension.origins),
        destinations=suspension.destinations,
        categories=suspension.categories,
        among=among,
    )


async def _exempt(work: Work, exemption: Exemption, search: Search, after: int, limit: int) -> ExemptPage:
    for _ in range(TRIES):
        hits = await store.page(work, search, after, limit)
        moved = [_moved(work, hit, exemption) for hit in hits]
        done = await store.move(work, moved)
        if len(done) == len(hits):
            break
    kept = [m for m in moved if m.hit.order_id in done]
    await store.note(work, exemption, kept)
    await scenes.look_again(work, [one.hit.order_id for one in kept])
    for one in kept:
        _set_timers(work, one)
        if one.is_told:
            MOVES.after(one.hit.state, OrderEvent.clock_moved)
            work.record(_fact(one, exemption))
        if one.hit.is_late and not one.is_late:
            work.enqueue(EXCUSE_JOB, {"order_id": one.hit.order_id})
    return ExemptPage(
        orders=[
            ExemptOrder(
                order_id=one.hit.order_id,
                is_finished=one.hit.state in FINISHED,
                placed_at=one.hit.placed_at,
                paid_at=one.hit.began,
                ship_promise_at=one.due_at,
                rule_pins=one.hit.rule_pins,
                was=one.hit.known,
                exemptions=_all(one.hit, exemption),
            )
            for one in kept
        ],
        after=hits[-1].order_id if len(hits) == limit else 0,
    )


def _all(hit: Hit, exemption: Exemption) -> tuple[Exemption, ...]:
    return (*hit.exemptions, exemption) if hit.matches else hit.exemptions


def _moved(work: Work, hit: Hit, exemption: Exemption) -> Moved:
    """An order's promise counted anew; what left in time by the new one was never late."""
    leaves = grace(work, hit.rule_pins, hit.placed_at)
    promise = Promise(
        began=hit.began,
        hours=hit.promise_hours,
        waits=hit.waits,
        exemptions=_all(hit, exemption),
        out_at=hit.out_at,
    )
    due = promise.due(leaves)
    still_late = hit.is_late and (hit.out_at > due if hit.out_at else work.now >= due)
    return Moved(
        hit=hit,
        due_at=due,
        is_late=still_late,
        is_exempt=due != promise.plain_due,
        answer_due_at=_answer_due(work, hit, promise.exemptions, leaves),
    )


def _answer_due(work: Work, hit: Hit, exemptions: Sequence[Exemption], leaves: timedelta) -> datetime | None:
    if hit.asked is None or hit.asked.answer_due_at is None:
        return None
    if catalogue.Service.fast_refund in hit.services:
        return hit.asked.answer_due_at
    rule = work.rules.pinned(UNSHIPPED, hit.rule_pins, hit.placed_at)
    stops = stops_of(exemptions, began=hit.began, grace=leaves)
    return due_at(hit.asked.asked_at, rule.span, stops)


def _set_timers(work: Work, one: Moved) -> None:
    hit = one.hit
    if hit.state in FINISHED:
        return
    if hit.out_at is None and not one.is_late:
        work.set_timer(SHIP_PROMISE, about=hit.order_id, due_at=one.due_at)
        if hit.is_late:
            work.clear_timer(AUTO_REFUND, about=hit.order_id)
    if one.answer_due_at:
        work.set_timer(REFUND_ANSWER, about=hit.order_id, due_at=one.answer_due_at)


def _fact(one: Moved, exemption: Exemption) -> OrderExempted:
    return OrderExempted(
        order_id=one.hit.order_id,
        number=one.hit.number,
        buyer_id=one.hit.buyer_id,
        seller_id=one.hit.seller_id,
        title_zh=exemption.title.say("zh"),
        title_en=exemption.title.say("en"),
    )
