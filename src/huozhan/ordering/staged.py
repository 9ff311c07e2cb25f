"""Staged orders 分阶段: what paying, the seller's word, the buyer's yes and the clock do to an order's stages (B1.5b).

Everything here holds the order's lock. A hold keeps goods from leaving until the gate stage is paid; what the promise
to ship is to other orders, the time in which the seller must act is to these.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec

from huozhan import payments, staging
from huozhan.kernel.work import Work
from huozhan.ordering.discounting import follow
from huozhan.ordering.facts import GateOpened, StageDue, StagePaid
from huozhan.ordering.order import (
    CLOSING,
    PAY_CLOSE,
    SHIP_PROMISE,
    STAGE_GATE,
    STAGES,
    Hold,
    Line,
    Order,
    OrderEvent,
    OrderState,
    keeping,
)
from huozhan.ordering.promising import drop_promise
from huozhan.ordering.store import log, orders
from huozhan.staging import Plan, Stage, StageEvent, StageState

STAGE_PAY = "stage_pay"
STAGE_CONFIRM = "stage_confirm"

_HOLDS = {
    STAGE_GATE: (OrderEvent.ship_all,),
    STAGES: (
        OrderEvent.ship_part,
        OrderEvent.refund_part,
        OrderEvent.refund_rest,
        OrderEvent.refund_last,
        OrderEvent.refund_all,
        OrderEvent.case_opened,
        OrderEvent.return_part,
        OrderEvent.return_last,
        OrderEvent.return_all,
    ),
}
"""Nothing leaves before the gate is paid. Goods leave together and are given back together, because the money of a
stage belongs to the whole order and to no line of it."""


async def begin_staged(work: Work, order: Order, plan: Plan) -> None:
    """Writes the stages of an order just placed, by its plan, and the holds that stand on it."""
    first_pay_s = int(work.rule("pay_close.spot").span.total_seconds())
    await staging.begin_stages(
        work, order.order_id, plan, order.goods_minor, order.freight_minor, first_pay_s
    )
    for code, stops in _HOLDS.items():
        await orders.hold(work, order.order_id, Hold(code=code, about_id=0, stops=stops))


async def forget(work: Work, order: Order) -> None:
    """The order ended unpaid: its stages are dropped, and nothing holds it any more."""
    for stage in order.stages:
        await staging.move_stage(work, order.order_id, stage, StageEvent.drop)
    if order.stages:
        for code in _HOLDS:
            await orders.lift(work, order.order_id, code, 0)


async def take_stage(work: Work, order: Order, stage: Stage, payment_id: int) -> None:
    """The buyer has paid a stage: its money is kept in its own escrow, or goes straight to the seller."""
    released_minor = 0
    if stage.transfer_after_confirm:
        await payments.take_stage(work, payment_id, order.order_id, escrow_id=stage.stage_id)
    else:
        released_minor = stage.amount_minor
        await payments.take_stage_direct(
            work,
            payment_id,
            payments.DirectStage(
                order_id=order.order_id,
                seller_id=order.seller_id,
                stage_no=stage.stage_no,
                goods_minor=stage.goods_minor,
                freight_minor=stage.freight_minor,
                charged_minor=staging.charged(order.stages, stage),
                rules=order.rule_pins,
                order_number=order.number,
                escrow_id=stage.stage_id,
            ),
        )
    paid = await staging.move_stage(
        work, order.order_id, stage, staging.paid_event(stage), payment_id=payment_id,
        paid_minor=stage.amount_minor, released_minor=released_minor, paid_at=work.now, pay_due_at=None,
    )  # fmt: skip
    event = OrderEvent.pay if order.state is OrderState.wait_pay else OrderEvent.pay_stage
    after = order.with_stages(paid).moved(
        event,
        paid_minor=order.paid_minor + stage.amount_minor,
        released_minor=order.released_minor + released_minor,
        payment_id=payment_id,
        paid_at=order.paid_at or work.now,
        holds=tuple(hold for hold in order.holds if hold.code != CLOSING),
    )
    if order.is_closing:
        await orders.lift(work, order.order_id, CLOSING, 0)
    if order.state is OrderState.wait_pay:
        await follow(work, order, "pay")
        work.clear_timer(PAY_CLOSE, about=order.order_id)
    await log.end_payment(work, order.order_id, payment_id, "paid")
    work.record(StagePaid(**about(after, stage), amount_minor=stage.amount_minor))
    if not paid.needs_action:
        after = await go_on(work, after, paid)
    lines = keep_stages(order, after) if order.state is OrderState.success else ()
    await save(work, after, event, by=orders.By(order.buyer_id, 0, work.actor.door), lines=lines)


async def go_on(work: Work, order: Order, done: Stage) -> Order:
    """Calls for the stage that follows before shipping, or opens the gate; after the receipt, calls for the next tail."""
    following = staging.next_call(order.stages, done)
    if order.state is OrderState.success:
        tail = staging.tail_call(order.stages)
        following = (tail, StageEvent.call_buyer) if tail else None
    if following:
        order = await _call(work, order, *following)
    elif staging.is_gate_open(order.stages) and any(hold.code == STAGE_GATE for hold in order.holds):
        await orders.lift(work, order.order_id, STAGE_GATE, 0)
        order = msgspec.structs.replace(
            order, holds=tuple(hold for hold in order.holds if hold.code != STAGE_GATE)
        )
        work.record(GateOpened(**about(order, done)))
    return order


async def _call(work: Work, order: Order, stage: Stage, event: StageEvent) -> Order:
    """Somebody is called for a stage: the seller to push it, or the buyer to pay it."""
    is_buyers = event is not StageEvent.call_seller
    due_at = work.now + stage.pay_timeout if is_buyers and stage.pay_timeout else None
    called = await staging.move_stage(work, order.order_id, stage, event, pay_due_at=due_at)
    if is_buyers:
        work.record(StageDue(**about(order, stage), amount_minor=stage.amount_minor))
    return order.with_stages(called)


async def push(work: Work, order: Order, stage: Stage) -> Order:
    """The seller asks the buyer for a stage; pushed again, its time to pay begins anew."""
    return await _call(work, order, stage, StageEvent.push)


async def pay_anew(work: Work, order: Order) -> Order:
    """The stage that the buyer is asked for costs something else now: its time to pay begins anew, also one that ran out meanwhile."""
    stage = staging.at_hand(order.stages)
    if (
        stage is None
        or stage.state is not StageState.waitbuyerpay
        or not (stage.pay_due_at and stage.pay_timeout)
    ):
        return order
    work.set_timer(STAGE_PAY, about=order.order_id, due_at=work.now + stage.pay_timeout)
    return await push(work, order, stage)


async def release_first(work: Work, order: Order, stage: Stage) -> int:
    """Pays the first stage out of its escrow to the seller, as received goods are (E4). Tells the amount."""
    await payments.release(
        work,
        payments.Release(
            order_id=order.order_id,
            seller_id=order.seller_id,
            key=f"stage:{stage.stage_no}",
            goods_minor=(stage.goods_minor,),
            freight_minor=stage.freight_minor,
            charged_minor=(staging.charged(order.stages, stage),),
            rules=order.rule_pins,
            order_number=order.number,
            escrow_id=stage.stage_id,
        ),
    )
    return stage.amount_minor


async def shipped(work: Work, order: Order) -> Order:
    """All goods left: the stage that ships is on its way."""
    gate = await staging.move_stage(work, order.order_id, staging.gate_of(order.stages), StageEvent.ship)
    return order.with_stages(gate)


async def received(work: Work, order: Order) -> tuple[Order, int]:
    """All goods were received: what waited for that is the seller's, and the first tail comes due. Tells the amount."""
    released_minor = 0
    for stage in order.stages:
        if stage.state is not StageState.waitbuyerreceive:
            continue
        free_minor = await release_first(work, order, stage) if stage.escrow_minor else 0
        over = await staging.move_stage(
            work, order.order_id, stage, StageEvent.receive, released_minor=stage.released_minor + free_minor
        )
        order, released_minor = order.with_stages(over), released_minor + free_minor
    await orders.lift(work, order.order_id, STAGES, 0)
    tail = staging.tail_call(order.stages)
    if tail:
        order = await _call(work, order, tail, StageEvent.call_buyer)
    return order, released_minor


