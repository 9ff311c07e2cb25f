"""Exchange and missing pieces: the goods are sent once more out of reserved stock, and no money moves."""

import pytest

from huozhan import aftersales, catalogue
from huozhan.aftersales.applying import ReasonDoesNotFit
from huozhan.aftersales.asks import CaseRef
from huozhan.aftersales.disputing import TooEarly
from huozhan.aftersales.replacing import NoReplacement
from tests import world
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade


@pytest.fixture
def desk(trade: Trade) -> Desk:
    return Desk(trade)


async def with_address(trade: Trade) -> None:
    await world.address(trade.hall, trade.chenguang, division="510104")


async def sent_order(trade: Trade, pieces: int = 10):
    order = await trade.paid(red=pieces)
    await trade.ship(order)
    return order


async def empty_the_house(trade: Trade) -> None:
    ask = catalogue.AdjustStock(
        sku_id=str(trade.skus["red"]), quantity=-await trade.free("red"), reason="盘亏"
    )
    await trade.hall.run(catalogue.adjust_stock, ask, trade.chenguang)


async def test_cracked_cups_are_exchanged_and_the_order_goes_on(trade: Trade, desk: Desk) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="damage")
    assert (case.state, case.asked_minor) == ("wait_seller", 3_240)

    assert (await desk.answer(case, agree=True)).state == "wait_buyer_send"
    assert await trade.free("red") == free - 3, "the replacement is spoken for"
    await desk.send_back(case)
    assert (await desk.receive(case)).state == "wait_seller_send"
    assert (await desk.send_again(case)).state == "wait_buyer_receive"
    assert (await desk.got_again(case)).state == "replaced"

    assert await trade.free("red") == free - 3, "it has left the house"
    page = await desk.page(case)
    assert (page.refunded_minor, page.again_waybill) == (0, "SF7000000000002")
    await trade.confirm(order)
    done = await trade.page(order)
    assert (done.state, done.money.released_minor) == ("success", order.amount_minor)
    assert await desk.findings() == []


async def test_what_came_back_is_in_stock_again_where_the_seller_says_so(trade: Trade, desk: Desk) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="wrong_item")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    await desk.receive(case, restock=True)

    assert await trade.free("red") == free
    instead = await trade.hall.run(aftersales.refund_instead, CaseRef(case_id=case.case_id), trade.chenguang)
    assert (instead.state, instead.refunded_minor) == ("refunding", 3_240)
    assert await trade.free("red") == free + 3, "nothing is spoken for any more"
    assert await desk.findings() == []


async def test_missing_pieces_are_sent_also_after_confirmation(trade: Trade, desk: Desk) -> None:
    order = await sent_order(trade)
    await trade.confirm(order)
    before = await trade.owed_to(trade.chenguang)
    case = await desk.apply(order, l1=2, kind="resend", reason_code="short")
    assert (await desk.answer(case, agree=True)).state == "wait_seller_send"
    await desk.send_again(case)
    await trade.let_pass(days=10)

    page = await desk.page(case)
    assert (page.state, page.timeline[-1].by) == ("replaced", "clock")
    assert await trade.owed_to(trade.chenguang) == before
    again = await desk.apply(order, l1=10)
    assert again.asked_minor == 10_800, "nothing of it was given back"
    assert await desk.findings() == []


async def test_nothing_is_promised_that_is_not_in_stock(trade: Trade, desk: Desk) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="damage")
    await empty_the_house(trade)

    with pytest.raises(NoReplacement):
        await desk.answer(case, agree=True)
    await trade.let_pass(days=5)
    assert (await desk.page(case)).state == "platform", "silence cannot send what is not there"
    assert await desk.findings() == []


@pytest.mark.parametrize("step", ["receive", "send"])
async def test_a_seller_who_does_nothing_meets_the_market(trade: Trade, desk: Desk, step: str) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="quality")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    if step == "send":
        await desk.receive(case)
    with pytest.raises(TooEarly):
        await desk.escalate(case)
    await trade.let_pass(days=10)

    assert (await desk.page(case)).state == "platform"
    assert await trade.free("red") == free
    await trade.let_pass(days=3)
    await desk.rule(case, "full")
    await trade.let_pass(days=3)
    assert (await desk.page(case)).refunded_minor == 3_240
    assert await desk.findings() == []


