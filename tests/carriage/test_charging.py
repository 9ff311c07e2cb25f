"""Freight of the market's waybills: charged at the weighed price, out of the release, or out of what the supplier has."""

from datetime import timedelta

import pytest

from huozhan import carriage, ledger, logistics, payments
from huozhan.doors.pages.paper import explain
from huozhan.kernel.refusals import NotFound
from huozhan.logistics.asking import NothingLeft, NotToBeCancelled
from tests.carriage.hauling import Haul

CUPS = 100 * 900
"""100 cups at 9.00; what they cost besides is freight."""


async def test_a_release_pays_the_weighed_freight_to_the_carrier(haul: Haul) -> None:
    order, one = await haul.hauled(26_400, red=100)

    assert (one.state, one.weighed_g, one.estimate_minor) == ("picked_up", 26_400, 800 + 24 * 200)
    assert await haul.payable() == 0
    await haul.trade.confirm(order)

    freight = 800 + 26 * 200
    assert await haul.payable() == freight
    commission = CUPS * 2 // 100
    assert (await haul.seller_has())["available"] == order.amount_minor - commission - freight
    async with haul.hall.pool.acquire() as db:
        assert [tuple(row) for row in await db.fetch("SELECT kind, escrow_minor FROM freight_booking")] == [
            ("charge", freight)
        ]
    assert await haul.findings() == []


async def test_whoever_books_beside_the_ledger_is_found(haul: Haul) -> None:
    order, one = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    async with haul.hall.pool.acquire() as db:
        await db.execute(
            "UPDATE freight_booking SET amount_minor = amount_minor + 1, escrow_minor = escrow_minor + 1"
        )

    codes = {finding.code for finding in await haul.findings()}

    assert {"carriage.payable_unexplained", "carriage.charge_apart"} <= codes
    assert one.waybill


async def test_a_parcel_is_weighed_once_whoever_says_it_again(haul: Haul) -> None:
    order, one = await haul.hauled(1_000, red=100)
    async with haul.hall.working(haul.trade.system) as work:
        again = await carriage.weigh_freight(
            work, int(one.order_id), int(one.waybill_id), weight_g=9_000, picked_up_at=work.now, waits=False
        )

    assert again == 800
    assert await haul.payable() == 0
    assert order.number


