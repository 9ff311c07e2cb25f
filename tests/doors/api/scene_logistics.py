"""Carriers of the market: one that gives waybills, is owed some freight and billed more; another that is to be paid."""

from typing import Any

import msgspec

from huozhan import carriage, logistics, operations, parties, payments
from tests import world
from tests.carriage.carrier import PlainCarrier
from tests.carriage.hauling import PRICES, Haul, make_contract
from tests.ordering.trading import Trade


async def hauled(trade: Trade, things: dict[str, str]) -> None:
    """陈掌柜 takes the market's waybills: one is given, one is billed as it was weighed, one dearer."""
    hall, operator = trade.hall, trade.people.operator
    carrier = PlainCarrier(trade.clock)
    hall.outside = msgspec.structs.replace(hall.outside, waybills=carrier)
    contract = await make_contract(hall, operator)
    haul = Haul(trade, carrier, contract)
    things["carrier"] = contract.carrier_id
    address_id = await world.address(hall, trade.chenguang, division="330782")
    things["seller_address"] = str(address_id)
    switch = logistics.asks.SwitchLogistics(is_on=True, address_id=str(address_id))
    await hall.run(logistics.switch_logistics, switch, trade.chenguang)
    order = await trade.paid(red=3)
    one = await haul.given(order)
    things["waybill_order"], things["waybill"] = order.order_id, one.waybill_id
    for weight_g, billed_g in ((1_000, 1_000), (1_000, 2_600)):
        received, sent = await haul.hauled(weight_g, red=4)
        await trade.confirm(received)
        haul.carrier.twisted[f"{sent.order_id}-{sent.waybill_id}"] = {"weight_g": billed_g}
    await haul.bill()
    await _payout(trade, things)


async def _payout(trade: Trade, things: dict[str, str]) -> None:
    """A colleague of the operator's asks for money to go to another carrier."""
    hall, operator = trade.hall, trade.people.operator
    colleague = await world.member(hall, operator, "carriers@market.example", parties.Role.finance)
    made = carriage.asks.MakeContract(
        carrier_code="ZTO", account_no="6222020200445566", account_name="中通快递股份有限公司",
        bank_name="中国银行", reason="试运行",
    )  # fmt: skip
    other = await hall.run(operations.make_carrier_contract, made, operator)
    account = payments.CarrierAccount(
        number="6222020200445566",
        masked="************5566",
        holder="中通快递股份有限公司",
        bank_name="中国银行",
    )
    async with hall.working(colleague) as work:
        things["carrier_payout"] = str(
            await payments.ask_carrier_payout(work, int(other.carrier_id), account, 12_300)
        )
    things["other_carrier"] = other.carrier_id


def terms() -> dict[str, Any]:
    """What is published next: the same prices."""
    return {"prices": [msgspec.to_builtins(price) for price in PRICES]}
