"""Samples: one of an offer for each buyer in ninety days (domain rule B2.3), however they come."""

import asyncio

import msgspec
import pytest

from huozhan import ordering
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import CancelOrder, PlaceOrder, PutInCart, WantedLine
from huozhan.ordering.placing import NotOrderable
from huozhan.ordering.sampling import SampleLimit
from huozhan.ordering.views import PlacedOrder, TroubleView
from tests.ordering.test_races import busy  # noqa: F401 -- a fixture
from tests.ordering.test_refunding import ask_back
from tests.ordering.trading import Trade


def sample(trade: Trade, name: str, quantity: int = 1) -> WantedLine:
    return msgspec.structs.replace(trade.want(**{name: quantity})[0], is_sample=True)


async def sampled(trade: Trade, name: str = "red") -> PlacedOrder:
    (order,) = (await trade.place(sample(trade, name))).orders
    return order


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
    cancel = CancelOrder(order_id=order.order_id, reason="不要了")
    await trade.hall.run(ordering.cancel_order, cancel, trade.li)
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
    lines = (sample(busy, "red"),)
    quoted = await busy.quote(*lines)
    ask = PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines)

    tries = [busy.hall.run(ordering.place_order, ask, busy.li) for _ in range(12)]
    answers = await asyncio.gather(*tries, return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refused) == 11
    assert {type(answer) for answer in refused} <= {SampleLimit, NotOrderable}
    assert await busy.free("red") == 999
