"""What holds with a carrier: prices by region and weight, versions that follow each other with notice, and who may ask under them."""

from datetime import timedelta

import msgspec
import pytest

from huozhan import carriage, logistics, operations
from huozhan.carriage.contracting import NoticeTooShort, PriceNeeded
from huozhan.carriage.terms import NotCarriedThere, Price, Terms
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shapes import Nothing
from huozhan.logistics.asking import NotSwitchedOn
from huozhan.logistics.switching import NoCarrier
from tests.carriage.hauling import PRICES, Haul
from tests.conftest import OPENING
from tests.finance.fast import Fast
from tests.finance.funder import PlainFunder
from tests.finance.later import Later
from tests.finance.lender import PlainLender

EVERYWHERE = Price(region_code="", first_g=1_000, first_minor=800, next_g=1_000, next_minor=200)
GUANGDONG = Price(region_code="44", first_g=1_000, first_minor=500, next_g=500, next_minor=100)
CUPS = 100 * 900
SHENZHEN = Price(region_code="4403", first_g=3_000, first_minor=450, next_g=1_000, next_minor=50)


def terms(*prices: Price) -> Terms:
    return Terms(
        carrier_id=1, carrier_code="SF", version=1, is_on=True, effective_from=OPENING, prices=prices
    )


@pytest.mark.parametrize(
    ("weight_g", "minor"), [(1, 800), (1_000, 800), (1_001, 1_000), (2_000, 1_000), (3_200, 1_400)]
)
def test_each_further_weight_that_is_begun_costs_whole(weight_g: int, minor: int) -> None:
    assert EVERYWHERE.fee(weight_g) == minor


@pytest.mark.parametrize(
    ("region", "price"), [("510104", EVERYWHERE), ("440604", GUANGDONG), ("440305", SHENZHEN)]
)
def test_the_most_specific_region_wins(region: str, price: Price) -> None:
    assert terms(EVERYWHERE, SHENZHEN, GUANGDONG).price(region) == price


def test_where_no_price_reaches_nothing_is_carried() -> None:
    with pytest.raises(NotCarriedThere):
        terms(GUANGDONG).price("510104")


async def publish(haul: Haul, *, is_on: bool = True, days: int | None = None, prices: tuple[carriage.asks.PriceAsk, ...] = PRICES) -> carriage.views.ContractView:  # fmt: skip
    moment = None if days is None else haul.trade.clock.now() + timedelta(days=days)
    ask = carriage.asks.PublishTerms(
        carrier_id=str(haul.carrier_id), is_on=is_on, effective_from=moment, prices=prices if is_on else (), reason="旺季"
    )  # fmt: skip
    return await haul.hall.run(operations.publish_carrier_terms, ask, haul.operator)


async def test_a_change_has_notice_and_never_comes_before_one_that_is_announced(haul: Haul) -> None:
    with pytest.raises(NoticeTooShort):
        await publish(haul, days=6)
    await publish(haul, days=9)
    with pytest.raises(NoticeTooShort):
        await publish(haul, days=8)
    with pytest.raises(PriceNeeded):
        await publish(haul, prices=(PRICES[0], PRICES[0]))
    with pytest.raises(PriceNeeded):
        await publish(haul, prices=())

    shown = await publish(haul, is_on=False)

    assert [(one.version, one.is_on) for one in shown.versions] == [(3, False), (2, True), (1, True)]
    assert shown.now is not None
    assert (shown.is_on, shown.now.version) == (True, 1)


async def test_a_waybill_keeps_the_prices_it_was_asked_under(haul: Haul, clock: MovableClock) -> None:
    order = await haul.trade.paid(red=100)
    one = await haul.sent(order)
    dear = (carriage.asks.PriceAsk(first_g=1_000, first_minor=9_900, next_g=1_000, next_minor=900),)
    await publish(haul, prices=dear)
    clock.pass_(days=8)

    await haul.picked_up(one, 2_000)
    await haul.trade.confirm(order)
    later = await haul.ask(await haul.trade.paid(red=1))

    assert await haul.payable() == 1_000
    assert later.estimate_minor == 9_900


async def test_no_waybills_are_given_once_a_carrier_is_off_or_the_shop_is(
    haul: Haul, clock: MovableClock
) -> None:
    order = await haul.trade.paid(red=100)
    off = logistics.asks.SwitchLogistics(is_on=False)
    await haul.hall.run(logistics.switch_logistics, off, haul.trade.chenguang)
    with pytest.raises(NotSwitchedOn):
        await haul.ask(order)
    with pytest.raises(NotSwitchedOn):
        await haul.hall.run(
            logistics.ask_waybill,
            logistics.asks.AskWaybill(order_id=(await haul.trade.paid(bolt=9)).order_id, carrier_code="SF"),
            haul.trade.hongfa,
        )

    await publish(haul, is_on=False)
    clock.pass_(days=8)
    again = await haul.hall.run(logistics.my_logistics, Nothing(), haul.trade.chenguang)
    assert again.carriers == []
    with pytest.raises(NoCarrier):
        on = logistics.asks.SwitchLogistics(is_on=True, address_id=haul.trade.address_id)
        await haul.hall.run(logistics.switch_logistics, on, haul.trade.chenguang)


async def test_an_order_that_a_lender_pays_pays_its_freight_at_receipt(haul: Haul) -> None:
    later = Later(haul.trade, PlainLender(haul.trade.clock))
    haul.hall.outside = msgspec.structs.replace(haul.hall.outside, lender=later.lender)
    await later.switch(haul.trade.chenguang)
    await later.get_limit()
    order = await later.lent(red=100)
    one = await haul.sent(order)
    await haul.picked_up(one, 1_000)
    assert await haul.payable() == 0

    await haul.trade.confirm(order)
    await later.errands()

    assert await haul.payable() == 800
    assert (await haul.seller_has())["debt"] == 0
    assert await haul.findings() == []


async def test_a_funder_is_repaid_first_and_the_rest_pays_the_freight(haul: Haul) -> None:
    fast = Fast(haul.trade, PlainFunder())
    haul.hall.outside = msgspec.structs.replace(haul.hall.outside, funder=fast.funder)
    await fast.get_limit(haul.trade.chenguang)
    await fast.switch(haul.trade.chenguang)
    order = await haul.trade.paid(red=100)
    one = await haul.sent(order)
    await fast.scan(order)
    await fast.errands()
    before = await haul.seller_has()
    assert before["available"] > 0
    await haul.picked_up(one, 1_000)

    await haul.trade.confirm(order)
    await fast.errands()

    # All that the receipt brings is the funder's; the freight comes out of what the funder has advanced.
    assert await haul.payable() == 800
    fee = (await fast.one(order)).fee_minor
    assert await haul.seller_has() == before | {"available": before["available"] - 800}
    assert before["available"] == order.amount_minor - CUPS * 2 // 100 - fee
    await fast.agrees()
