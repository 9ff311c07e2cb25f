"""Shipping: parcels by line quantities, waybills that are real and not used lately, batches that go on."""

from datetime import timedelta
from typing import Any

import pytest

from huozhan import fulfilment
from huozhan.fulfilment.asks import Labels, ParcelAsk, ParcelLineAsk, Ship, ShipMany, ShipRow
from huozhan.fulfilment.carrier import OddWaybill, UnknownCarrier, find_carrier
from huozhan.fulfilment.shipping import NothingToShip, WaybillTaken
from huozhan.fulfilment.views import ShippedView
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.handing import NotToShip
from huozhan.ordering.views import PlacedOrder
from tests.ordering.trading import Trade

ONE, TWO, THREE = "SF1000000000001", "SF1000000000002", "SF1000000000003"


def parcel(waybill: str, *lines: tuple[int, int], **more: Any) -> ParcelAsk:
    held = tuple(ParcelLineAsk(line_no=line_no, quantity=quantity) for line_no, quantity in lines)
    return ParcelAsk(carrier_code="SF", waybill=waybill, lines=held, **more)


async def ship(trade: Trade, order: PlacedOrder, *parcels: ParcelAsk) -> ShippedView:
    return await trade.hall.run(
        fulfilment.ship, Ship(order_id=order.order_id, parcels=parcels), trade.chenguang
    )


async def test_several_parcels_leave_at_once_and_the_rest_later(trade: Trade) -> None:
    order = await trade.paid(red=60, blue=40)

    first = await ship(trade, order, parcel(ONE, (1, 30)), parcel(TWO, (1, 10), (2, 40)))
    assert first.state == "part_sent"
    second = await ship(trade, order, parcel(THREE))

    assert second.state == "wait_receive"
    parcels = (await trade.parcels(order)).parcels
    assert [[(line.line_no, line.quantity) for line in p.lines] for p in parcels] == [
        [(1, 30)],
        [(1, 10), (2, 40)],
        [(1, 20)],
    ]
    assert await trade.findings() == []


async def test_no_more_leaves_than_was_bought(trade: Trade) -> None:
    order = await trade.paid(red=60)

    with pytest.raises(NotToShip):
        await ship(trade, order, parcel(ONE, (1, 40)), parcel(TWO, (1, 21)))
    with pytest.raises(NotFound):
        await ship(trade, order, parcel(ONE, (2, 1)))
    await ship(trade, order, parcel(ONE))
    with pytest.raises((NothingToShip, NoSuchMove)):
        await ship(trade, order, parcel(TWO))


async def test_nothing_leaves_before_it_is_paid_or_by_another_seller(trade: Trade) -> None:
    order = await trade.one(red=10)

    with pytest.raises(NoSuchMove):
        await ship(trade, order, parcel(ONE))
    await trade.pay(order)
    with pytest.raises(NotFound):
        await trade.hall.run(
            fulfilment.ship, Ship(order_id=order.order_id, parcels=(parcel(ONE),)), trade.hongfa
        )


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (ParcelAsk(carrier_code="SF", waybill="12345"), OddWaybill),
        (ParcelAsk(carrier_code="NOBODY", waybill=ONE), UnknownCarrier),
        (ParcelAsk(carrier_code="SF"), Invalid),
        (ParcelAsk(kind="pick_up", waybill=ONE), Invalid),
    ],
)
async def test_a_waybill_must_look_like_its_carriers(trade: Trade, given: ParcelAsk, refused: type) -> None:
    order = await trade.paid(red=10)

    with pytest.raises(refused):
        await ship(trade, order, given)


async def test_a_waybill_is_not_used_again_within_half_a_year(trade: Trade) -> None:
    first, second, third = [await trade.paid(red=10) for _ in range(3)]
    await ship(trade, first, parcel(ONE))

    with pytest.raises(WaybillTaken):
        await ship(trade, second, parcel(ONE))
    with pytest.raises(WaybillTaken):
        await ship(trade, second, parcel(TWO, (1, 5)), parcel(TWO, (1, 5)))
    trade.clock.pass_(days=180)
    await ship(trade, third, parcel(ONE))

    assert await trade.findings() == []


async def test_goods_may_go_by_own_hands(trade: Trade) -> None:
    order = await trade.paid(red=10)

    shipped = await ship(trade, order, ParcelAsk(kind="own_delivery"))

    assert shipped.state == "wait_receive"
    (sent,) = (await trade.parcels(order)).parcels
    assert (sent.kind, sent.waybill, sent.confirm_due_at) == (
        "own_delivery",
        "",
        trade.clock.now() + timedelta(days=30),
    )


async def test_a_batch_ships_its_good_rows_and_names_the_bad_ones(trade: Trade) -> None:
    first, second, third = [await trade.paid(red=10) for _ in range(3)]
    unpaid = await trade.one(red=10)
    rows = (
        ShipRow(number=first.number, carrier_code="SF", waybill=ONE),
        ShipRow(number=second.number, carrier_code="顺丰速运", waybill=ONE),
        ShipRow(number="0000000000000000000", carrier_code="SF", waybill=TWO),
        ShipRow(number=unpaid.number, carrier_code="SF", waybill=TWO),
        ShipRow(number=second.number, carrier_code="哪家", waybill=TWO),
        ShipRow(number=second.number, carrier_code="SF", waybill="oops"),
        ShipRow(number=f" {third.number} ", carrier_code="sf", waybill="sf 1000-0000-00002"),
    )

    done = await trade.hall.run(fulfilment.ship_many, ShipMany(rows=rows), trade.chenguang)

    assert [view.number for view in done.shipped] == [first.number, third.number]
    assert [(row.row_no, row.code) for row in done.bad] == [
        (2, "fulfilment.waybill_taken"),
        (3, "not_found"),
        (4, "no_such_move"),
        (5, "fulfilment.unknown_carrier"),
        (6, "fulfilment.odd_waybill"),
    ]
    assert (await trade.page(second)).state == "wait_send"
    assert await trade.findings() == []


async def test_a_label_shows_the_receiver_to_the_seller_and_writes_that_down(trade: Trade, db: Any) -> None:
    order = await trade.paid(red=10)
    before = await db.fetchval("SELECT count(*) FROM reveal")

    ask = Labels(order_ids=(order.order_id,))
    (label,) = (await trade.hall.run(fulfilment.labels, ask, trade.chenguang)).labels

    assert (label.receiver, label.lines[0].quantity, label.weight_g) == ("王小明", 10, 2_500)
    assert await db.fetchval("SELECT count(*) FROM reveal") == before + 1
    assert (await trade.hall.run(fulfilment.labels, ask, trade.hongfa)).labels == []


async def test_every_carrier_takes_a_waybill_of_its_own_form(trade: Trade) -> None:
    known = (await trade.hall.run(fulfilment.carriers, Nothing(), trade.li)).carriers

    assert len(known) >= 30
    assert {"SF", "ZTO", "YTO"} <= {carrier.carrier_code for carrier in known}


@pytest.mark.parametrize(
    ("said", "code"),
    [("顺丰", "SF"), ("sf", "SF"), ("中通", "ZTO"), ("中通快运", "ZTOKY"), ("ZTO Express", "ZTO")],
)
def test_a_carrier_goes_by_how_its_name_begins(said: str, code: str) -> None:
    assert find_carrier(said).carrier_code == code


@pytest.mark.parametrize("said", ["", "中", "E", "快递", "nobody"])
def test_what_fits_no_carrier_is_refused(said: str) -> None:
    with pytest.raises(UnknownCarrier):
        find_carrier(said)
