"""Stopping a staged order before its goods leave: by the buyer, who leaves a deposit behind, or for the seller's failing."""

import msgspec

from huozhan import catalogue, payments, staging
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import staged
from huozhan.ordering.asks import GiveUpOrder, StopOrder, TimerDue
from huozhan.ordering.compensating import compensate_exactly
from huozhan.ordering.ending import EARNEST, FAULT_OF, Ending, ending_now, kept_in_all
from huozhan.ordering.facts import OrderStopped
from huozhan.ordering.order import Order, OrderEvent, OrderState
from huozhan.ordering.paying import close_payments_first
from huozhan.ordering.sampling import give_samples_back
from huozhan.ordering.showing import state_view
from huozhan.ordering.store import log, orders
from huozhan.ordering.views import OrderStateView
from huozhan.staging import OVER, Stage, StageEvent, StageState


class PaidDirect(Refusal):
    """A stage that went straight to the seller is paid: only the seller, or a seller's failing, ends the order now."""

    code = "ordering.stage_paid_direct"


class AnotherDeposit(Refusal):
    """Less or more would be kept of the deposit than the buyer has read."""

    code = "ordering.another_deposit"


@use_case("order.place", writes=True)
async def stop_order(work: Work, ask: StopOrder) -> OrderStateView:
    """End an order in stages before its goods leave; a part of the deposit stays with a seller who kept the terms."""
    order = await _staged(work, ask.order_id, side="buyer")
    event = OrderEvent.leave if order.is_late else OrderEvent.stop
    order.must_allow(event)
    order.must_not_be_closing()
    if event is OrderEvent.stop and any(s.instant_pay and s.is_paid for s in order.stages):
        raise PaidDirect(number=order.number)
    ending = ending_now(work, order, event)
    if ask.kept_minor not in (None, kept_in_all(order, ending)):
        raise AnotherDeposit(kept_minor=kept_in_all(order, ending), number=order.number)
    return state_view(await _end_or_wait(work, order, event, ask.reason))


@use_case("sale.amend", writes=True)
async def give_up_order(work: Work, ask: GiveUpOrder) -> OrderStateView:
    """End an order in stages that the seller will not fulfil: everything goes back to the buyer."""
    order = await _staged(work, ask.order_id, side="seller")
    order.must_allow(OrderEvent.give_up)
    order.must_not_be_closing()
    return state_view(await _end_or_wait(work, order, OrderEvent.give_up, ask.reason))


@use_case("system", writes=True)
async def stage_pay_due(work: Work, ask: TimerDue) -> Done:
    """The time to pay a later stage is over: the order ends as if the buyer had stopped it."""
    order = await orders.for_update(work, int(ask.about_id))
    due = await work.timer_is_due(staged.STAGE_PAY, about=order.order_id)
    stage = staging.at_hand(order.stages)
    is_unpaid = stage is not None and stage.state is StageState.waitbuyerpay
    if due and is_unpaid and not order.is_closing and not order.is_stopped(OrderEvent.stop_due):
        await _end_or_wait(work, order, OrderEvent.stop_due, "")
    return Done()


async def leave_late(work: Work, order: Order) -> None:
    """The seller did nothing for long after the time to act: the order ends on the seller's account."""
    if order.state is OrderState.wait_send and not order.is_closing:
        await _end_or_wait(work, order, OrderEvent.leave_due, "")


async def _staged(work: Work, order_id: str, *, side: str) -> Order:
    order = await orders.for_update(work, int(order_id), side=side)
    if not order.stages:
        raise NotFound(order_id=order_id)
    return order


async def _end_or_wait(work: Work, order: Order, event: OrderEvent, reason: str) -> Order:
    if order.payments:
        return await close_payments_first(work, order, event, reason)
    return await end(work, order, event, reason, orders.by_actor(work.actor))


async def end(work: Work, order: Order, event: OrderEvent, reason: str, by: orders.By) -> Order:
    """Ends the order: stages, money, stock, timers and holds, all together."""
    ending = ending_now(work, order, event)
    given_minor = ending.all_back_minor - ending.back_minor
    stages = [await _end_stage(work, order, stage, ending, reason) for stage in order.stages]
    lines = {line.line_no: msgspec.structs.replace(line, refunded=line.quantity) for line in order.lines}
    ended = order.with_lines(lines).with_stages(*stages)
    after = ended.moved(
        event,
        released_minor=order.released_minor + ending.kept_minor - given_minor,
        refunded_minor=order.refunded_minor + ending.all_back_minor,
        ended_at=work.now,
        ship_promise_at=None,
    )
    await orders.save(work, after, event, reason=reason, by=by, lines=lines.values())
    await _move_money(work, order, ending, reason)
    await log.drop_amendments(work, order.order_id)
    await catalogue.release(work, order.order_id)
    await give_samples_back(work, order)
    for hold in order.holds:
        await orders.lift(work, order.order_id, hold.code, hold.about_id)
    work.clear_all_timers(about=order.order_id)
    work.record(
        OrderStopped(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            fault=FAULT_OF[event],
            kept_minor=kept_in_all(order, ending),
            back_minor=ending.all_back_minor,
        )
    )
    return after


async def _end_stage(work: Work, order: Order, stage: Stage, ending: Ending, reason: str) -> Stage:
    """An unpaid stage is dropped, a paid one settled or given back; what was over is undone where its money goes back."""
    given_minor = sum(one.amount_minor for one in ending.given_back if one.stage.stage_no == stage.stage_no)
    if stage.state in OVER and not given_minor:
        return stage
    if not stage.is_paid:
        return await staging.move_stage(work, order.order_id, stage, StageEvent.drop, pay_due_at=None)
    kept_minor, back_minor = (ending.kept_minor, ending.back_minor) if stage.escrow_minor else (0, 0)
    released_minor = stage.released_minor + kept_minor - given_minor
    event = StageEvent.settle if released_minor else StageEvent.give_back
    return await staging.move_stage(
        work, order.order_id, stage, event, reason=reason, confirm_due_at=None, released_minor=released_minor,
        refunded_minor=stage.refunded_minor + back_minor + given_minor,
    )  # fmt: skip


async def _move_money(work: Work, order: Order, ending: Ending, reason: str) -> None:
    """Out of the first stage's escrow to either side, and back out of the seller's own money what it was paid."""
    first = order.stages[0]
    if ending.kept_minor:
        release = payments.Release(
            order_id=order.order_id,
            seller_id=order.seller_id,
            key="deposit",
            goods_minor=(),
            rules=order.rule_pins,
            order_number=order.number,
            escrow_id=first.stage_id,
        )
        await payments.keep_deposit(work, release, ending.kept_minor)
    if ending.back_minor:
        await payments.refund_escrow(
            work,
            payments.Refund(
                order_id=order.order_id,
                payment_id=first.payment_id,
                buyer_id=order.buyer_id,
                key="stopped",
                amount_minor=ending.back_minor,
                reason=reason,
                order_number=order.number,
                escrow_id=first.stage_id,
            ),
        )
    for one in ending.given_back:
        await payments.claw_back(
            work,
            payments.ClawBack(
                order_id=order.order_id,
                payment_id=one.stage.payment_id,
                seller_id=order.seller_id,
                buyer_id=order.buyer_id,
                key=f"stage:{one.stage.stage_no}",
                goods_minor=one.goods_minor,
                freight_minor=one.freight_minor,
                reason=reason,
                order_number=order.number,
            ),
        )
    if ending.earnest_minor:
        await compensate_exactly(work, order, EARNEST, order.amount_minor, ending.earnest_minor)
