"""Choosing: under which trade types a buyer may have a supplier's part of a purchase."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from huozhan import credit, staging
from huozhan.kernel.work import Work
from huozhan.ordering.order import TradeType
from huozhan.ordering.purchase import Choice, Share
from huozhan.staging import Plan


async def with_choices(work: Work, shares: Sequence[Share]) -> tuple[Share, ...]:
    """The shares with the trade types that each may have: escrow is open to everybody, credit to whom a supplier
    trusts, stages where the supplier offers them.

    All parts of one supplier count together against the limit of its line.
    """
    amounts: dict[int, int] = defaultdict(int)
    for share in shares:
        amounts[share.seller_id] += share.amount_minor
    lines = await credit.offers(work, work.actor.org_id, amounts) if amounts else {}
    plans = await staging.plans_of(work, {share.seller_id for share in shares})
    escrow = Choice(trade_type=TradeType.escrow)
    on_credit = {seller_id: (_on_credit(offer),) for seller_id, offer in lines.items()}
    return tuple(
        msgspec.structs.replace(
            share,
            choices=(
                escrow,
                *on_credit.get(share.seller_id, ()),
                *(in_stages(share, plan) for plan in plans.get(share.seller_id, ())),
            ),
        )
        for share in shares
    )


def in_stages(share: Share, plan: Plan) -> Choice:
    """A plan of stages as a choice; a small order says from which amount it would be open."""
    if staging.fits(plan, share.goods_minor, share.freight_minor):
        return Choice(trade_type=TradeType.staged, plan=plan)
    return Choice(
        trade_type=TradeType.staged, plan=plan, why="order_too_small", facts={"from_minor": plan.from_minor}
    )


def _on_credit(offer: credit.CreditOffer) -> Choice:
    return Choice(
        trade_type=TradeType.period,
        why=offer.why,
        facts={
            "left_minor": offer.left_minor,
            "limit_minor": offer.limit_minor,
            "term_kind": offer.term_kind,
            "term_day": offer.term_day,
        },
    )