def keep_stages(before: Order | None, after: Order) -> list[Line]:
    """The lines with what the seller has of them by the stages paid so far; `before` is what was counted already.

    Each line has its part of every stage, rounded down, so that all of it is there once all stages are paid.
    """
    goods, freight = after.goods_minor, after.freight_minor
    now, was = _earned(after), _earned(before) if before else (0, 0)

    def part(amount_minor: int, line_minor: int, of_minor: int) -> int:
        return amount_minor * line_minor // of_minor if of_minor else 0

    return [
        keeping(
            line,
            part(now[0], line.goods_minor, goods) - part(was[0], line.goods_minor, goods),
            0,
            part(now[1], line.freight_minor, freight) - part(was[1], line.freight_minor, freight),
        )
        for line in after.lines
    ]


def _earned(order: Order) -> tuple[int, int]:
    """Goods and freight of the stages whose money is the seller's."""
    paid = [stage for stage in order.stages if stage.is_paid and stage.released_minor == stage.amount_minor]
    return sum(stage.goods_minor for stage in paid), sum(stage.freight_minor for stage in paid)


async def save(
    work: Work,
    order: Order,
    event: OrderEvent,
    *,
    reason: str = "",
    by: orders.By | None = None,
    lines: Collection[Line] = (),
) -> Order:
    """Writes a staged order after a step, and sets the one clock that runs now: the buyer's or the seller's."""
    timed = _clocked(work, order)
    await orders.save(work, timed, event, reason=reason, by=by, lines=lines)
    return timed


def _clocked(work: Work, order: Order) -> Order:
    stage = staging.at_hand(order.stages)
    order_id = order.order_id
    drop_promise(work, order_id)
    work.clear_timer(STAGE_PAY, about=order_id)
    work.clear_timer(STAGE_CONFIRM, about=order_id)
    promise_at = None
    if stage is None or order.state is not OrderState.wait_send:
        return msgspec.structs.replace(order, ship_promise_at=promise_at)
    act = work.rules.pinned("stage.act_within", order.rule_pins, order.placed_at)
    if stage.state in {StageState.waitselleract, StageState.waitsellerpush}:
        promise_at = work.now + act.span
    elif stage.state is StageState.waitsellersend:
        promise_at = work.now + timedelta(hours=order.promise_hours)
    elif stage.state is StageState.waitbuyerpay and stage.pay_due_at:
        work.set_timer(STAGE_PAY, about=order_id, due_at=stage.pay_due_at)
    elif stage.state is StageState.waitbuyerconfirmaction and stage.confirm_due_at:
        work.set_timer(STAGE_CONFIRM, about=order_id, due_at=stage.confirm_due_at)
    if promise_at:
        work.set_timer(SHIP_PROMISE, about=order_id, due_at=promise_at, rule_version=act.version)
    return msgspec.structs.replace(order, ship_promise_at=promise_at)


def about(order: Order, stage: Stage) -> dict[str, Any]:
    """What every fact about a stage says."""
    return {
        "order_id": order.order_id,
        "number": order.number,
        "buyer_id": order.buyer_id,
        "seller_id": order.seller_id,
        "stage_no": stage.stage_no,
    }
