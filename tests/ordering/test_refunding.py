"""Refunding before shipment: at once by rule, else by word or by the clock; to the fen, line by line."""

from typing import Any

import pytest

from huozhan import ordering
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.ordering.asks import AnswerRefund, DeclareLack, LineQuantity, RefundUnshipped
from huozhan.ordering.handing import NotToShip
from huozhan.ordering.refunding import NotUnshipped, RefundOpen
from huozhan.ordering.views import PlacedOrder, RefundView
from tests.ordering.trading import Trade


async def ask_back(trade: Trade, order: PlacedOrder, **lines: int) -> RefundView:
    wanted = tuple(LineQuantity(line_no=int(name[1:]), quantity=n) for name, n in lines.items())
    ask = RefundUnshipped(order_id=order.order_id, reason="拍错了", lines=wanted)
    return await trade.hall.run(ordering.refund_unshipped, ask, trade.li)


async def answer(trade: Trade, order: PlacedOrder, refund: RefundView, **given: Any) -> RefundView:
    ask = AnswerRefund(order_id=order.order_id, refund_id=refund.refund_id, **given)
    return await trade.hall.run(ordering.answer_refund, ask, trade.seller_of(order))


async def test_a_small_young_order_is_refunded_at_once(trade: Trade) -> None:
    order = await trade.paid(red=10)

    refund = await ask_back(trade, order)

    assert (refund.state, refund.answered_by, refund.amount_minor) == ("agreed", "rule", order.amount_minor)
    page = await trade.page(order)
    assert (page.state, page.money.escrow_minor, page.who_acts) == ("terminated", 0, "")
    assert await trade.free("red") == 1_000
    assert await trade.findings() == []


async def notices(trade: Trade, order: PlacedOrder) -> list[tuple[bool, str]]:
    """What was told about goods that went back, and whether to the seller."""
    while await relay_once(trade.hall):
        pass
    async with trade.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT org_id, kind FROM notice WHERE link LIKE '%' || $1 AND kind = ANY ($2::text[]) ORDER BY notice_id",
            order.order_id,
            ["unshipped_given_back", "unshipped_came_back", "order_terminated", "lack_declared"],
        )
    return [(str(row["org_id"]) == order.seller_id, row["kind"]) for row in rows]


