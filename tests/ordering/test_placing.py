"""Placing: what was quoted becomes orders, once, or nothing changes."""

from decimal import Decimal

import asyncpg
import msgspec
import pytest

from huozhan import catalogue, ordering
from huozhan.catalogue import OutOfStock
from huozhan.catalogue.goods import Step
from huozhan.catalogue.listing import OwnOffer
from huozhan.catalogue.offer import SkuAsk
from huozhan.kernel.money import PRICE_E4_MAX
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AmendPrice, InvoiceWish, PayOrders, PlaceOrder, PutInCart, SellerNote
from huozhan.ordering.placing import (
    AmountTooLarge,
    NotDelivered,
    NothingToOrder,
    NothingToPay,
    NotOrderable,
    OwnGoods,
    PriceMoved,
)
from tests.ordering.trading import BOLTS, CUPS, Trade


async def test_a_purchase_becomes_one_order_per_seller(trade: Trade) -> None:
    placed = await trade.place(*trade.want(red=60, bolt=3_331))

    assert sorted(order.amount_minor for order in placed.orders) == [11_659, 60_000 + 600 + 14 * 100]
    assert await trade.free("red") == 940
    assert await trade.findings() == []


async def test_a_line_amount_rounds_half_up(trade: Trade) -> None:
    order = await trade.one(bolt=3_331)

    page = await trade.page(order)
    assert (page.lines[0].price_e4, page.goods_minor, page.freight_minor) == (350, 11_659, 0)
    assert Decimal("0.0350") * 3331 == Decimal("116.585")


async def test_the_same_key_places_once(trade: Trade) -> None:
    first = await trade.place(*trade.want(red=10), key="k")
    again = await trade.place(*trade.want(red=10), key="k")

    assert first == again
    assert await trade.free("red") == 990


async def test_refuses_when_the_price_moved_and_tells_what_it_is_now(trade: Trade) -> None:
    quoted = await trade.quote(*trade.want(red=10))
    dearer = msgspec.structs.replace(CUPS, ladder=(Step(1, 110_000),))
    await trade.hall.run(catalogue.publish_offer, dearer, trade.chenguang)

    ask = PlaceOrder(address_id=trade.address_id, quote_hash=quoted.quote_hash, lines=trade.want(red=10))
    with pytest.raises(PriceMoved) as refused:
        await trade.hall.run(ordering.place_order, ask, trade.li)

    fresh = await trade.quote(*trade.want(red=10))
    assert refused.value.facts == {"amount_minor": 11_000 + 800, "quote_hash": fresh.quote_hash}
    assert await trade.free("red") == 1_000


async def test_a_quote_stays_good_while_others_buy(trade: Trade) -> None:
    before = await trade.quote(*trade.want(red=10))
    await trade.one(red=100)

    assert (await trade.quote(*trade.want(red=10))).quote_hash == before.quote_hash


async def test_refuses_naming_the_sku_that_is_short(trade: Trade) -> None:
    quoted = await trade.quote(*trade.want(blue=500))
    await trade.one(blue=1)

    ask = PlaceOrder(address_id=trade.address_id, quote_hash=quoted.quote_hash, lines=trade.want(blue=500))
    with pytest.raises((NotOrderable, OutOfStock)) as refused:
        await trade.hall.run(ordering.place_order, ask, trade.li)

    assert refused.value.facts["sku_id"] == str(trade.skus["blue"])
    assert refused.value.facts["free"] == 499


async def test_what_is_placed_leaves_the_cart_and_the_rest_stays(trade: Trade) -> None:
    await trade.hall.run(ordering.put_in_cart, PutInCart(lines=trade.want(red=10, blue=5)), trade.li)

    await trade.place(*trade.want(red=10))

    cart = await trade.hall.run(ordering.cart, Nothing(), trade.li)
    assert [(line.goods.sku_id, line.quantity) for line in cart.groups[0].lines] == [
        (str(trade.skus["blue"]), 5)
    ]


async def test_without_lines_the_whole_cart_is_bought(trade: Trade) -> None:
    await trade.hall.run(ordering.put_in_cart, PutInCart(lines=trade.want(red=10, bolt=5)), trade.li)

    placed = await trade.place()

    assert len(placed.orders) == 2
    assert (await trade.hall.run(ordering.cart, Nothing(), trade.li)).lines == 0
    with pytest.raises(NothingToOrder):
        await trade.place()


async def test_an_order_keeps_what_it_was_placed_under(trade: Trade) -> None:
    order = await trade.one(red=10)
    renamed = msgspec.structs.replace(CUPS, title=msgspec.structs.replace(CUPS.title, zh="新名字"))
    await trade.hall.run(catalogue.publish_offer, renamed, trade.chenguang)

    page = await trade.page(order)

    assert page.lines[0].goods.title.zh == "陶瓷杯"
    assert page.lines[0].offer_version == 1
    assert (page.delivery.receiver, page.delivery.phone) == ("王**", "138****5678")
    assert page.timeline[0].event == "place"


