"""Returns without a reason where the shop promises them: agreed at once, at the buyer's cost, rejected with proof only."""

import pytest

from huozhan import catalogue
from huozhan.aftersales.applying import ReasonDoesNotFit
from huozhan.aftersales.asks import OpenCasesOf
from huozhan.aftersales.looking import cases_of_order
from huozhan.aftersales.promised import DamageUnproven, NotPromised, ReturnPromised
from huozhan.catalogue.shop import EditShop
from tests import world
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade

PICTURE = "0" * 31 + "1"


async def promise(trade: Trade, *services: str) -> None:
    ask = EditShop(services=tuple(catalogue.Service(one) for one in services))
    await trade.hall.run(catalogue.edit_shop, ask, trade.chenguang)


async def bought(trade: Trade, *services: str, with_address: bool = True):
    """Ten cups, confirmed, under the shop's promises."""
    if with_address:
        await world.address(trade.hall, trade.chenguang, division="510104")
    await promise(trade, *services)
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)
    return order


async def test_goods_go_back_without_a_reason_and_nobody_is_asked(trade: Trade) -> None:
    desk = Desk(trade)
    order = await bought(trade, "no_reason")
    case = await desk.apply(order, l1=10, kind="return_refund", reason_code="no_reason")
    assert (case.state, case.asked_minor) == ("wait_buyer_send", 10_000), "the freight stays with the buyer"
    assert [(move.event, move.by) for move in (await desk.page(case)).timeline] == [
        ("apply", "buyer"),
        ("agree_return", "market"),
    ]

    await desk.send_back(case)
    done = await desk.receive(case, restock=True)

    assert done.refunded_minor == 10_000
    assert await desk.findings() == []


async def test_an_order_keeps_what_was_promised_when_it_was_placed(trade: Trade) -> None:
    desk = Desk(trade)
    promised = await bought(trade, "no_reason")
    await promise(trade)
    unpromised = await trade.paid(red=10)
    await trade.ship(unpromised)

    assert [one.code for one in (await trade.page(promised)).services] == ["no_reason"]
    with pytest.raises(NotPromised):
        await desk.apply(unpromised, l1=10, kind="return_refund", reason_code="no_reason")
    case = await desk.apply(promised, l1=1, kind="return_refund", reason_code="no_reason")
    assert case.state == "wait_buyer_send"


async def test_seven_days_and_only_as_a_return(trade: Trade) -> None:
    desk = Desk(trade)
    order = await bought(trade, "no_reason")

    async def reasons() -> list[str]:
        ask = OpenCasesOf(order_id=order.order_id)
        return [one.code for one in (await trade.hall.run(cases_of_order, ask, trade.li)).reasons]

    with pytest.raises(NotPromised):
        await desk.apply(order, l1=1, kind="refund_only", reason_code="no_reason")
    assert "no_reason" in await reasons()
    await trade.let_pass(days=7)
    with pytest.raises(NotPromised):
        await desk.apply(order, l1=1, kind="return_refund", reason_code="no_reason")
    assert "no_reason" not in await reasons()


async def test_without_an_address_the_seller_names_one_and_cannot_say_no(trade: Trade) -> None:
    desk = Desk(trade)
    order = await bought(trade, "no_reason", with_address=False)
    case = await desk.apply(order, l1=2, kind="return_refund", reason_code="no_reason")
    assert case.state == "wait_seller"

    with pytest.raises(ReturnPromised):
        await desk.answer(case, agree=False, reason="不退")


async def test_what_came_back_damaged_is_rejected_with_pictures_and_asked_for_as_a_return_only(
    trade: Trade,
) -> None:
    desk = Desk(trade)
    order = await bought(trade, "no_reason")
    case = await desk.apply(order, l1=10, kind="return_refund", reason_code="no_reason")
    await desk.send_back(case)

    with pytest.raises(DamageUnproven):
        await desk.receive(case, accept=False, reason="杯子碎了")
    rejected = await desk.receive(case, accept=False, reason="杯子碎了", pictures=(PICTURE,))
    assert rejected.state == "wait_buyer_modify"
    with pytest.raises(ReasonDoesNotFit):
        await desk.modify(case, goods_minor=5_000, kind="refund_only")
    assert (await desk.escalate(case)).state == "platform"


async def test_goods_on_their_way_that_arrived_go_back_without_a_reason_too(trade: Trade) -> None:
    desk = Desk(trade)
    await world.address(trade.hall, trade.chenguang, division="510104")
    await promise(trade, "no_reason")
    order = await trade.paid(red=10)
    await trade.ship(order)
    case = await desk.apply(order, l1=4, kind="return_refund", reason_code="no_reason")
    await desk.send_back(case)
    await desk.receive(case)
    await trade.confirm(order)

    page = await trade.page(order)
    assert page.money.refunded_minor == 4_000
    assert await desk.findings() == []
