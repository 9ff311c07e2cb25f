"""Fast arrival in a browser: the potter applies at the funder, agrees to its fee, and is paid when the carrier picks up."""

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, keep_picture, open_browser, open_page, shows, sign_in

STORIES = ("fast",)
WORDS = load_words()
PIECES, AMOUNT = 10_000, 35_000
BRINGS, FEE = 34_300, 137
"""Ten thousand washers at 0.0350, freight included, less 2 % of commission; the funder's 0.4 % of that."""

expect.set_options(timeout=PATIENCE_MS)


def yuan(amount_minor: int) -> str:
    return f"¥{amount_minor / 100:,.2f}"


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


@pytest.mark.parametrize("screen", ["desk"])
def test_a_funder_pays_at_pick_up_and_is_repaid_at_receipt(
    market: ServedMarket, browser: Browser, screen: str
) -> None:
    cast, faults = market.casts["fast"], list[str]()
    contexts = [open_browser(browser, market.url, lang="zh", screen=screen) for _ in range(3)]
    smith, buyer, operator = [open_page(context, faults) for context in contexts]
    sign_in(smith, "zh", cast.smith)
    sign_in(buyer, "zh", cast.buyer)
    sign_in(operator, "zh", OPERATOR)

    # The smith applies on the funder's own page, reads what it costs and turns it on.
    smith.goto("/desk/fast-arrival")
    expect(smith.locator("#switch")).to_contain_text(says("fast.first_apply"))
    smith.click("#limit .btn-primary")
    smith.click(f"#limit a:has-text('{says('fast.to_funder')}')")
    smith.wait_for_url("**/funder/apply/*")
    keep_picture(smith, "funder-apply")
    smith.click("button[name=deed][value=apply]")
    smith.wait_for_url("**/desk/fast-arrival")
    until(lambda: shows(smith, "#limit", says("fast.left")), "the limit")
    smith.click("#switch .btn-primary")
    expect(smith.locator(".page-head")).to_contain_text(says("desk.finance.on"))
    keep_picture(smith, "desk-fast-on")

    # The buyer pays into escrow as always; the smith ships, and the carrier picks up.
    order_id = _order(buyer, cast.bolt.zh)
    smith.goto(f"/desk/orders/{order_id}")
    expect(smith.locator("#fast")).to_contain_text(says("fast.order_waits"))
    smith.select_option("[name='carrier[0]']", "SF")
    waybill = f"SF{order_id[-13:]}"
    smith.fill("[name='waybill[0]']", waybill)
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(says("order.state.wait_receive"))
    market.advance(waybill, "picked_up")

    # The funder has paid, less its fee; the buyer's money is where it was.
    until(lambda: shows(smith, "main", says("fast.state.open")), "the advance on the order")
    expect(smith.locator("#fast")).to_contain_text(yuan(BRINGS - FEE))
    keep_picture(smith, "desk-order-fast")
    smith.goto("/desk/funds")
    expect(smith.locator(".stats")).to_contain_text(yuan(BRINGS - FEE))
    expect(smith.locator("main")).to_contain_text(says("ledger.event.E22a"))
    keep_picture(smith, "desk-funds-fast")
    buyer.goto(f"/orders/{order_id}")
    expect(buyer.locator("main")).to_contain_text(says("fast.buyer_says"))
    expect(buyer.locator("main")).to_contain_text(says("purchase.flow.escrow"))
    keep_picture(buyer, "order-fast")
    operator.goto("/console/funder")
    expect(operator.locator(".stats")).to_contain_text(yuan(BRINGS - FEE))
    keep_picture(operator, "console-funder")

    # The buyer confirms, and the funder is repaid out of the smith's money.
    buyer.click("[data-opens=confirm]")
    buyer.click("#confirm .btn-primary")
    until(lambda: "success" in _state(smith, order_id), "the order after receipt")
    smith.goto("/desk/fast-arrival")
    expect(smith.locator("#advances")).to_contain_text(says("fast.state.repaid"))
    expect(smith.locator("#advances")).to_contain_text(yuan(BRINGS))
    keep_picture(smith, "desk-fast-repaid")
    smith.set_viewport_size({"width": 390, "height": 844})
    keep_picture(smith, "desk-fast-repaid-phone")
    smith.goto("/desk/funds")
    expect(smith.locator("main")).to_contain_text(says("ledger.event.E22r"))
    operator.goto("/console/funder")
    until(lambda: shows(operator, "main", says("console.lender.open_none")), "the funder's answers")

    assert faults == []
    assert market.findings() == []
    for context in contexts:
        context.close()


def _state(page: Page, order_id: str) -> str:
    page.goto(f"/desk/orders/{order_id}")
    return "success" if says("order.state.success") in page.inner_text(".order-head") else ""


def _order(page: Page, title: str) -> str:
    """The buyer takes the goods to checkout and pays; tells the order."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    page.locator(".offers a", has_text=title).first.click()
    page.fill('sku-grid input[data-r="0"][data-c="0"]', str(PIECES))
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    page.click("a[href='/checkout']")
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/pay?orders=*")
    order_id = page.url.rpartition("=")[2]
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/channel/pay/*")
    page.click("button[name=deed][value=pay]")
    page.wait_for_url("**/paid/*")
    expect(page.locator("h1")).to_have_text(says("paid.done"))
    return order_id
