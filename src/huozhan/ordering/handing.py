"""What fulfilment says happened to an order's goods: shipped, on their way, received. Called under the order's lock."""

from collections.abc import Collection, Mapping
from datetime import datetime

from huozhan import catalogue, parties, payments
from huozhan.kernel.ids import ids_of_human_number
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work
from huozhan.ordering import fast, staged
from huozhan.ordering.facts import OrderCompleted, OrderReceived, OrderShipped
from huozhan.ordering.order import Hold, Order, OrderEvent, OrderState, keeping, replaced
from huozhan.ordering.promising import drop_promise
from huozhan.ordering.store import orders
from huozhan.ordering.to_ship import LineToShip, OrderToPack, OrderToShip
from huozhan.ordering.ways import way_of


class NotToShip(Refusal):
    """So many of a line are not left to ship."""

    code = "ordering.not_to_ship"


class NotToReceive(Refusal):
    """So many of a line are not on their way."""

    code = "ordering.not_to_receive"


async def order_to_ship(work: Work, order_id: int, *, side: str = "either") -> OrderToShip:
    """One order as fulfilment sees it, locked until the work ends."""
    return _to_ship(await orders.for_update(work, order_id, side=side))


async def is_lent(work: Work, order_id: int) -> bool:
    """Whether a lender has promised to pay what of an order is not received yet."""
    order = await orders.for_update(work, order_id, side="either")
    return way_of(order).is_lent and order.left_minor > 0


async def order_goods(work: Work, order_id: int) -> OrderToShip:
    """One order as fulfilment sees it, only read."""
    order, _ = await orders.read(work, order_id)
    return _to_ship(order)


async def orders_to_pack(work: Work, order_ids: Collection[int]) -> list[OrderToPack]:
    """Orders that the actor's organisation has to ship, with where they go; what is not its own is left out."""
    packs = []
    for order, row in await orders.read_sales(work, order_ids):
        delivery = orders.delivery(row)
        packs.append(
            OrderToPack(
                goods=_to_ship(order),
                ship_promise_at=order.ship_promise_at,
                buyer=orders.names(row)[0],
                buyer_note=row["buyer_note"] or "",
                country=delivery.country,
                province=delivery.province,
                city=delivery.city,
                county=delivery.county,
                postcode=delivery.postcode,
            )
        )
    return packs


async def receivers_of(work: Work, order_ids: Collection[int], reason: str) -> dict[int, parties.Receiver]:
    """The receivers in plain of orders that the actor's organisation sold; each reading is written down."""
    return await parties.open_receivers(work, await orders.sealed_of_sales(work, order_ids), reason)


async def sale_by_number(work: Work, number: str) -> int:
    """The order that the actor's organisation sold under a number people see."""
    order_id = await orders.sale_by_number(work, number, ids_of_human_number(number))
    if order_id is None:
        raise NotFound(number=number)
    return order_id


async def shipped(
    work: Work, order_id: int, lines: Mapping[int, int], receive_due_at: datetime | None
) -> OrderState:
    """So many of these lines left the seller: they are out of stock, and the promise is kept once nothing is left."""
    order = await orders.for_update(work, order_id, side="seller")
    for line_no, quantity in lines.items():
        line = order.line(line_no)
        if quantity > order.to_ship(line):
            raise NotToShip(line_no=line_no, quantity=order.to_ship(line), number=order.number)
    changed = {no: replaced(order.line(no), shipped=order.line(no).shipped + n) for no, n in lines.items()}
    sent = order.with_lines(changed)
    all_sent = not any(line.to_ship for line in sent.lines)
    event = OrderEvent.ship_all if all_sent else OrderEvent.ship_part
    after = sent.moved(event, receive_due_at=receive_due_at)
    if all_sent and after.stages:
        after = await staged.shipped(work, after)
    await orders.save(work, after, event, lines=changed.values())
    await catalogue.take(work, order_id, lines)
    if all_sent:
        drop_promise(work, order_id)
    work.record(
        OrderShipped(
            order_id=order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            all_sent=all_sent,
        )
    )
    return after.state


async def receipt_moved(
    work: Work, order_id: int, event: str, receive_due_at: datetime | None, reason: str
) -> None:
    """Something changed until when goods count as received: an extension, or the carrier's word that they were signed."""
    order = await orders.for_update(work, order_id)
    moved = OrderEvent(event)
    after = order.moved(moved, receive_due_at=receive_due_at)
    await orders.save(work, after, moved, reason=reason)


