"""Keeping the stages of orders: made with the order, moved under its lock, added up for `verify`."""

from collections.abc import Sequence
from typing import Any

from huozhan.kernel.work import Work
from huozhan.staging.plan import Plan, Spans, begin
from huozhan.staging.stage import Stage, StageEvent
from huozhan.staging.store import rows
from huozhan.staging.store.rows import Sums

PAY_WITHIN = "stage.pay_within"
CONFIRM_WITHIN = "stage.confirm_within"
ACT_WITHIN = "stage.act_within"
DEPOSIT_CAP = "stage.deposit_cap_bp"
PINNED_RULES = (PAY_WITHIN, CONFIRM_WITHIN, ACT_WITHIN, DEPOSIT_CAP)
"""Rules whose versions an order pins when it is placed."""


async def begin_stages(
    work: Work, order_id: int, plan: Plan, goods_minor: int, freight_minor: int, first_pay_s: int
) -> None:
    """Makes the stages of a new order; the first one has `first_pay_s` seconds to be paid."""
    spans = Spans(
        first_pay_s=first_pay_s, pay_s=_seconds(work, PAY_WITHIN), confirm_s=_seconds(work, CONFIRM_WITHIN)
    )
    await rows.add(work, order_id, begin(plan, goods_minor, freight_minor, spans, work.new_id))


def _seconds(work: Work, code: str) -> int:
    return int(work.rule(code).span.total_seconds())


async def stages_of(work: Work, order_id: int) -> tuple[Stage, ...]:
    """The stages of an order that the caller has locked or read within its reach; none where it is not staged."""
    return await rows.of_order(work, order_id)


async def stages_of_orders(work: Work, order_ids: Sequence[int]) -> dict[int, tuple[Stage, ...]]:
    """The stages of orders that the caller has just listed."""
    return await rows.of_orders(work, order_ids) if order_ids else {}


async def move_stage(
    work: Work, order_id: int, stage: Stage, event: StageEvent, *, reason: str = "", **changes: Any
) -> Stage:
    """Moves one stage of a locked order; refuses what its table does not allow."""
    moved = stage.moved(event, **changes)
    await rows.save(work, order_id, moved, event, reason)
    return moved


async def set_amounts(work: Work, order_id: int, stages: Sequence[Stage]) -> None:
    """Writes what the stages of a locked order cost now."""
    await rows.set_amounts(work, order_id, stages)


async def escrow_expected(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """What each stage's escrow must hold, as (stage_id, amount), in order of id; only where it is not zero."""
    return await rows.escrow_expected(work, after, limit)


async def stage_sums(work: Work, after: int, until: int) -> list[Sums]:
    """What the stages of a range of orders come to, for ordering to compare."""
    return await rows.sums(work, after, until)
