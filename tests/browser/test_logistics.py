"""Platform waybills in a browser: the market makes a contract, the smith ships under its waybill, and the carrier's bill is paid for by it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.test_pages import faults_of
from tests.browser.visiting import PATIENCE_MS, WIDTHS, keep_picture, open_browser, open_page, shows, sign_in

STORIES = ("zh-logistics", "en-logistics")
WORDS = load_words()
PIECES, AMOUNT, WEIGHT_KG = 10_000, 35_000, "2.4"
"""Ten thousand washers at 0.0350, freight included, in a parcel of 2.4 kg."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.mark.parametrize(("lang", "screen"), [("zh", "phone"), ("en", "desk")])
def test_a_supplier_ships_at_the_markets_rates(
    market: ServedMarket, browser: Browser, lang: str, screen: str
) -> None:
    cast, faults = market.casts[f"{lang}-logistics"], list[str]()
    contexts = [open_browser(browser, market.url, lang=lang, screen=screen) for _ in range(3)]
    operator, smith, buyer = [open_page(context, faults) for context in contexts]
    for page, name in ((operator, OPERATOR), (smith, cast.smith), (buyer, cast.buyer)):
        sign_in(page, lang, name)

    def looks_right(page: Page, name: str) -> None:
        keep_picture(page, name, lang, screen)
        # Places and people are written in Chinese by whoever lives there.
        found = [one for one in faults_of(page, WIDTHS[screen]) if "佛山市" not in one and "退**" not in one]
        assert found == [], name

    _make_contract(operator, lang)
    looks_right(operator, "console-carrier")
    operator.goto("/console/carriers")
    looks_right(operator, "console-carriers")

    # The smith sees the prices and turns it on, with the address where the courier comes.
    smith.goto("/desk/logistics")
    looks_right(smith, "desk-logistics-off")
    smith.select_option("#address_id", index=1)
    smith.click("main form .btn-primary")
    expect(smith.locator(".page-head")).to_contain_text(WORDS.say("desk.logistics.on", lang))

    order_id = _ordered(buyer, cast.bolt.zh if lang == "zh" else cast.bolt.en, lang)
    smith.goto(f"/desk/orders/{order_id}/waybills")
    looks_right(smith, "desk-waybills-ask")
    smith.fill("#weight", WEIGHT_KG)
    smith.click("main form .btn-primary")
    until(lambda: shows(smith, "main", WORDS.say("logistics.state.given", lang)), "the waybill")
    waybill = smith.inner_text(".card-sheet code")
    looks_right(smith, "desk-waybills-given")
    with smith.context.expect_page() as opened:
        smith.click(f"button:has-text('{WORDS.say('desk.logistics.print', lang)}')")
    label = opened.value
    expect(label.locator("main")).to_contain_text(waybill)
    keep_picture(label, "desk-label", lang, screen)
    label.close()
    smith.click(f"button:has-text('{WORDS.say('desk.logistics.send', lang)}')")
    expect(smith.locator("main")).to_contain_text(WORDS.say("logistics.state.sent", lang))

    # The courier weighs it, the buyer confirms, and the freight goes from the proceeds to the carrier's account.
    market.advance(waybill, "picked_up")
    until(lambda: shows(smith, "main", WORDS.say("logistics.state.picked_up", lang)), "the weighing")
    market.advance(waybill, "signed")
    buyer.goto(f"/orders/{order_id}")
    buyer.click("[data-opens=confirm]")
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(WORDS.say("purchase.says.success", lang))
    smith.goto("/desk/logistics")
    expect(smith.locator("main")).to_contain_text(WORDS.say("carriage.charge.taken", lang))
    looks_right(smith, "desk-logistics")
    operator.goto("/console/carrier-bills?state=all")
    expect(operator.locator(".stats")).to_contain_text(WORDS.say("console.bills.unbilled", lang))
    looks_right(operator, "console-carrier-bills")

    assert faults == []
    assert market.findings() == []
    for context in contexts:
        context.close()


def _make_contract(page: Page, lang: str) -> None:
    """A contract with SF, at once in force where nothing was before; the second story finds the first one's."""
    page.goto("/console/carriers")
    page.select_option("#carrier_code", "SF")
    page.fill("#account_name", "SF Express Co., Ltd.")
    page.fill("#bank_name", "China Merchants Bank")
    page.fill("#account_no", "6222020200112233")
    page.fill("#reason", "2026-A")
    page.click("main form .btn-primary")
    page.wait_for_url("**/console/carriers/*")
    if page.locator("[name='first[0]']").input_value():
        return
    rows = (("", "1", "8", "1", "2"), ("广东、浙江", "1", "5", "0.5", "1"))
    for at, row in enumerate(rows):
        for name, value in zip(("regions", "first_kg", "first", "next_kg", "next"), row, strict=True):
            page.fill(f"[name='{name}[{at}]']", value)
    page.fill("#reason", "2026-A")
    page.click(f"button:has-text('{WORDS.say('console.carriers.publish', lang)}')")
    expect(page.locator(".page-head").first).to_contain_text(WORDS.say("console.carriers.on", lang))


def _ordered(page: Page, title: str, lang: str) -> str:
    """The buyer orders the goods and pays for them; tells the order."""

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
    expect(page.locator("h1")).to_have_text(WORDS.say("paid.done", lang))
    return order_id
