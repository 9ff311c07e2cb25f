"""Buying by pages: the purchase list, checkout, payment, orders; what is foreign or forged goes nowhere."""

import html
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from huozhan import fulfilment, ordering, payments
from huozhan.doors.hall import Outside
from huozhan.kernel.actor import system
from huozhan.ordering.asks import AmendPrice
from tests.doors.web.browsing import Browser, Market, Page
from tests.ordering.trading import Trade


async def put(browser: Browser, trade: Trade, **quantities: int) -> Page:
    """Puts goods on the list from an offer's grid."""
    more = {f"qty[{trade.skus[name]}]": str(n) for name, n in quantities.items()}
    return await browser.post("/cart", then="cart", more=more)


async def place(browser: Browser, trade: Trade, **quantities: int) -> Page:
    """Puts goods on the list and places the order; the page that asks for payment comes back."""
    await put(browser, trade, **quantities)
    return await submit(browser, await browser.get("/checkout"))


async def submit(browser: Browser, page: Page, **more: str) -> Page:
    hidden = {
        name: page.field(name) for name in ("form_key", "quote_hash", "address_id", "lines", "was_minor")
    }
    was = dict(re.findall(r'name="(was\[\d+\])" value="(\d+)"', page.source))
    return await browser.post("/checkout", **hidden, more=was | more)


async def test_an_empty_list_says_what_to_do(li: Browser) -> None:
    page = await li.get("/cart")
    assert "进货单是空的" in page.text
    assert "Your purchase list is empty" in (await li.get("/cart", lang="en")).text


async def test_goods_from_two_suppliers_stand_by_supplier_with_their_steps(li: Browser, trade: Trade) -> None:
    page = await put(li, trade, red=30, blue=10, bolt=2_000)
    assert page.path == "/cart"
    for words in (
        "义乌市晨光小商品有限公司",
        "佛山市禅城区宏发五金厂",
        "再加 60 件到 ¥9.00",
        "¥300.00",
        "¥0.035",
        "¥70.00",
    ):
        assert words in page.text
    assert 'data-cart-count value="3"' in (await li.get("/")).source


async def test_an_order_without_a_quantity_says_where_to_begin(li: Browser, trade: Trade) -> None:
    offer = (await li.get("/search", q="陶瓷杯")).link("/offers/").rpartition("/")[2]
    page = await li.post("/cart", offer_id=offer, then="order")
    assert page.status == 400
    assert 'href="#buy">请先在规格表中填写数量' in page.source


async def test_quantities_outlive_a_sign_in_and_a_refusal(
    visitor: Browser, li: Browser, trade: Trade
) -> None:
    red = trade.skus["red"]
    offer = (await visitor.get("/search", q="陶瓷杯")).link("/offers/").rpartition("/")[2]
    entrance = await visitor.post("/cart", offer_id=offer, more={f"qty[{red}]": "30", f"sample[{red}]": "1"})
    (back,) = parse_qs(urlsplit(entrance.path).query)["next"]
    assert back == f"/offers/{offer}?lines={red}%3A30%2C{red}%3A1s"
    returned = await li.get(back)
    refused = await li.post("/cart", offer_id=offer, more={f"qty[{red}]": "-3", f"sample[{red}]": "99999999"})
    assert refused.status == 400
    for page, pieces, samples in ((returned, "30", "1"), (refused, "-3", "99999999")):
        assert re.search(rf'name="qty\[{red}\]"[^>]* value="{pieces}"', page.source)
        assert f'name="sample[{red}]" value="{samples}"' in page.source


async def test_quantities_change_and_lines_leave(li: Browser, trade: Trade) -> None:
    await put(li, trade, red=30, blue=10)
    red, blue = (f"qty[{trade.skus[name]}]" for name in ("red", "blue"))
    page = await li.post("/cart/change", more={red: "100", blue: "0"})
    assert "¥900.00" in page.text
    assert blue not in page.source
    assert "进货单是空的" in (await li.post("/cart/remove", sku=str(trade.skus["red"]))).text


