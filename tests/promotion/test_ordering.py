"""An order under promotions: quoted, placed, amended, refunded and received by what was taken off it, to the fen."""

from typing import Any

import asyncpg
import pytest

from huozhan import ordering, promotion
from huozhan.ordering.asks import AmendPrice, LineAmount, LineQuantity, PlaceOrder, PutInCart, RefundUnshipped
from huozhan.ordering.placing import PriceMoved
from huozhan.ordering.views import PlacedOrder, RefundView
from tests.ordering.trading import Trade
from tests.promotion import promoting


async def give_back(trade: Trade, order: PlacedOrder, line_no: int, quantity: int) -> RefundView:
    ask = RefundUnshipped(
        order_id=order.order_id, reason="拍错了", lines=(LineQuantity(line_no=line_no, quantity=quantity),)
    )
    return await trade.hall.run(ordering.refund_unshipped, ask, trade.li)


async def amend(trade: Trade, order: PlacedOrder, **changes: Any) -> None:
    ask = AmendPrice(order_id=order.order_id, reason="老客户优惠", **changes)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)


async def test_a_quote_shows_every_step_and_freight_follows_what_is_left(trade: Trade) -> None:
    await promoting.item(trade, off_bp=1_000)
    await promoting.full(trade, (20_000, 1_000), (40_000, 3_000))

    (share,) = (await trade.quote(*trade.want(red=20, blue=30))).shares

    assert share.list_minor == 50_000
    assert [(off.step, off.funder, off.amount_minor) for off in share.offs] == [
        ("item", "seller", 5_000), ("full", "seller", 3_000),
    ]  # fmt: skip
    assert [line.goods_minor for line in share.lines] == [18_000 - 1_200, 27_000 - 1_800]
    assert (share.goods_minor, share.amount_minor) == (42_000, 42_000 + 1_800)
    assert [line.freight_minor for line in share.lines] == [720, 1_080]


async def test_the_cart_says_how_far_the_next_step_is(trade: Trade) -> None:
    await promoting.full(trade, (50_000, 3_000))
    shown = await trade.hall.run(ordering.put_in_cart, PutInCart(lines=trade.want(red=45, blue=1)), trade.li)

    (group,) = shown.groups
    assert group.nudge is not None
    assert (group.nudge.from_minor, group.nudge.off_minor, group.nudge.missing_minor) == (
        50_000,
        3_000,
        4_000,
    )
    assert (group.list_minor, group.goods_minor, group.offs) == (46_000, 46_000, [])


async def test_an_order_keeps_what_was_taken_off_and_verifies(trade: Trade, db: asyncpg.Connection) -> None:
    made = await promoting.full(trade, (20_000, 1_001))
    order = await trade.one(red=20, blue=10)

    page = await trade.page(order)
    assert [line.discount_minor for line in page.lines] == [667, 334]
    assert (page.list_minor, page.goods_minor) == (30_000, 28_999)
    assert [(off.promotion_id, off.name.zh, off.amount_minor) for off in page.offs] == [
        (made.promotion_id, "春季促销", 1_001)
    ]
    assert await trade.findings() == []
    await db.execute("UPDATE order_line SET discount_minor = 5 WHERE order_id = $1", int(order.order_id))
    assert [finding.code for finding in await trade.findings()] == ["ordering.discounts_apart"] * 2


@pytest.mark.parametrize("parts", [(1, 1, 18), (7, 13), (19, 1), (20,)])
async def test_any_sequence_of_refunds_ends_at_what_was_paid(trade: Trade, parts: tuple[int, ...]) -> None:
    await promoting.full(trade, (10_000, 1_001))
    order = await trade.paid(red=20)
    assert order.amount_minor == 20_000 - 1_001 + 1_000

    back = [(await give_back(trade, order, 1, part)).amount_minor for part in parts]

    assert sum(back) == order.amount_minor
    page = await trade.page(order)
    assert (page.state, page.money.escrow_minor) == ("terminated", 0)
    assert await trade.findings() == []


async def test_what_is_received_pays_the_seller_what_is_left_of_the_price(trade: Trade) -> None:
    await promoting.full(trade, (10_000, 1_001))
    order = await trade.paid(red=20)
    back = (await give_back(trade, order, 1, 7)).amount_minor
    await trade.ship(order)
    await trade.confirm(order)

    page = await trade.page(order)
    assert (page.state, page.money.released_minor) == ("success", order.amount_minor - back)
    assert await trade.findings() == []


async def test_the_use_so_far_counts_what_was_paid(trade: Trade) -> None:
    await promoting.full(trade, (10_000, 1_000))
    paid, left = await trade.paid(red=20), await trade.one(red=30)

    (shown,) = await promoting.made_by(trade)
    assert (shown.use.orders, shown.use.paid, shown.use.buyers) == (2, 1, 1)
    assert (shown.use.off_minor, shown.use.sold_minor) == (1_000, 19_000)

    await trade.let_pass(days=2)
    assert (await trade.page(left)).state == "closed"
    (shown,) = await promoting.made_by(trade)
    assert (shown.use.orders, shown.use.paid) == (1, 1)
    assert paid.amount_minor == 20_000


async def test_a_promotion_that_ends_meanwhile_moves_the_price(trade: Trade) -> None:
    made = await promoting.full(trade, (10_000, 1_000))
    lines = trade.want(red=20)
    quoted = await trade.quote(*lines)
    await promoting.stop(trade, made)

    ask = PlaceOrder(address_id=trade.address_id, quote_hash=quoted.quote_hash, lines=lines)
    with pytest.raises(PriceMoved):
        await trade.hall.run(ordering.place_order, ask, trade.li)


async def test_a_line_that_the_seller_reprices_costs_what_the_seller_says(trade: Trade) -> None:
    await promoting.full(trade, (10_000, 1_001))
    order = await trade.one(red=20, blue=10)

    await amend(trade, order, lines=(LineAmount(line_no=1, goods_minor=15_000),))

    page = await trade.page(order)
    assert [(line.goods_minor, line.discount_minor) for line in page.lines] == [(15_000, 0), (9_666, 334)]
    assert [off.amount_minor for off in page.offs] == [334]
    await trade.pay(order)
    assert await trade.findings() == []


async def test_samples_keep_their_price(trade: Trade) -> None:
    await promoting.item(trade, off_bp=5_000)
    sample = ordering.asks.WantedLine(sku_id=str(trade.skus["red"]), quantity=1, is_sample=True)

    assert (await trade.quote(sample)).goods_minor == 500


async def test_a_shop_that_promotes_nothing_is_not_asked_for(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[int]] = []

    async def at_hand(_work: Any, seller_ids: set[int]) -> promotion.AtHand:
        asked.append(seller_ids)
        return promotion.NOTHING

    monkeypatch.setattr(promotion, "at_hand", at_hand)
    await trade.quote(*trade.want(red=20, bolt=500))
    assert asked == []
    await promoting.full(trade, (10_000, 1_000))
    await trade.quote(*trade.want(red=20, bolt=500))
    assert asked == [{trade.chenguang.org_id}]