async def test_a_parcel_that_is_released_already_is_charged_to_what_the_supplier_has(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.sent(order)
    await haul.trade.confirm(order)
    before = await haul.seller_has()

    await haul.picked_up(one, 1_500)

    assert await haul.payable() == 1_000
    assert (await haul.seller_has())["available"] == before["available"] - 1_000
    assert await haul.findings() == []


async def test_what_the_supplier_has_not_it_owes_and_pays_first(haul: Haul) -> None:
    order = await haul.trade.paid(red=1)
    one = await haul.sent(order, l1=1)
    await haul.picked_up(one, 40_000)

    await haul.trade.confirm(order)

    # 16.00 was paid; 0.20 is commission, 86.00 is owed to the carrier.
    assert await haul.payable() == 8_600
    assert await haul.seller_has() == {"available": 0, "deposit": 0, "debt": 8_600 - 1_580}
    assert await haul.findings() == []


async def test_freight_that_no_release_pays_is_taken_after_a_while(haul: Haul) -> None:
    order, _ = await haul.hauled(1_000, red=1)
    async with haul.hall.pool.acquire() as db:
        await db.execute("DELETE FROM timer WHERE kind <> 'freight_due'")

    await haul.trade.let_pass(days=14)
    assert await haul.payable() == 0
    await haul.trade.let_pass(days=2)

    assert await haul.payable() == 800
    assert (await haul.seller_has())["debt"] == 800
    (mine,) = (
        await haul.hall.run(carriage.my_carriage, carriage.asks.ListFreight(), haul.trade.chenguang)
    ).items
    assert (mine.order_number, mine.state, mine.amount_minor) == (order.number, "taken", 800)


async def test_a_weight_that_comes_twice_late_or_forged_charges_once(haul: Haul) -> None:
    order, one = await haul.hauled(1_000, red=100)
    ref = f"{one.order_id}-{one.waybill_id}"
    haul.carrier.weigh(ref, 9_000)

    await haul.hear("waybill.picked_up", ref=ref)
    await haul.hear("waybill.picked_up", is_genuine=False, ref=ref)
    await haul.hear("waybill.picked_up", ref="1-1")
    await haul.trade.confirm(order)

    assert await haul.payable() == 800
    assert await haul.findings() == []


async def test_a_parcel_that_was_picked_up_unweighed_is_asked_about_until_it_was_weighed(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.sent(order)
    await haul.picked_up(one, None)
    assert (await haul.shown(order, one.waybill_id)).weighed_g is None

    haul.carrier.weigh(f"{one.order_id}-{one.waybill_id}", 2_000)
    haul.trade.clock.pass_(minutes=11)
    assert await haul.sweep() == 1

    await haul.trade.confirm(order)
    assert await haul.payable() == 1_000


@pytest.mark.parametrize("call", ["give", "cancel", "ask"])
async def test_a_silent_carrier_is_asked_again_and_acts_once(haul: Haul, call: str) -> None:
    order = await haul.trade.paid(red=100)
    if call == "give":
        haul.carrier.silent_after = 2
        one = await haul.given(order)
        assert one.state == "given"
    elif call == "cancel":
        one = await haul.given(order)
        haul.carrier.silent_after = 2
        await haul.cancel(one)
        await haul.errands()
        assert (await haul.shown(order, one.waybill_id)).state == "cancelled"
    else:
        one = await haul.sent(order)
        haul.carrier.silent_after = 2
        await haul.picked_up(one, 1_000)
        assert (await haul.shown(order, one.waybill_id)).weighed_g == 1_000

    assert len(haul.carrier.waybills) == 1
    assert [what for what, _ in haul.carrier.calls].count(call) == 3
    assert await haul.findings() == []


async def test_an_intent_whose_job_was_lost_is_asked_about(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.ask(order)
    async with haul.hall.pool.acquire() as db:
        await db.execute("DELETE FROM job WHERE kind = 'logistics.waybill'")
    assert await haul.sweep() == 0

    haul.trade.clock.pass_(seconds=61)

    assert await haul.sweep() == 1
    assert (await haul.shown(order, one.waybill_id)).state == "given"


async def test_a_cancelled_waybill_costs_nothing_and_frees_its_goods(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.given(order)
    with pytest.raises(NothingLeft):
        await haul.ask(order)

    await haul.cancel(one)
    await haul.errands()

    again = await haul.given(order)
    assert again.waybill != one.waybill
    with pytest.raises(NotToBeCancelled):
        await haul.cancel(await haul.shown(order, one.waybill_id))
    assert await haul.findings() == []


async def test_a_courier_who_was_faster_is_paid(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.given(order)
    await haul.cancel(one)
    haul.carrier.pick_up(f"{one.order_id}-{one.waybill_id}", 3_000)

    await haul.errands()

    assert (await haul.shown(order, one.waybill_id)).state == "picked_up"
    assert (await haul.shown(order, one.waybill_id)).can == ["print", "send"]
    await haul.trade.let_pass(days=16)
    assert await haul.payable() == 1_200


async def test_two_waybills_of_one_order_are_paid_by_its_two_releases(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    first = await haul.sent(order, l1=40)
    second = await haul.sent(order, l1=60)
    await haul.picked_up(first, 10_000)
    parcels = (await haul.trade.parcels(order)).parcels

    await haul.trade.confirm(order, next(p.parcel_id for p in parcels if p.waybill == first.waybill))
    assert await haul.payable() == 800 + 9 * 200
    await haul.picked_up(second, 15_000)
    await haul.trade.confirm(order)

    assert await haul.payable() == (800 + 9 * 200) + (800 + 14 * 200)
    assert await haul.findings() == []


async def test_a_label_is_the_sellers_and_reading_it_is_on_record(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.given(order)
    ref = logistics.asks.WaybillRef(order_id=one.order_id, waybill_id=one.waybill_id)

    label = await haul.hall.run(logistics.waybill_label, ref, haul.trade.chenguang)

    assert (label.waybill.waybill, label.pieces, bool(label.receiver_phone)) == (one.waybill, 100, True)
    with pytest.raises(NotFound):
        await haul.hall.run(logistics.waybill_label, ref, haul.trade.hongfa)
    async with haul.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM reveal WHERE reason = 'waybill label'") == 2


async def test_the_freight_of_an_order_is_not_a_sale_of_the_market(haul: Haul) -> None:
    order, _ = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    now = haul.trade.clock.now()

    async with haul.hall.working(haul.trade.system) as work:
        (income,) = await ledger.income_by_seller(work, now - timedelta(days=1), now + timedelta(days=1))

    assert income.gross_minor == order.amount_minor
    assert income.fees_minor == CUPS * 2 // 100


async def test_the_suppliers_records_explain_what_freight_took(haul: Haul) -> None:
    order, _ = await haul.hauled(1_000, red=100)
    await haul.trade.confirm(order)
    late = await haul.trade.paid(red=10)
    one = await haul.sent(late)
    await haul.trade.confirm(late)
    await haul.picked_up(one, 1_000)
    lines = (
        await haul.hall.run(payments.fund_lines, payments.asks.FundLines(size=50), haul.trade.chenguang)
    ).items

    said = {explain(haul.hall, line, "zh") for line in lines}

    assert f"运单 {one.waybill} 的运费" in said
    assert any(text.endswith("− 平台面单运费 ¥8.00") for text in said)