async def test_a_trouble_is_a_sentence_with_ways_out_of_one_tap(li: Browser, trade: Trade) -> None:
    page = await put(li, trade, red=5_000)
    assert "库存不足：当前 5000，可售 1000" in page.text
    assert "请先处理上方标出的问题" in page.text
    assert "改为 1000" in page.text
    mended = await li.post("/cart/change", more={f"qty[{trade.skus['red']}]": "1000"})
    assert "去结算" in mended.text


async def test_checkout_shows_exact_amounts_and_places_them(li: Browser, trade: Trade) -> None:
    await put(li, trade, red=100, bolt=1_000)
    page = await li.get("/checkout")
    for words in ("¥900.00", "¥30.00", "¥35.00", "包邮", "¥965.00", "共 2 笔订单", "王**", "接下来"):
        assert words in page.text
    paying = await submit(li, page, **{f"note[{trade.chenguang.org_id}]": "请用木箱"})
    assert paying.path.startswith("/pay?orders=")
    assert "¥965.00" in paying.text
    orders = await li.get("/orders")
    assert "待买家付款" in orders.text
    pages = [await li.get(path) for path in set(re.findall(r'href="(/orders/\d+)"', orders.source))]
    assert [("陶瓷杯" in one.text, "请用木箱" in one.text) for one in pages].count((True, True)) == 1


async def test_the_same_form_sent_twice_orders_once(li: Browser, trade: Trade) -> None:
    await put(li, trade, red=10)
    page = await li.get("/checkout")
    first, second = await submit(li, page), await submit(li, page)
    assert first.path == second.path


async def test_a_price_that_moved_is_shown_before_anything_is_ordered(
    li: Browser, market: Market, trade: Trade
) -> None:
    await put(li, trade, red=10)
    page = await li.get("/checkout")
    async with market.hall.pool.acquire() as db:
        await db.execute(
            'UPDATE offer SET ladder = \'[{"from_quantity": 1, "price_e4": 120000}]\' WHERE seller_id = $1',
            trade.chenguang.org_id,
        )
    again = await submit(li, page)
    assert again.status == 409
    for words in ("价格有变", "¥108.00", "¥128.00", "¥10.00", "¥12.00"):
        assert words in again.text
    assert "还没有订单" in (await li.get("/orders")).text
    assert (await submit(li, again)).path.startswith("/pay")


async def test_ordering_at_once_leaves_the_list_alone(li: Browser, trade: Trade) -> None:
    await put(li, trade, bolt=10)
    page = await li.post("/cart", then="order", more={f"qty[{trade.skus['red']}]": "10"})
    assert page.path.startswith("/checkout?lines=")
    assert "六角螺栓" not in page.text
    assert (await submit(li, page)).path.startswith("/pay")
    assert "六角螺栓" in (await li.get("/cart")).text


async def test_a_payment_waits_for_the_channel_and_then_says_so(li: Browser, trade: Trade) -> None:
    page = await place(li, trade, red=10)
    waiting = await li.post("/pay", form_key=page.field("form_key"), order=page.field("order"))
    assert waiting.path.startswith("/pay/")
    assert "正在打开付款页面" in waiting.text
    payment_id = waiting.path.rpartition("/")[2]
    assert "等待支付结果" in (await li.get(f"/paid/{payment_id}")).text
    await trade.settle(payment_id)
    assert "货款已进入担保账户" in (await li.get(f"/paid/{payment_id}")).text
    assert "Paid; your money is in escrow" in (await li.get(f"/paid/{payment_id}", lang="en")).text


