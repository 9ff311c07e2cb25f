"""Two people talk in two browsers: what one writes the other sees without asking for it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.test_pages import faults_of
from tests.browser.test_story import Story
from tests.browser.visiting import PATIENCE_MS, WIDTHS, open_browser, open_page, sign_in

STORIES = ("zh-talk", "en-talk")
PICTURES = os.environ.get("HUOZHAN_PICTURES", "")
"""A folder for pictures of the pages, where somebody wants to look at them."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(params=["zh-talk", "en-talk"])
def told(market: ServedMarket, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Story]:
    played = Story(market, browser, request.param)
    yield played
    for context in played.contexts:
        context.close()


def enter(story: Story, name: str, screen: str) -> Page:
    """Somebody comes in at a width."""
    context = open_browser(story.browser, story.market.url, lang=story.lang, screen=screen)
    story.contexts.append(context)
    page = open_page(context, story.faults)
    sign_in(page, story.lang, name)
    return page


def look(story: Story, page: Page, name: str, screen: str) -> None:
    """The page has no fault; a picture of it is kept where somebody wants one."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{story.lang}-{screen}-{name}.png")
    assert faults_of(page, WIDTHS[screen]) == []


def find(story: Story, page: Page) -> str:
    """The buyer finds the shop's goods; tells the address of their page."""
    title = story.title(story.cast.bolt)

    def found() -> str:
        page.goto(f"/search?q={title}")
        link = page.locator(".offers a", has_text=title)
        return (link.first.get_attribute("href") or "") if link.count() else ""

    return until(found, f"an offer of {title}")


def test_what_one_writes_the_other_sees(told: Story) -> None:
    buyer = enter(told, told.cast.buyer, "phone")
    smith = enter(told, told.cast.smith, "desk")
    smith.goto("/desk/messages")
    look(told, smith, "desk-empty", "desk")
    buyer.goto(find(told, buyer))
    buyer.click(".sticky-bar a[href*='/messages/new']")
    look(told, buyer, "new", "phone")
    buyer.fill("[name=text]", "5,000?")
    buyer.click("[data-talk-composer] .btn-primary")
    buyer.wait_for_url("**/messages/*about=offer*")
    expect(buyer.locator(".talk-text")).to_have_text("5,000?")

    row = smith.locator(".talk-row")
    expect(row).to_contain_text("5,000?")
    expect(row.locator("data.count")).to_be_visible()
    expect(row.locator(".countdown, .text-clock")).to_be_visible()
    look(told, smith, "desk-list", "desk")
    row.click()
    expect(buyer.locator(".talk-line.is-mine")).to_contain_text(told.says("talk.read"))
    smith.fill("[name=text]", "4,200 + 800 · https://pay.example")
    smith.keyboard.press("Enter")
    expect(smith.locator("[name=text]")).to_have_value("")
    expect(buyer.locator(".talk-line:not(.is-mine) .talk-text")).to_contain_text("4,200 + 800")
    expect(buyer.locator(".talk-warning")).to_have_text(told.says("talk.outside"))
    smith.fill("[name=text]", " ")
    smith.keyboard.press("Enter")
    expect(smith.locator("#talk-error .notice")).to_be_visible()
    look(told, smith, "desk-talk", "desk")
    look(told, buyer, "talk", "phone")
    buyer.goto("/messages")
    look(told, buyer, "list", "phone")
    _answer_by_itself(told, smith)
    _report(told, buyer)
    assert told.faults == []


def _answer_by_itself(told: Story, smith: Page) -> None:
    """The shop sets a quick reply and uses it, and looks at how quickly it answered."""
    smith.goto("/desk/messages/settings")
    smith.fill("[name=greeting]", "9:00 – 18:00")
    smith.check("[name=is_on]")
    smith.fill("[name=replies]", "48 h | 48 h, SF Express")
    smith.click("main form .btn-primary")
    expect(smith.locator("[name=replies]")).to_have_value("48 h | 48 h, SF Express")
    look(told, smith, "desk-settings", "desk")
    smith.goto("/desk/messages")
    smith.locator(".talk-row").first.click()
    smith.click("[data-talk-quick]")
    expect(smith.locator("textarea[name=text]")).to_have_value("48 h, SF Express")
    smith.click(".talk-head summary")
    look(told, smith, "desk-quick", "desk")
    smith.goto("/desk/messages/response")
    look(told, smith, "desk-response", "desk")


def _report(told: Story, buyer: Page) -> None:
    """The buyer reports the link; the market reads what was said before and upholds it."""
    buyer.goto("/messages")
    buyer.locator(".talk-row").first.click()
    buyer.click(".talk-head summary")
    buyer.select_option("[name=cause]", "outside")
    look(told, buyer, "report", "phone")
    buyer.click(".talk-report .btn")
    buyer.wait_for_load_state()
    operator = enter(told, OPERATOR, "desk")
    operator.goto("/console/reports")
    look(told, operator, "console-reports", "desk")
    operator.locator("tbody a.btn").last.click()
    expect(operator.locator("main")).to_contain_text("https://pay.example")
    look(told, operator, "console-report", "desk")
    operator.fill("[name=reason]", "B3.1")
    operator.click("button[name=outcome][value=upheld]")
    operator.wait_for_url("**/console/reports")
