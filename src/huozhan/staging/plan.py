"""A plan of stages and its arithmetic: amounts, the gate before shipping, what is kept when a buyer stops. Pure (B1.5b)."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Annotated

import msgspec

from huozhan.kernel.money import share_bp, split
from huozhan.kernel.shapes import Ask
from huozhan.staging.stage import MOVES, OVER, UNPAID, Condition, Stage, StageEvent, StageState

STAGES_MAX = 6
PlanCode = Annotated[
    str, msgspec.Meta(pattern=r"^[1-9][0-9]?(-[1-9][0-9]?){1,5}(?!\n)$", max_length=20, examples=["3-6-1"])
]
"""The weights of the stages, such as 3-6-1."""


class Plan(Ask, frozen=True, kw_only=True):
    """How an order may be paid in stages: one plan that a shop offers."""

    plan_code: PlanCode
    gate: Annotated[int, msgspec.Meta(ge=1, le=STAGES_MAX)]
    """The stage that must be paid before anything ships; those after it come due with the receipt."""
    condition: Condition
    """What frees the first stage's money."""
    from_minor: Annotated[int, msgspec.Meta(ge=0, le=10**15)] = 0
    """The least amount of an order that may be paid so."""
    is_earnest: bool = False
    """The first stage is agreed as earnest money 定金."""

    @property
    def shares(self) -> tuple[int, ...]:
        """The weights of the stages."""
        return tuple(int(share) for share in self.plan_code.split("-"))


TEMPLATES = MappingProxyType({"3-7": 2, "5-5": 2, "7-3": 2, "2-8": 2, "3-6-1": 2, "9-1": 1})
"""The plans that the trade knows, each with its gate (B1.5b)."""


class Spans(msgspec.Struct, frozen=True, kw_only=True):
    """The time-outs that a new order's stages get, in seconds."""

    first_pay_s: int
    pay_s: int
    confirm_s: int


def amounts(shares: Sequence[int], gate: int, goods_minor: int, freight_minor: int) -> list[tuple[int, int]]:
    """Goods and freight of each stage: goods by largest remainder, freight wholly in the stage that ships."""
    goods = split(goods_minor, shares)
    return [(part, freight_minor if no == gate else 0) for no, part in enumerate(goods, start=1)]


def fits(plan: Plan, goods_minor: int, freight_minor: int) -> bool:
    """Tells whether an order is large enough for a plan, and each of its stages costs something."""
    parts = amounts(plan.shares, plan.gate, goods_minor, freight_minor)
    return goods_minor + freight_minor >= plan.from_minor and all(sum(part) > 0 for part in parts)


def begin(
    plan: Plan, goods_minor: int, freight_minor: int, spans: Spans, new_id: Callable[[], int]
) -> tuple[Stage, ...]:
    """The stages of a new order; the buyer is asked for the first one at once."""
    acts = plan.condition is not Condition.goods_received
    stages = []
    for no, (goods, freight) in enumerate(
        amounts(plan.shares, plan.gate, goods_minor, freight_minor), start=1
    ):
        is_first, is_tail = no == 1, no > plan.gate
        stages.append(
            Stage(
                stage_no=no,
                stage_id=new_id(),
                share=plan.shares[no - 1],
                goods_minor=goods,
                freight_minor=freight,
                state=MOVES.after(MOVES.first, StageEvent.call_buyer) if is_first else MOVES.first,
                pay_timeout_s=spans.first_pay_s if is_first else 0 if is_tail else spans.pay_s,
                confirm_timeout_s=spans.confirm_s if is_first and acts else 0,
                needs_logistics=no == plan.gate,
                needs_action=is_first and acts,
                transfer_after_confirm=is_first,
                seller_pushes_next=no < plan.gate,
                instant_pay=not is_first,
                condition=plan.condition if is_first else None,
                is_earnest=is_first and plan.is_earnest,
            )
        )
    return tuple(stages)