@pytest.mark.parametrize(
    ("pay_url", "page", "leads_to"),
    [
        ("weixin://wxpay/bizpayurl?pr=x", "", ""),
        ("https://pay.test/signed?a=1", "https://pay.test/signed?a=1", "https://pay.test/signed?a=1"),
    ],
)
async def test_a_channel_shows_its_page_or_a_code_to_scan(
    li: Browser, trade: Trade, monkeypatch: pytest.MonkeyPatch, pay_url: str, page: str, leads_to: str
) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    opened = payments.asks.NoteOpened(payment_id=str(payment_id), pay_url=pay_url)
    await trade.hall.run(payments.note_opened, opened, system())
    channel = SimpleNamespace(page_of=lambda *_: page, merchant="m", page_origins=())
    monkeypatch.setattr(trade.hall, "outside", Outside(channel=channel))

    answer = await li.client.get(f"/pay/{payment_id}", follow_redirects=False)

    assert answer.headers.get("location", "") == leads_to
    assert ('class="qr"' in answer.text) == (not leads_to)
    assert ("请用微信扫码付款" in answer.text) == (not leads_to)


async def test_an_order_tells_state_money_and_parcels_from_payment_to_receipt(
    li: Browser, trade: Trade
) -> None:
    order = await trade.paid(red=10)
    path = f"/orders/{order.order_id}"
    page = await li.get(path)
    for words in ("已付款，等卖家发货", "货款由市场担保", "¥108.00", "卖家还没有发货", "退款/售后"):
        assert words in page.text
    await trade.ship(order)
    page = await li.get(path)
    assert "已发货，收到后请确认收货" in page.text
    assert "SF0000000" in page.text
    done = await li.post(f"{path}/confirm", form_key=page.field("form_key"))
    assert done.path == path
    assert "货款已付给卖家" in done.text
    assert "Complete; the supplier has been paid" in (await li.get(path, lang="en")).text


async def test_the_top_of_an_order_can_be_fetched_alone(li: Browser, trade: Trade) -> None:
    order = await trade.paid(red=10)
    page = await li.get(f"/orders/{order.order_id}/head")
    assert page.source.lstrip().startswith("<div")
    assert f'data-live="{order.order_id}"' in page.source
    assert "<html" not in page.source


async def test_cancelling_needs_a_reason_and_then_closes_the_order(li: Browser, trade: Trade) -> None:
    order = await trade.one(red=10)
    path = f"/orders/{order.order_id}"
    page = await li.get(path)
    refused = await li.post(f"{path}/cancel", form_key=page.field("form_key"))
    assert refused.status == 400
    assert "此项必填" in refused.text
    closed = await li.post(f"{path}/cancel", reason="数量填错了")
    assert "订单已关闭" in closed.text
    assert "您已取消订单，原因：数量填错了" in closed.text
    assert "还没有发货" not in closed.text
    assert "未发货" not in closed.text


