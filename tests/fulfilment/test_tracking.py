"""Tracking: carriers' messages in any order, twice, wrong or late, move a parcel's clock as the rules say."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from huozhan import fulfilment
from huozhan.fulfilment.asks import CarrierMessage, ParcelRef, RecordScan
from huozhan.ordering.views import PlacedOrder
from tests.ordering.trading import Trade

WAYBILL = "SF1000000000009"


async def told(trade: Trade, message_id: str, state: int, at: datetime, **changes: Any) -> None:
    scan = {
        "carrier_code": "SF",
        "waybill": WAYBILL,
        "scan_id": f"scan-{message_id}",
        "state": state,
        "at": at.isoformat(),
        "place_zh": "成都",
        "place_en": "Chengdu",
        "note": "快件已签收",
    } | changes
    body = msgspec.json.encode({"type": "parcel.scanned", "timestamp": at.isoformat(), "data": scan}).decode()
    message = CarrierMessage(message_id=message_id, body=body)
    await trade.hall.run(fulfilment.note_carrier_message, message, trade.system)
    await trade.hall.run(fulfilment.record_scan, RecordScan(message_id=message_id), trade.system)


@pytest.fixture
async def sent(trade: Trade) -> PlacedOrder:
    order = await trade.paid(red=10)
    await trade.ship(order, waybill=WAYBILL)
    return order


async def due(trade: Trade, order: PlacedOrder) -> datetime | None:
    (parcel,) = (await trade.parcels(order)).parcels
    return parcel.confirm_due_at


async def test_a_signature_sets_the_clock(trade: Trade, sent: PlacedOrder) -> None:
    shipped_at = trade.clock.now()
    trade.clock.pass_(days=4)
    await told(trade, "a", 301, trade.clock.now())

    assert await due(trade, sent) == shipped_at + timedelta(days=10)
    assert (await trade.page(sent)).until == shipped_at + timedelta(days=10)
    await trade.let_pass(days=6)
    assert (await trade.page(sent)).state == "success"
    assert await trade.findings() == []


async def test_a_late_signature_leaves_two_days(trade: Trade, sent: PlacedOrder) -> None:
    trade.clock.pass_(days=20)
    await told(trade, "a", 301, trade.clock.now())

    assert await due(trade, sent) == trade.clock.now() + timedelta(hours=48)


async def test_a_word_that_comes_when_it_is_past_leaves_a_day(trade: Trade, sent: PlacedOrder) -> None:
    signed_at = trade.clock.now() + timedelta(days=3)
    trade.clock.pass_(days=15)
    await told(trade, "a", 301, signed_at)

    assert await due(trade, sent) == trade.clock.now() + timedelta(hours=24)


async def test_scans_out_of_order_and_twice_make_one_trace(trade: Trade, sent: PlacedOrder) -> None:
    start = trade.clock.now()
    trade.clock.pass_(days=3)
    await told(trade, "c", 301, start + timedelta(days=2))
    await told(trade, "a", 1, start + timedelta(hours=2))
    await told(trade, "b", 202, start + timedelta(days=1))
    await told(trade, "a", 1, start + timedelta(hours=2))
    await told(trade, "again", 301, start + timedelta(days=2), scan_id="scan-c")
    await told(trade, "later", 304, start + timedelta(days=2, hours=5))

    (parcel,) = (await trade.parcels(sent)).parcels
    stations = [scan.station for scan in parcel.scans]
    assert stations == ["signed_by_other", "signed", "out_for_delivery", "picked_up"]
    assert (parcel.state, parcel.signed_at) == ("signed", start + timedelta(days=2))
    assert parcel.confirm_due_at == start + timedelta(days=10)


async def test_a_signature_from_before_the_goods_were_sent_is_another_parcels(
    trade: Trade, sent: PlacedOrder
) -> None:
    await told(trade, "old", 301, trade.clock.now() - timedelta(seconds=1))

    assert await due(trade, sent) == trade.clock.now() + timedelta(days=30)


async def test_what_cannot_be_read_or_belongs_to_nobody_is_kept_and_harms_nothing(
    trade: Trade, sent: PlacedOrder, db: Any
) -> None:
    message = CarrierMessage(message_id="junk", body="{not json")
    await trade.hall.run(fulfilment.note_carrier_message, message, trade.system)
    await trade.hall.run(fulfilment.record_scan, RecordScan(message_id="junk"), trade.system)
    await told(trade, "foreign", 301, trade.clock.now(), waybill="SF9999999999999")

    outcomes = await db.fetch("SELECT message_id, outcome FROM carrier_message ORDER BY message_id")
    assert [tuple(row) for row in outcomes] == [("foreign", "unknown_waybill"), ("junk", "unreadable")]
    assert (await trade.page(sent)).state == "wait_receive"


async def test_a_signature_after_receipt_only_joins_the_trace(trade: Trade, sent: PlacedOrder) -> None:
    await trade.confirm(sent)
    await told(trade, "a", 301, trade.clock.now())

    (parcel,) = (await trade.parcels(sent)).parcels
    assert (parcel.state, len(parcel.scans)) == ("received", 1)
    assert await trade.findings() == []


async def test_the_hub_is_told_where_a_parcel_goes(trade: Trade, sent: PlacedOrder) -> None:
    (parcel,) = (await trade.parcels(sent)).parcels
    ask = ParcelRef(order_id=sent.order_id, parcel_id=parcel.parcel_id)

    errand = await trade.hall.run(fulfilment.subscription_errand, ask, trade.system)

    assert (errand.carrier_code, errand.waybill, errand.receiver_phone_tail) == ("SF", WAYBILL, "5678")
    assert (errand.from_division, errand.to_division) == ("330700", "510104")


async def test_the_hub_is_told_of_as_many_parcels_as_there_are(trade: Trade, sent: PlacedOrder) -> None:
    (parcel,) = (await trade.parcels(sent)).parcels
    ask = ParcelRef(order_id=sent.order_id, parcel_id=parcel.parcel_id)

    for _ in range(70):  # a person who looks at so many addresses is asked to wait
        assert await trade.hall.run(fulfilment.subscription_errand, ask, trade.system)