async def test_what_is_in_stock_again_is_not_put_there_by_a_ruling_once_more(
    trade: Trade, desk: Desk
) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="quality")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    await desk.receive(case, restock=True)
    await trade.let_pass(days=10)
    assert await trade.free("red") == free + 3
    await trade.let_pass(days=3)

    await desk.rule(case, "full", restock=True)
    await trade.let_pass(days=3)

    assert (await desk.page(case)).refunded_minor == 3_240
    assert await trade.free("red") == free + 3
    assert await desk.findings() == []


async def test_a_replacement_that_never_arrives_is_brought_before_the_market(
    trade: Trade, desk: Desk
) -> None:
    order = await sent_order(trade)
    case = await desk.apply(order, l1=2, kind="resend", reason_code="short")
    await desk.answer(case, agree=True)
    await desk.send_again(case)

    assert "escalate" in (await desk.page(case)).can
    assert (await desk.escalate(case, "还是没收到")).state == "platform"


async def test_a_rejected_exchange_frees_its_goods_and_can_become_a_refund(trade: Trade, desk: Desk) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="size")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    await desk.receive(case, accept=False, reason="已使用")
    assert await trade.free("red") == free

    await desk.modify(case, kind="refund_only", goods_minor=1_000)
    done = await desk.answer(case, agree=True)

    assert done.refunded_minor == 1_000
    assert await desk.findings() == []


async def test_what_never_arrived_is_sent_again_but_not_exchanged(trade: Trade, desk: Desk) -> None:
    order = await sent_order(trade)
    said = {"goods_status": "not_received", "reason_code": "not_arrived"}

    with pytest.raises(ReasonDoesNotFit):
        await desk.apply(order, l1=10, kind="exchange", **said)
    case = await desk.apply(order, l1=10, kind="resend", **said)
    assert (await desk.answer(case, agree=True)).state == "wait_seller_send"
    assert await desk.findings() == []


async def test_a_ruling_on_an_exchange_is_about_money(trade: Trade, desk: Desk) -> None:
    """The seller says no to an exchange; the market has the goods go back and the money after them."""
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="damage")
    await desk.answer(case, agree=False, reason="外包装完好")
    await desk.escalate(case)
    await trade.let_pass(days=3)
    await desk.rule(case, "full", needs_return=True)
    await trade.let_pass(days=3)
    assert (await desk.page(case)).kind == "return_refund"
    await desk.send_back(case)
    done = await desk.receive(case)

    assert (done.state, done.refunded_minor) == ("refunding", 3_240)
    assert await trade.free("red") == free
    assert await desk.findings() == []


@pytest.mark.parametrize("received", [True, False])
async def test_a_ruling_does_not_ask_for_goods_that_came_back_already(
    trade: Trade, desk: Desk, *, received: bool
) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    free = await trade.free("red")
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="damage")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    if received:
        await desk.receive(case)
    await trade.let_pass(days=30)
    assert (await desk.page(case)).state == "platform"
    await trade.let_pass(days=3)

    await desk.rule(case, "full", needs_return=True, restock=True)
    (ruling,) = (await desk.page(case)).rulings
    assert not ruling.needs_return
    await trade.let_pass(days=3)

    page = await desk.page(case)
    assert (page.state, page.refunded_minor) == ("refunding", 3_240)
    assert await trade.free("red") == free + 3
    assert await desk.findings() == []


async def test_a_ruling_may_ask_for_the_replacement_back(trade: Trade, desk: Desk) -> None:
    await with_address(trade)
    order = await sent_order(trade)
    case = await desk.apply(order, l1=3, kind="exchange", reason_code="damage")
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    await desk.receive(case)
    await desk.send_again(case)
    await trade.let_pass(days=3)
    await desk.escalate(case, "换来的还是坏的")
    await trade.let_pass(days=3)

    await desk.rule(case, "full", needs_return=True)
    await trade.let_pass(days=3)
    assert (await desk.page(case)).state == "wait_buyer_send"
    await desk.send_back(case)
    done = await desk.receive(case)

    assert (done.state, done.refunded_minor) == ("refunding", 3_240)
    assert await desk.findings() == []
