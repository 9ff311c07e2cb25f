"""Refunding before shipment: at once where the rules say so, else on the seller's word or by the clock."""

from collections.abc import Mapping

import msgspec

from huozhan import catalogue, payments
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.asks import AnswerRefund, RefundUnshipped, TimerDue
from huozhan.ordering.facts import OrderCompleted, OrderTerminated, RefundAnswered, RefundAsked
from huozhan.ordering.order import Line, Order, OrderEvent, OrderState
from huozhan.ordering.paying import SHIP_PROMISE
from huozhan.ordering.store import log, orders
from huozhan.ordering.store.log import RefundRow
from huozhan.ordering.views import RefundView

REFUND_ANSWER = "refund_answer"


class RefundOpen(Refusal):
    """One question for money back is open already; it must be answered first."""

    code = "ordering.refund_open"


class NotUnshipped(Refusal):
    """More is asked back than is paid and not shipped."""

    code = "ordering.not_unshipped"


@use_case("order.place", writes=True)
async def refund_unshipped(work: Work, ask: RefundUnshipped) -> RefundView:
    """Ask for money back for goods not shipped; young small orders and late ones get it at once."""
    order = await orders.for_update(work, int(ask.order_id), side="buyer")
    order.must_allow(OrderEvent.refund_part)
    if order.asked:
        raise RefundOpen(number=order.number)
    wanted = _wanted(order, ask)
    at_once = agrees_at_once(work, order)
    rule = work.rules.pinned("refund_answer.unshipped", order.rule_pins, order.placed_at)
    refund = RefundRow(
        refund_id=work.new_id(),
        state="agreed" if at_once else "asked",
        amount_minor=_amount(order, wanted),
        line_nos=tuple(wanted),
        quantities=tuple(wanted.values()),
        reason=ask.reason,
        asked_at=work.now,
        asked_by=work.actor.person_id,
        answer_due_at=None if at_once else work.now + rule.span,
        answered_at=work.now if at_once else None,
        answered_by="rule" if at_once else "",
    )
    await log.add_refund(work, order, refund)
    if at_once:
        await _pay_back(work, order, refund)
    else:
        work.set_timer(
            REFUND_ANSWER, about=order.order_id, due_at=work.now + rule.span, rule_version=rule.version
        )
        work.record(
            RefundAsked(
                order_id=order.order_id,
                number=order.number,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
                refund_id=refund.refund_id,
                amount_minor=refund.amount_minor,
            )
        )
    return showing.refund_view(refund)


@use_case("sale.amend", writes=True)
async def answer_refund(work: Work, ask: AnswerRefund) -> RefundView:
    """Agree to give money back, or refuse with a reason."""
    order = await orders.for_update(work, int(ask.order_id), side="seller")
    refund = await log.open_refund(work, order.order_id)
    if refund is None or refund.refund_id != int(ask.refund_id):
        raise NotFound(refund_id=ask.refund_id)
    if not (ask.agree or ask.reason):
        raise Invalid(detail="reason")
    return showing.refund_view(
        await _answer(work, order, refund, agree=ask.agree, by="seller", answer=ask.reason)
    )


@use_case("system", writes=True)
async def refund_answer_due(work: Work, ask: TimerDue) -> Done:
    """The seller did not answer in time: that counts as a yes."""
    order = await orders.for_update(work, int(ask.about_id))
    refund = await log.open_refund(work, order.order_id)
    if refund is not None and await work.timer_is_due(REFUND_ANSWER, about=order.order_id):
        await _answer(work, order, refund, agree=True, by="clock", answer="")
    return Done()


def agrees_at_once(work: Work, order: Order) -> bool:
    """Tells whether nobody has to be asked: the seller is late, or a small order is young and untouched (B1.3)."""
    if order.is_late:
        return True
    within = work.rules.pinned("refund_answer.auto_within", order.rule_pins, order.placed_at)
    up_to = work.rules.pinned("refund_answer.auto_up_to", order.rule_pins, order.placed_at)
    return (
        order.state is OrderState.wait_send
        and work.now - order.placed_at <= within.span
        and order.amount_minor <= up_to.value
    )


