"""Prices for some buyers inside a purchase: which source decides, what an order keeps of it, and who else sees it."""

from typing import Any

import asyncpg
import pytest

from huozhan import catalogue, ordering
from huozhan.kernel.actor import anonymous
from huozhan.ordering.asks import AmendPrice, LineAmount, PlaceOrder, PutInCart
from huozhan.ordering.placing import PriceMoved
from huozhan.pricebook.store import books
from tests.ordering.trading import Trade
from tests.pricebook import booking
from tests.promotion import promoting


async def test_each_source_stands_before_the_next_whichever_is_cheaper(trade: Trade) -> None:
    assert await booking.unit(trade) == (100_000, "ladder", 0)
    await booking.level(trade, "vip", 500)
    await booking.assign(trade, "vip")
    assert await booking.unit(trade) == (95_000, "member", 1)
    await booking.level(trade, "vip", 500, offers={"red": 1_000})
    assert await booking.unit(trade) == (90_000, "member", 2)
    await booking.level(trade, "vip", 500, offers={"red": 1_000}, red=60_000)
    assert await booking.unit(trade) == (60_000, "member", 3)
    assert await booking.unit(trade, name="blue") == (90_000, "member", 3)
    given = await booking.give(trade, red=80_000)
    assert await booking.unit(trade) == (80_000, "negotiated", 1)
    agreed = await booking.agree(trade, red=85_000)
    assert await booking.unit(trade) == (85_000, "contract", 1)
    assert (given.state, agreed.state) == ("in_force", "in_force")
    assert await booking.findings(trade) == []


async def test_members_pay_so_much_less_than_the_step_they_reach(trade: Trade) -> None:
    await booking.level(trade, "normal", 333)
    await booking.assign(trade, "normal")

    (share,) = (await trade.quote(*trade.want(red=40, blue=60))).shares

    assert [(line.price.price_e4, line.price.list_price_e4) for line in share.lines] == [(87_003, 90_000)] * 2
    assert share.goods_minor == 34_801 + 52_202
    below = (await trade.quote(*trade.want(red=40))).shares[0].lines[0].price
    assert (below.price_e4, below.pieces_more, below.next_price_e4) == (96_670, 60, 87_003)


async def test_a_negotiated_price_counts_from_its_quantity_on_and_says_how_far_it_is(trade: Trade) -> None:
    await booking.give(trade, red=((20, 92_000), (50, 88_000)))

    assert await booking.unit(trade, 19) == (100_000, "ladder", 0)
    assert await booking.unit(trade, 20) == (92_000, "negotiated", 1)
    assert await booking.unit(trade, 100) == (88_000, "negotiated", 1)
    shown = await trade.hall.run(ordering.put_in_cart, PutInCart(lines=trade.want(red=15)), trade.li)
    price = shown.groups[0].lines[0].price
    assert (price.price_e4, price.pieces_more, price.next_price_e4) == (100_000, 5, 92_000)


async def test_an_order_keeps_which_version_priced_it(trade: Trade, db: asyncpg.Connection) -> None:
    first = await booking.agree(trade, red=80_000)
    order = await trade.one(red=10)
    await booking.agree(trade, red=70_000)

    (line,) = (await trade.page(order)).lines
    assert (line.basis, line.book_version, line.price_e4, line.goods_minor) == ("contract", 1, 80_000, 8_000)
    row = await db.fetchrow("SELECT book_id, book_version, takes_coupons FROM order_line")
    assert (row["book_id"], row["book_version"], row["takes_coupons"]) == (int(first.book_id), 1, False)
    assert await booking.unit(trade) == (70_000, "contract", 2)
    await trade.pay(order)
    assert await trade.findings() == []


async def test_nobody_else_sees_or_pays_it(trade: Trade) -> None:
    await booking.level(trade, "vip", 500)
    await booking.assign(trade, "vip")
    await booking.agree(trade, red=80_000)
    sku = str(trade.skus["red"])

    mine = await booking.seen(trade, "red")
    assert [(s.sku_id, [(p.source, p.price_e4, p.off_bp) for p in s.steps]) for s in mine.skus] == [
        (sku, [("contract", 80_000, 0), ("member", None, 500)])
    ]
    for stranger in (anonymous(), trade.hongfa, trade.people.hengxin):
        theirs = await booking.seen(trade, "red", stranger)
        assert (theirs.skus, theirs.offers) == ([], {})
    bolts = (await trade.quote(*trade.want(bolt=500))).shares[0].lines[0].price
    assert (bolts.basis, bolts.price_e4) == ("ladder", 350)


