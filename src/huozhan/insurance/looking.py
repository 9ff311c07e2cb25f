"""Looking: what is insured of an order, what a shop gives, and the switch by which it does."""

from collections.abc import Sequence

from huozhan import catalogue
from huozhan.catalogue import Service
from huozhan.insurance.asks import ShopInsuranceAsk, SwitchInsurance
from huozhan.insurance.covering import GOODS_MOST, LEAST, MOST, PAYS_WITHIN, PREMIUM, SUM, Cover
from huozhan.insurance.policy import Claim, Payer, Policy, PolicyState
from huozhan.insurance.store import policies
from huozhan.insurance.views import (
    CoverView,
    InsuranceClaimView,
    PolicyView,
    ShopInsuranceView,
)
from huozhan.kernel.paging import before_in, write_cursor
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work, use_case

HOUR_S = 3_600


class PremiumMoved(Refusal):
    """The premium is another one by now than was shown."""

    code = "insurance.premium_moved"


async def policy_of_order(work: Work, order_id: int) -> PolicyView | None:
    """The freight insurance of an order, for ordering to show to both of its sides; None where it has none."""
    one = await policies.of_order(work, order_id)
    return (await policy_views(work, [one]))[0] if one else None


@use_case("funds.view", writes=False)
async def shop_insurance(work: Work, ask: ShopInsuranceAsk) -> ShopInsuranceView:
    """Show whether the shop gives freight insurance with its orders, what that costs, and a page of policies."""
    found = await policies.of_seller(work, before_in(ask.cursor), ask.size + 1)
    shown, more = found[: ask.size], len(found) > ask.size
    sums = await policies.sums_of_seller(work)
    return ShopInsuranceView(
        is_on=await catalogue.promises(work, Service.freight_insurance),
        premium_bp=work.rule(PREMIUM).value,
        premium_least_minor=work.rule(LEAST).value,
        premium_most_minor=work.rule(MOST).value,
        sum_minor=work.rule(SUM).value,
        goods_most_minor=work.rule(GOODS_MOST).value,
        pays_within_hours=_hours(work),
        policies_count=sums["policies"],
        premiums_minor=sums["premiums_minor"],
        paid_minor=sums["paid_minor"],
        policies=await policy_views(work, shown),
        next_cursor=write_cursor(shown[-1].order_id) if more else None,
    )


@use_case("shop.edit", writes=True)
async def switch_insurance(work: Work, ask: SwitchInsurance) -> ShopInsuranceView:
    """Give freight insurance with all orders from now on, at the premium that was shown, or with none any more."""
    premium_bp = work.rule(PREMIUM).value
    if ask.is_on and ask.premium_bp != premium_bp:
        raise PremiumMoved(premium_bp=premium_bp)
    await catalogue.promise(work, Service.freight_insurance, is_on=ask.is_on)
    return await shop_insurance(work, ShopInsuranceAsk())


async def insurance_under_way(work: Work, org_id: int) -> int:
    """How many policies wait for the insurer and will then move money of an organisation."""
    return await policies.under_way(work, org_id)


def cover_view(work: Work, cover: Cover) -> CoverView:
    """The cover of an order that would be placed."""
    return CoverView(
        payer=cover.payer or "",
        premium_minor=cover.premium_minor,
        sum_minor=cover.sum_minor,
        goods_most_minor=cover.goods_most_minor,
        pays_within_hours=_hours(work),
        why=cover.why,
    )


async def policy_views(work: Work, found: Sequence[Policy]) -> list[PolicyView]:
    """Policies with their claims."""
    claims: dict[int, list[Claim]] = {one.order_id: [] for one in found}
    for claim in await policies.claims_of(work, [one.order_id for one in found]):
        claims[claim.order_id].append(claim)
    return [_policy_view(work, one, claims[one.order_id]) for one in found]


def _policy_view(work: Work, one: Policy, claims: Sequence[Claim]) -> PolicyView:
    spoken_for = sum(claim.spoken_for_minor for claim in claims)
    return PolicyView(
        order_id=str(one.order_id),
        order_number=one.order_number,
        payer=one.payer,
        state=one.state,
        premium_minor=one.premium_minor,
        premium_is_paid=bool(one.taken_minor),
        premium_back_minor=one.back_minor if one.payer is Payer.buyer else 0,
        sum_minor=one.sum_minor,
        paid_minor=one.paid_minor,
        left_minor=one.sum_minor - spoken_for if one.state is PolicyState.bound else 0,
        pays_within_hours=_hours(work),
        why=one.why,
        asked_at=one.asked_at,
        ended_at=one.ended_at,
        claims=[
            InsuranceClaimView(
                case_id=str(claim.case_id),
                case_number=claim.case_number,
                state=claim.state,
                waybill=claim.waybill,
                most_minor=claim.most_minor,
                paid_minor=claim.paid_minor,
                why=claim.why,
                filed_at=claim.filed_at,
                pays_by=claim.pays_by,
                ended_at=claim.ended_at,
            )
            for claim in claims
        ],
    )


def _hours(work: Work) -> int:
    return int(work.rule(PAYS_WITHIN).span.total_seconds()) // HOUR_S
