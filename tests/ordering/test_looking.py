"""Looking: lists by state, words, dates and cursor; one order for both of its sides; rows for a spreadsheet."""

from datetime import date
from typing import Any

import pytest

from huozhan import ordering
from huozhan.kernel.paging import BadCursor
from huozhan.kernel.refusals import NotFound
from huozhan.ordering.asks import CountOrders, ExportOrders, ListOrders, NoteOrder, OrderRef
from huozhan.ordering.views import OrdersView
from tests.ordering.trading import Trade


async def bought(trade: Trade, **wanted: Any) -> OrdersView:
    return await trade.hall.run(ordering.my_orders, ListOrders(**wanted), trade.li)


async def test_both_sides_see_the_order_and_nobody_else(trade: Trade) -> None:
    order = await trade.one(red=10)

    mine = await bought(trade)
    sold = await trade.hall.run(ordering.my_sales, ListOrders(), trade.chenguang)
    others = await trade.hall.run(ordering.my_sales, ListOrders(), trade.hongfa)

    assert [card.counterparty.zh for card in mine.orders] == ["义乌市晨光小商品有限公司"]
    assert [(card.number, card.counterparty.zh) for card in sold.orders] == [(order.number, "小李杂货店")]
    assert others.orders == []
    for stranger in (trade.hongfa, trade.people.hengxin):
        with pytest.raises(NotFound):
            await trade.page(order, stranger)


async def test_pages_follow_each_other_newest_first(trade: Trade) -> None:
    numbers = []
    for _ in range(5):
        numbers.append((await trade.one(red=10)).number)
        trade.clock.pass_(minutes=1)
    numbers.append((await trade.one(red=10)).number)

    first = await bought(trade, size=4)
    rest = await bought(trade, size=4, cursor=first.next_cursor)

    assert [card.number for card in first.orders + rest.orders] == numbers[::-1]
    assert rest.next_cursor is None
    with pytest.raises(BadCursor):
        await bought(trade, cursor="bm9uc2Vuc2U")


async def test_a_list_shows_one_state_and_counts_show_all(trade: Trade) -> None:
    await trade.one(red=10)
    paid = await trade.paid(blue=10)

    assert [card.number for card in (await bought(trade, state="wait_send")).orders] == [paid.number]
    counts = await trade.hall.run(ordering.order_counts, CountOrders(selling=True), trade.chenguang)
    assert {state: n for state, n in counts.states.items() if n} == {"wait_pay": 1, "wait_send": 1}


async def test_a_card_counts_what_is_still_to_ship(trade: Trade) -> None:
    order = await trade.paid(red=60)
    await trade.ship(order, l1=10)

    (card,) = (await trade.hall.run(ordering.my_sales, ListOrders(), trade.chenguang)).orders

    assert (card.pieces, card.pieces_to_ship) == (60, 50)


@pytest.mark.parametrize("words", ["螺栓", "BOLT", "宏发", "hex b"])
async def test_orders_are_found_by_title_and_by_counterparty(trade: Trade, words: str) -> None:
    await trade.one(red=10)
    bolts = await trade.one(bolt=1_000)

    assert [card.number for card in (await bought(trade, search=words)).orders] == [bolts.number]


async def test_orders_are_found_by_number_and_percent_signs_mean_nothing(trade: Trade) -> None:
    order = await trade.one(red=10)
    await trade.one(red=10)

    assert [card.number for card in (await bought(trade, search=order.number)).orders] == [order.number]
    assert (await bought(trade, search="%")).orders == []
    stranger = await trade.hall.run(ordering.my_orders, ListOrders(search=order.number), trade.people.hengxin)
    assert stranger.orders == []


async def test_a_day_is_a_day_of_the_market(trade: Trade) -> None:
    trade.clock.put(trade.clock.now().replace(hour=15, minute=59))  # 23:59 in Shanghai
    late = await trade.one(red=10)
    trade.clock.pass_(minutes=2)
    early = await trade.one(red=10)

    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert [c.number for c in (await bought(trade, from_on=first, until_on=first)).orders] == [late.number]
    assert [c.number for c in (await bought(trade, from_on=second)).orders] == [early.number]


async def test_the_page_says_whose_turn_it_is_and_what_each_side_may_do(trade: Trade) -> None:
    order = await trade.one(red=120)
    page = await trade.page(order)
    assert (page.who_acts, page.until, page.can) == (
        "buyer",
        order.pay_close_at,
        ["pay", "cancel", "reorder"],
    )
    assert (await trade.page(order, trade.chenguang)).can == ["amend", "cancel"]

    await trade.pay(order)
    page = await trade.page(order, trade.chenguang)
    assert (page.who_acts, page.can, page.money.escrow_minor) == (
        "seller",
        ["declare_lack", "ship", "ask_longer_promise", "file_exemption"],
        order.amount_minor,
    )

    await trade.ship(order)
    page = await trade.page(order)
    assert (page.who_acts, page.can) == ("buyer", ["confirm", "reorder"])

    await trade.confirm(order)
    page = await trade.page(order)
    assert (page.who_acts, page.until, page.can) == ("", None, ["reorder"])
    assert [moment.event for moment in page.timeline] == ["place", "pay", "ship_all", "receive_all"]
    assert [moment.by for moment in page.timeline] == ["buyer", "buyer", "seller", "buyer"]


async def test_a_memo_stays_within_its_organisation(trade: Trade) -> None:
    order = await trade.one(red=10)
    for private in (True, False):
        note = NoteOrder(order_id=order.order_id, text="私" if private else "公", private=private)
        await trade.hall.run(ordering.note_order, note, trade.li)

    assert [note.text for note in (await trade.page(order)).notes] == ["私", "公"]
    assert [note.text for note in (await trade.page(order, trade.chenguang)).notes] == ["公"]


async def test_rows_for_a_spreadsheet_are_lines(trade: Trade) -> None:
    order = await trade.paid(red=10, blue=20)
    await trade.ship(order, l1=4)

    exported = await trade.hall.run(ordering.export_orders, ExportOrders(selling=True), trade.chenguang)

    assert not exported.is_cut
    assert [(row.number, row.line_no, row.quantity, row.shipped) for row in exported.rows] == [
        (order.number, 1, 10, 4),
        (order.number, 2, 20, 0),
    ]
    assert sum(row.goods_minor + row.freight_minor for row in exported.rows) == order.amount_minor


async def test_an_order_that_is_not_there_is_not_found(trade: Trade) -> None:
    with pytest.raises(NotFound):
        await trade.hall.run(ordering.order_page, OrderRef(order_id="1"), trade.li)
