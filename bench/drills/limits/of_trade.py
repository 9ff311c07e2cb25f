"""Limits of goods, orders and parcels."""

from bench.drills.limits.attacking import Attack, Stage, limit
from huozhan import catalogue, fulfilment, ordering
from huozhan.catalogue import HeatStock
from huozhan.fulfilment.asks import ConfirmReceipt, ExtendReceipt, ParcelAsk, ParcelLineAsk, Ship
from huozhan.ordering.asks import (
    AcceptAmendment,
    AmendPrice,
    AnswerRefund,
    CancelOrder,
    LineQuantity,
    PayOrders,
    PlaceOrder,
    RefundUnshipped,
    TakeBackRefund,
    TimerDue,
    WantedLine,
)
from huozhan.ordering.views import PlacedOrder

_RESERVED = "SELECT sum(reserved)::int FROM stock WHERE sku_id = ANY ($1::bigint[])"
_REFUNDED = "SELECT sum(refunded)::int FROM order_line WHERE order_id = $1"
_STATE = "SELECT count(*)::int FROM order_move WHERE order_id = $1 AND state = $2"


async def _placing(stage: Stage, *wanted: WantedLine) -> PlaceOrder:
    quoted = await stage.trade.quote(*wanted)
    return PlaceOrder(
        address_id=stage.trade.address_id, quote_hash=quoted.quote_hash, lines=wanted, from_cart=False
    )


def _line(sku_id: int, quantity: int = 1, *, is_sample: bool = False) -> WantedLine:
    return WantedLine(sku_id=str(sku_id), quantity=quantity, is_sample=is_sample)


@limit
async def stock_is_sold_once(stage: Stage) -> Attack:
    """Thirty pieces, one an order."""
    skus = await stage.goods(30)
    ask = await _placing(stage, _line(skus[0]))
    return Attack(
        lambda _: stage.hall.run(ordering.place_order, ask, stage.trade.li), _RESERVED, (skus,), 30, 30
    )


@limit
async def hot_stock_is_sold_once(stage: Stage) -> Attack:
    """Thirty pieces in sixteen stripes."""
    skus = await stage.goods(30)
    await stage.hall.run(catalogue.heat_stock, HeatStock(sku_id=str(skus[0])), stage.trade.hongfa)
    ask = await _placing(stage, _line(skus[0]))
    return Attack(
        lambda _: stage.hall.run(ordering.place_order, ask, stage.trade.li), _RESERVED, (skus,), 30, 30
    )


@limit
async def a_cart_of_two_is_sold_whole_or_not(stage: Stage) -> Attack:
    """Twenty of one and ten of the other: ten orders of both, the lines now in one order, now in the other."""
    one, other = (await stage.goods(20))[0], (await stage.goods(10))[0]
    asks = [
        await _placing(stage, *lines) for lines in ((_line(one), _line(other)), (_line(other), _line(one)))
    ]
    return Attack(
        lambda n: stage.hall.run(ordering.place_order, asks[n % 2], stage.trade.li),
        _RESERVED,
        ([one, other],),
        20,
        10,
    )


@limit
async def a_count_never_takes_what_is_reserved(stage: Stage) -> Attack:
    """Half of the attempts order one of twenty, half count one away: none is both sold and gone."""
    skus = await stage.goods(20)
    ask = await _placing(stage, _line(skus[0]))
    lost = catalogue.AdjustStock(sku_id=str(skus[0]), quantity=-1, reason="盘点")
    return Attack(
        lambda n: stage.hall.run(ordering.place_order, ask, stage.trade.li)
        if n % 2
        else stage.hall.run(catalogue.adjust_stock, lost, stage.trade.hongfa),
        "SELECT sum(on_hand - reserved)::int FROM stock WHERE sku_id = ANY ($1::bigint[])", (skus,), 0, 20,
    )  # fmt: skip


@limit
async def one_sample_for_a_buyer(stage: Stage) -> Attack:
    """One of an offer in ninety days."""
    skus = await stage.goods(5_000, sample_price_e4=50_000)
    ask = await _placing(stage, _line(skus[0], is_sample=True))
    return Attack(
        lambda _: stage.hall.run(ordering.place_order, ask, stage.trade.li), _RESERVED, (skus,), 1, 1
    )


@limit
async def one_key_places_one_order(stage: Stage) -> Attack:
    """Every attempt is answered with the same order."""
    skus = await stage.goods(5_000)
    ask = await _placing(stage, _line(skus[0]))
    return Attack(
        lambda _: stage.hall.run(ordering.place_order, ask, stage.trade.li, key="one-key"),
        _RESERVED,
        (skus,),
        1,
    )


