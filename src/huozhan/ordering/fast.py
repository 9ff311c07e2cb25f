"""Fast arrival 极速到账 of an order: what a picked-up parcel will bring its seller, and what is still on its way (B1.4).

Only orders in escrow are advanced: those on credit have no money to come through the market, a lender's promise is its own, and
the money of stages belongs to their conditions.
"""

from collections.abc import Callable, Mapping

import msgspec

from huozhan import finance, payments
from huozhan.kernel.money import split
from huozhan.kernel.shapes import Ask, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.order import Order, TradeType, replaced
from huozhan.ordering.store import orders


class ParcelGoods(msgspec.Struct, frozen=True, kw_only=True):
    """Units by line of one parcel: those that are received or given back now, and those that stay under way."""

    settled: Mapping[int, int]
    left: Mapping[int, int] = {}


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


async def repaid_first(
    work: Work, order: Order, release: payments.Release, parcels: Mapping[int, ParcelGoods]
) -> payments.Release:
    """A release with what of it a funder has first, because it advanced the parcels; `order` is as it was before it."""
    funder_minor = await _settled(
        work, order, release.key, parcels, lambda: _shared(work, order, release, parcels)
    )
    return msgspec.structs.replace(release, funder_minor=funder_minor)


async def given_back(work: Work, order: Order, key: str, parcels: Mapping[int, ParcelGoods]) -> None:
    """Goods of parcels were given back and bring nothing: what was advanced on them is the funder's loss."""
    await _settled(work, order, key, parcels, lambda: dict.fromkeys(parcels, 0))


async def _settled(
    work: Work,
    order: Order,
    key: str,
    parcels: Mapping[int, ParcelGoods],
    share: Callable[[], Mapping[int, int]],
) -> int:
    if order.trade_type is not TradeType.escrow:
        return 0

    def brought() -> dict[int, finance.Brought]:
        shares = share()
        return {
            parcel_id: finance.Brought(now_minor=shares[parcel_id], left_minor=_left(work, order, goods))
            for parcel_id, goods in parcels.items()
        }

    return await finance.goods_settled(work, order.order_id, key, brought)


def _shared(
    work: Work, order: Order, release: payments.Release, parcels: Mapping[int, ParcelGoods]
) -> dict[int, int]:
    """What a release brings the seller, by parcel: in proportion to what their goods would have brought."""
    worth = []
    for goods in parcels.values():
        part = bringing(order, goods.settled)
        worth.append(max(payments.seller_part(work, part), 0))
        order = order.with_lines(
            {
                no: replaced(order.line(no), received=order.line(no).received + n)
                for no, n in goods.settled.items()
            }
        )
    total_minor = max(payments.seller_part(work, release), 0)
    parts = worth if sum(worth) == total_minor else split(total_minor, worth)
    return dict(zip(parcels, parts, strict=True))


def _left(work: Work, order: Order, goods: ParcelGoods) -> int:
    """What the rest of a parcel will bring after what was settled of it now."""
    if not goods.left:
        return 0
    after = order.with_lines(
        {
            no: replaced(order.line(no), received=order.line(no).received + n)
            for no, n in goods.settled.items()
        }
    )
    return payments.seller_part(work, bringing(after, goods.left))


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