def resplit(stages: Sequence[Stage], goods_minor: int, freight_minor: int) -> tuple[Stage, ...] | None:
    """The stages after the order's amounts changed: what is paid stays, the rest goes over the unpaid stages.

    None where the change leaves an unpaid stage without anything to pay, or asks for less than is paid already.
    """
    unpaid = [stage for stage in stages if stage.state in UNPAID]
    rest_minor = goods_minor - sum(stage.goods_minor for stage in stages if stage.state not in UNPAID)
    is_freight_paid = any(stage.needs_logistics and stage.state not in UNPAID for stage in stages)
    if not unpaid or rest_minor < 0:
        return None
    if is_freight_paid and freight_minor != sum(stage.freight_minor for stage in stages):
        return None
    parts = split(rest_minor, [stage.share for stage in unpaid])
    changed = {
        stage.stage_no: msgspec.structs.replace(
            stage, goods_minor=goods, freight_minor=freight_minor if stage.needs_logistics else 0
        )
        for stage, goods in zip(unpaid, parts, strict=True)
    }
    if any(stage.amount_minor == 0 for stage in changed.values()):
        return None
    return tuple(changed.get(stage.stage_no, stage) for stage in stages)


def paid_event(stage: Stage) -> StageEvent:
    """What paying a stage leads to."""
    if stage.needs_action:
        return StageEvent.pay_for_action
    if stage.needs_logistics:
        return StageEvent.pay_for_goods
    return StageEvent.pay_ahead if stage.transfer_after_confirm else StageEvent.pay_off


def confirmed_event(stage: Stage) -> StageEvent:
    """What the buyer's yes leads to: the stage is over, or its goods are still to be sent."""
    return StageEvent.confirm_to_send if stage.needs_logistics else StageEvent.confirm


def payable(stages: Sequence[Stage]) -> Stage | None:
    """The stage that the buyer is asked for now."""
    return next((stage for stage in stages if stage.state is StageState.waitbuyerpay), None)


def at_hand(stages: Sequence[Stage]) -> Stage | None:
    """The stage at which somebody must act now; one whose money only waits for the receipt lets the next one go first."""
    waiting = [s for s in stages if s.state not in OVER and s.state is not StageState.waitactivate]
    before_goods = [s for s in waiting if s.state is not StageState.waitbuyerreceive]
    return next(iter(before_goods or waiting), None)


def gate_of(stages: Sequence[Stage]) -> Stage:
    """The stage that must be paid before anything ships."""
    return next(stage for stage in stages if stage.needs_logistics)


def is_gate_open(stages: Sequence[Stage]) -> bool:
    """Tells whether goods may leave: the gate is paid, and what its money waits for before shipping is confirmed."""
    return gate_of(stages).state in {
        StageState.waitsellersend,
        StageState.waitbuyerreceive,
        StageState.success,
    }


def next_call(stages: Sequence[Stage], after: Stage) -> tuple[Stage, StageEvent] | None:
    """The stage that follows before shipping, and who is called for it; tails wait for the receipt."""
    following = next((stage for stage in stages if stage.stage_no == after.stage_no + 1), None)
    if following is None or following.stage_no > gate_of(stages).stage_no:
        return None
    return following, StageEvent.call_seller if after.seller_pushes_next else StageEvent.call_buyer


def tail_call(stages: Sequence[Stage]) -> Stage | None:
    """The first tail that comes due once the goods are received."""
    return next(
        (
            stage
            for stage in stages
            if stage.stage_no > gate_of(stages).stage_no and stage.state is StageState.waitactivate
        ),
        None,
    )


def kept_when_stopped(deposit_minor: int, contract_minor: int, cap_bp: int) -> int:
    """What the seller keeps when the buyer stops: the deposit, up to a share of the contract (earnest-money cap)."""
    return min(deposit_minor, share_bp(contract_minor, cap_bp))


def charged(stages: Sequence[Stage], stage: Stage) -> tuple[int, int]:
    """The goods' running totals before and after a stage, so that commission adds up to what one payment would cost."""
    before = sum(other.goods_minor for other in stages if other.stage_no < stage.stage_no)
    return before, before + stage.goods_minor
