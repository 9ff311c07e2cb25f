"""Picking in a browser by keyboard alone: six offers compared, an assortment built, put on the list in one step, and ordered."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan.insight import has_solver
from huozhan.kernel.wording import load_words
from tests.browser.market import ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, keep_picture, open_browser, open_page, sign_in

STORIES = ("prices", "credit", "later", "fast", "insured", "contract")
"""In this module's own market the casts of six stories bring an offer each; the first one's buyer picks among them."""
WORDS = load_words()
expect.set_options(timeout=PATIENCE_MS)


def says(key: str, **facts: object) -> str:
    return WORDS.say(key, "zh", **facts)


def press(page: Page, where: str, key: str) -> None:
    """Goes to something by keyboard and presses a key there."""
    page.locator(where).first.focus()
    page.keyboard.press(key)


def type_in(page: Page, where: str, text: str) -> None:
    """Types over what stands in a field."""
    press(page, where, "ControlOrMeta+a")
    page.keyboard.type(text)


def tick(page: Page, title: str) -> None:
    """Finds goods and ticks them to be compared."""

    def found() -> bool:
        page.goto(f"/search?q={title}")
        return page.locator("article", has_text=title).count() > 0

    until(found, title)
    page.locator("article", has_text=title).locator("input[form=compare]").first.focus()
    page.keyboard.press("Space")


@pytest.mark.skipif(not has_solver(), reason="the optional part is not installed")
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_six_are_compared_and_an_assortment_is_ordered(
    market: ServedMarket, browser: Browser, screen: str
) -> None:
    cast, faults = market.casts["prices"], list[str]()
    context = open_browser(browser, market.url, lang="zh", screen=screen)
    page = open_page(context, faults)
    sign_in(page, "zh", cast.buyer)

    for one in market.casts.values():
        tick(page, one.bolt.zh)
    press(page, ".compare-bar .btn-outline", "Enter")
    page.wait_for_url("**/compare?*")
    expect(page.locator(".compare thead th")).to_have_count(7)
    type_in(page, "#n", "500")
    page.keyboard.press("Enter")
    page.wait_for_url("**n=500**")
    expect(page.locator(".compare tfoot form")).not_to_have_count(0)
    keep_picture(page, "picking", "compare", screen)

    page.goto("/assortments/new")
    type_in(page, "[name=words]", cast.bolt.zh)
    type_in(page, "[name=budget]", "900")
    type_in(page, "[name=offers_least]", "1")
    type_in(page, "[name=pieces_most]", "5000")
    type_in(page, "[name=margin]", "10")
    type_in(page, "[name=share]", "100")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/assortments/\d+$"))
    expect(page.locator("main")).to_contain_text(cast.bolt.zh)
    keep_picture(page, "picking", "assortment", screen)

    press(page, ".sticky-bar .btn-primary", "Enter")
    page.wait_for_url("**/cart")
    press(page, "a[href='/checkout']", "Enter")
    page.wait_for_url("**/checkout")
    press(page, ".sticky-bar button.btn-primary", "Enter")
    page.wait_for_url("**/pay?orders=*")

    assert faults == []
    context.close()
