"""The cart: many SKUs at once, by supplier, each price explained, each trouble with its ways out."""

import msgspec
import pytest

from huozhan import catalogue, ordering
from huozhan.catalogue.listing import OwnOffer
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import (
    QUANTITY_MAX,
    CartLineRef,
    ChangeCart,
    OrderRef,
    PutInCart,
    RemoveFromCart,
    WantedLine,
)
from huozhan.ordering.filling import CannotPut
from huozhan.ordering.views import CartView, TroubleView, WayView
from tests.ordering.trading import CUPS, Trade


async def put(trade: Trade, **quantities: int) -> CartView:
    return await trade.hall.run(ordering.put_in_cart, PutInCart(lines=trade.want(**quantities)), trade.li)


async def test_many_skus_go_in_at_once_and_stand_by_supplier(trade: Trade) -> None:
    cart = await put(trade, red=60, blue=20, bolt=500)

    assert [(group.supplier.name.zh, len(group.lines)) for group in cart.groups] == [
        ("义乌市晨光小商品有限公司", 2),
        ("佛山市禅城区宏发五金厂", 1),
    ]
    red = cart.groups[0].lines[0].price
    assert (red.price_e4, red.step_from, red.counted_quantity) == (100_000, 1, 80)
    assert (red.pieces_more, red.next_price_e4) == (20, 90_000)
    assert cart.goods_minor == 80_000 + 1_750


async def test_putting_more_adds_and_changing_sets(trade: Trade) -> None:
    await put(trade, red=60)
    cart = await put(trade, red=40)
    assert (cart.groups[0].lines[0].quantity, cart.groups[0].lines[0].price.price_e4) == (100, 90_000)

    ask = ChangeCart(lines=trade.want(red=5))
    cart = await trade.hall.run(ordering.change_cart, ask, trade.li)
    assert cart.groups[0].lines[0].quantity == 5


async def test_a_cart_belongs_to_the_organisation_and_to_no_other(trade: Trade) -> None:
    await put(trade, red=60)

    assert (await trade.hall.run(ordering.cart, Nothing(), trade.people.hengxin)).lines == 0
    with pytest.raises(NotFound):
        await trade.hall.run(ordering.change_cart, ChangeCart(lines=trade.want(red=5)), trade.people.hengxin)


async def test_samples_stand_apart_from_goods(trade: Trade) -> None:
    sku_id = str(trade.skus["red"])
    lines = (WantedLine(sku_id=sku_id, quantity=10), WantedLine(sku_id=sku_id, quantity=1, is_sample=True))

    cart = await trade.hall.run(ordering.put_in_cart, PutInCart(lines=lines), trade.li)

    priced = [(line.is_sample, line.price.price_e4, line.price.basis) for line in cart.groups[0].lines]
    assert sorted(priced) == [(False, 100_000, "ladder"), (True, 50_000, "sample")]
    gone = RemoveFromCart(lines=(CartLineRef(sku_id=sku_id, is_sample=True),))
    assert (await trade.hall.run(ordering.remove_from_cart, gone, trade.li)).lines == 1


async def test_what_is_no_longer_sold_is_set_apart(trade: Trade) -> None:
    cart = await put(trade, red=10, bolt=5)
    offer_id = cart.groups[0].lines[0].goods.offer_id
    await trade.hall.run(catalogue.pause_offer, OwnOffer(offer_id=offer_id), trade.chenguang)

    cart = await trade.hall.run(ordering.cart, Nothing(), trade.li)

    assert [(line.why, line.quantity) for line in cart.invalid] == [("not_on_sale", 10)]
    assert cart.goods_minor == 18
    quoted = await trade.quote()
    assert quoted.can_be_placed
    assert [line.why for line in quoted.invalid] == ["not_on_sale"]


async def test_a_trouble_comes_with_its_ways_out(trade: Trade) -> None:
    by_dozens = msgspec.structs.replace(CUPS, lot=12)
    await trade.hall.run(catalogue.publish_offer, by_dozens, trade.chenguang)

    cart = await put(trade, red=30)

    (trouble,) = cart.groups[0].troubles
    assert trouble.code == "not_whole_lots"
    assert [(way.kind, way.quantity) for way in trouble.ways] == [("set_quantity", 24), ("set_quantity", 36)]


async def test_nothing_goes_in_that_is_not_sold(trade: Trade) -> None:
    lines = (WantedLine(sku_id="12345", quantity=1),)

    with pytest.raises(CannotPut):
        await trade.hall.run(ordering.put_in_cart, PutInCart(lines=lines), trade.li)


async def test_a_quantity_stops_at_the_most_a_line_holds(trade: Trade) -> None:
    await put(trade, bolt=QUANTITY_MAX)
    cart = await put(trade, bolt=1)

    assert cart.groups[0].lines[0].quantity == QUANTITY_MAX


async def test_reordering_fills_the_cart_and_names_what_is_gone(trade: Trade) -> None:
    order = await trade.one(red=10, blue=5)
    only_red = msgspec.structs.replace(CUPS, skus=CUPS.skus[:1])
    await trade.hall.run(catalogue.publish_offer, only_red, trade.chenguang)

    again = await trade.hall.run(ordering.reorder, OrderRef(order_id=order.order_id), trade.li)

    assert (again.put, [(line.options.zh, line.quantity) for line in again.not_sold]) == (1, [("蓝", 5)])
    cart = await trade.hall.run(ordering.cart, Nothing(), trade.li)
    assert [line.quantity for line in cart.groups[0].lines] == [10]
    with pytest.raises(NotFound):
        await trade.hall.run(ordering.reorder, OrderRef(order_id=order.order_id), trade.chenguang)


def test_a_lot_is_not_complained_of_where_the_pieces_to_the_minimum_fill_it() -> None:
    def way(quantity: int) -> WayView:
        return WayView(kind="add_pieces", offer_id="1", sku_id="7", seller_id="2", quantity=quantity, amount_minor=0, cost_minor=0)  # fmt: skip

    lots = TroubleView(
        code="not_whole_lots", offer_id="1", sku_id="7", facts={"quantity": 3, "lot": 36}, ways=[]
    )
    short = [
        TroubleView(
            code="below_minimum", offer_id="1", sku_id="", facts={"quantity": 3, "moq": 36}, ways=[way(n)]
        )
        for n in (33, 5)
    ]
    assert ordering.worth_telling([lots, short[0]]) == [short[0]]
    assert ordering.worth_telling([lots, short[1]]) == [lots, short[1]]
    assert ordering.worth_telling([lots]) == [lots]