async def received(
    work: Work,
    order_id: int,
    lines: Mapping[int, int],
    *,
    parcels: Mapping[int, Mapping[int, int]],
    key: str,
    by: str,
    receive_due_at: datetime | None,
) -> tuple[OrderState, int]:
    """So many of these lines were received: their money goes to the seller, and no other. Tells state and amount.

    `parcels` are the same units by parcel: a funder that advanced one is repaid first.
    """
    order = await orders.for_update(work, order_id)
    goods, freight, charged, changed, subsidy_minor = [], 0, [], {}, 0
    for line_no, quantity in lines.items():
        line = order.line(line_no)
        if quantity > line.to_receive:
            raise NotToReceive(line_no=line_no, quantity=line.to_receive, number=order.number)
        line_goods, line_freight = line.share_of(quantity)
        goods.append(line_goods)
        freight += line_freight
        subsidy_minor += line.subsidy_of(quantity)
        after_line = replaced(line, received=line.received + quantity)
        charged.append((line.charged_minor, after_line.charged_minor))
        changed[line_no] = (
            after_line
            if order.stages
            else keeping(after_line, line_goods, line.subsidy_of(quantity), line_freight)
        )
    left = order.with_lines(changed)
    is_last = not any(line.to_ship or line.to_receive for line in left.lines)
    event = OrderEvent.receive_all if is_last else OrderEvent.receive_part
    released_minor = sum(goods) + freight
    if order.stages:
        left, released_minor = await staged.received(work, left) if is_last else (left, 0)
        if is_last:
            changed = {line.line_no: line for line in staged.keep_stages(None, left)}
    after = left.moved(
        event,
        released_minor=order.released_minor + released_minor,
        ended_at=work.now if is_last else None,
        receive_due_at=receive_due_at,
    )
    await orders.save(work, after, event, reason=by, lines=changed.values())
    if released_minor and not order.stages:
        release = payments.Release(
            order_id=order_id,
            seller_id=order.seller_id,
            key=key,
            goods_minor=tuple(goods),
            freight_minor=freight,
            charged_minor=tuple(charged),
            rules=order.rule_pins,
            order_number=order.number,
            subsidy_minor=subsidy_minor,
        )
        goods_of = {parcel_id: fast.ParcelGoods(settled=units) for parcel_id, units in parcels.items()}
        await way_of(order).release(work, order, await fast.repaid_first(work, order, release, goods_of))
    if is_last:
        work.clear_all_timers(about=order_id)
    _record_received(work, after, released_minor)
    return after.state, released_minor


async def hold_order(
    work: Work, order_id: int, *, code: str, about_id: int, stops: Collection[OrderEvent], reason: str = ""
) -> None:
    """Stops some events of an order until the hold is lifted; ordering knows no more of it than its code."""
    await orders.for_update(work, order_id)
    hold = Hold(
        code=code,
        about_id=about_id,
        stops=tuple(stops),
        reason=reason,
        org_id=work.actor.org_id,
        person_id=work.actor.person_id,
    )
    await orders.hold(work, order_id, hold)


async def lift_hold(work: Work, order_id: int, *, code: str, about_id: int) -> None:
    """Lets an order go on."""
    await orders.for_update(work, order_id)
    await orders.lift(work, order_id, code, about_id)


def _record_received(work: Work, order: Order, released_minor: int) -> None:
    work.record(
        OrderReceived(
            order_id=order.order_id,
            number=order.number,
            buyer_id=order.buyer_id,
            seller_id=order.seller_id,
            released_minor=released_minor,
            on_credit=bool(order.credit_minor),
        )
    )
    if order.state is OrderState.success:
        work.record(
            OrderCompleted(
                order_id=order.order_id,
                number=order.number,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
            )
        )


def _to_ship(order: Order) -> OrderToShip:
    return OrderToShip(
        order_id=order.order_id,
        number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        state=order.state,
        paid_at=order.paid_at,
        ship_promise_at=order.ship_promise_at,
        region_code=order.region_code,
        lines=tuple(
            LineToShip(
                line_no=line.line_no,
                sku_id=line.sku_id,
                title=line.title,
                options=line.options,
                picture=line.picture,
                unit=line.unit,
                quantity=line.quantity,
                to_ship=order.to_ship(line),
                to_receive=line.to_receive,
                weight_g=line.weight_g,
                category_id=line.category_id,
            )
            for line in order.lines
        ),
        rule_pins=order.rule_pins,
        placed_at=order.placed_at,
        exemptions=order.exemptions,
    )
