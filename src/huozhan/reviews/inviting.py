"""Inviting: once an order came to a good end its buyer may review each line, for as long as the window is open."""

from collections.abc import Sequence

from huozhan import messaging, ordering, parties
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.shapes import Ask, Done, Id
from huozhan.kernel.work import Work, use_case
from huozhan.reviews.review import MOVES, WINDOW_TIMER, ReviewState
from huozhan.reviews.store import reviews as store


class WindowDue(Ask, frozen=True):
    """The time to review is over; asked by the worker for one order."""

    about_id: Id


async def invite(work: Work, facts: Sequence[ordering.facts.OrderCompleted]) -> None:
    """Opens the window for lines of completed orders, and tells their buyers; done again it changes nothing.

    Nobody is invited to what was given back whole, nor where buyer and seller have people in common: that would tell of nothing.
    """
    lines = await ordering.lines_to_review(work, {fact.order_id for fact in facts})
    own = await parties.sharing_people(work, {(line.buyer_id, line.seller_id) for line in lines})
    invited = [line for line in lines if (line.buyer_id, line.seller_id) not in own]
    if not invited:
        return
    by_order = {line.order_id: line for line in invited}
    ends = {
        order_id: line.ended_at + work.rules.at("review.window", line.ended_at).span
        for order_id, line in by_order.items()
    }
    new = await store.invite(work, invited, MOVES.first, [ends[line.order_id] for line in invited])
    for order_id in new:
        work.set_timer(WINDOW_TIMER, about=order_id, due_at=ends[order_id])
    await messaging.tell_all(
        work,
        [
            messaging.NoticeToTell(
                org_id=line.buyer_id,
                kind="review_invited",
                facts={"number": line.number, "days": (ends[order_id] - line.ended_at).days},
                link="/reviews",
                permission="order.place",
            )
            for order_id, line in by_order.items()
            if order_id in new
        ],
    )


@use_case("system", writes=True)
async def review_window_due(work: Work, ask: WindowDue) -> Done:
    """Ends the window of an order's lines; what nobody reviewed stays unsaid."""
    assert work.actor.kind is ActorKind.system
    order_id = int(ask.about_id)
    lines = await store.of_order_for_update(work, order_id)
    if await work.timer_is_due(WINDOW_TIMER, about=order_id):
        for line in lines:
            if line.state is ReviewState.invited:
                await store.save(work, line.moved("lapse"))
    return Done()
