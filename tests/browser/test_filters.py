"""A buyer finds goods, filters them, shares the address, keeps the search and hears of new goods; by keyboard, at both widths."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.market import ServedMarket, until
from tests.browser.test_pages import faults_of
from tests.browser.test_story import Story
from tests.browser.visiting import PATIENCE_MS, WIDTHS, keep_picture
from tests.world import PASSWORD

STORIES = ("zh-phone", "en-desk")
WORDS = {"zh-phone": ("紫铜风铃", "Copper windchime"), "en-desk": ("檀木镇纸", "Sandalwood paperweight")}

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(params=STORIES)
def story(market: ServedMarket, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Story]:
    played = Story(market, browser, request.param)
    yield played
    for context in played.contexts:
        context.close()
    assert played.faults == []


def publish(story: Story, code: str, **changes: Any) -> None:
    """The smith publishes goods by the API."""
    zh, en = WORDS[story.name]
    offer = {
        "offer_code": code, "category_id": "aa-1-13-8", "title": {"zh": f"{zh}{code}", "en": f"{en} {code}"},
        "quote_type": "offer_ladder", "ladder": [{"from_quantity": 1, "price_e4": 500_000}, {"from_quantity": 100, "price_e4": 300_000}],
        "skus": [{"sku_code": code, "stock": 1_000}], "weight_g": 50,
        "attributes": [{"handle": "material", "value": {"zh": "棉", "en": "Cotton"}}], **changes,
    }  # fmt: skip
    with httpx.Client(base_url=f"{story.market.url}/api/v1") as api:
        came_in = api.post("/session", json={"sign_in_name": story.cast.smith, "password": PASSWORD}).json()
        api.cookies.update({"hz_session": came_in["token"], "hz_csrf": "mine"})
        headers = {
            "X-CSRF-Token": "mine",
            "Idempotency-Key": secrets.token_hex(8),
            "Content-Type": "application/json",
        }
        answer = api.post("/my/offers", content=json.dumps(offer), headers=headers)
    assert answer.status_code in (200, 201), answer.text


def stock_up(story: Story) -> str:
    """Twelve goods, of which few give samples; returns the words that find them all."""
    for n in range(9):
        publish(story, f"P{n}", sample_price_e4=10_000 if n < 3 else None, moq=1 if n % 2 else 10)
    linen = [{"handle": "material", "value": {"zh": "亚麻", "en": "Linen"}}]
    for n in range(9, 12):
        publish(story, f"P{n}", attributes=linen)
    words = WORDS[story.name][0 if story.lang == "zh" else 1]
    search = f"{story.market.url}/api/v1/search"
    until(lambda: httpx.get(search, params={"q": words}).json()["total"] == 12, "twelve goods")
    return words


def look(story: Story, page: Page, name: str) -> None:
    keep_picture(page, story.name, name)
    assert faults_of(page, WIDTHS[story.screen]) == []


def shown(page: Page) -> int:
    return page.locator("#found .offers .offer").count()


def test_goods_are_filtered_shared_kept_and_watched_by_keyboard(story: Story) -> None:
    words = stock_up(story)
    page = story.enter(story.cast.buyer)
    page.goto("/search")
    page.focus("#q")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert shown(page) == 12
    look(story, page, "found")

    if story.screen == "phone":
        page.focus(".facets > summary")
        page.keyboard.press("Enter")
    linen = page.locator("input[name=attr][value='material:linen']")
    linen.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**attr=material%3Alinen*")
    expect(page.locator("#found .offers .offer")).to_have_count(3)
    # The page stayed where it was: what was chosen has the focus still, and the number is said.
    expect(linen).to_be_focused()
    assert "3" in page.inner_text("#found-said")
    if story.screen == "phone":
        assert page.locator(".facets").get_attribute("open") is not None
        look(story, page, "sheet")
        expect(page.locator(".facets-apply")).to_contain_text("3")
        page.focus(".facets-apply")
        page.keyboard.press("Enter")
        expect(page.locator(".facets")).not_to_have_attribute("open", "")
    look(story, page, "filtered")

    address = page.url
    visitor = story.browser.new_page()
    visitor.goto(address)
    assert visitor.locator("#found .offers .offer").count() == 3
    visitor.close()
    page.goto(f"{address}&n=120")
    assert "¥30.00" in page.inner_text("#found .offers")

    keep(story, page)
    publish(story, "NEW", attributes=[{"handle": "material", "value": {"zh": "亚麻", "en": "Linen"}}])
    told = story.says("notice.search_found", name="M1", count=1)
    story.market.pass_days(1)

    def is_told() -> bool:
        page.goto("/notices")
        return told in page.inner_text("main")

    until(is_told, "a notice of new goods")
    look(story, page, "told")
    page.goto("/searches")
    look(story, page, "searches")
    page.click(".saved-search h2 a")
    page.wait_for_url("**attr=material%3Alinen*")
    assert shown(page) == 4


def keep(story: Story, page: Page) -> None:
    """Keeps what the page shows under a name, watched."""
    page.focus(".keep-search > summary")
    page.keyboard.press("Enter")
    page.fill(".keep-search input[name=name]", "M1")
    look(story, page, "keep")
    page.press(".keep-search input[name=name]", "Enter")
    page.wait_for_url("**/searches?said=kept")
    assert story.says("searches.kept") in page.inner_text("main")


def test_filters_work_without_scripts(story: Story) -> None:
    words = WORDS[story.name][0 if story.lang == "zh" else 1]
    publish(story, "PLAIN1")
    context = story.browser.new_context(
        base_url=story.market.url,
        java_script_enabled=False,
        viewport={"width": WIDTHS[story.screen], "height": 900},
    )
    page = context.new_page()

    def is_there() -> bool:
        page.goto(f"/search?q={words} PLAIN1&lang={story.lang}")
        return page.locator("#found .offers .offer").count() > 0

    until(is_there, "the goods")
    if story.screen == "phone":
        page.click(".facets > summary")
    page.fill("#f-n", "100")
    page.fill("#f-high", "40")
    page.click(".facets-apply")
    page.wait_for_url("**n=100*")
    assert "30.00" in page.inner_text("#found .offers")
    context.close()
