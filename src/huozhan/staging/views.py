"""What people see of plans and stages."""

from collections.abc import Sequence
from datetime import datetime

from huozhan.kernel.shapes import View
from huozhan.staging.plan import Plan, amounts, kept_when_stopped
from huozhan.staging.stage import Stage

ON_ORDER, BEFORE_SHIPPING, AFTER_RECEIPT = "on_order", "before_shipping", "after_receipt"


class PlannedStage(View, frozen=True, kw_only=True):
    """One stage of a plan for a given order: when it is paid, how much, and whether the market keeps it meanwhile."""

    stage_no: int
    share: int
    due: str
    """`on_order`, `before_shipping` or `after_receipt`; the words are under `stage.due.<due>`."""
    amount_minor: int
    freight_minor: int
    is_escrowed: bool
    """Kept by the market until the condition is met; else it goes straight to the supplier."""


class PlanView(View, frozen=True, kw_only=True):
    """A plan as it would pay one order."""

    plan_code: str
    condition: str
    is_earnest: bool
    from_minor: int
    kept_minor: int
    """What stays with the supplier at most if the buyer stops before the goods leave."""
    stages: list[PlannedStage]


class StageView(View, frozen=True, kw_only=True):
    """One stage of an order: what it costs, where it stands, who has what of it."""

    stage_no: int
    share: int
    due: str
    state: str
    amount_minor: int
    freight_minor: int
    paid_minor: int
    escrow_minor: int
    released_minor: int
    refunded_minor: int
    is_escrowed: bool
    is_gate: bool
    """It must be paid before anything ships."""
    condition: str
    is_earnest: bool
    paid_at: datetime | None
    pay_due_at: datetime | None
    confirm_due_at: datetime | None
    confirm_timeout_s: int
    note: str
    picture: str
    refused: str


class EndingView(View, frozen=True, kw_only=True):
    """What becomes of the money if this side ends an order in stages now."""

    kept_minor: int
    """What stays with the seller."""
    back_minor: int
    """What goes back to the buyer."""
    earnest_minor: int
    """What the seller owes besides, for giving up earnest money."""


class PlansView(View, frozen=True, kw_only=True):
    """The plans that a shop offers."""

    plans: list[Plan]


def due_of(stage_no: int, gate: int) -> str:
    """When a stage is paid."""
    if stage_no == 1:
        return ON_ORDER
    return BEFORE_SHIPPING if stage_no <= gate else AFTER_RECEIPT


def plan_view(plan: Plan, goods_minor: int, freight_minor: int, cap_bp: int) -> PlanView:
    """A plan as it would pay an order of these amounts; `cap_bp` is the rule stage.deposit_cap_bp."""
    parts = amounts(plan.shares, plan.gate, goods_minor, freight_minor)
    return PlanView(
        plan_code=plan.plan_code,
        condition=plan.condition,
        is_earnest=plan.is_earnest,
        from_minor=plan.from_minor,
        kept_minor=kept_when_stopped(sum(parts[0]), goods_minor + freight_minor, cap_bp),
        stages=[
            PlannedStage(
                stage_no=no,
                share=plan.shares[no - 1],
                due=due_of(no, plan.gate),
                amount_minor=goods + freight,
                freight_minor=freight,
                is_escrowed=no == 1,
            )
            for no, (goods, freight) in enumerate(parts, start=1)
        ],
    )


def stage_views(stages: Sequence[Stage]) -> list[StageView]:
    """The stages of an order as its ladder shows them."""
    gate = next((stage.stage_no for stage in stages if stage.needs_logistics), 0)
    return [
        StageView(
            stage_no=stage.stage_no,
            share=stage.share,
            due=due_of(stage.stage_no, gate),
            state=stage.state,
            amount_minor=stage.amount_minor,
            freight_minor=stage.freight_minor,
            paid_minor=stage.paid_minor,
            escrow_minor=stage.escrow_minor,
            released_minor=stage.released_minor,
            refunded_minor=stage.refunded_minor,
            is_escrowed=stage.transfer_after_confirm,
            is_gate=stage.needs_logistics,
            condition=stage.condition or "",
            is_earnest=stage.is_earnest,
            paid_at=stage.paid_at,
            pay_due_at=stage.pay_due_at,
            confirm_due_at=stage.confirm_due_at,
            confirm_timeout_s=stage.confirm_timeout_s,
            note=stage.note,
            picture=stage.picture,
            refused=stage.refused,
        )
        for stage in stages
    ]
