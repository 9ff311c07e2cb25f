"""Goods that were sent and end in an after-sales case: their money goes back, whole or in part. Under the order's lock."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from huozhan import payments
from huozhan.kernel.money import divide_half_up
from huozhan.kernel.work import Work
from huozhan.ordering import fast
from huozhan.ordering.discounting import give_subsidy_back, restore_subsidy
from huozhan.ordering.handing import NotToReceive
from huozhan.ordering.order import Line, Order, OrderEvent, keeping, replaced
from huozhan.ordering.refunding import ENDS, end_insurance, record_end
from huozhan.ordering.store import kept, orders
from huozhan.ordering.ways import way_of


class OrderInCase(msgspec.Struct, frozen=True, kw_only=True):
    """An order as after-sales sees it: whose it is, how far it has come, and what its lines are worth."""

    order_id: int
    number: str
    buyer_id: int
    seller_id: int
    state: str
    placed_at: datetime
    ended_at: datetime | None
    has_paid: bool
    """The buyer's money came before the goods; what is taken back is with the seller."""
    in_stages: bool
    """Its goods are given back together while they are on their way, and line by line once they are received."""
    money_to: str
    """Where money that goes back is: with the `payer`, in the `wallet`, or off the `bill`."""
    lines: tuple[Line, ...]
    rule_pins: Mapping[str, int]
    services: tuple[str, ...] = ()
    """What the shop promised when it was placed."""


class GivenBack(msgspec.Struct, frozen=True, kw_only=True):
    """So many units of a line, and what of their money goes back; `whole` where all of it does, whatever it has come to."""

    quantity: int
    goods_minor: int
    freight_minor: int
    whole: bool


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the money of units that a case settled."""

    back_minor: int
    kept_minor: int
    refund_id: int


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """One line's units: what goes back, what the seller keeps, and the line as it is afterwards."""

    back_minor: int
    back_subsidy: int
    kept_goods: int
    kept_freight: int
    kept_subsidy: int
    charged: tuple[int, int]
    line: Line


async def order_in_case(work: Work, order_id: int, *, side: str = "either") -> OrderInCase:
    """One order as after-sales sees it, locked until the work ends."""
    return _in_case(await orders.for_update(work, order_id, side=side))


async def order_to_complain_of(work: Work, order_id: int) -> OrderInCase:
    """One order as after-sales sees it, only read."""
    order, _ = await orders.read(work, order_id)
    return _in_case(order)