async def test_what_is_over_prices_nothing_any_more(trade: Trade) -> None:
    await booking.give(trade, days=3, red=80_000)
    await booking.agree(trade, starts=1, days=1, red=70_000)
    assert await booking.unit(trade) == (80_000, "negotiated", 1)
    trade.clock.pass_(days=1)
    assert await booking.unit(trade) == (70_000, "contract", 1)
    trade.clock.pass_(days=1)
    assert await booking.unit(trade) == (80_000, "negotiated", 1)
    trade.clock.pass_(days=1)
    assert await booking.unit(trade) == (100_000, "ladder", 0)


@pytest.mark.parametrize("change", ["level", "given", "taken back", "contract", "same price"])
async def test_a_price_that_changes_between_quote_and_order_shows_a_new_quote(
    trade: Trade, change: str
) -> None:
    await booking.level(trade, "vip", 500)
    await booking.level(trade, "normal", 300)
    await booking.assign(trade, "normal")
    given = await booking.give(trade, blue=50_000)
    lines = trade.want(red=10, blue=1)
    before = await trade.quote(*lines)

    if change == "level":
        await booking.assign(trade, "vip")
    elif change == "given":
        await booking.give(trade, red=91_000)
    elif change == "taken back":
        await booking.take_back(trade, given)
    elif change == "contract":
        await booking.agree(trade, red=99_000)
    else:
        await booking.give(trade, blue=50_000)

    ask = PlaceOrder(address_id=trade.address_id, quote_hash=before.quote_hash, lines=lines)
    with pytest.raises(PriceMoved) as refused:
        await trade.hall.run(ordering.place_order, ask, trade.li)
    after = await trade.quote(*lines)
    assert refused.value.facts["quote_hash"] == after.quote_hash
    assert (after.goods_minor == before.goods_minor) is (change == "same price")


@pytest.mark.parametrize(("allows", "off"), [(False, 0), (True, 2_000)])
async def test_a_contract_price_takes_coupons_only_where_it_says_so(
    trade: Trade, allows: bool, off: int
) -> None:
    await promoting.claim(trade, await promoting.shop_coupon(trade, 1_000))
    await promoting.claim(trade, await promoting.market_coupon(trade, 1_000, budget=10_000))
    await promoting.item(trade, off_bp=1_000)
    await booking.agree(trade, red=80_000, coupons=allows)

    (share,) = (await trade.quote(*trade.want(red=10))).shares

    assert share.lines[0].price.takes_coupons is allows
    assert sum(one.amount_minor for one in share.offs if one.step != "item") == off
    assert share.list_minor - share.amount_minor + share.freight_minor == 800 + off


async def test_the_markets_coupon_is_measured_without_contract_goods_and_leaves_them_alone(
    trade: Trade,
) -> None:
    made = await promoting.market_coupon(trade, 1_000, 20_000, budget=1_000)
    await promoting.claim(trade, made)
    await booking.agree(trade, red=80_000)
    assert (await trade.quote(*trade.want(red=50, blue=19))).subsidy_minor == 0
    order = await trade.one(red=50, blue=20)
    assert [line.subsidy_minor for line in (await trade.page(order)).lines] == [0, 1_000]

    lines = (LineAmount(line_no=1, goods_minor=100),)
    ask = AmendPrice(order_id=order.order_id, reason="老客户", lines=lines)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)

    assert [line.subsidy_minor for line in (await trade.page(order)).lines] == [0, 1_000]
    await trade.pay(order)
    assert await promoting.findings(trade) == []


async def test_only_a_buyer_with_a_mark_is_asked_about_books_and_once(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[list[int], list[int]]] = []
    for_buyer = books.for_buyer

    async def counted(work: Any, seller_ids: Any, offer_ids: Any) -> list[Any]:
        asked.append((list(seller_ids), list(offer_ids)))
        return await for_buyer(work, seller_ids, offer_ids)

    monkeypatch.setattr(books, "for_buyer", counted)
    offer_id = await booking.offer_of(trade, "red")
    shown = await trade.hall.run(catalogue.offer_page, catalogue.ShowOffer(offer_id=offer_id), trade.li)
    await trade.quote(*trade.want(red=10, blue=1, bolt=500))
    assert (shown.is_booked, asked) == (False, [])

    await booking.assign(trade, "vip")
    await trade.quote(*trade.want(red=10, blue=1, bolt=500))

    assert asked == [([trade.chenguang.org_id], [int(offer_id)])]
    for looker, is_booked in ((trade.li, True), (trade.people.hengxin, False), (anonymous(), False)):
        shown = await trade.hall.run(catalogue.offer_page, catalogue.ShowOffer(offer_id=offer_id), looker)
        assert shown.is_booked is is_booked
