"""Invoices in a browser: the buyer asks for a special one on a received order, the potter has it issued by the tax platform."""

import contextlib
import re

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from huozhan.kernel.wording import load_words
from tests.browser.market import ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, keep_picture, open_browser, open_page, shows, sign_in

STORIES = ("invoices",)
WORDS = load_words()
TITLE = {
    "name": "成都杂货商贸有限公司", "taxpayer_id": "91330100799655058B", "address": "成都市锦江区春熙路 1 号",
    "phone": "028-86660000", "bank": "中国工商银行成都分行", "account": "6222021208009998887",
}  # fmt: skip

expect.set_options(timeout=PATIENCE_MS)


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


def received(market: ServedMarket, buyer: Page, smith: Page, title: str) -> str:
    """An order that is paid, sent, signed for and confirmed; tells its id."""

    def found() -> bool:
        buyer.goto(f"/search?q={title}")
        return buyer.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    buyer.locator(".offers a", has_text=title).first.click()
    buyer.fill('sku-grid input[data-r="0"][data-c="0"]', "1000")
    buyer.click("button[name=then][value=cart]")
    buyer.wait_for_url("**/cart")
    buyer.click("a[href='/checkout']")
    buyer.click(".sticky-bar button.btn-primary")
    buyer.wait_for_url("**/pay?orders=*")
    order_id = buyer.url.rpartition("=")[2]
    buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/channel/pay/*")
    buyer.click("button[name=deed][value=pay]")
    buyer.wait_for_url("**/paid/*")
    smith.goto(f"/desk/orders/{order_id}")
    until(lambda: smith.goto(f"/desk/orders/{order_id}") and smith.locator("#ship").count() > 0, "to ship")
    smith.select_option("[name='carrier[0]']", "SF")
    waybill = f"SF{order_id[-13:]}"
    smith.fill("[name='waybill[0]']", waybill)
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(says("order.state.wait_receive"))
    market.advance(waybill, "signed")

    def confirmed() -> bool:
        """The scan that comes meanwhile renews the page, and a dialog that is open with it."""
        buyer.goto(f"/orders/{order_id}")
        if buyer.locator("[data-opens=confirm]").count():
            buyer.click("[data-opens=confirm]")
            with contextlib.suppress(TookTooLong):
                buyer.click("#confirm .btn-primary", timeout=2_000)
        return buyer.locator("#invoices", has_text=says("invoices.ask")).count() > 0

    until(confirmed, "the receipt")
    expect(buyer.locator("#invoices")).to_contain_text(says("invoices.ask"))
    return order_id


def test_an_invoice_is_asked_for_issued_and_downloaded(market: ServedMarket, browser: Browser) -> None:
    cast, faults = market.casts["invoices"], list[str]()
    contexts = [open_browser(browser, market.url, lang="zh", screen=screen) for screen in ("phone", "desk")]
    buyer, smith = [open_page(context, faults) for context in contexts]
    sign_in(buyer, "zh", cast.buyer)
    sign_in(smith, "zh", cast.smith)
    order_id = received(market, buyer, smith, cast.bolt.zh)
    keep_picture(buyer, "invoices", "order", "phone")

    # On the phone the buyer asks for a special invoice and keeps a title with it.
    buyer.click("#invoices a[href$='/invoice']")
    buyer.check("[name=invoice_kind][value=special]")
    buyer.click("main form summary")
    for name, text in TITLE.items():
        buyer.fill(f"[name={name}]", text)
    keep_picture(buyer, "invoices", "new", "phone")
    buyer.click("main form .btn-primary")
    buyer.wait_for_url(re.compile(r"/invoices/\d+$"))
    expect(buyer.locator(".page-head")).to_contain_text(says("invoice.state.init"))
    invoice_id = buyer.url.rpartition("/")[2]

    # At the workbench it waits under its clock; the tax platform issues it.
    smith.goto("/desk/invoices")
    keep_picture(smith, "invoices", "desk-list", "desk")
    smith.click(f"main a.btn[href='/desk/invoices/{invoice_id}']")
    keep_picture(smith, "invoices", "desk-one", "desk")
    smith.click("form[action$='/issue'] .btn-primary")
    until(lambda: shows(smith, "main", says("invoice.state.issued")), "the tax platform's answer")
    until(lambda: shows(smith, "main", "PDF"), "its files")
    keep_picture(smith, "invoices", "desk-issued", "desk")

    buyer.goto(f"/invoices/{invoice_id}")
    expect(buyer.locator("main")).to_contain_text(says("invoice.says.issued"))
    assert re.search(r"\b\d{2}44?\d*1\d{15}\b|\b\d{20}\b", buyer.inner_text("main"))
    keep_picture(buyer, "invoices", "issued", "phone")
    with buyer.expect_download() as downloading:
        buyer.locator("a", has_text="PDF").first.click()
    path = downloading.value.path()
    assert path.read_bytes().startswith(b"%PDF-")
    for place in ("/invoices", "/invoice-titles", f"/orders/{order_id}/invoice"):
        buyer.goto(place)
        keep_picture(buyer, "invoices", place.strip("/"), "phone")
    smith.goto("/desk/invoice-rates")
    keep_picture(smith, "invoices", "rates", "desk")

    assert faults == []
    assert market.findings() == []
    for context in contexts:
        context.close()
