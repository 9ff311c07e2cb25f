"""A longer promise: the seller asks before the promise is broken, the buyer agrees, the promise moves (B1.7)."""

import msgspec

from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import AnswerLongerPromise, AskLongerPromise
from huozhan.ordering.clock_views import LongerView
from huozhan.ordering.exemption import LONGER_MOVES
from huozhan.ordering.facts import LongerPromiseAnswered, LongerPromiseAsked
from huozhan.ordering.filing import NoPromiseYet
from huozhan.ordering.halting import promised
from huozhan.ordering.order import SHIP_PROMISE, Order, OrderEvent
from huozhan.ordering.store import filings, orders
from huozhan.ordering.store.filings import Longer

HOURS_A_DAY = 24


class PromiseBroken(Refusal):
    """The promise is broken already; what it gave the buyer stays."""

    code = "ordering.promise_broken"


class LongerAsked(Refusal):
    """One question for a longer promise is open already."""

    code = "ordering.longer_asked"


@use_case("sale.amend", writes=True)
async def ask_longer_promise(work: Work, ask: AskLongerPromise) -> LongerView:
    """Ask the buyer for so many more days to ship; until the buyer agrees the promise stands."""
    order = await orders.for_update(work, int(ask.order_id), side="seller")
    _must_be_kept(order)
    most = work.rule("promise.longer_most").value
    if ask.days > most:
        raise Invalid(field="days", detail=f"at `$.days`: at most {most}")
    if await filings.open_longer(work, order.order_id):
        raise LongerAsked(number=order.number)
    longer = Longer(
        request_id=work.new_id(),
        state=LONGER_MOVES.first,
        hours=ask.days * HOURS_A_DAY,
        reason=ask.reason,
        asked_at=work.now,
        asked_by=work.actor.person_id,
    )
    await filings.ask_longer(work, order.order_id, longer)
    work.record(
        LongerPromiseAsked(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            days=ask.days,
        )
    )
    return longer_view(longer)


@use_case("order.place", writes=True)
async def answer_longer_promise(work: Work, ask: AnswerLongerPromise) -> LongerView:
    """Agree to the longer promise, or insist on the one that was given; a broken promise cannot be mended so."""
    order = await orders.for_update(work, int(ask.order_id), side="buyer")
    longer = await filings.open_longer(work, order.order_id)
    if longer is None or longer.request_id != int(ask.request_id):
        raise NotFound(request_id=ask.request_id)
    if ask.agree:
        _must_be_kept(order)
    answered = msgspec.structs.replace(
        longer,
        state=LONGER_MOVES.after(longer.state, "agree" if ask.agree else "refuse"),
        answered_at=work.now,
        answered_by=work.actor.person_id,
    )
    await filings.answer_longer(work, order.order_id, answered)
    if ask.agree:
        await _move_promise(work, order, answered)
    work.record(
        LongerPromiseAnswered(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            agreed=ask.agree,
        )
    )
    return longer_view(answered)


async def _move_promise(work: Work, order: Order, longer: Longer) -> None:
    longer_order = msgspec.structs.replace(order, promise_hours=order.promise_hours + longer.hours)
    moved = promised(work, longer_order).moved(OrderEvent.promise_moved)
    await orders.save(work, moved, OrderEvent.promise_moved, reason=longer.reason)
    if not order.asked:
        work.set_timer(SHIP_PROMISE, about=order.order_id, due_at=moved.ship_promise_at or work.now)


def _must_be_kept(order: Order) -> None:
    order.must_allow(OrderEvent.promise_moved)
    if order.stages:
        raise NoPromiseYet(number=order.number)
    if order.is_late:
        raise PromiseBroken(number=order.number)


def longer_view(longer: Longer) -> LongerView:
    """A question for a longer promise, as both sides see it."""
    return LongerView(
        request_id=str(longer.request_id),
        state=longer.state,
        days=longer.hours // HOURS_A_DAY,
        reason=longer.reason,
        asked_at=longer.asked_at,
    )
