"""Stepping through stages: the seller's word that a condition is met, the buyer's answer to it, the call for the next one."""

from huozhan import staging
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import staged
from huozhan.ordering.asks import ConfirmStage, DeclareStage, PushStage, RejectStage, TimerDue
from huozhan.ordering.facts import StageConfirmed, StageDeclared, StageRejected
from huozhan.ordering.order import Order, OrderEvent
from huozhan.ordering.showing import state_view
from huozhan.ordering.store import orders
from huozhan.ordering.views import OrderStateView
from huozhan.staging import Stage, StageEvent, StageState


@use_case("sale.ship", writes=True)
async def declare_stage(work: Work, ask: DeclareStage) -> OrderStateView:
    """Say that a stage's condition is met, with a word and a picture; the buyer answers, or the clock says yes."""
    order, stage = await _at_stage(work, ask.order_id, ask.stage_no, side="seller")
    order.must_allow(OrderEvent.stage_declare)
    due_at = work.now + stage.confirm_timeout if stage.confirm_timeout else None
    declared = await staging.move_stage(
        work, order.order_id, stage, StageEvent.declare, reason=ask.note, note=ask.note, picture=ask.picture,
        confirm_due_at=due_at, refused="",
    )  # fmt: skip
    after = order.with_stages(declared).moved(OrderEvent.stage_declare, is_late=False)
    work.record(StageDeclared(**staged.about(order, stage), condition=stage.condition or ""))
    return state_view(await staged.save(work, after, OrderEvent.stage_declare, reason=ask.note))


@use_case("order.confirm", writes=True)
async def confirm_stage(work: Work, ask: ConfirmStage) -> OrderStateView:
    """Say that a stage's condition is met, such as a sample that is approved; its money is the seller's."""
    order, stage = await _at_stage(work, ask.order_id, ask.stage_no, side="buyer")
    return state_view(await _confirm(work, order, stage))


@use_case("order.confirm", writes=True)
async def reject_stage(work: Work, ask: RejectStage) -> OrderStateView:
    """Say that a stage's condition is not met, and why; the seller has to act again."""
    order, stage = await _at_stage(work, ask.order_id, ask.stage_no, side="buyer")
    order.must_allow(OrderEvent.stage_reject)
    rejected = await staging.move_stage(
        work, order.order_id, stage, StageEvent.reject, reason=ask.reason, refused=ask.reason, confirm_due_at=None
    )  # fmt: skip
    after = order.with_stages(rejected).moved(OrderEvent.stage_reject)
    work.record(StageRejected(**staged.about(order, stage)))
    return state_view(await staged.save(work, after, OrderEvent.stage_reject, reason=ask.reason))


@use_case("system", writes=True)
async def stage_confirm_due(work: Work, ask: TimerDue) -> Done:
    """The buyer's time to answer is over: the clock says yes."""
    order = await orders.for_update(work, int(ask.about_id))
    stage = staging.at_hand(order.stages)
    due = await work.timer_is_due(staged.STAGE_CONFIRM, about=order.order_id)
    if due and stage and stage.state is StageState.waitbuyerconfirmaction and not order.is_stopped(_CONFIRM):
        await _confirm(work, order, stage)
    return Done()


@use_case("sale.ship", writes=True)
async def push_stage(work: Work, ask: PushStage) -> OrderStateView:
    """Ask the buyer to pay the next stage; asked again, the time to pay begins anew."""
    order, stage = await _at_stage(work, ask.order_id, ask.stage_no, side="seller")
    order.must_allow(OrderEvent.stage_push)
    order.must_not_be_closing()
    pushed = (await staged.push(work, order, stage)).moved(OrderEvent.stage_push, is_late=False)
    return state_view(await staged.save(work, pushed, OrderEvent.stage_push))


_CONFIRM = OrderEvent.stage_confirm


async def _confirm(work: Work, order: Order, stage: Stage) -> Order:
    """The condition is met: the stage's money leaves its escrow, and what follows is called for."""
    order.must_allow(_CONFIRM)
    event = staging.confirmed_event(stage)
    released_minor = stage.amount_minor
    confirmed = await staging.move_stage(
        work, order.order_id, stage, event, released_minor=released_minor, confirm_due_at=None
    )
    await staged.release_first(work, order, stage)
    after = order.with_stages(confirmed).moved(_CONFIRM, released_minor=order.released_minor + released_minor)
    work.record(StageConfirmed(**staged.about(order, stage), released_minor=released_minor))
    return await staged.save(work, await staged.go_on(work, after, confirmed), _CONFIRM)


async def _at_stage(work: Work, order_id: str, stage_no: int, *, side: str) -> tuple[Order, Stage]:
    """A staged order of the actor's, locked, with one of its stages."""
    order = await orders.for_update(work, int(order_id), side=side)
    stage = next((stage for stage in order.stages if stage.stage_no == stage_no), None)
    if stage is None:
        raise NotFound(stage_no=stage_no)
    return order, stage
