"""Fast arrival 极速到账 of an order: what a picked-up parcel will bring its seller, and what is still on its way (B1.4).

Only orders in escrow are advanced: those on credit have no money to come through the market, a lender's promise is its own, and
the money of stages belongs to their conditions.
"""

from collections.abc import Mapping

from huozhan import finance, payments
from huozhan.kernel.shapes import Ask, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.order import Order, TradeType, replaced
from huozhan.ordering.store import orders


class FastArrivalOfOrder(Ask, frozen=True, kw_only=True):
    """An order that the organisation bought or sold."""

    order_id: Id


class OrderFastView(View, frozen=True, kw_only=True):
    """Fast arrival on an order: its seller sees every advance, or why there is none; its buyer that there is one.

    `why` is empty where an advance was asked for or still can be; else `trade_type`, `off`, `no_account`, `stopped` or `fee_moved`.
    """

    side: str
    is_advanced: bool
    is_on: bool
    """Whether the shop takes advances; told to its own people only."""
    why: str
    trade_type: str
    fee_bp: int
    """The funder's fee that the order has pinned."""
    open_minor: int
    advances: list[finance.funder_views.AdvanceView]


@use_case("order.view", writes=False)
async def fast_arrival_of_order(work: Work, ask: FastArrivalOfOrder) -> OrderFastView:
    """Show what a funder has advanced on an order, what it cost, and how it came back; a buyer only learns that it did."""
    order, _ = await orders.read(work, int(ask.order_id))
    found = await finance.advances_on_order(work, order.order_id)
    given = [one for one in found if one.opened_at]
    is_seller = work.actor.org_id == order.seller_id
    fee = work.rules.pinned(finance.FEE, order.rule_pins, order.placed_at)
    why = await finance.why_not(work, order.seller_id, fee.value) if is_seller else ""
    is_on = is_seller and why != "off"
    if is_seller and order.trade_type is not TradeType.escrow:
        why = "trade_type"
    return OrderFastView(
        side="seller" if is_seller else "buyer",
        is_advanced=bool(given),
        is_on=is_on,
        why="" if found else why,
        trade_type=order.trade_type,
        fee_bp=fee.value,
        open_minor=sum(one.open_minor for one in given) if is_seller else 0,
        advances=found if is_seller else [],
    )


async def picked_up(
    work: Work, order_id: int, parcel_id: int, lines: Mapping[int, int], *, seller_id: int
) -> None:
    """A carrier has a parcel with so many of these lines: the funder may advance what they bring. Under the order's lock."""
    if not lines or not await finance.takes_advances(work, seller_id):
        return
    order = await orders.for_update(work, order_id)
    if order.trade_type is not TradeType.escrow:
        return
    await finance.picked_up(
        work,
        finance.PickedUp(
            order_id=order_id,
            parcel_id=parcel_id,
            order_number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            brings_minor=payments.seller_part(work, bringing(order, lines)),
            on_its_way_minor=on_its_way(work, order),
            rules=order.rule_pins,
            placed_at=order.placed_at,
        ),
    )


async def repaid_first(work: Work, order: Order, release: payments.Release) -> int:
    """Pays a release out of escrow, the funder first (E22r, E4); `order` is as it is afterwards.

    Tells how much of a carrier's freight the rest has paid.
    """
    return await payments.release(
        work, await finance.repay_first(work, release, lambda: on_its_way(work, order))
    )


async def follow(work: Work, order: Order, key: str) -> None:
    """After goods were received or given back: what those on their way no longer cover is the funder's to bear."""
    if order.trade_type is TradeType.escrow:
        await finance.follow(work, order.order_id, lambda: on_its_way(work, order), key)


def on_its_way(work: Work, order: Order) -> int:
    """What everything that was sent and is not received will bring the seller, in minor units."""
    sent = {line.line_no: line.to_receive for line in order.lines if line.to_receive}
    return payments.seller_part(work, bringing(order, sent)) if sent else 0


def bringing(order: Order, lines: Mapping[int, int]) -> payments.Release:
    """What the receipt of so many of these lines, and of no others, would pay out of the order's escrow now."""
    goods, freight, charged = [], 0, []
    for line_no, quantity in lines.items():
        line = order.line(line_no)
        line_goods, line_freight = line.share_of(quantity)
        goods.append(line_goods)
        freight += line_freight
        charged.append((line.charged_minor, replaced(line, received=line.received + quantity).charged_minor))
    return payments.Release(
        order_id=order.order_id,
        seller_id=order.seller_id,
        key="",
        goods_minor=tuple(goods),
        freight_minor=freight,
        charged_minor=tuple(charged),
        rules=order.rule_pins,
        order_number=order.number,
    )