async def test_a_seller_hears_what_not_to_send_any_more(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await ask_back(trade, order, l1=4)
    assert await notices(trade, order) == [(True, "unshipped_given_back")]

    await ask_back(trade, order)
    assert (await notices(trade, order))[1:] == [(True, "order_terminated"), (False, "order_terminated")]


async def test_a_buyer_hears_what_came_back_by_itself_and_of_a_lack_only_once(trade: Trade) -> None:
    order = await trade.paid(red=100)
    await trade.ship(order, l1=40)
    await trade.let_pass(hours=48)
    await trade.let_pass(days=30)
    told = await notices(trade, order)
    assert told == [(True, "unshipped_given_back"), (False, "unshipped_came_back")]

    lacking = await trade.paid(red=10)
    ask = DeclareLack(order_id=lacking.order_id, lines=(LineQuantity(1, 4),), reason="断货")
    await trade.hall.run(ordering.declare_lack, ask, trade.chenguang)
    assert await notices(trade, lacking) == [(False, "lack_declared")]


@pytest.mark.parametrize(("red", "hours", "state"), [(97, 6, "agreed"), (98, 0, "asked"), (10, 7, "asked")])
async def test_the_rule_knows_its_limits(trade: Trade, red: int, hours: int, state: str) -> None:
    order = await trade.paid(red=red)
    trade.clock.pass_(hours=hours)

    assert (await ask_back(trade, order)).state == state


async def test_a_small_order_of_which_something_was_sent_is_not_refunded_unasked(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order, l1=1)

    assert (await ask_back(trade, order)).state == "asked"


async def test_the_seller_answers_and_the_rest_goes_on(trade: Trade) -> None:
    order = await trade.paid(red=60, blue=60)

    refund = await ask_back(trade, order, l1=20)
    assert (refund.state, (await trade.page(order)).who_acts) == ("asked", "seller")
    agreed = await answer(trade, order, refund, agree=True)

    assert agreed.amount_minor == 18_000 + 583  # a third of the line's 17.50 freight
    page = await trade.page(order)
    assert (page.state, page.lines[0].to_ship, page.lines[1].to_ship) == ("wait_send", 40, 60)
    await trade.ship(order)
    await trade.confirm(order)
    page = await trade.page(order)
    assert (page.state, page.money.refunded_minor) == ("success", agreed.amount_minor)
    assert page.money.released_minor == order.amount_minor - agreed.amount_minor
    assert await trade.findings() == []


async def test_a_refusal_needs_a_reason_and_leaves_all_as_it_was(trade: Trade) -> None:
    order = await trade.paid(red=120)
    refund = await ask_back(trade, order)

    with pytest.raises(Invalid):
        await answer(trade, order, refund, agree=False)
    refused = await answer(trade, order, refund, agree=False, reason="已打包")

    assert (refused.state, refused.answer) == ("refused", "已打包")
    assert (await trade.page(order)).state == "wait_send"
    assert (await ask_back(trade, order)).state == "asked"


async def test_an_answer_is_for_the_question_that_was_read(trade: Trade) -> None:
    order = await trade.paid(red=120)
    old = await ask_back(trade, order, l1=1)
    await answer(trade, order, old, agree=False, reason="已打包")
    await ask_back(trade, order)

    with pytest.raises(NotFound):
        await answer(trade, order, old, agree=True)

    assert (await trade.page(order)).money.refunded_minor == 0


async def test_no_answer_in_time_is_a_yes(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await ask_back(trade, order)

    await trade.let_pass(hours=47)
    assert (await trade.page(order)).state == "wait_send"
    await trade.let_pass(hours=1)

    page = await trade.page(order)
    assert (page.state, page.refunds[0].answered_by) == ("terminated", "clock")
    assert await trade.findings() == []


async def test_what_is_asked_back_cannot_be_shipped_meanwhile(trade: Trade) -> None:
    order = await trade.paid(red=120)
    refund = await ask_back(trade, order, l1=20)

    with pytest.raises(NotToShip):
        await trade.ship(order, l1=101)
    await trade.ship(order, l1=100)
    await answer(trade, order, refund, agree=True)

    assert (await trade.page(order)).state == "wait_receive"
    assert await trade.findings() == []


async def test_a_refund_of_the_rest_ends_an_order_whose_parcels_arrived(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.ship(order, l1=100)
    await trade.confirm(order)
    assert (await trade.page(order)).state == "part_sent"

    refund = await ask_back(trade, order)
    await answer(trade, order, refund, agree=True)

    page = await trade.page(order)
    assert (page.state, page.money.escrow_minor) == ("success", 0)
    assert await trade.findings() == []


async def test_a_late_order_is_refunded_at_once(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.let_pass(hours=48)

    page = await trade.page(order)
    assert (page.is_late, page.timeline[-1].event) == (True, "late")
    assert (await ask_back(trade, order)).answered_by == "rule"
    assert (await trade.page(order)).state == "terminated"


async def test_a_seller_who_ships_in_time_is_not_late(trade: Trade) -> None:
    order = await trade.paid(red=120)
    await trade.ship(order)
    await trade.let_pass(hours=49)

    assert not (await trade.page(order)).is_late


async def test_no_more_is_given_back_than_is_not_shipped_and_only_one_question_at_a_time(
    trade: Trade,
) -> None:
    order = await trade.paid(red=120)
    await trade.ship(order, l1=100)

    with pytest.raises(NotUnshipped):
        await ask_back(trade, order, l1=21)
    with pytest.raises(NotFound):
        await ask_back(trade, order, l2=1)
    await ask_back(trade, order, l1=10)
    with pytest.raises(RefundOpen):
        await ask_back(trade, order, l1=10)


async def test_nothing_is_given_back_that_was_not_paid(trade: Trade) -> None:
    order = await trade.one(red=10)

    with pytest.raises(NoSuchMove):
        await ask_back(trade, order)
