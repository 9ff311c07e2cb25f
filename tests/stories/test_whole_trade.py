"""A month of trade: a cart of two suppliers, escrow, two parcels, scans, the clock, and what everybody has in the end."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from huozhan import fulfilment, ledger, messaging, ordering, payments
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.fulfilment.asks import CarrierMessage, ParcelAsk, ParcelLineAsk, RecordScan, Ship
from huozhan.kernel.actor import Actor
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import CancelOrder, PutInCart
from tests.ordering.trading import Trade

FIRST, SECOND = "SF1000000000001", "SF1000000000002"


async def scan(trade: Trade, waybill: str, scan_id: str, state: int) -> None:
    """The carrier's hub tells of a parcel."""
    at = trade.clock.now().isoformat()
    data = {"carrier_code": "SF", "waybill": waybill, "scan_id": scan_id, "state": str(state), "at": at}
    body = msgspec.json.encode({"type": "parcel.scanned", "timestamp": at, "data": data}).decode()
    await trade.hall.run(
        fulfilment.note_carrier_message, CarrierMessage(message_id=scan_id, body=body), trade.system
    )
    await trade.hall.run(fulfilment.record_scan, RecordScan(message_id=scan_id), trade.system)


async def told(trade: Trade, actor: Actor) -> list[str]:
    """What somebody's organisation heard, oldest first."""
    while await relay_once(trade.hall):
        pass
    heard = await trade.hall.run(messaging.notices, messaging.Notices(), actor)
    return [notice.kind for notice in reversed(heard.items)]


async def work_jobs(trade: Trade, db: Any, kind: str) -> None:
    """The worker works the jobs of one kind."""
    for row in await db.fetch("DELETE FROM job WHERE kind = $1 RETURNING payload", kind):
        await TASKS[kind](trade.hall, **msgspec.json.decode(row["payload"]))


async def test_a_month_of_trade_ends_with_everybody_having_what_is_theirs(trade: Trade) -> None:
    await trade.hall.run(
        ordering.put_in_cart, PutInCart(lines=trade.want(red=60, blue=60, bolt=3_331)), trade.li
    )
    cups, bolts = sorted((await trade.place()).orders, key=lambda order: -order.amount_minor)
    assert (cups.amount_minor, bolts.amount_minor) == (108_000 + 3_500, 11_659)

    await trade.pay(cups, bolts)
    held = [ParcelLineAsk(line_no=1, quantity=60), ParcelLineAsk(line_no=2, quantity=10)]
    parcels = (
        ParcelAsk(carrier_code="SF", waybill=FIRST, lines=tuple(held)),
        ParcelAsk(carrier_code="SF", waybill=SECOND, lines=(ParcelLineAsk(line_no=2, quantity=50),)),
    )
    await trade.hall.run(fulfilment.ship, Ship(order_id=cups.order_id, parcels=parcels), trade.chenguang)
    await trade.hall.run(
        fulfilment.ship,
        Ship(order_id=bolts.order_id, parcels=(ParcelAsk(kind="own_delivery"),)),
        trade.hongfa,
    )
    shipped_at = trade.clock.now()
    await trade.confirm(bolts)

    await trade.let_pass(days=2)
    await scan(trade, FIRST, "s1", 202)
    await scan(trade, FIRST, "s2", 301)
    await scan(trade, FIRST, "s2", 301)
    await trade.let_pass(days=10)
    await scan(trade, SECOND, "s3", 301)
    page = await trade.page(cups)
    assert ([line.received for line in page.lines], page.until) == ([60, 10], shipped_at + timedelta(days=14))
    await trade.let_pass(days=2)

    page = await trade.page(cups)
    assert (page.state, page.money.escrow_minor, page.money.released_minor) == (
        "success",
        0,
        cups.amount_minor,
    )
    # Two per cent of each line's goods, counted per line and parcel: 10.80 + 1.80 and 9.00 of the cups, 2.33 of the bolts.
    assert await trade.owed_to(trade.chenguang) == 111_500 - 1_080 - 180 - 900
    assert await trade.owed_to(trade.hongfa) == 11_659 - 233
    assert await trade.free("red") == 940
    assert await trade.findings() == []
    async with trade.hall.working(trade.system) as work:
        await ledger.seal_chain(work)
        assert await ledger.verify(work) == []


async def test_both_sides_hear_what_concerns_them(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.ship(order)
    await trade.confirm(order)

    assert await told(trade, trade.li) == [
        "order_in_escrow",
        "order_shipped",
        "order_completed",
        "review_invited",
    ]
    assert (await told(trade, trade.chenguang))[-3:] == ["order_placed", "order_paid", "order_received"]


async def test_every_notice_has_its_words(trade: Trade) -> None:
    kinds = {telling.kind for tellings in ordering.TELLINGS.values() for telling in tellings}

    missing = [
        kind
        for kind in kinds | {"amendment_offered", "refund_refused"}
        if not trade.hall.words.has(f"notice.{kind}")
    ]
    assert missing == []


async def test_a_cancelling_goes_all_the_way_through_the_worker(trade: Trade, db: Any) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    ask = CancelOrder(order_id=order.order_id, reason="不要了")
    await trade.hall.run(ordering.cancel_order, ask, trade.li)

    await trade.hall.run(payments.note_closed, payments.asks.PaymentAsk(payment_id=payment_id), trade.system)
    await told(trade, trade.li)
    await work_jobs(trade, db, "ordering.payment_closed")

    assert (await trade.page(order)).state == "closed"
    assert await told(trade, trade.li) == ["order_closed"]
    assert await trade.findings() == []


@pytest.mark.parametrize("asked_minor", [1, 50_000])
async def test_a_wrong_amount_pays_nothing_and_the_order_can_be_paid_again(
    trade: Trade, asked_minor: int
) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)

    await trade.settle(payment_id, paid_amount_minor=asked_minor)

    assert (await trade.page(order)).state == "wait_pay"
    await trade.hall.run(
        ordering.payment_closed, ordering.asks.PaymentRef(payment_id=payment_id), trade.system
    )
    await trade.pay(order)
    assert (await trade.page(order)).state == "wait_send"
    assert await trade.findings() == []


async def test_the_seller_sees_every_line_of_the_balance(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.ship(order)
    await trade.confirm(order)

    funds = await trade.hall.run(payments.funds, Nothing(), trade.chenguang)

    assert funds.available_minor == order.amount_minor - 2_160
