"""Choosing: under which trade types a buyer may have a supplier's part of a purchase."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from huozhan import credit, finance, staging
from huozhan.kernel.work import Work
from huozhan.ordering.order import TradeType
from huozhan.ordering.purchase import Choice, Share
from huozhan.staging import Plan


async def with_choices(work: Work, shares: Sequence[Share]) -> tuple[Share, ...]:
    """The shares with the trade types that each may have: escrow is open to everybody, credit to whom a supplier
    trusts, stages where the supplier offers them, a lender where the supplier takes it.

    All parts of one supplier count together against the limit of its line.
    """
    amounts: dict[int, int] = defaultdict(int)
    for share in shares:
        amounts[share.seller_id] += share.amount_minor
    lines = await credit.offers(work, work.actor.org_id, amounts) if amounts else {}
    takers = {share.seller_id for share in shares if any(line.goods.takes_lent for line in share.lines)}
    limit = await finance.limit_of_buyer(work, takers)
    plans = await staging.plans_of(work, {share.seller_id for share in shares})
    lent_minor = sum(share.amount_minor for share in shares if share.trade_type is TradeType.pay_later)
    escrow = Choice(trade_type=TradeType.escrow)
    on_credit = {seller_id: (_on_credit(offer),) for seller_id, offer in lines.items()}
    return tuple(
        msgspec.structs.replace(
            share,
            choices=(
                escrow,
                *on_credit.get(share.seller_id, ()),
                *(in_stages(share, plan) for plan in plans.get(share.seller_id, ())),
                *_by_lender(share, limit, lent_minor),
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


def _by_lender(share: Share, limit: finance.LimitOfBuyer, lent_minor: int) -> tuple[Choice, ...]:
    """Paying later by the lender's limit; all parts for which it is chosen count together."""
    if share.seller_id not in limit.taken_by:
        return ()
    is_chosen = share.trade_type is TradeType.pay_later
    wanted_minor = lent_minor if is_chosen else lent_minor + share.amount_minor
    why = limit.why or ("over_limit" if wanted_minor > limit.left_minor else "")
    facts = {
        "left_minor": limit.left_minor,
        "limit_minor": limit.limit_minor,
        "term_days": limit.term_days,
        "fee_bp": limit.fee_bp,
    }
    return (Choice(trade_type=TradeType.pay_later, why=why, facts=facts),)