async def test_what_could_never_be_paid_is_not_ordered(trade: Trade) -> None:
    gold = msgspec.structs.replace(
        BOLTS,
        offer_code="GOLD",
        ladder=(Step(1, PRICE_E4_MAX),),
        skus=(SkuAsk(sku_code="GOLD", stock=9_999_999),),
    )
    await trade.hall.run(catalogue.publish_offer, gold, trade.people.hongfa)
    async with trade.hall.pool.acquire() as db:
        trade.skus["gold"] = await db.fetchval("SELECT sku_id FROM sku WHERE sku_code = 'GOLD'")

    with pytest.raises(AmountTooLarge):
        await trade.one(gold=9_999_999)
    ten = [await trade.one(gold=10_000) for _ in range(11)]
    with pytest.raises(AmountTooLarge):
        await trade.hall.run(
            ordering.pay_orders, PayOrders(order_ids=tuple(order.order_id for order in ten)), trade.li
        )
    with pytest.raises(AmountTooLarge):
        ask = AmendPrice(order_id=ten[0].order_id, reason="加急", goods_minor=10**15, freight_minor=1)
        await trade.hall.run(ordering.amend_price, ask, trade.people.hongfa)


async def test_a_note_reaches_its_supplier(trade: Trade) -> None:
    notes = (SellerNote(seller_id=str(trade.chenguang.org_id), text="请分开包装"),)
    (order,) = (await trade.place(*trade.want(red=10), notes=notes)).orders

    assert [note.text for note in (await trade.page(order, trade.chenguang)).notes] == ["请分开包装"]


async def test_nobody_buys_from_the_own_shop(trade: Trade) -> None:
    address = await trade.address_of(trade.chenguang)
    quoted = await trade.hall.run(
        ordering.quote, ordering.asks.QuoteAsk(address_id=address, lines=trade.want(red=1)), trade.chenguang
    )
    ask = PlaceOrder(address_id=address, quote_hash=quoted.quote_hash, lines=trade.want(red=1))

    with pytest.raises(OwnGoods):
        await trade.hall.run(ordering.place_order, ask, trade.chenguang)


async def test_a_named_line_that_is_no_longer_sold_is_not_left_out_in_silence(trade: Trade) -> None:
    lines = trade.want(red=10, bolt=10)
    offer_id = (await trade.quote(*lines)).shares[0].lines[0].goods.offer_id
    await trade.hall.run(catalogue.pause_offer, OwnOffer(offer_id=offer_id), trade.chenguang)

    with pytest.raises(NotOrderable) as refused:
        await trade.place(*lines)

    assert refused.value.facts == {"trouble": "not_on_sale", "sku_id": str(trade.skus["red"])}
    assert await trade.free("bolt") == 100_000


async def test_an_order_costs_at_least_a_fen(trade: Trade) -> None:
    """One bolt at 0.0350 is 4 fen, so a price of nothing needs an offer of nothing: 0.0001 each."""
    dust = msgspec.structs.replace(BOLTS, ladder=(Step(1, 1),))
    await trade.hall.run(catalogue.publish_offer, dust, trade.hongfa)

    with pytest.raises(NothingToPay):
        await trade.place(*trade.want(bolt=49))
    assert (await trade.one(bolt=50)).amount_minor == 1


async def test_a_foreign_address_is_not_found(trade: Trade) -> None:
    foreign = str(trade.people.hengxin_address_id)

    with pytest.raises(NotFound):
        await trade.hall.run(
            ordering.quote, ordering.asks.QuoteAsk(address_id=foreign, lines=trade.want(red=1)), trade.li
        )


async def test_an_address_abroad_that_no_template_names_is_not_delivered_to(trade: Trade) -> None:
    ann = trade.people.ashdown
    address = str(trade.people.ashdown_address_id)
    quoted = await trade.hall.run(
        ordering.quote, ordering.asks.QuoteAsk(address_id=address, lines=trade.want(red=1)), ann
    )

    assert (quoted.can_be_placed, quoted.undeliverable) == (False, [str(trade.chenguang.org_id)])
    ask = PlaceOrder(address_id=address, quote_hash=quoted.quote_hash, lines=trade.want(red=1))
    with pytest.raises(NotDelivered):
        await trade.hall.run(ordering.place_order, ask, ann)


async def test_three_skus_are_placed_in_twelve_round_trips(trade: Trade, db: asyncpg.Connection) -> None:
    lines = trade.want(red=10, blue=10, bolt=10)
    await trade.place(*lines)  # the driver asks once per connection what our types are
    quoted = await trade.quote(*lines)
    ask = PlaceOrder(
        address_id=trade.address_id,
        quote_hash=quoted.quote_hash,
        lines=lines,
        invoice=InvoiceWish(title_id="1"),
    )
    asked: list[str] = []
    with db.query_logger(lambda record: asked.append(record.query)):
        await trade.hall.run(ordering.place_order, ask, trade.li, key="k")

    statements = len(asked) + 2  # BEGIN and COMMIT, which the driver does not log
    assert statements <= 12, asked
