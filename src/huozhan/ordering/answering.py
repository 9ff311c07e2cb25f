"""How a question for money back ends: the seller answers, the clock answers, or the buyer takes it back."""

import msgspec

from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import showing
from huozhan.ordering.asks import AnswerRefund, TakeBackRefund, TimerDue
from huozhan.ordering.facts import RefundAnswered, RefundTakenBack
from huozhan.ordering.order import Order, OrderEvent
from huozhan.ordering.promising import resume_promise
from huozhan.ordering.refund import MOVES
from huozhan.ordering.refunding import REFUND_ANSWER, amount_of, pay_back
from huozhan.ordering.store import log, orders
from huozhan.ordering.store.log import RefundRow
from huozhan.ordering.views import RefundView


@use_case("sale.amend", writes=True)
async def answer_refund(work: Work, ask: AnswerRefund) -> RefundView:
    """Agree to give money back, or refuse with a reason."""
    order = await orders.for_update(work, int(ask.order_id), side="seller")
    refund = await _open(work, order, ask.refund_id)
    if not (ask.agree or ask.reason):
        raise Invalid(field="reason", detail="required field `reason`")
    return showing.refund_view(
        await end_by_answer(work, order, refund, agree=ask.agree, by="seller", answer=ask.reason)
    )


@use_case("order.place", writes=True)
async def take_back_refund(work: Work, ask: TakeBackRefund) -> RefundView:
    """Take back a question that is not answered yet: the order goes on as if it had not been asked."""
    order = await orders.for_update(work, int(ask.order_id), side="buyer")
    refund = await _open(work, order, ask.refund_id)
    taken_back = _ended(work, order, refund, "take_back", by="buyer")
    await _go_on(work, order, taken_back, OrderEvent.refund_taken_back)
    work.record(
        RefundTakenBack(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            refund_id=refund.refund_id,
            amount_minor=taken_back.amount_minor,
        )
    )
    return showing.refund_view(taken_back)


@use_case("system", writes=True)
async def refund_answer_due(work: Work, ask: TimerDue) -> Done:
    """The seller did not answer in time: that counts as a yes."""
    order = await orders.for_update(work, int(ask.about_id))
    refund = await log.open_refund(work, order.order_id)
    if refund is not None and await work.timer_is_due(REFUND_ANSWER, about=order.order_id):
        await end_by_answer(work, order, refund, agree=True, by="clock", answer="")
    return Done()


async def _open(work: Work, order: Order, refund_id: str) -> RefundRow:
    refund = await log.open_refund(work, order.order_id)
    if refund is None or refund.refund_id != int(refund_id):
        raise NotFound(refund_id=refund_id)
    return refund


def _ended(
    work: Work, order: Order, refund: RefundRow, event: str, *, by: str, answer: str = ""
) -> RefundRow:
    """The amount is counted anew, because goods may have been received meanwhile."""
    return msgspec.structs.replace(
        refund,
        state=MOVES.after(refund.state, event),
        amount_minor=amount_of(order, refund.wanted),
        answered_at=work.now,
        answered_by=by,
        answer=answer,
    )


async def end_by_answer(
    work: Work, order: Order, refund: RefundRow, *, agree: bool, by: str, answer: str
) -> RefundRow:
    """Ends a question for money back with a yes or a no, whoever says it."""
    answered = _ended(work, order, refund, "agree" if agree else "refuse", by=by, answer=answer)
    if agree:
        await log.end_refund(work, order.order_id, answered)
        work.clear_timer(REFUND_ANSWER, about=order.order_id)
        await pay_back(work, resume_promise(work, order, refund.asked_at), answered)
    else:
        await _go_on(work, order, answered, OrderEvent.refund_refused)
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


async def _go_on(work: Work, order: Order, ended: RefundRow, event: OrderEvent) -> None:
    """Nothing is given back; the seller has as long to ship as was left when the question came."""
    await log.end_refund(work, order.order_id, ended)
    work.clear_timer(REFUND_ANSWER, about=order.order_id)
    resumed = resume_promise(work, order, ended.asked_at).moved(event)
    await orders.save(work, resumed, event, reason=ended.answer)
