"""Lacking: a seller says that paid goods are not there; the buyer has money and compensation at once, once."""

import pytest

from huozhan import ordering, payments
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import DeclareLack, LineQuantity
from huozhan.ordering.lacking import LackKnown
from huozhan.ordering.refunding import NotUnshipped, RefundOpen
from huozhan.ordering.views import RefundView
from tests.ordering.test_refunding import ask_back
from tests.ordering.trading import Trade


async def lack(trade: Trade, order: ordering.views.PlacedOrder, quantity: int = 0) -> RefundView:
    lines = (LineQuantity(line_no=1, quantity=quantity),) if quantity else ()
    ask = DeclareLack(order_id=order.order_id, reason="仓库缺货", lines=lines)
    return await trade.hall.run(ordering.declare_lack, ask, trade.chenguang)


async def test_all_of_it_goes_back_and_the_buyer_is_compensated(trade: Trade) -> None:
    order = await trade.paid(red=80)
    free = await trade.free("red")

    refund = await lack(trade, order)

    assert (refund.state, refund.amount_minor, refund.answered_by) == ("agreed", 82_500, "no_stock")
    page = await trade.page(order, trade.chenguang)
    assert (page.state, page.money.escrow_minor, page.timeline[-1].by) == ("terminated", 0, "seller")
    assert [(c.cause, c.goods_minor, c.amount_minor) for c in page.claims] == [("no_stock", 80_000, 4_000)]
    assert (await trade.hall.run(payments.funds, Nothing(), trade.li)).wallet_minor == 4_000
    assert await trade.free("red") == free + 80
    assert await trade.findings() == []


async def test_part_of_it_leaves_the_rest_to_ship_and_is_said_once(trade: Trade) -> None:
    order = await trade.paid(red=80)
    assert "declare_lack" in (await trade.page(order, trade.chenguang)).can

    refund = await lack(trade, order, 6)

    assert refund.lines[0].quantity == 6
    page = await trade.page(order, trade.chenguang)
    assert (page.state, page.lines[0].to_ship) == ("wait_send", 74)
    assert [(c.goods_minor, c.amount_minor) for c in page.claims] == [(6_000, 500)]
    assert "declare_lack" not in page.can
    with pytest.raises(LackKnown):
        await lack(trade, order, 1)
    await trade.ship(order)
    assert await trade.findings() == []


async def test_neither_more_than_is_there_nor_beside_an_open_question_nor_by_others(trade: Trade) -> None:
    order = await trade.paid(red=120)
    with pytest.raises(NotUnshipped):
        await lack(trade, order, 121)
    ask = DeclareLack(order_id=order.order_id, reason="仓库缺货")
    with pytest.raises(NotFound):
        await trade.hall.run(ordering.declare_lack, ask, trade.hongfa)
    await ask_back(trade, order)
    with pytest.raises(RefundOpen):
        await lack(trade, order)
    assert (await trade.page(order)).claims == []
