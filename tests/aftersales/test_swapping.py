"""Another size in an exchange: what goes back is what was bought, what goes out is what is wanted, out of held stock."""

import msgspec
import pytest

from huozhan import catalogue
from huozhan.aftersales.replacing import NoReplacement
from huozhan.aftersales.swapping import CannotSwap, DifferenceDue
from huozhan.kernel.refusals import Invalid
from tests.aftersales.complaining import Desk
from tests.aftersales.shirts import SHIRTS, instead, open_shirts, sent, sent_back, swap
from tests.ordering.trading import Trade


@pytest.fixture
async def desk(trade: Trade) -> Desk:
    await open_shirts(trade)
    return Desk(trade)


async def sell_out(trade: Trade, name: str) -> None:
    ask = catalogue.AdjustStock(sku_id=str(trade.skus[name]), quantity=-await trade.free(name), reason="盘亏")
    await trade.hall.run(catalogue.adjust_stock, ask, trade.chenguang)


async def test_medium_shirts_are_exchanged_for_large_ones_and_no_money_moves(
    trade: Trade, desk: Desk
) -> None:
    order = await sent(trade, M=10)
    case = await swap(desk, order, "L", 3)
    (line,) = (await desk.page(case)).lines
    assert line.wanted is not None
    assert (line.options.en, line.wanted.options.en, line.wanted.quantity, line.wanted.difference_minor) == (
        "M", "L", 3, 0,
    )  # fmt: skip
    assert await trade.free("L") == 100, "nothing is held before the seller's yes"

    await desk.answer(case, agree=True)
    assert (await trade.free("L"), await trade.free("M")) == (97, 90)
    await desk.send_back(case)
    await desk.receive(case, restock=True)
    assert await trade.free("M") == 93, "what came back is in stock again"
    await desk.send_again(case)
    assert (await desk.got_again(case)).state == "replaced"

    assert await trade.free("L") == 97
    async with trade.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT on_hand FROM stock WHERE sku_id = $1", trade.skus["L"]) == 97
    await trade.confirm(order)
    done = await trade.page(order)
    assert (done.state, done.money.released_minor) == ("success", order.amount_minor)
    assert await desk.findings() == []


@pytest.mark.parametrize("end", ["cancel", "reject", "lapse", "instead_refund", "market"])
async def test_however_it_ends_otherwise_the_other_size_is_free_again(
    trade: Trade, desk: Desk, end: str
) -> None:
    order = await sent(trade, M=10)
    case = await swap(desk, order, "L", 3)
    await desk.answer(case, agree=True)
    assert await trade.free("L") == 97
    if end == "cancel":
        await desk.cancel(case)
    elif end == "lapse":
        await trade.let_pass(days=7)
    else:
        await desk.send_back(case)
    if end == "reject":
        await desk.receive(case, accept=False, reason="已使用")
    if end == "instead_refund":
        await desk.receive(case)
        assert await trade.free("L") == 97
        done = await desk.refund_instead(case)
        assert done.refunded_minor == 6_000
    if end == "market":
        await trade.let_pass(days=10)
        assert (await desk.page(case)).state == "platform"

    assert (await trade.free("L"), await trade.free("M")) == (100, 90)
    assert await desk.findings() == []


async def test_nobody_is_promised_a_size_that_is_sold_out_meanwhile(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10)
    case = await swap(desk, order, "L", 3)
    await sell_out(trade, "L")

    with pytest.raises(NoReplacement):
        await desk.answer(case, agree=True)
    with pytest.raises(catalogue.OutOfStock):
        await swap(desk, await sent(trade, M=1), "L", 1)
    await trade.let_pass(days=5)
    assert (await desk.page(case)).state == "platform"
    assert await desk.findings() == []


async def test_after_a_no_another_size_or_the_same_can_be_asked_for(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, L=10)
    case = await swap(desk, order, "M", 3)
    await desk.answer(case, agree=False, reason="没有现货")
    page = await desk.page(case)
    assert [swap.options.en for swap in page.lines[0].swaps] == ["S", "M", "XL"]
    assert [swap.piece_difference_minor for swap in page.lines[0].swaps] == [-200, 0, 400]

    await desk.modify(case, kind="exchange", goods_minor=0)
    assert (await desk.page(case)).lines[0].wanted is None
    await desk.answer(case, agree=False, reason="没有现货")
    await desk.modify(case, kind="exchange", goods_minor=0, wanted=(instead(trade, "M", 3),))
    await desk.answer(case, agree=True)

    assert (await trade.free("M"), await trade.free("L")) == (97, 90)
    assert await desk.findings() == []


async def test_what_can_be_chosen_is_of_the_same_offer_on_sale_and_was_there_then(
    trade: Trade, desk: Desk
) -> None:
    order = await sent(trade, M=10)
    with pytest.raises(CannotSwap):
        await swap(desk, order, "red", 1)
    with pytest.raises(CannotSwap):
        await swap(desk, order, "M", 2, 1)
    with pytest.raises(Invalid):
        await desk.apply(order, l1=1, kind="return_refund", wanted=(instead(trade, "L", 1),))
    with pytest.raises(Invalid):
        await desk.apply(order, l1=1, kind="exchange", wanted=(instead(trade, "L", 1, line_no=2),))
    with pytest.raises(DifferenceDue):
        await swap(desk, order, "XL", 1)
    without = [sku for sku in SHIRTS.skus if sku.sku_code != "SHIRT-L"]
    smaller = msgspec.structs.replace(SHIRTS, skus=tuple(without))
    await trade.hall.run(catalogue.publish_offer, smaller, trade.chenguang)
    with pytest.raises(CannotSwap):
        await swap(desk, order, "L", 1)
    assert await desk.findings() == []


async def test_the_same_size_named_is_the_same_exchange(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10)
    case = await swap(desk, order, "M", 3)
    assert (await desk.page(case)).lines[0].wanted is None
    await sent_back(desk, case)
    await desk.send_again(case)
    assert await trade.free("M") == 87
    assert await desk.findings() == []