async def test_goods_that_were_not_shipped_are_refunded_by_quantity(li: Browser, trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.let_pass(hours=2)
    path = f"/orders/{order.order_id}"
    await li.get(path)
    page = await li.post(f"{path}/refund", reason="先退一半", more={"refund[1]": "5"})
    assert "先退一半" in page.text
    assert "退款 ¥54.00" in page.text


async def test_a_question_for_money_back_is_taken_back_with_one_button(li: Browser, trade: Trade) -> None:
    order = await trade.paid(red=120)
    path = f"/orders/{order.order_id}"
    await li.get(path)
    asked = await li.post(f"{path}/refund", reason="不要了", more={"refund[1]": "120"})
    assert "撤销退款申请" in asked.text
    page = await li.post(f"{path}/refund/take-back", refund_id=asked.field("refund_id"))
    assert "买家已撤销" in page.text
    assert "Withdrawn by the buyer" in (await li.get(path, lang="en")).text
    assert "撤销后卖家继续发货" not in page.text
    again = await li.post(f"{path}/refund/take-back", refund_id=asked.field("refund_id"))
    assert again.status == 404


async def test_a_broken_promise_shows_what_was_paid_for_it(li: Browser, market: Market, trade: Trade) -> None:
    order = await trade.paid(red=80)
    await trade.let_pass(hours=48)
    path = f"/orders/{order.order_id}"
    for page in (await li.get(path), await li.get(f"{path}/head")):
        assert "已赔付 ¥40.00 到您的钱包（按货款 ¥800.00 计算）" in page.text
    assert "¥40.00 was paid into your wallet" in (await li.get(path, lang="en")).text
    seller = await market.signed_in(trade.chenguang)
    assert "已赔付买家 ¥40.00" in (await seller.get(f"/desk/orders/{order.order_id}")).text


async def test_a_second_sample_is_refused_in_words(li: Browser, trade: Trade) -> None:
    sample = {f"sample[{trade.skus['red']}]": "1"}
    await li.post("/cart", then="cart", more=sample)
    assert (await submit(li, await li.get("/checkout"))).path.startswith("/pay")
    page = await li.post("/cart", then="cart", more=sample)
    assert "样品每 90 天限购 1 件，您还可购 0 件" in page.text
    assert "进货单是空的" in (await li.post("/cart/remove", sample=str(trade.skus["red"]))).text


async def test_a_higher_price_waits_for_the_buyers_yes(li: Browser, market: Market, trade: Trade) -> None:
    order = await trade.one(red=10)
    ask = AmendPrice(order_id=order.order_id, reason="加急包装", freight_minor=2_000)
    await market.hall.run(ordering.amend_price, ask, trade.chenguang)
    page = await li.get(f"/orders/{order.order_id}")
    assert "由 ¥108.00 改为 ¥120.00。原因：加急包装" in page.text
    accepted = await li.post(f"/orders/{order.order_id}/accept")
    assert "¥120.00" in accepted.text
    assert "卖家提出新的金额" not in accepted.text


async def test_receipt_can_be_put_off(li: Browser, trade: Trade) -> None:
    order = await trade.paid(red=10)
    (parcel_id,) = await trade.ship(order)
    before = (await trade.parcels(order)).parcels[0].confirm_due_at
    await li.get(f"/orders/{order.order_id}")
    await li.post(f"/orders/{order.order_id}/extend", parcel_id=parcel_id)
    after = (await trade.parcels(order)).parcels[0].confirm_due_at
    assert before is not None
    assert after is not None
    assert after > before


async def test_a_note_is_for_both_sides_or_for_us(li: Browser, market: Market, trade: Trade) -> None:
    order = await trade.one(red=10)
    await li.get("/orders")
    await li.post(f"/orders/{order.order_id}/note", text="急用", private="")
    page = await li.post(f"/orders/{order.order_id}/note", text="内部预算 B12", private="1")
    assert "急用" in page.text
    assert "内部预算 B12" in page.text
    seen = await trade.page(order, trade.chenguang)
    assert [note.text for note in seen.notes] == ["急用"]


async def test_orders_are_listed_by_state_searched_and_exported(li: Browser, trade: Trade) -> None:
    paid, unpaid = await trade.paid(red=10), await trade.one(blue=5)
    page = await li.get("/orders", state="wait_send")
    assert paid.number in page.text
    assert unpaid.number not in page.text
    assert unpaid.number in (await li.get("/orders", search=unpaid.number)).text
    assert "没有符合条件的订单" in (await li.get("/orders", search="zzz")).text
    csv = await li.get("/orders/export.csv")
    assert csv.answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"{paid.number},待卖家发货" in csv.source
    assert "100.00" in csv.source
    sheet = await li.get("/orders/export.xlsx", state="wait_pay")
    assert sheet.answer.content.startswith(b"PK")


async def test_reordering_fills_the_list_again(li: Browser, trade: Trade) -> None:
    order = await trade.one(red=10)
    await li.get("/orders")
    page = await li.post(f"/orders/{order.order_id}/reorder")
    assert page.path == "/cart"
    assert "陶瓷杯" in page.text


async def test_a_foreign_order_or_payment_is_not_found(market: Market, trade: Trade) -> None:
    order = await trade.one(red=10)
    payment_id = await trade.open_payment(order)
    stranger = await market.signed_in(trade.people.hengxin)
    for path in (
        f"/orders/{order.order_id}",
        f"/orders/{order.order_id}/head",
        f"/paid/{payment_id}",
        f"/pay/{payment_id}",
    ):
        assert (await stranger.get(path)).status == 404
    for deed in ("cancel", "refund", "refund/take-back", "confirm", "accept", "reorder"):
        assert (await stranger.post(f"/orders/{order.order_id}/{deed}", reason="不要了")).status == 404
    assert (await stranger.get("/pay", orders=order.order_id)).status == 404


async def test_the_seller_of_an_order_does_not_see_the_buyers_page_of_it(
    market: Market, trade: Trade
) -> None:
    order = await trade.one(red=10)
    seller = await market.signed_in(trade.chenguang)
    assert (await seller.get(f"/orders/{order.order_id}")).status == 404


async def test_a_form_without_its_token_changes_nothing(li: Browser, trade: Trade) -> None:
    order = await trade.one(red=10)
    for token in ("", "forged"):
        page = await li.post(f"/orders/{order.order_id}/cancel", token=token, reason="不要了")
        assert page.status == 403
        assert (await li.post("/cart", token=token)).status == 403
    assert (await trade.page(order)).state == "wait_pay"


async def test_who_is_not_signed_in_is_led_to_the_door_and_back(visitor: Browser) -> None:
    for path in (
        "/cart",
        "/checkout",
        "/orders",
        "/me",
        "/addresses",
        "/account",
        "/organisation",
        "/notices",
    ):
        page = await visitor.get(path)
        assert page.path == f"/sign-in?next=%2F{path[1:]}"


async def test_parcels_show_where_they_are(li: Browser, trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    parcels = await trade.hall.run(
        fulfilment.parcels_of, fulfilment.asks.ParcelsOf(order_id=order.order_id), trade.li
    )
    page = await li.get(f"/orders/{order.order_id}")
    assert parcels.parcels[0].waybill in page.text
    assert "顺丰" in page.text


async def test_a_title_is_added_at_checkout_and_nothing_that_was_chosen_or_typed_is_lost(
    li: Browser, trade: Trade
) -> None:
    await put(li, trade, red=100, bolt=1_000)
    page = await li.get("/checkout")
    note, shop = "请用木箱 <b>", trade.chenguang.org_id
    adding = await submit(li, page, do="title", **{f"note[{shop}]": note, f"trade[{shop}]": "escrow"})
    assert (adding.status, adding.path) == (200, "/checkout")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', adding.source))
    hidden = {name: html.unescape(value) for name, value in hidden.items() if name != "csrf"}
    assert (hidden[f"note[{shop}]"], hidden["address_id"]) == (note, page.field("address_id"))

    unnamed = await li.post("/checkout", more=hidden | {"do": "save_title", "kind": "company", "name": ""})
    assert (unnamed.status, unnamed.path) == (400, "/checkout")
    back = await li.post("/checkout", more=hidden | {"do": "back"})
    assert html.escape(note) in back.source
    title = {"do": "save_title", "kind": "company", "name": "小李杂货店", "taxpayer_id": "91330782MA28A1B2X4"}
    saved = await li.post("/checkout", more=hidden | title)

    assert html.escape(note) in saved.source
    (chosen,) = re.findall(r'<option value="(\d+:ordinary)" selected>', saved.source)
    paying = await submit(li, saved, invoice=chosen, **{f"note[{shop}]": note})
    assert paying.path.startswith("/pay?orders=")
    orders = await li.get("/orders")
    pages = [await li.get(path) for path in set(re.findall(r'href="(/orders/\d+)"', orders.source))]
    assert [("小李杂货店" in one.text, note in one.text) for one in pages].count((True, True)) == 1