async def settle_sent(
    work: Work,
    order_id: int,
    given: Mapping[int, GivenBack],
    *,
    parcels: Mapping[int, fast.ParcelGoods],
    key: str,
    reason: str,
    receive_due_at: datetime | None,
) -> Settled:
    """Settles units that were sent and not received: what the case gives goes to the buyer, the rest to the seller.

    Units whose money goes back whole came back; of others the seller keeps the rest, as if they were received. `parcels` says
    from which they were taken: a funder that advanced one is repaid out of what the seller keeps, and bears what goes back.
    """
    order = await orders.for_update(work, order_id)
    parts = [_part(order, line_no, one) for line_no, one in given.items()]
    left = order.with_lines({part.line.line_no: part.line for part in parts})
    back_minor = sum(part.back_minor for part in parts)
    subsidy_minor = sum(part.back_subsidy for part in parts)
    kept_minor = sum(part.kept_goods + part.kept_freight for part in parts)
    after = left.moved(
        (event := _event(left)),
        refunded_minor=order.refunded_minor + back_minor + subsidy_minor,
        released_minor=order.released_minor + kept_minor,
        receive_due_at=receive_due_at,
    )
    if after.state in ENDS:
        after = msgspec.structs.replace(after, ended_at=work.now)
        work.clear_all_timers(about=order_id)
    await orders.save(work, after, event, reason=reason, lines=[part.line for part in parts])
    if kept_minor:
        release = payments.Release(
            order_id=order_id,
            seller_id=order.seller_id,
            key=key,
            goods_minor=tuple(part.kept_goods for part in parts),
            freight_minor=sum(part.kept_freight for part in parts),
            charged_minor=tuple(part.charged for part in parts),
            rules=order.rule_pins,
            order_number=order.number,
            subsidy_minor=sum(part.kept_subsidy for part in parts),
        )
        await way_of(order).release(work, order, await fast.repaid_first(work, order, release, parcels))
    else:
        await fast.given_back(work, order, key, parcels)
    await give_subsidy_back(work, order, key, subsidy_minor)
    refund_id = 0
    if back_minor:
        refund_id = await way_of(order).give_back(
            work,
            order,
            payments.Refund(
                order_id=order_id,
                payment_id=order.payment_id,
                buyer_id=order.buyer_id,
                key=key,
                amount_minor=back_minor,
                reason=reason,
                order_number=order.number,
            ),
        )
    await end_insurance(work, after)
    record_end(work, after)
    return Settled(back_minor=back_minor, kept_minor=kept_minor, refund_id=refund_id)


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a case takes back from the seller of one line that was received, under way to buyer and market."""

    goods_minor: int
    freight_minor: int
    subsidy_minor: int


async def take_kept_back(
    work: Work, order_id: int, taken: Mapping[int, TakenBack], *, key: str, reason: str
) -> tuple[int, int]:
    """Takes money of received lines back from the seller: to the buyer, and to the campaign that paid a part.

    Tells how much the buyer has of it, and by which refund; 0 where none is on its way. The columns' checks refuse what
    the seller does not keep any more.
    """
    order = await orders.for_update(work, order_id)
    parts = taken.values()
    coupon_minor = sum(one.subsidy_minor for one in parts)
    await kept.take_back(work, order_id, taken)
    campaign_id = await restore_subsidy(work, order_id, key, coupon_minor)
    claw = payments.ClawBack(
        order_id=order_id,
        payment_id=0,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        key=key,
        goods_minor=sum(one.goods_minor for one in parts),
        freight_minor=sum(one.freight_minor for one in parts),
        coupon_minor=coupon_minor,
        campaign_id=campaign_id,
        reason=reason,
        order_number=order.number,
    )
    return await way_of(order).take_back(work, order, claw)


def _part(order: Order, line_no: int, given: GivenBack) -> _Part:
    line = order.line(line_no)
    if given.quantity > line.to_receive:
        raise NotToReceive(line_no=line_no, quantity=line.to_receive, number=order.number)
    goods, freight = line.buyer_share_of(given.quantity)
    subsidy = line.subsidy_of(given.quantity)
    back_goods = goods if given.whole else min(given.goods_minor, goods)
    back_freight = freight if given.whole else min(given.freight_minor, freight)
    # The market has its part back by the same share as the buyer.
    back_subsidy = subsidy if back_goods == goods else divide_half_up(subsidy * back_goods, goods)
    kept = goods - back_goods + subsidy - back_subsidy
    charged = (line.charged_minor, line.charged_minor + kept)
    if (back_goods, back_freight) == (goods, freight):
        after = replaced(line, returned=line.returned + given.quantity)
    else:
        received = line.received + given.quantity
        after = replaced(line, received=received, uncharged_minor=line.worth(received) - charged[1])
        after = keeping(after, kept, subsidy - back_subsidy, freight - back_freight)
    return _Part(
        back_minor=back_goods + back_freight,
        back_subsidy=back_subsidy,
        kept_goods=kept,
        kept_freight=freight - back_freight,
        kept_subsidy=subsidy - back_subsidy,
        charged=charged,
        line=after,
    )


def _event(left: Order) -> OrderEvent:
    if any(line.to_ship or line.to_receive for line in left.lines):
        return OrderEvent.return_part
    return OrderEvent.return_last if any(line.received for line in left.lines) else OrderEvent.return_all


def _in_case(order: Order) -> OrderInCase:
    return OrderInCase(
        order_id=order.order_id,
        number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        state=order.state,
        placed_at=order.placed_at,
        ended_at=order.ended_at,
        has_paid=way_of(order).pays_first,
        in_stages=bool(order.stages),
        money_to=way_of(order).money_to,
        lines=order.lines,
        rule_pins=order.rule_pins,
        services=order.services,
    )
