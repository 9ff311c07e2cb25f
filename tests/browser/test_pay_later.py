"""Buy now, pay later in a browser: the smith takes it, the buyer gets a limit, orders, receives, and repays the lender."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, keep_picture, open_browser, open_page, shows, sign_in
from tests.conftest import TERMS

STORIES = ("later",)
WORDS = load_words()
PIECES, AMOUNT, PART = 10_000, 35_000, 15_000
"""Ten thousand pins at 0.0350, freight included; the buyer repays 150.00 of it first."""
DAYS = 30
"""So many days after receipt it is due."""

expect.set_options(timeout=PATIENCE_MS)


def yuan(amount_minor: int) -> str:
    return f"¥{amount_minor / 100:,.2f}"


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


@pytest.mark.parametrize("screen", ["desk"])
def test_a_lender_pays_and_is_repaid(market: ServedMarket, browser: Browser, screen: str) -> None:
    cast, faults = market.casts["later"], list[str]()
    contexts = [open_browser(browser, market.url, lang="zh", screen=screen) for _ in range(2)]
    smith, buyer = [open_page(context, faults) for context in contexts]
    sign_in(smith, "zh", cast.smith)
    sign_in(buyer, "zh", cast.buyer)

    # The smith reads what it costs and turns it on.
    smith.goto("/desk/finance")
    expect(smith.locator("#pay_later")).to_contain_text(says("desk.finance.off"))
    smith.click("#pay_later .btn-primary")
    expect(smith.locator("#pay_later")).to_contain_text(says("desk.finance.on"))
    keep_picture(smith, "desk-finance")

    # The buyer applies on the lender's own page.
    buyer.goto("/pay-later")
    keep_picture(buyer, "pay-later-none")
    buyer.click("#limit .btn-primary")
    buyer.click(f"#limit a:has-text('{says('pay_later.to_lender')}')")
    buyer.wait_for_url("**/lender/apply/*")
    keep_picture(buyer, "lender-apply")
    buyer.click("button[name=deed][value=apply]")
    buyer.wait_for_url("**/pay-later")
    until(lambda: shows(buyer, "#limit", says("pay_later.left")), "the limit")

    # The order is chosen to be paid by the lender, and agreed to on its page.
    order_id = _order(buyer, cast.bolt.zh)
    expect(buyer.locator("main")).to_contain_text(says("method.lender_text"))
    keep_picture(buyer, "pay-later-pay")
    buyer.click(".sticky-bar button.btn-primary")
    buyer.wait_for_url("**/lender/consent/*")
    keep_picture(buyer, "lender-consent")
    buyer.click("button[name=deed][value=agree]")
    buyer.wait_for_url("**/paid/*")
    expect(buyer.locator("h1")).to_have_text(says("paid.done"))
    buyer.goto(f"/orders/{order_id}")
    expect(buyer.locator("main")).to_contain_text(says("purchase.flow.lender"))
    keep_picture(buyer, "order-lender")

    # The smith ships and is paid at receipt; the buyer owes the lender from then on.
    smith.goto(f"/desk/orders/{order_id}")
    smith.select_option("[name='carrier[0]']", "SF")
    waybill = f"SF{order_id[-13:]}"
    smith.fill("[name='waybill[0]']", waybill)
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(says("order.state.wait_receive"))
    market.advance(waybill, "signed")
    buyer.goto(f"/orders/{order_id}")
    buyer.click("[data-opens=confirm]")
    days = [_due_day(market)]
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(says("purchase.says.success"))
    days.append(_due_day(market))
    until(lambda: shows(buyer, "main", _owed(days[0]), _owed(days[1])), "the order after receipt")
    buyer.goto("/pay-later")
    until(lambda: shows(buyer, "#bills", says("loan.state.active")), "what is owed")
    expect(buyer.locator("#bills")).to_contain_text(yuan(AMOUNT))
    keep_picture(buyer, "pay-later-owed")

    # It is repaid in two parts, early.
    _repay(buyer, order_id, "150")
    until(lambda: shows(buyer, "#bills", says("loan.state.part")), "a part repaid")
    expect(buyer.locator("#bills")).to_contain_text(yuan(AMOUNT - PART))
    _repay(buyer, order_id, "200")
    until(lambda: shows(buyer, "#bills", says("loan.state.repaid")), "all of it repaid")
    keep_picture(buyer, "pay-later-repaid")
    smith.goto("/desk/funds")
    expect(smith.locator("main")).to_contain_text(yuan(AMOUNT - AMOUNT * 2 // 100 - AMOUNT * 5 // 1000))
    keep_picture(smith, "desk-funds-lent")

    assert faults == []
    assert market.findings() == []
    for context in contexts:
        context.close()


def _order(page: Page, title: str) -> str:
    """The buyer takes the goods to checkout and chooses the lender; tells the order."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    page.locator(".offers a", has_text=title).first.click()
    page.fill('sku-grid input[data-r="0"][data-c="0"]', str(PIECES))
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    page.click("a[href='/checkout']")
    page.check("main input[type=radio][value=pay_later]")
    page.wait_for_url("**trade*pay_later*")
    keep_picture(page, "pay-later-checkout")
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/pay?orders=*")
    return page.url.rpartition("=")[2]


def _due_day(market: ServedMarket) -> str:
    """The day on which what is received now is due, as the market's pages write it."""
    return f"{market.now().astimezone(ZoneInfo(TERMS.timezone)) + timedelta(days=DAYS):%Y-%m-%d}"


def _owed(day: str) -> str:
    """How the order's page begins to say what is owed until when."""
    return says("loan.order_says.owed", amount=yuan(AMOUNT), on=f"{day}|").partition("|")[0]


def _repay(page: Page, order_id: str, amount: str) -> None:
    """The buyer repays so much at the channel's page."""
    page.goto("/pay-later")
    page.click(f"[data-opens=repay-{order_id}]")
    page.fill(f"#amount-{order_id}", amount)
    page.click(f"#repay-{order_id} .btn-primary")
    page.wait_for_url("**/channel/pay/*")
    page.click("button[name=deed][value=pay]")
    page.wait_for_url("**/paid/*")
    expect(page.locator("h1")).to_have_text(says("paid.loan_done"))
    page.click(".paid-sheet .btn-primary")
    page.wait_for_url("**/pay-later")
