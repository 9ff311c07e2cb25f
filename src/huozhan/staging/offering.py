"""Offering: a shop says by which plans its orders may be paid in stages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

import msgspec

from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import Ask, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.staging.plan import TEMPLATES, Plan
from huozhan.staging.store import plans as store
from huozhan.staging.views import PlansView

PLANS_MAX = 12


class EditStagePlans(Ask, frozen=True, kw_only=True):
    """The plans a shop offers, whole; none where it wants no payment in stages."""

    plans: Annotated[tuple[Plan, ...], msgspec.Meta(max_length=PLANS_MAX)] = ()


@use_case("shop.edit", writes=True)
async def edit_stage_plans(work: Work, ask: EditStagePlans) -> PlansView:
    """Sets by which plans the shop's orders may be paid in stages; orders that were placed keep theirs."""
    codes = [plan.plan_code for plan in ask.plans]
    for plan in ask.plans:
        if codes.count(plan.plan_code) > 1:
            raise Invalid(field="plan_code", detail=plan.plan_code)
        if plan.gate > len(plan.shares) or plan.gate != TEMPLATES.get(plan.plan_code, plan.gate):
            raise Invalid(field="gate", detail=f"{plan.plan_code}: {plan.gate}")
    await store.write(work, ask.plans)
    return PlansView(plans=sorted(ask.plans, key=lambda plan: plan.plan_code))


@use_case("offer.view", writes=False)
async def my_stage_plans(work: Work, _ask: Nothing) -> PlansView:
    """The plans that the shop offers now."""
    found = await store.of_sellers(work, [work.actor.org_id])
    return PlansView(plans=found.get(work.actor.org_id, []))


async def plans_of(work: Work, seller_ids: Collection[int]) -> Mapping[int, Sequence[Plan]]:
    """What these shops offer to anybody, by seller."""
    return await store.of_sellers(work, seller_ids)
