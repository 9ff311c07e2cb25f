"""Money that comes shortly after the clock closed an order: back it goes, or the order goes on where its shop allows."""

import asyncpg
import pytest
import pytest_asyncio

from huozhan import catalogue, ordering
from huozhan.catalogue import EditShop
from huozhan.catalogue.listing import OwnOffer
from huozhan.ordering.asks import CancelOrder
from huozhan.ordering.views import PlacedOrder
from tests.ordering.test_sampling import sample
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def lenient(trade: Trade) -> Trade:
    """A trade in which 晨光 lets late payments reopen orders."""
    await trade.hall.run(catalogue.edit_shop, EditShop(reopens_late=True), trade.chenguang)
    return trade


async def closed_by_the_clock(trade: Trade, **quantities: int) -> tuple[PlacedOrder, str]:
    order = await trade.one(**quantities)
    payment_id = await trade.open_payment(order)
    await trade.let_pass(hours=24)
    await trade.close(payment_id)
    assert (await trade.page(order)).state == "closed"
    return order, payment_id


async def went_back(trade: Trade, order: PlacedOrder) -> bool:
    page = await trade.page(order)
    assert await trade.findings() == []
    return (page.state, page.money.refunded_minor) == ("closed", order.amount_minor)


async def test_an_order_goes_on_as_if_it_had_been_paid_in_time(lenient: Trade) -> None:
    order, payment_id = await closed_by_the_clock(lenient, red=10)
    lenient.clock.pass_(minutes=29, seconds=59)

    await lenient.settle(payment_id)

    page = await lenient.page(order)
    assert (page.state, page.money.escrow_minor) == ("wait_send", order.amount_minor)
    assert page.timeline[-1].event == "reopen"
    assert await lenient.free("red") == 990
    await lenient.ship(order)
    await lenient.confirm(order)
    assert (await lenient.page(order)).state == "success"
    assert await lenient.findings() == []


async def test_half_an_hour_later_it_is_too_late(lenient: Trade) -> None:
    order, payment_id = await closed_by_the_clock(lenient, red=10)
    lenient.clock.pass_(minutes=30)

    await lenient.settle(payment_id)

    assert await went_back(lenient, order)


async def test_a_shop_that_does_not_allow_it_gives_the_money_back(trade: Trade) -> None:
    order, payment_id = await closed_by_the_clock(trade, red=10)

    await trade.settle(payment_id)

    assert await went_back(trade, order)


async def test_an_order_that_somebody_cancelled_stays_closed(lenient: Trade) -> None:
    order = await lenient.one(red=10)
    payment_id = await lenient.open_payment(order)
    cancel = CancelOrder(order_id=order.order_id, reason="不要了")
    await lenient.hall.run(ordering.cancel_order, cancel, lenient.li)
    await lenient.close(payment_id)

    await lenient.settle(payment_id)

    assert await went_back(lenient, order)


async def test_goods_that_are_gone_meanwhile_give_the_money_back(lenient: Trade) -> None:
    order, payment_id = await closed_by_the_clock(lenient, red=10, blue=10)
    await lenient.one(blue=491)

    await lenient.settle(payment_id)

    assert await went_back(lenient, order)
    assert await lenient.free("red") == 1_000


async def test_goods_that_are_not_sold_any_more_give_the_money_back(
    lenient: Trade, db: asyncpg.Connection
) -> None:
    order, payment_id = await closed_by_the_clock(lenient, red=10)
    offer_id = await db.fetchval("SELECT offer_id FROM offer WHERE offer_code = 'CUP'")
    await lenient.hall.run(catalogue.pause_offer, OwnOffer(offer_id=str(offer_id)), lenient.chenguang)

    await lenient.settle(payment_id)

    assert await went_back(lenient, order)


async def test_a_sample_that_was_ordered_again_meanwhile_is_not_had_twice(lenient: Trade) -> None:
    (order,) = (await lenient.place(sample(lenient, "red"))).orders
    payment_id = await lenient.open_payment(order)
    await lenient.let_pass(hours=24)
    await lenient.close(payment_id)
    await lenient.place(sample(lenient, "red"))

    await lenient.settle(payment_id)

    assert await went_back(lenient, order)
    assert await lenient.free("red") == 999


@pytest.mark.parametrize("times", [1, 2])
async def test_a_second_payment_of_a_reopened_order_goes_back(lenient: Trade, times: int) -> None:
    first, second = (await lenient.place(*lenient.want(red=10, bolt=1_000))).orders
    cups = first if first.seller_id == str(lenient.chenguang.org_id) else second
    both, alone = await lenient.open_payment(first, second), await lenient.open_payment(cups)
    await lenient.let_pass(hours=24)
    for payment_id in (both, alone):
        await lenient.close(payment_id)

    await lenient.settle(alone)
    for _ in range(times):
        await lenient.settle(both)

    page = await lenient.page(cups)
    assert (page.state, page.money.escrow_minor) == ("wait_send", cups.amount_minor)
    assert await lenient.findings() == []
