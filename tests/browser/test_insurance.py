"""Freight insurance in a browser: the buyer buys it, goods go back, the insurer pays their freight; then the potter gives it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.test_fast_arrival import says, yuan
from tests.browser.visiting import PATIENCE_MS, keep_picture, open_browser, open_page, shows, sign_in

STORIES = ("insured",)
PIECES, GOODS, PREMIUM = 3_000, 10_500, 63
"""Three thousand washers at 0.0350, freight included, and 0.6 % of that."""

expect.set_options(timeout=PATIENCE_MS)


def test_return_freight_is_insured_claimed_and_paid(market: ServedMarket, browser: Browser) -> None:
    cast, faults = market.casts["insured"], list[str]()
    contexts = [
        open_browser(browser, market.url, lang="zh", screen=screen) for screen in ("desk", "phone", "desk")
    ]
    smith, buyer, operator = [open_page(context, faults) for context in contexts]
    sign_in(smith, "zh", cast.smith)
    sign_in(buyer, "zh", cast.buyer)
    sign_in(operator, "zh", OPERATOR)
    smith.goto("/desk/insurance")
    expect(smith.locator(".page-head")).to_contain_text(says("desk.finance.off"))
    keep_picture(smith, "desk-insurance-off")

    # The supplier gives none: the buyer reads what it costs and pays at most, and buys it with the goods.
    to_checkout(buyer, cast.bolt.zh)
    expect(buyer.locator(".sticky-bar")).to_contain_text(yuan(GOODS))
    buyer.fill("[name^='note[']", "箱外刷唛头 RED-7")
    buyer.locator("#insurance input[type=checkbox]").check()
    expect(buyer.locator(".sticky-bar")).to_contain_text(yuan(GOODS + PREMIUM))
    # What was typed before stays, whatever is chosen after it.
    expect(buyer.locator("[name^='note[']")).to_have_value("箱外刷唛头 RED-7")
    expect(buyer.locator(".share-foot")).to_contain_text(says("checkout.premium"))
    keep_picture(buyer, "checkout-insurance")
    order_id = place_and_pay(buyer)
    buyer.goto(f"/orders/{order_id}")
    until(lambda: shows(buyer, "main", says("insurance.title")), "the insurance on the order")
    until(
        lambda: shows(buyer, "#insurance", says("insurance.says.bound", left=yuan(2_500), n=72)),
        "the insurer's yes",
    )
    keep_picture(buyer, "order-insured")

    # A third goes back: the claim is filed with the waybill, and paid once the supplier has the goods.
    smith.goto(f"/desk/orders/{order_id}")
    smith.select_option("[name='carrier[0]']", "SF")
    smith.fill("[name='waybill[0]']", f"SF{order_id[-13:]}")
    smith.click("#ship .btn-primary")
    expect(smith.locator(".order-head")).to_contain_text(says("order.state.wait_receive"))
    case = send_a_third_back(buyer, smith, order_id)
    until(lambda: shows(buyer, "main", says("insurance.claim.filed")), "the claim on the case")
    keep_picture(buyer, "case-claim-filed")
    smith.goto(f"/desk/cases/{case}")
    smith.click("button[name=answer][value=accept]")
    expect(smith.locator(".order-head")).to_contain_text(says("case.state.refunding"))
    until(lambda: shows(buyer, "main", says("insurance.claim.paid")), "the freight in the wallet")
    keep_picture(buyer, "case-claim-paid")
    buyer.goto("/money")
    until(lambda: shows(buyer, "main", says("ledger.event.E16c")), "the claim among the buyer's money")
    operator.goto("/console/insurer")
    until(lambda: shows(operator, "main", says("console.insurer.open_none")), "the insurer's answers")
    expect(operator.locator("main")).to_contain_text(says("insurance.claim.paid"))
    keep_picture(operator, "console-insurer")
    operator.set_viewport_size({"width": 390, "height": 844})
    keep_picture(operator, "console-insurer-phone")

    # From now on the supplier gives it, and the next buyer pays nothing for it.
    smith.goto("/desk/insurance")
    smith.click("#switch .btn-primary")
    expect(smith.locator(".page-head")).to_contain_text(says("desk.finance.on"))
    keep_picture(smith, "desk-insurance-on")
    smith.set_viewport_size({"width": 390, "height": 844})
    keep_picture(smith, "desk-insurance-on-phone")
    to_checkout(buyer, cast.bolt.zh)
    expect(buyer.locator("#insurance")).to_contain_text(says("checkout.insurance_given"))
    expect(buyer.locator(".group-head")).to_contain_text(says("service.freight_insurance"))
    expect(buyer.locator(".sticky-bar")).to_contain_text(yuan(GOODS))
    keep_picture(buyer, "checkout-insurance-given")
    place_and_pay(buyer)
    smith.goto("/desk/insurance")
    until(lambda: smith.locator("#policies tbody tr").count() > 1 or smith.reload() is None, "its policy")
    expect(smith.locator("#policies")).to_contain_text(says("insurance.by.seller"))

    assert faults == []
    assert market.findings() == []
    for context in contexts:
        context.close()


def to_checkout(page: Page, title: str) -> None:
    """The buyer takes the goods to checkout."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    page.locator(".offers a", has_text=title).first.click()
    page.fill('sku-grid input[data-r="0"][data-c="0"]', str(PIECES))
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    page.click("a[href='/checkout']")
    page.wait_for_url("**/checkout*")


def place_and_pay(page: Page) -> str:
    """The buyer places what is shown and pays it; tells the order."""
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/pay?orders=*")
    order_id = page.url.rpartition("=")[2]
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/channel/pay/*")
    page.click("button[name=deed][value=pay]")
    page.wait_for_url("**/paid/*")
    expect(page.locator("h1")).to_have_text(says("paid.done"))
    return order_id


def send_a_third_back(buyer: Page, smith: Page, order_id: str) -> str:
    """A thousand washers go back: asked for, agreed to, sent; tells the case."""
    buyer.goto(f"/orders/{order_id}/aftersales")
    buyer.check("[name=kind][value=return_refund]")
    buyer.select_option("[name=reason]", "received:quality")
    buyer.fill("[name='quantity[1]']", "1000")
    buyer.click("main form .btn-primary")
    buyer.wait_for_url("**/cases/*")
    expect(buyer.locator("main")).to_contain_text(says("insurance.claim_hint", left=yuan(2_500), n=72))
    found = re.search(r"/cases/(\d+)", buyer.url)
    assert found
    smith.goto(f"/desk/cases/{found[1]}")
    smith.click("button[name=answer][value=agree]")
    expect(smith.locator(".order-head")).to_contain_text(says("case.state.wait_buyer_send"))
    buyer.goto(f"/cases/{found[1]}")
    buyer.select_option("[name=carrier]", "SF")
    buyer.fill("[name=waybill]", f"SF8{found[1][-12:]}")
    buyer.click(f"form[action='/cases/{found[1]}/send-back'] .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(says("case.state.wait_seller_receive"))
    return found[1]