def _wanted(order: Order, ask: RefundUnshipped) -> dict[int, int]:
    """Quantities by line: what is named, or all that is not shipped."""
    if not ask.lines:
        wanted = {line.line_no: line.to_ship for line in order.lines if line.to_ship}
    else:
        wanted = {line.line_no: line.quantity for line in ask.lines}
        if len(wanted) != len(ask.lines):
            raise Invalid(detail="lines")
    for line_no, quantity in wanted.items():
        if quantity > order.line(line_no).to_ship:
            raise NotUnshipped(line_no=line_no, quantity=order.line(line_no).to_ship)
    if not wanted:
        raise NotUnshipped(line_no=0, quantity=0)
    return wanted


def _amount(order: Order, wanted: Mapping[int, int]) -> int:
    """The money of so many units: their part of the goods and of the freight as allocated when placed."""
    return sum(sum(order.line(line_no).share_of(quantity)) for line_no, quantity in wanted.items())


async def _answer(
    work: Work, order: Order, refund: RefundRow, *, agree: bool, by: str, answer: str
) -> RefundRow:
    """Writes the answer; the amount is counted anew, because goods may have been received meanwhile."""
    answered = msgspec.structs.replace(
        refund,
        state="agreed" if agree else "refused",
        amount_minor=_amount(order, refund.wanted),
        answered_at=work.now,
        answered_by=by,
        answer=answer,
    )
    await log.answer_refund(work, order.order_id, answered)
    work.clear_timer(REFUND_ANSWER, about=order.order_id)
    if agree:
        await _pay_back(work, order, answered)
    work.record(
        RefundAnswered(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            refund_id=answered.refund_id,
            amount_minor=answered.amount_minor,
            agreed=agree,
        )
    )
    return answered


async def _pay_back(work: Work, order: Order, refund: RefundRow) -> None:
    """Gives the money back out of escrow and the stock free; the order goes on with what is left of it."""
    lines = {line_no: _refunded(order.line(line_no), n) for line_no, n in refund.wanted.items()}
    left = order.with_lines(lines)
    event = refund_event(left)
    after = left.moved(event, refunded_minor=order.refunded_minor + refund.amount_minor)
    if after.state in {OrderState.terminated, OrderState.success}:
        after = msgspec.structs.replace(after, ended_at=work.now)
        work.clear_all_timers(about=order.order_id)
    elif after.state is OrderState.wait_receive:
        work.clear_timer(SHIP_PROMISE, about=order.order_id)
    by = orders.By(order.buyer_id, refund.asked_by, work.actor.door)
    await orders.save(work, after, event, reason=refund.reason, by=by, lines=lines.values())
    await catalogue.release(work, order.order_id, refund.wanted)
    if refund.amount_minor:
        await payments.refund_escrow(
            work,
            payments.Refund(
                order_id=order.order_id,
                payment_id=order.payment_id,
                buyer_id=order.buyer_id,
                key=f"unshipped:{refund.refund_id}",
                amount_minor=refund.amount_minor,
                reason=refund.reason,
                order_number=order.number,
            ),
        )
    _record_end(work, after)


def refund_event(left: Order) -> OrderEvent:
    """What a refund means for an order, by what is left of it."""
    if any(line.to_ship for line in left.lines):
        return OrderEvent.refund_part
    if all(line.refunded == line.quantity for line in left.lines):
        return OrderEvent.refund_all
    if any(line.to_receive for line in left.lines):
        return OrderEvent.refund_rest
    return OrderEvent.refund_last


def _refunded(line: Line, quantity: int) -> Line:
    return msgspec.structs.replace(line, refunded=line.refunded + quantity)


def _record_end(work: Work, order: Order) -> None:
    ended = {OrderState.terminated: OrderTerminated, OrderState.success: OrderCompleted}.get(order.state)
    if ended is not None:
        work.record(
            ended(
                order_id=order.order_id,
                number=order.number,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
            )
        )
