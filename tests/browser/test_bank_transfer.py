"""A buyer pays by company transfer: chooses it, reads where to send the money, and the page follows the bank's statement."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.test_pages import WORDS, faults_of
from tests.browser.visiting import WIDTHS, open_browser, open_page, sign_in

STORIES = ("plain",)
HEAD = "bank_txn,direction,amount,currency,account_no,account_name,virtual_account,remark,at\n"


@pytest.fixture
def operator(market: ServedMarket, browser: Browser) -> Iterator[Page]:
    """The operator at the console."""
    context = open_browser(browser, market.url, lang="en", screen="desk")
    page = open_page(context, [])
    sign_in(page, "en", OPERATOR)
    yield page
    context.close()


def upload(page: Page, *rows: str) -> None:
    """The operator uploads a statement of the bank."""
    page.goto("/console/bank")
    page.click("a[data-opens=upload]")
    page.set_input_files(
        "#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": (HEAD + "\n".join(rows)).encode()}
    )
    page.click("dialog[open] .btn-primary")
    page.wait_for_url("**/console/bank?lines=*")


def yuan(page: Page) -> str:
    """The amount that is still to be sent, as a table of a bank writes it."""
    return re.sub(r"[¥,\s]", "", page.locator("#payment .money-price").inner_text())


@pytest.mark.parametrize(("lang", "screen"), [("zh", "phone"), ("en", "desk")])
def test_the_page_says_where_to_send_the_money_and_follows_it(
    market: ServedMarket, browser: Browser, operator: Page, lang: str, screen: str
) -> None:
    cast = market.casts["plain"]
    bolt = getattr(cast.bolt, lang)
    context = open_browser(browser, market.url, lang=lang, screen=screen)
    noise: list[str] = []
    page = open_page(context, noise)
    sign_in(page, lang, cast.buyer)

    def found() -> bool:
        page.goto("/")
        page.fill("#q", bolt)
        page.press("#q", "Enter")
        page.wait_for_load_state()
        return page.locator(".offers h2 a", has_text=bolt).count() > 0

    until(found, f"{bolt} in the results")
    page.locator(".offers h2 a", has_text=bolt).first.click()
    page.fill("sku-grid input", "500")
    page.click("button[name=then][value=order]")
    page.click(".sticky-bar .btn-primary")
    page.wait_for_url("**/pay?orders=*")
    assert faults_of(page, WIDTHS[screen]) == []
    page.check("input[name=method][value=bank]")
    page.click(".sticky-bar .btn-primary")
    page.wait_for_selector("#payment .record")
    assert faults_of(page, WIDTHS[screen]) == []
    account = page.locator("[data-copy]").nth(1).get_attribute("data-copy")
    name = page.evaluate(
        "fetch('/api/v1/organisation').then(a => a.json()).then(a => a.name_zh || a.name_en || a.name.zh)"
    )
    due = yuan(page)

    upload(operator, f"{lang}-1,in,1.00,CNY,6222021208009998887,{name},{account},,2026-03-01 10:00")
    expect(page.locator("#payment")).to_contain_text(WORDS.say("bank.received", lang))
    rest = yuan(page)
    assert round(float(due) - float(rest), 2) == 1.0
    upload(operator, f"{lang}-2,in,{rest},CNY,6222021208009998887,{name},{account},,2026-03-01 10:05")

    until(
        lambda: page.reload() and page.locator("h1", has_text=WORDS.say("paid.done", lang)).count(),
        "the money in escrow",
    )
    assert noise == []
    context.close()