@limit
async def one_payment_of_an_order_is_open(stage: Stage) -> Attack:
    """Whoever pays again is shown the payment that is open."""
    order = await stage.order(paid=False)
    ask = PayOrders(order_ids=(order.order_id,))
    return Attack(
        lambda _: stage.hall.run(ordering.pay_orders, ask, stage.trade.li),
        "SELECT count(*)::int FROM order_payment WHERE order_id = $1", (int(order.order_id),), 1,
    )  # fmt: skip


@limit
async def an_order_is_cancelled_once(stage: Stage) -> Attack:
    """Its goods are free again once."""
    order = await stage.order(paid=False)
    ask = CancelOrder(order_id=order.order_id, reason="不要了")
    return Attack(
        lambda _: stage.hall.run(ordering.cancel_order, ask, stage.trade.li),
        _STATE,
        (int(order.order_id), "closed"),
        1,
        1,
    )


@limit
async def an_amendment_is_accepted_once(stage: Stage) -> Attack:
    """A higher price holds once the buyer said yes, once."""
    order = await stage.order(paid=False)
    offer = AmendPrice(order_id=order.order_id, reason="涨价", goods_minor=order.amount_minor + 100)
    await stage.hall.run(ordering.amend_price, offer, stage.trade.hongfa)
    ask = AcceptAmendment(order_id=order.order_id)
    return Attack(
        lambda _: stage.hall.run(ordering.accept_amendment, ask, stage.trade.li),
        "SELECT count(*)::int FROM order_amendment WHERE order_id = $1 AND state = 'applied'",
        (int(order.order_id),), 1, 1,
    )  # fmt: skip


async def _old(stage: Stage) -> PlacedOrder:
    """A paid order that is too old to be refunded unasked."""
    order = await stage.order()
    stage.trade.clock.pass_(hours=7)
    return order


@limit
async def no_more_is_refunded_than_is_unshipped(stage: Stage) -> Attack:
    """Thirty pieces, one asked back by each attempt and given at once."""
    order = await stage.order(30)
    ask = RefundUnshipped(
        order_id=order.order_id, reason="不要了", lines=(LineQuantity(line_no=1, quantity=1),)
    )
    return Attack(
        lambda _: stage.hall.run(ordering.refund_unshipped, ask, stage.trade.li),
        _REFUNDED,
        (int(order.order_id),),
        30,
        30,
    )


@limit
async def one_question_for_money_back_is_open(stage: Stage) -> Attack:
    """The second waits for the first one's answer."""
    order = await _old(stage)
    ask = RefundUnshipped(
        order_id=order.order_id, reason="不要了", lines=(LineQuantity(line_no=1, quantity=1),)
    )
    return Attack(
        lambda _: stage.hall.run(ordering.refund_unshipped, ask, stage.trade.li),
        "SELECT count(*)::int FROM order_refund WHERE order_id = $1", (int(order.order_id),), 1, 1,
    )  # fmt: skip


@limit
async def a_question_is_answered_once(stage: Stage) -> Attack:
    """The seller says yes and the buyer takes it back, five hundred times each: one of them is heard."""
    order = await _old(stage)
    lines = (LineQuantity(line_no=1, quantity=400),)
    asked = await stage.hall.run(
        ordering.refund_unshipped,
        RefundUnshipped(order_id=order.order_id, reason="不要了", lines=lines),
        stage.trade.li,
    )
    yes = AnswerRefund(order_id=order.order_id, refund_id=asked.refund_id, agree=True)
    back = TakeBackRefund(order_id=order.order_id, refund_id=asked.refund_id)
    return Attack(
        lambda n: stage.hall.run(ordering.answer_refund, yes, stage.trade.hongfa)
        if n % 2
        else stage.hall.run(ordering.take_back_refund, back, stage.trade.li),
        "SELECT count(*)::int FROM order_refund WHERE order_id = $1 AND answered_at IS NOT NULL",
        (int(order.order_id),), 1, 1,
    )  # fmt: skip


@limit
async def what_is_shipped_is_not_refunded(stage: Stage) -> Attack:
    """Twenty pieces that are late: half of the attempts ship one, half have one back. Each piece goes one way."""
    order = await stage.order(20)
    stage.trade.clock.pass_(days=10)
    await stage.hall.run(ordering.ship_promise_due, TimerDue(about_id=order.order_id), stage.system)
    ask = RefundUnshipped(
        order_id=order.order_id, reason="不要了", lines=(LineQuantity(line_no=1, quantity=1),)
    )

    def attempt(number: int) -> object:
        if number % 2:
            return _ship_one(stage, order, stage.next())
        return stage.hall.run(ordering.refund_unshipped, ask, stage.trade.li)

    return Attack(
        attempt,  # type: ignore[arg-type]
        "SELECT (quantity - shipped - refunded)::int FROM order_line WHERE order_id = $1 AND line_no = 1"
        " AND shipped + refunded <= quantity",
        (int(order.order_id),), 0, 20,
    )  # fmt: skip


