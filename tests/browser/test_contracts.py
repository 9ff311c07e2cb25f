"""A contract in a browser: the buyer asks for it, both turn the second step on and sign, both read that it is in force."""

import hashlib
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import ServedMarket, until
from tests.browser.test_pages import faults_of
from tests.browser.visiting import (
    PATIENCE_MS,
    WIDTHS,
    keep_picture,
    open_browser,
    open_page,
    sign_in,
)
from tests.world import PASSWORD

STORIES = ("contract",)
WORDS = load_words()
expect.set_options(timeout=PATIENCE_MS)


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


def order(page: Page, title: str) -> str:
    """The buyer takes a thousand of some goods to checkout and places the order; tells its id."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator(".offers a", has_text=title).count() > 0

    until(found, title)
    page.locator(".offers a", has_text=title).first.click()
    page.fill('sku-grid input[data-r="0"][data-c="0"]', "1000")
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    page.click("a[href='/checkout']")
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/pay?orders=*")
    return page.url.rpartition("=")[2]


@pytest.mark.parametrize("screen", ["phone"])
def test_a_contract_is_asked_for_signed_by_both_and_checked(
    market: ServedMarket, browser: Browser, screen: str, tmp_path: Path
) -> None:
    cast, noise = market.casts["contract"], list[str]()
    contexts = [
        open_browser(browser, market.url, lang="zh", screen=screen),
        open_browser(browser, market.url, lang="zh", screen="desk"),
    ]
    buyer, smith = [open_page(context, noise) for context in contexts]
    sign_in(buyer, "zh", cast.buyer)
    sign_in(smith, "zh", cast.smith)

    # The buyer asks for a contract on the order's page, and reads it as soon as it is drawn up.
    buyer.goto(f"/orders/{order(buyer, cast.bolt.zh)}")
    buyer.click("#contract button")
    buyer.wait_for_url("**/contracts/*")
    contract_id = buyer.url.rpartition("/")[2]
    expect(buyer.locator("#sign")).to_contain_text(says("contract.second_step"))
    expect(buyer.locator("main")).to_contain_text("人民币叁拾伍元整")
    assert faults_of(buyer, WIDTHS[screen]) == []
    keep_picture(buyer, "contract", "to-sign")

    # Each turns the second step on and signs.
    _sign(buyer, f"/contracts/{contract_id}", _second_step(market, buyer))
    until(
        lambda: _shows(buyer, f"/contracts/{contract_id}", says("contract.says.signing.other")),
        "one signature",
    )
    smith.goto("/desk/contracts")
    expect(smith.locator("main")).to_contain_text(says("contract.says.signing.mine"))
    _sign(smith, f"/desk/contracts/{contract_id}", _second_step(market, smith))
    expect(smith.locator("main")).to_contain_text(says("contract.says.in_force"))
    assert faults_of(smith, WIDTHS["desk"]) == []
    keep_picture(smith, "contract", "in-force")

    # What the buyer downloads is known to the market, by its hash.
    buyer.goto(f"/contracts/{contract_id}")
    with buyer.expect_download() as download:
        buyer.click("a[href*='kind=paper']")
    download.value.save_as(tmp_path / "contract.pdf")
    sha256 = hashlib.sha256((tmp_path / "contract.pdf").read_bytes()).hexdigest()
    buyer.goto(f"/contracts/check?sha256={sha256}")
    expect(buyer.locator("main")).to_contain_text(says("contract.check.current"))
    assert noise == []
    for context in contexts:
        context.close()


def _second_step(market: ServedMarket, page: Page) -> str:
    """Turns the second step on, and tells a code that will do once: one of those for a lost phone."""
    page.goto("/account")
    page.fill("#begin-password", PASSWORD)
    page.click("form[action='/account/two-step'] button")
    secret = page.locator("code.secret").first.text_content() or ""
    code = pyotp.TOTP(secret.replace(" ", "")).at(market.now())
    page.fill("form[action='/account/two-step/confirm'] [name=code]", code)
    page.click("form[action='/account/two-step/confirm'] button")
    return page.locator(".recovery code").first.text_content() or ""


def _sign(page: Page, path: str, code: str) -> None:
    page.goto(path)
    page.fill("#sign [name=code]", code)
    page.click("#sign button")
    expect(page.locator("#sign")).to_have_count(0)


def _shows(page: Page, path: str, text: str) -> bool:
    page.goto(path)
    return text in (page.locator("main").text_content() or "")
