"""Prices for one buyer in a browser: a level, a negotiated price, a contract list that is accepted, and an order that keeps its version."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import Cast, ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, keep_picture, open_browser, open_page, sign_in

STORIES = ("prices",)
WORDS = load_words()
expect.set_options(timeout=PATIENCE_MS)


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


def find(page: Page, title: str) -> None:
    """The buyer opens the page of some goods from a search."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    page.locator(".offers .offer-title a", has_text=title).first.click()
    page.wait_for_url("**/offers/*")


def order(page: Page, cast: Cast, pieces: int) -> str:
    """The buyer places an order and tells its id."""
    find(page, cast.bolt.zh)
    page.fill('sku-grid input[data-r="0"][data-c="0"]', str(pieces))
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    keep_picture(page, "prices", "cart", str(pieces))
    page.click("a[href='/checkout']")
    keep_picture(page, "prices", "checkout", str(pieces))
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/pay?orders=*")
    return page.url.rpartition("=")[2]


@pytest.mark.parametrize("screen", ["desk"])
def test_prices_are_given_accepted_and_kept(market: ServedMarket, browser: Browser, screen: str) -> None:
    cast, faults = market.casts["prices"], list[str]()
    contexts = [open_browser(browser, market.url, lang="zh", screen=screen) for _ in range(2)]
    smith, buyer = [open_page(context, faults) for context in contexts]
    sign_in(smith, "zh", cast.smith)
    sign_in(buyer, "zh", cast.buyer)
    order(buyer, cast, 1_000)

    # The smith says what a level pays and puts the buyer on it; the buyer's pages say so.
    smith.goto("/desk/prices/levels/advanced")
    smith.fill("[name=off_rate]", "5")
    smith.click("main form .btn-primary")
    smith.wait_for_url("**/desk/prices")
    smith.select_option("#members [name=buyer_id]", index=1)
    smith.select_option("#members [name=level]", "advanced")
    smith.click("#members form .btn-primary")
    expect(smith.locator("#members table")).to_contain_text(says("price.level.advanced"))
    find(buyer, cast.bolt.zh)
    expect(buyer.locator("main")).to_contain_text(says("price.off", rate="5%"))
    buyer.fill('sku-grid input[data-r="0"][data-c="0"]', "2000")
    expect(buyer.locator("[data-bar-total]")).to_contain_text("66.60")
    keep_picture(buyer, "prices", "offer", "member")

    # A wrong line is named; then a contract list goes to the buyer, who reads and accepts it.
    smith.goto("/desk/prices/new?kind=contract")
    smith.select_option("[name=buyer_id]", index=1)
    smith.fill("[name=rows]", "BOLT-8;3x")
    smith.click("main form .btn-primary")
    expect(smith.locator("main [role=alert]")).to_contain_text("BOLT-8;3x")
    faults.clear()  # the browser's own word that the form was refused
    smith.fill("[name=rows]", "货号;单价\nBOLT-8;0.03")
    smith.fill("[name=starts_at]", "2026-01-01T00:00")
    end = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
    smith.fill("[name=ends_at]", f"{end}T10:00")
    keep_picture(smith, "prices", "new")
    smith.click("main form .btn-primary")
    expect(smith.locator("main")).to_contain_text(says("price.version.offered"))
    keep_picture(smith, "prices", "book", "desk")
    smith.goto("/desk/prices")
    keep_picture(smith, "prices", "desk")
    buyer.goto("/prices")
    keep_picture(buyer, "prices", "mine")
    buyer.click("main .btn-primary")
    keep_picture(buyer, "prices", "book", "waiting")
    buyer.click("form[action$='/accept'] button")
    expect(buyer.locator("main")).to_contain_text(says("price.version.in_force"))
    keep_picture(buyer, "prices", "book")

    # An order is priced by the list and keeps its version, for both sides.
    buyer.goto(f"/search?q={cast.bolt.zh}")
    expect(buyer.locator(".offers")).to_contain_text(says("price.basis.contract"))
    keep_picture(buyer, "prices", "search")
    order_id = order(buyer, cast, 2_001)
    said = says("price.by_version", source=says("price.basis.contract"), n=1)
    buyer.goto(f"/orders/{order_id}")
    expect(buyer.locator("main")).to_contain_text(said)
    keep_picture(buyer, "prices", "order")
    smith.goto(f"/desk/orders/{order_id}")
    expect(smith.locator("main")).to_contain_text(said)
    assert faults == []
    for context in contexts:
        context.close()
