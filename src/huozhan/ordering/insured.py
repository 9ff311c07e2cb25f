"""Freight insurance 退货运费险 of orders: who pays the premium, when a policy begins, and what the end of its order means to it (E16).

A premium that the buyer pays is paid with the order and is no part of what its goods cost: it leaves escrow at once, and no refund
of goods counts it. Only orders in escrow are insured: on credit, in stages or lent for, no premium can be taken of them when they are paid.
"""

from collections.abc import Collection, Sequence

import msgspec

from huozhan import insurance
from huozhan.catalogue import Service
from huozhan.insurance import Payer
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import View
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import OrderRef
from huozhan.ordering.order import Order, TradeType
from huozhan.ordering.purchase import Share
from huozhan.ordering.store import orders


class OrderInsuranceView(View, frozen=True, kw_only=True):
    """The freight insurance of an order: `payer` is who pays the premium (`buyer`, `seller`, or empty where it is not insured).

    There is no policy before the order is paid.
    """

    payer: str
    policy: insurance.views.PolicyView | None


GIVEN = Service.freight_insurance


@use_case("order.view", writes=False)
async def insurance_of_order(work: Work, ask: OrderRef) -> OrderInsuranceView:
    """Show the freight insurance of an order that the organisation bought or sold, and what was claimed of it."""
    order, _ = await orders.read(work, int(ask.order_id))
    return OrderInsuranceView(
        payer=payer_of(order) or "", policy=await insurance.policy_of_order(work, order.order_id)
    )


def with_covers(work: Work, shares: Sequence[Share], insure: Collection[str]) -> tuple[Share, ...]:
    """The shares with what can be insured of each; `insure` names the suppliers of whose parts the buyer wants it."""
    wanted = {int(seller_id) for seller_id in insure}
    return tuple(
        msgspec.structs.replace(
            share,
            cover=insurance.cover_of(
                work,
                goods_minor=share.goods_minor - share.subsidy_minor,
                is_escrowed=share.trade_type is TradeType.escrow,
                is_given=GIVEN in share.promised,
                is_chosen=share.seller_id in wanted,
            ),
        )
        for share in shares
    )


def must_be_insurable(shares: Sequence[Share], insure: Collection[str]) -> None:
    """Refuses to insure what is not bought."""
    if not {int(seller_id) for seller_id in insure} <= {share.seller_id for share in shares}:
        raise Invalid(detail="insure")


def payer_of(order: Order) -> Payer | None:
    """Who pays the premium of an order; nobody where it is not insured."""
    if order.trade_type is not TradeType.escrow:
        return None
    if order.premium_minor:
        return Payer.buyer
    return Payer.seller if GIVEN in order.services else None


async def begin(work: Work, order: Order) -> None:
    """An order was paid: where it is insured, the insurer is asked to take it on."""
    payer = payer_of(order)
    if payer is None:
        return
    await insurance.begin(
        work,
        insurance.ToInsure(
            order_id=order.order_id,
            order_number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            payment_id=order.payment_id,
            payer=payer,
            goods_minor=order.goods_minor - order.subsidy_minor,
            premium_minor=order.premium_minor,
            rules=order.rule_pins,
            placed_at=order.placed_at,
        ),
    )


async def ended(work: Work, order: Order) -> None:
    """All of an order's money went back: where nothing was sent, its insurance ends and the premium goes back too."""
    if payer_of(order) is not None:
        await insurance.ended(work, order.order_id, was_sent=any(line.shipped for line in order.lines))