def _ship_one(stage: Stage, order: PlacedOrder, number: int) -> object:
    parcel = ParcelAsk(kind="own_delivery", lines=(ParcelLineAsk(line_no=1, quantity=1),))
    return stage.hall.run(
        fulfilment.ship,
        Ship(order_id=order.order_id, parcels=(parcel,)),
        stage.trade.hongfa,
        key=f"ship-{number}",
    )


@limit
async def no_more_leaves_than_was_bought(stage: Stage) -> Attack:
    """Thirty pieces, a parcel of one by each attempt."""
    order = await stage.order(30)
    return Attack(
        lambda _: _ship_one(stage, order, stage.next()),  # type: ignore[arg-type,return-value]
        "SELECT sum(quantity)::int FROM parcel_line WHERE order_id = $1", (int(order.order_id),), 30, 30,
    )  # fmt: skip


@limit
async def a_waybill_stands_for_one_parcel(stage: Stage) -> Attack:
    """Ten orders want to go under one waybill."""
    orders = [await stage.order(10) for _ in range(10)]
    waybill = f"SF{9_000_000_000_000 + stage.next()}"
    asks = [
        Ship(order_id=order.order_id, parcels=(ParcelAsk(carrier_code="SF", waybill=waybill),))
        for order in orders
    ]
    return Attack(
        lambda n: stage.hall.run(fulfilment.ship, asks[n % 10], stage.trade.hongfa),
        "SELECT count(*)::int FROM parcel WHERE waybill = $1", (waybill,), 1, 1,
    )  # fmt: skip


@limit
async def a_parcel_is_received_once(stage: Stage) -> Attack:
    """The seller is paid once, whoever confirms."""
    order = await stage.order()
    await stage.trade.ship(order)
    ask = ConfirmReceipt(order_id=order.order_id)
    return Attack(
        lambda _: stage.hall.run(fulfilment.confirm_receipt, ask, stage.trade.li),
        "SELECT count(*)::int FROM ledger_entry WHERE code = 'E4' AND about_id = $1", (int(order.order_id),), 1, 1,
    )  # fmt: skip


@limit
async def a_clock_rings_once(stage: Stage) -> Attack:
    """The timer of a receipt is delivered a thousand times."""
    order = await stage.order()
    await stage.trade.ship(order)
    stage.trade.clock.pass_(days=31)
    ask = TimerDue(about_id=order.order_id)
    return Attack(
        lambda _: stage.hall.run(fulfilment.auto_confirm_due, ask, stage.system),
        "SELECT count(*)::int FROM ledger_entry WHERE code = 'E4' AND about_id = $1", (int(order.order_id),), 1,
    )  # fmt: skip


@limit
async def a_buyer_extends_once(stage: Stage) -> Attack:
    """A week, once."""
    order = await stage.order()
    (parcel_id,) = await stage.trade.ship(order)
    ask = ExtendReceipt(order_id=order.order_id, parcel_id=parcel_id)
    return Attack(
        lambda _: stage.hall.run(fulfilment.extend_receipt, ask, stage.trade.li),
        "SELECT sum(days)::int FROM parcel_extension WHERE order_id = $1", (int(order.order_id),), 7, 1,
    )  # fmt: skip


@limit
async def a_broken_promise_is_claimed_once(stage: Stage) -> Attack:
    """One claim, however often the promise is found broken."""
    order = await stage.order()
    stage.trade.clock.pass_(days=10)
    ask = TimerDue(about_id=order.order_id)
    return Attack(
        lambda _: stage.hall.run(ordering.ship_promise_due, ask, stage.system),
        "SELECT count(*)::int FROM order_claim WHERE order_id = $1", (int(order.order_id),), 1,
    )  # fmt: skip


@limit
async def a_broken_promise_gives_all_back_once(stage: Stage) -> Attack:
    """What is never shipped goes back by itself, once."""
    order = await stage.order()
    stage.trade.clock.pass_(days=10)
    await stage.hall.run(ordering.ship_promise_due, TimerDue(about_id=order.order_id), stage.system)
    stage.trade.clock.pass_(days=30)
    ask = TimerDue(about_id=order.order_id)
    return Attack(
        lambda _: stage.hall.run(ordering.auto_refund_due, ask, stage.system),
        "SELECT count(*)::int FROM payment_refund WHERE order_id = $1", (int(order.order_id),), 1,
    )  # fmt: skip
