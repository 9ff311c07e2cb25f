"""Credit terms in a browser: the smith grants them, the buyer accepts, orders, receives, reads the statement and pays."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, open_browser, open_page, shows, sign_in

STORIES = ("credit",)
WORDS = load_words()
PIECES, AMOUNT, PART = 10_000, 35_000, 20_000
"""Ten thousand nuts at 0.0350, freight included; the buyer pays 200.00 of it first."""

expect.set_options(timeout=PATIENCE_MS)


def yuan(amount_minor: int) -> str:
    return f"¥{amount_minor / 100:,.2f}"


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


def order(page: Page, title: str, pieces: int, *, on_credit: bool) -> str:
    """The buyer takes so many of some goods to checkout and places the order; tells its address."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    page.locator(".offers a", has_text=title).first.click()
    page.fill('sku-grid input[data-r="0"][data-c="0"]', str(pieces))
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    page.click("a[href='/checkout']")
    if on_credit:
        page.check("main input[type=radio][value=period]")
        page.wait_for_url("**trade*period*")
        expect(page.locator(".sticky-total")).to_contain_text(says("checkout.on_credit", amount=yuan(AMOUNT)))
    page.click(".sticky-bar button.btn-primary")
    if on_credit:
        page.wait_for_url("**/orders/*")
        return page.url.rpartition("/")[2]
    page.wait_for_url("**/pay?orders=*")
    return page.url.rpartition("=")[2]


@pytest.mark.parametrize("screen", ["desk"])
def test_credit_is_granted_used_stated_and_paid(market: ServedMarket, browser: Browser, screen: str) -> None:
    cast, faults = market.casts["credit"], list[str]()
    contexts = [open_browser(browser, market.url, lang="zh", screen=screen) for _ in range(2)]
    smith, buyer = [open_page(context, faults) for context in contexts]
    sign_in(smith, "zh", cast.smith)
    sign_in(buyer, "zh", cast.buyer)
    first = order(buyer, cast.bolt.zh, 1_000, on_credit=False)

    # The smith grants a line from the page of the buyer's first order.
    smith.goto(f"/desk/orders/{first}")
    smith.click("a[href*='/desk/credit/new']")
    smith.fill("[name=limit]", "1000")
    smith.fill("[name=expires_on]", (datetime.now(UTC) + timedelta(days=400)).date().isoformat())
    smith.select_option("[name=seller_size]", "small")
    smith.click("main form .btn-primary")
    expect(smith.locator("main")).to_contain_text(says("credit.state.offered"))
    line = smith.url.rpartition("/")[2]

    # The buyer is told, reads the terms and accepts them.
    until(lambda: _told(buyer, says("notice.credit_offered")), "the offer")
    buyer.goto(f"/credit/{line}")
    expect(buyer.locator("#offer")).to_contain_text(says("credit.term.after_receipt", n=30))
    buyer.select_option("[name=buyer_size]", "micro")
    buyer.click("#offer .btn-primary")
    expect(buyer.locator(".page-head")).to_contain_text(says("credit.state.active"))

    # An order on it is the smith's to ship at once; the page says where its money is.
    order_id = order(buyer, cast.bolt.zh, PIECES, on_credit=True)
    expect(buyer.locator("main")).to_contain_text(says("purchase.flow.credit"))
    smith.goto(f"/desk/orders/{order_id}")
    smith.select_option("[name='carrier[0]']", "SF")
    waybill = f"SF{order_id[-13:]}"
    smith.fill("[name='waybill[0]']", waybill)
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(says("order.state.wait_receive"))
    market.advance(waybill, "signed")
    buyer.goto(f"/orders/{order_id}")
    buyer.click("[data-opens=confirm]")
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(says("purchase.says_credit.success"))
    expect(buyer.locator(".flow")).to_contain_text(yuan(AMOUNT))

    # Some days before it is due the statement comes; the buyer pays a part, then the rest.
    market.pass_days(24)
    buyer.goto(f"/credit/{line}")
    until(lambda: shows(buyer, "#statements", yuan(AMOUNT)), "the statement")
    _pay(buyer, line, "200")
    until(lambda: shows(buyer, "#statements", yuan(AMOUNT - PART)), "what is left")
    _pay(buyer, line, "150")
    until(lambda: shows(buyer, "#statements", says("credit.bill.settled")), "a settled statement")
    smith.goto(f"/desk/credit/{line}")
    expect(smith.locator("#payments")).to_contain_text(yuan(PART))
    smith.goto("/desk/funds")
    expect(smith.locator("main")).to_contain_text(yuan(AMOUNT - AMOUNT * 2 // 100))

    assert faults == []
    assert market.findings() == []
    for context in contexts:
        context.close()


def _told(page: Page, text: str) -> bool:
    page.goto("/notices")
    return text in page.inner_text("main")


def _pay(page: Page, line: str, amount: str) -> None:
    """The buyer pays so much of the line at the channel's page."""
    page.goto(f"/credit/{line}")
    page.fill("#pay [name=amount]", amount)
    page.click("#pay .btn-primary")
    page.wait_for_url("**/channel/pay/*")
    page.click("button[name=deed][value=pay]")
    page.wait_for_url("**/paid/*")
    expect(page.locator("h1")).to_have_text(says("paid.credit_done"))
    page.click(".paid-sheet .btn-primary")
    page.wait_for_url(f"**/credit/{line}")
