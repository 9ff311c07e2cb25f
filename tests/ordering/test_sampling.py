"""Samples: one of an offer for each buyer in ninety days (domain rule B2.3), however they come."""

import asyncio

import asyncpg
import msgspec
import pytest

from huozhan import ordering
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import CancelOrder, PlaceOrder, PutInCart, WantedLine
from huozhan.ordering.order import Order
from huozhan.ordering.placing import NotOrderable
from huozhan.ordering.sampling import SampleLimit, claim_samples
from huozhan.ordering.store import orders
from huozhan.ordering.views import PlacedOrder, TroubleView
from tests.ordering.test_races import busy  # noqa: F401 -- a fixture
from tests.ordering.test_refunding import ask_back
from tests.ordering.trading import Trade


def sample(trade: Trade, name: str, quantity: int = 1) -> WantedLine:
    return msgspec.structs.replace(trade.want(**{name: quantity})[0], is_sample=True)


async def sampled(trade: Trade, name: str = "red") -> PlacedOrder:
    (order,) = (await trade.place(sample(trade, name))).orders
    return order


async def cancelled(trade: Trade, order: PlacedOrder) -> None:
    ask = CancelOrder(order_id=order.order_id, reason="不要了")
    await trade.hall.run(ordering.cancel_order, ask, trade.li)


async def troubles(trade: Trade, *lines: WantedLine) -> list[TroubleView]:
    return (await trade.quote(*lines)).troubles


async def test_a_second_sample_is_a_trouble_with_its_way_out(trade: Trade) -> None:
    await sampled(trade)

    (trouble,) = await troubles(trade, sample(trade, "blue"))

    assert trouble.code == "sample_limit"
    assert trouble.facts == {"quantity": 1, "limit": 1, "left": 0, "days": 90}
    assert [way.kind for way in trouble.ways] == ["remove"]
    with pytest.raises(NotOrderable):
        await trade.place(sample(trade, "blue"))


async def test_two_at_once_are_one_too_many(trade: Trade) -> None:
    (trouble,) = await troubles(trade, sample(trade, "red"), sample(trade, "blue"))

    assert (trouble.facts["quantity"], trouble.facts["left"]) == (2, 1)


async def test_the_cart_says_so_too_and_goods_beside_it_are_free_of_it(trade: Trade) -> None:
    await sampled(trade)
    lines = (sample(trade, "red"), *trade.want(red=5))

    cart = await trade.hall.run(ordering.put_in_cart, PutInCart(lines=lines), trade.li)

    assert [t.code for t in cart.groups[0].troubles] == ["sample_limit"]
    assert await troubles(trade, *trade.want(red=5)) == []


async def test_after_ninety_days_there_is_another(trade: Trade) -> None:
    order = await sampled(trade)
    await trade.pay(order)

    trade.clock.pass_(days=89, hours=23)
    assert len(await troubles(trade, sample(trade, "red"))) == 1
    trade.clock.pass_(hours=1)

    await sampled(trade)


async def test_another_buyer_has_one_of_his_own(trade: Trade) -> None:
    await sampled(trade)
    trade.people.li, trade.address_id = trade.people.hengxin, str(trade.people.hengxin_address_id)

    await sampled(trade)


async def test_what_the_buyer_does_not_get_does_not_count(trade: Trade) -> None:
    order = await sampled(trade)
    await cancelled(trade, order)
    again = await sampled(trade)
    await trade.pay(again)
    await ask_back(trade, again)

    await sampled(trade)


async def test_what_was_received_counts(trade: Trade) -> None:
    order = await sampled(trade)
    await trade.pay(order)
    await trade.ship(order)
    await trade.confirm(order)

    assert [t.code for t in await troubles(trade, sample(trade, "red"))] == ["sample_limit"]


async def test_many_orders_at_once_get_one_sample(busy: Trade) -> None:  # noqa: F811
    """Of two colours in turn, so that it is not the stock's own row that lets one after the other."""
    asks = []
    for name in ("red", "blue"):
        lines = (sample(busy, name),)
        quoted = await busy.quote(*lines)
        asks.append(PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines))

    tries = [busy.hall.run(ordering.place_order, asks[n % 2], busy.li) for n in range(12)]
    answers = await asyncio.gather(*tries, return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refused) == 11
    assert {type(answer) for answer in refused} <= {SampleLimit, NotOrderable}
    assert await busy.free("red") + await busy.free("blue") == 1_499


async def test_the_key_holds_where_two_buyers_clerks_claim_at_the_same_moment(busy: Trade) -> None:  # noqa: F811
    """Neither sees the other's row; the second waits for the first and then finds the place taken."""
    placed = await sampled(busy)
    await cancelled(busy, placed)
    async with busy.hall.pool.acquire() as db:
        order, _ = await orders.read(busy.hall.work(db, busy.li), int(placed.order_id))
    other = msgspec.structs.replace(order, order_id=order.order_id + 1)
    async with busy.hall.pool.acquire() as one, busy.hall.pool.acquire() as two:
        first = one.transaction()
        await first.start()
        await claim_samples(busy.hall.work(one, busy.li), [order])
        second = asyncio.ensure_future(_claimed(busy, two, other))
        await asyncio.sleep(0.2)
        assert not second.done()
        await first.commit()
        with pytest.raises(SampleLimit):
            await second


async def _claimed(trade: Trade, db: asyncpg.Connection, order: Order) -> None:
    while True:
        try:
            async with db.transaction():
                return await claim_samples(trade.hall.work(db, trade.li), [order])
        except asyncpg.SerializationError:  # as the runner does, again from the start
            continue
