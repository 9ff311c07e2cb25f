"""Reviews in a browser: who bought says how the goods are and shows them; who has not bought reads it, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.market import ServedMarket, until
from tests.browser.test_aftersales import CaseStory, a_picture, buy_and_ship
from tests.browser.visiting import PATIENCE_MS, keep_picture

STORIES = ("review",)

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def story(market: ServedMarket, browser: Browser) -> Iterator[CaseStory]:
    played = CaseStory(market, browser, "review", "zh", "phone")
    yield played
    for context in played.contexts:
        context.close()


def receive(story: CaseStory, buyer: Page, order: str) -> None:
    """The buyer confirms what came, and is invited a moment later."""
    buyer.goto(order)
    buyer.click("a[href='#confirm']")
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(story.says("order.state.success"))
    until(lambda: buyer.goto(f"{order}/reviews") and buyer.locator("[name=points]").count(), "the invitation")


def test_a_buyer_shows_what_came_and_another_reads_it(story: CaseStory, tmp_path: Path) -> None:
    says = story.says
    buyer, smith = story.enter(story.cast.buyer), story.enter(story.cast.smith)
    order = buy_and_ship(story, buyer, smith)
    receive(story, buyer, order)

    # It waits in the buyer's own list; four points, words, a picture, no name.
    buyer.goto("/reviews")
    buyer.click(f"a[href^='{order}/reviews'].btn")
    keep_picture(buyer, "review", "form", "phone")
    buyer.check("[name=points][value='4']")
    buyer.fill("[name=text]", "螺纹规整，镀层均匀，一箱里有两三个毛刺")
    buyer.set_input_files("[name=pictures]", a_picture(tmp_path))
    buyer.check("[name=is_anonymous]")
    buyer.click("main form .btn-primary")
    expect(buyer.locator(".review")).to_contain_text("镀层均匀")
    buyer.goto("/reviews")
    expect(buyer.locator("main")).to_contain_text(says("review.none_to_write"))
    buyer.goto("/reviews?written=1")
    keep_picture(buyer, "review", "written", "phone")
    offer = goods_page(buyer, order)

    # Somebody else reads it on the offer's page: points, words, a picture that is there, and no name.
    visitor = story.enter("")
    visitor.goto(offer)
    visitor.locator("#reviews").scroll_into_view_if_needed()
    expect(visitor.locator(".review")).to_contain_text("镀层均匀")
    expect(visitor.locator(".review-score")).to_contain_text("4.0")
    expect(visitor.locator(".review header b")).to_have_text("成***")
    picture = visitor.locator(".review .picture-row img")
    until(lambda: picture.evaluate("one => one.naturalWidth"), "the picture of the review")
    keep_picture(visitor, "review", "offer", "phone")
    assert story.faults == []


def goods_page(buyer: Page, order: str) -> str:
    """The page of what was bought, by the link of its line."""
    buyer.goto(f"{order}/reviews")
    return buyer.locator("main a[href^='/offers/']").first.get_attribute("href") or ""
