"""Choosing: under which trade types a buyer may have a supplier's part of a purchase."""

from collections.abc import Sequence

import msgspec

from huozhan import staging
from huozhan.kernel.work import Work
from huozhan.ordering.order import TradeType
from huozhan.ordering.purchase import Choice, Share
from huozhan.staging import Plan


async def with_choices(work: Work, shares: Sequence[Share]) -> tuple[Share, ...]:
    """The shares with the trade types that each may have, escrow first: it is open to everybody."""
    escrow = Choice(trade_type=TradeType.escrow)
    plans = await staging.plans_of(work, {share.seller_id for share in shares})
    return tuple(
        msgspec.structs.replace(
            share, choices=(escrow, *(in_stages(share, plan) for plan in plans.get(share.seller_id, ())))
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
