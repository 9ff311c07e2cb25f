"""Amending: less at once, more with the buyer's yes, and never while the old amount can still be paid."""

from typing import Any

import pytest

from huozhan import ordering
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.ordering.amending import AnotherOffer
from huozhan.ordering.asks import AcceptAmendment, AmendPrice, LineAmount, PlaceOrder, QuoteAsk
from huozhan.ordering.placing import NothingToPay
from huozhan.ordering.views import OrderStateView, PlacedOrder
from tests.ordering.trading import Trade


async def amend(trade: Trade, order: PlacedOrder, **changes: Any) -> OrderStateView:
    ask = AmendPrice(order_id=order.order_id, reason="老客户优惠", **changes)
    return await trade.hall.run(ordering.amend_price, ask, trade.seller_of(order))


async def accept(trade: Trade, order: PlacedOrder, amount_minor: int | None = None) -> OrderStateView:
    ask = AcceptAmendment(order_id=order.order_id, amount_minor=amount_minor)
    return await trade.hall.run(ordering.accept_amendment, ask, trade.li)


async def test_a_lower_price_holds_at_once_and_gives_five_days(trade: Trade) -> None:
    order = await trade.one(red=10, blue=20)

    await amend(trade, order, lines=(LineAmount(line_no=1, goods_minor=9_000),), freight_minor=500)

    page = await trade.page(order)
    assert [(line.goods_minor, line.freight_minor) for line in page.lines] == [(9_000, 155), (20_000, 345)]
    assert (page.lines[0].price_e4, page.lines[0].basis, page.amount_minor) == (90_000, "amended", 29_500)
    await trade.let_pass(days=4, hours=23)
    assert (await trade.page(order)).state == "wait_pay"
    await trade.pay(order)
    assert (await trade.page(order)).money.escrow_minor == 29_500
    assert await trade.findings() == []


async def test_a_total_is_spread_over_the_lines(trade: Trade) -> None:
    order = await trade.one(red=10, blue=20)

    await amend(trade, order, goods_minor=10_000)

    assert [line.goods_minor for line in (await trade.page(order)).lines] == [3_333, 6_667]


async def test_a_higher_price_waits_for_the_buyers_yes(trade: Trade) -> None:
    order = await trade.one(red=10)

    offered = await amend(trade, order, freight_minor=5_000)
    assert offered.amount_minor == order.amount_minor
    assert "accept_amendment" in (await trade.page(order)).can

    accepted = await accept(trade, order)
    assert accepted.amount_minor == 15_000
    await trade.pay(order)
    assert await trade.findings() == []


async def test_a_yes_holds_for_the_amount_that_was_read(trade: Trade) -> None:
    order = await trade.one(red=10)
    await amend(trade, order, freight_minor=5_000)
    await amend(trade, order, freight_minor=500_000)

    with pytest.raises(AnotherOffer) as refused:
        await accept(trade, order, amount_minor=15_000)

    assert refused.value.facts == {"amount_minor": 510_000}
    assert (await trade.page(order)).amount_minor == order.amount_minor
    assert (await accept(trade, order, amount_minor=510_000)).amount_minor == 510_000


async def test_a_buyer_who_pays_the_old_amount_has_not_accepted(trade: Trade) -> None:
    order = await trade.one(red=10)
    await amend(trade, order, freight_minor=5_000)

    await trade.pay(order)

    page = await trade.page(order)
    assert (page.state, page.amount_minor) == ("wait_send", order.amount_minor)
    assert [amendment.state for amendment in page.amendments] == ["dropped"]


async def test_an_open_payment_is_closed_before_the_price_changes(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)

    waiting = await amend(trade, order, freight_minor=0)
    assert (waiting.closing, waiting.amount_minor) == (True, order.amount_minor)

    await trade.close(payment_id)
    page = await trade.page(order)
    assert (page.closing, page.amount_minor, page.timeline[-1].by) == (False, 10_000, "seller")
    await trade.pay(order)
    assert await trade.findings() == []


async def test_money_of_a_closed_payment_that_comes_after_all_does_not_pay_another_price(
    trade: Trade,
) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    await amend(trade, order, freight_minor=0)
    await trade.close(payment_id)

    await trade.settle(payment_id)

    page = await trade.page(order)
    assert (page.state, page.amount_minor) == ("wait_pay", 10_000)
    await trade.pay(order)
    assert (await trade.page(order)).state == "wait_send"
    assert await trade.findings() == []


async def test_a_payer_who_is_faster_pays_the_old_amount(trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    await amend(trade, order, freight_minor=0)

    await trade.settle(payment_id)

    page = await trade.page(order)
    assert (page.state, page.amount_minor, page.closing) == ("wait_send", order.amount_minor, False)
    assert await trade.findings() == []


@pytest.mark.parametrize(("goods_minor", "abnormal"), [(6_000, False), (5_199, True), (5_200, False)])
async def test_a_change_of_more_than_half_is_flagged(trade: Trade, goods_minor: int, abnormal: bool) -> None:
    order = await trade.one(red=10)
    assert order.amount_minor == 10_800 == 2 * 5_400

    await amend(trade, order, goods_minor=goods_minor, freight_minor=200)

    assert (await trade.page(order)).amendments[0].is_abnormal is abnormal


async def test_only_the_newest_offer_counts(trade: Trade) -> None:
    order = await trade.one(red=10)
    await amend(trade, order, freight_minor=5_000)
    await amend(trade, order, freight_minor=3_000)

    assert (await accept(trade, order)).amount_minor == 13_000
    assert [a.state for a in (await trade.page(order)).amendments] == ["applied", "dropped"]


async def test_nothing_is_amended_once_it_is_paid_or_by_a_stranger_or_to_nothing(trade: Trade) -> None:
    order = await trade.one(red=10)
    ask = AmendPrice(order_id=order.order_id, reason="试试", freight_minor=0)

    with pytest.raises(NotFound):
        await trade.hall.run(ordering.amend_price, ask, trade.hongfa)
    with pytest.raises(NothingToPay):
        await amend(trade, order, goods_minor=0, freight_minor=0)
    with pytest.raises(Invalid):
        await amend(trade, order, lines=(LineAmount(line_no=2, goods_minor=1),))
    with pytest.raises(NotFound):
        await accept(trade, order)
    await trade.pay(order)
    with pytest.raises(NoSuchMove):
        await amend(trade, order, freight_minor=0)


async def test_a_buyer_who_sells_too_cannot_make_his_own_purchase_cheaper(trade: Trade) -> None:
    address = await trade.address_of(trade.hongfa)
    lines = trade.want(red=10)
    ask = QuoteAsk(address_id=address, lines=lines)
    quoted = await trade.hall.run(ordering.quote, ask, trade.hongfa)
    place = PlaceOrder(address_id=address, quote_hash=quoted.quote_hash, lines=lines)
    (order,) = (await trade.hall.run(ordering.place_order, place, trade.hongfa)).orders

    with pytest.raises(NotFound):
        cheaper = AmendPrice(order_id=order.order_id, reason="便宜点", goods_minor=1)
        await trade.hall.run(ordering.amend_price, cheaper, trade.hongfa)
