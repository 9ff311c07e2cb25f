"""A carrier that says what cannot be: nothing is charged for it, nothing stops, and it is asked again."""

from typing import Any

import msgspec
import pytest

from huozhan.logistics import CarrierWaybill
from huozhan.logistics.asking import TooHeavy
from tests.carriage.hauling import Haul


@pytest.mark.parametrize("weight_g", [-5, 0, 10_000_001, 3_000_000_000])
async def test_a_weight_that_cannot_be_charges_nothing_and_is_asked_about_again(
    haul: Haul, weight_g: int
) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.sent(order)
    ref = f"{one.order_id}-{one.waybill_id}"
    haul.carrier.pick_up(ref, 1)
    haul.carrier.waybills[ref]["weight_g"] = weight_g
    await haul.hear("waybill.picked_up", ref=ref)
    shown = await haul.shown(order, one.waybill_id)
    assert (shown.state, shown.weighed_g, shown.why) == ("picked_up", None, "odd: weight")

    haul.carrier.weigh(ref, 1_500)
    haul.trade.clock.pass_(minutes=11)
    await haul.sweep()

    shown = await haul.shown(order, one.waybill_id)
    assert (shown.weighed_g, shown.why) == (1_500, "")
    await haul.trade.confirm(order)
    assert await haul.payable() == 1_000
    assert await haul.findings() == []


@pytest.mark.parametrize("number", ["", "SF 1", "x" * 41, None])
async def test_a_number_that_cannot_be_is_no_waybill_and_another_is_asked_for(
    haul: Haul, number: str | None
) -> None:
    if number is None:
        number = (await haul.given(await haul.trade.paid(red=100))).waybill
    order = await haul.trade.paid(red=100)
    give = haul.carrier.give

    async def otherwise(errand: Any) -> CarrierWaybill:
        return msgspec.structs.replace(await give(errand), waybill=number)

    haul.carrier.give = otherwise  # type: ignore[method-assign]
    one = await haul.given(order)
    assert (one.state, one.why, one.can) == ("refused", "odd: waybill", [])

    haul.carrier.give = give  # type: ignore[method-assign]
    assert (await haul.given(order)).state == "given"


async def test_goods_too_heavy_for_one_waybill_are_told_before_a_carrier_is_asked(haul: Haul) -> None:
    order = await haul.trade.paid(red=100)
    async with haul.hall.pool.acquire() as db:
        await db.execute("UPDATE order_line SET weight_g = 100001")

    with pytest.raises(TooHeavy):
        await haul.ask(order)

    assert (await haul.ask(order, l1=99)).state == "asked"
