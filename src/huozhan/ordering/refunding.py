"""Refunding before shipment: asked for, agreed at once where the rules say so, and given back the way the order is paid."""

from collections.abc import Mapping, Sequence

import msgspec

from huozhan import catalogue, payments
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import insured, showing, stopping
from huozhan.ordering.answer_time import answer_due
from huozhan.ordering.asks import LineQuantity, RefundUnshipped, TimerDue
from huozhan.ordering.discounting import give_subsidy_back
from huozhan.ordering.exemption import suspended_until
from huozhan.ordering.facts import OrderCompleted, OrderTerminated, RefundAsked, UnshippedGivenBack
from huozhan.ordering.order import MOVES, Order, OrderEvent, OrderState, replaced
from huozhan.ordering.promising import AUTO_REFUND, drop_promise, unshipped
from huozhan.ordering.refund import MOVES as REFUND_MOVES
from huozhan.ordering.sampling import give_samples_back
from huozhan.ordering.store import log, orders
from huozhan.ordering.store.log import RefundRow
from huozhan.ordering.views import RefundView
from huozhan.ordering.ways import way_of

REFUND_ANSWER = "refund_answer"
ENDS = {OrderState.terminated: OrderTerminated, OrderState.success: OrderCompleted}
"""What is told where the last of an order's money went back."""


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
    refund = asked_back(work, order, wanted_of(order, ask.lines), reason=ask.reason, by=work.actor.person_id)
    if agrees_at_once(work, order):
        return showing.refund_view(await give_back_at_once(work, order, refund, by="rule"))
    due_at, rule = answer_due(work, order)
    refund = msgspec.structs.replace(refund, answer_due_at=due_at)
    await log.add_refund(work, order, refund)
    work.set_timer(REFUND_ANSWER, about=order.order_id, due_at=due_at, rule_version=rule.version)
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


@use_case("system", writes=True)
async def auto_refund_due(work: Work, ask: TimerDue) -> Done:
    """The seller broke the promise long ago and shipped nothing since: what is unshipped goes back by itself."""
    order = await orders.for_update(work, int(ask.about_id))
    due = await work.timer_is_due(AUTO_REFUND, about=order.order_id)
    wanted = unshipped(order)
    if due and order.stages:
        await stopping.leave_late(work, order)
    elif due and wanted and MOVES.allows(order.state, OrderEvent.refund_part):
        await give_back_at_once(work, order, asked_back(work, order, wanted, reason="", by=0), by="unshipped")
    return Done()


def asked_back(work: Work, order: Order, wanted: Mapping[int, int], *, reason: str, by: int) -> RefundRow:
    """A question for money back, as it begins; `by` is the person who asks, 0 where nobody does."""
    return RefundRow(
        refund_id=work.new_id(),
        state=REFUND_MOVES.first,
        amount_minor=amount_of(order, wanted),
        line_nos=tuple(wanted),
        quantities=tuple(wanted.values()),
        reason=reason,
        asked_at=work.now,
        asked_by=by,
        answer_due_at=None,
    )


async def give_back_at_once(work: Work, order: Order, asked: RefundRow, *, by: str) -> RefundRow:
    """Pays back what nobody has to be asked about."""
    agreed = msgspec.structs.replace(
        asked, state=REFUND_MOVES.after(asked.state, "agree"), answered_at=work.now, answered_by=by
    )
    await log.add_refund(work, order, agreed)
    after = await pay_back(work, order, agreed)
    work.record(
        UnshippedGivenBack(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            refund_id=agreed.refund_id,
            amount_minor=agreed.amount_minor,
            by=by,
            ended=after.state is OrderState.terminated,
        )
    )
    return agreed


def agrees_at_once(work: Work, order: Order) -> bool:
    """Tells whether nobody has to be asked: the seller is late, goods are held up, or a small order is young (B1.3, B1.8)."""
    if order.is_late or suspended_until(order.exemptions, work.now):
        return True
    within = work.rules.pinned("refund_answer.auto_within", order.rule_pins, order.placed_at)
    up_to = work.rules.pinned("refund_answer.auto_up_to", order.rule_pins, order.placed_at)
    return (
        order.state is OrderState.wait_send
        and work.now - order.placed_at <= within.span
        and order.amount_minor <= up_to.value
    )


def wanted_of(order: Order, lines: Sequence[LineQuantity]) -> dict[int, int]:
    """Quantities by line: what is named, or all that is not shipped."""
    if not lines:
        wanted = dict(unshipped(order))
    else:
        wanted = {line.line_no: line.quantity for line in lines}
        if len(wanted) != len(lines):
            raise Invalid(detail="lines")
    for line_no, quantity in wanted.items():
        if quantity > order.line(line_no).to_ship:
            raise NotUnshipped(line_no=line_no, quantity=order.line(line_no).to_ship)
    if not wanted:
        raise NotUnshipped(line_no=0, quantity=0)
    return wanted


def amount_of(order: Order, wanted: Mapping[int, int]) -> int:
    """The buyer's money of so many units: their part of the goods and of the freight as allocated when placed."""
    shares = sum(sum(order.line(line_no).share_of(quantity)) for line_no, quantity in wanted.items())
    return shares - subsidy_of(order, wanted)


def subsidy_of(order: Order, wanted: Mapping[int, int]) -> int:
    """The market's money of so many units, which goes back into the budget it came from."""
    return sum(order.line(line_no).subsidy_of(quantity) for line_no, quantity in wanted.items())


async def pay_back(work: Work, order: Order, refund: RefundRow) -> Order:
    """Gives the money back and the stock free; tells the order as it goes on with what is left of it."""
    lines = {
        line_no: replaced(order.line(line_no), refunded=order.line(line_no).refunded + n)
        for line_no, n in refund.wanted.items()
    }
    left = order.with_lines(lines)
    event = refund_event(left)
    subsidy_minor = subsidy_of(order, refund.wanted)
    after = left.moved(event, refunded_minor=order.refunded_minor + refund.amount_minor + subsidy_minor)
    if after.state in ENDS:
        after = msgspec.structs.replace(after, ended_at=work.now)
        work.clear_all_timers(about=order.order_id)
    elif after.state is OrderState.wait_receive:
        drop_promise(work, order.order_id)
    buyer = orders.By(order.buyer_id, refund.asked_by, work.actor.door)
    by = buyer if refund.asked_by else orders.by_actor(work.actor)
    await orders.save(work, after, event, reason=refund.reason, by=by, lines=lines.values())
    await catalogue.release(work, order.order_id, refund.wanted)
    await give_samples_back(work, order, refund.wanted)
    await give_subsidy_back(work, order, f"unshipped:{refund.refund_id}", subsidy_minor)
    if refund.amount_minor:
        await way_of(order).give_back(
            work,
            order,
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
    await end_insurance(work, after)
    record_end(work, after)
    return after


async def end_insurance(work: Work, order: Order) -> None:
    """Where all money of an order went back, its insurance is told."""
    if order.state is OrderState.terminated:
        await insured.ended(work, order)


def refund_event(left: Order) -> OrderEvent:
    """What a refund means for an order, by what is left of it."""
    if any(line.to_ship for line in left.lines):
        return OrderEvent.refund_part
    if all(line.refunded + line.returned == line.quantity for line in left.lines):
        return OrderEvent.refund_all
    if any(line.to_receive for line in left.lines):
        return OrderEvent.refund_rest
    return OrderEvent.refund_last


def record_end(work: Work, order: Order) -> None:
    """Says so where an order came to its end."""
    ended = ENDS.get(order.state)
    if ended is not None:
        work.record(
            ended(
                order_id=order.order_id,
                number=order.number,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
            )
        )
