"""Reviews in a browser: who bought says how the goods are and shows them; who has not bought reads it, by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvips
from playwright.sync_api import Browser, Page, expect

from huozhan import catalogue
from huozhan.kernel.actor import system
from huozhan.main import open_hall
from tests.browser.market import ServedMarket, apart, until
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
    buyer.set_input_files("[name=pictures]", [a_picture(tmp_path), another_picture(tmp_path)])
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
    picture = visitor.locator(".review .picture-row img").first
    until(lambda: picture.evaluate("one => one.naturalWidth"), "the picture of the review")
    keep_picture(visitor, "review", "offer", "phone")
    # The pictures open in large, by keyboard alone: on, back, closer, and away to where one was.
    visitor.locator(".review .picture-row a").first.focus()
    visitor.keyboard.press("Enter")
    large = visitor.locator(".lightbox")
    expect(large.locator("output")).to_have_text("1 / 2")
    visitor.keyboard.press("ArrowRight")
    expect(large.locator("output")).to_have_text("2 / 2")
    visitor.keyboard.press("+")
    expect(large).to_have_class(re.compile("closer"))
    visitor.screenshot(path=tmp_path / "large.png")
    visitor.keyboard.press("Escape")
    expect(large).not_to_be_visible()
    assert visitor.evaluate("document.activeElement.matches('.review .picture-row a')")

    # The supplier replies; the buyer follows up.
    smith.goto("/desk/reviews")
    keep_picture(smith, "review", "desk", "phone")
    smith.click(".bench details summary >> text=" + says("desk.reviews.reply"))
    smith.fill("[name=text]", "感谢反馈，毛刺已加检")
    smith.click("form[action='/desk/reviews'] button >> visible=true")
    expect(smith.locator(".review-later")).to_contain_text("毛刺已加检")
    buyer.goto(f"{order}/reviews")
    buyer.fill("[name=text]", "用了一个月，没有滑丝")
    buyer.click("form[action$='/follow-up'] button.btn")
    expect(buyer.locator(".review-later").first).to_contain_text("没有滑丝")
    visitor.goto(f"{offer}/reviews?followed=1")
    expect(visitor.locator(".review-later")).to_have_count(2)
    keep_picture(visitor, "review", "all", "phone")
    assert story.faults == []


def another_picture(folder: Path) -> Path:
    """A second photograph."""
    place = folder / "other.jpg"
    white = pyvips.Image.black(320, 240, bands=3).invert().copy(interpretation="srgb")
    white.write_to_file(str(place))
    return place


async def _hang(market: ServedMarket, story: CaseStory, folder: Path) -> str:
    """Two pictures hang on the bolts; tells their page."""
    async with open_hall(market.settings) as hall:
        shelf = catalogue.FolderShelf(market.settings.pictures)
        ids = [
            (await catalogue.add_picture(shelf, system(), one.read_bytes(), permission="")).picture_id
            for one in (a_picture(folder), another_picture(folder))
        ]
        async with hall.pool.acquire() as db:
            offer_id = await db.fetchval(
                "UPDATE offer SET pictures = $1 WHERE title_zh = $2 RETURNING offer_id",
                ids,
                story.cast.bolt.zh,
            )
    return f"/offers/{offer_id}"


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_the_gallery_goes_by_keyboard_swipe_and_hover(
    market: ServedMarket, story: CaseStory, tmp_path: Path, screen: str
) -> None:
    story.screen, story.lang = screen, "en"
    page = story.enter("")
    page.goto(apart(_hang(market, story, tmp_path)))
    first, second = page.locator(".gallery-large").first, page.locator(".gallery-large").nth(1)
    expect(first).to_be_visible()
    height = page.locator(".gallery").bounding_box()

    page.locator("#shot-1").focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_visible()
    expect(first).not_to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".lightbox output")).to_have_text("2 / 2")
    keep_picture(page, "review", "lightbox", screen)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".lightbox output")).to_have_text("1 / 2")
    page.keyboard.press("Escape")

    place = second.bounding_box()
    assert place
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] - 20, middle)
    page.mouse.down()
    page.mouse.move(place["x"] + 20, middle + 4, steps=4)
    page.mouse.up()
    expect(first).to_be_visible()
    expect(page.locator(".lightbox")).not_to_be_visible()
    if screen == "desk":
        first.hover()
        until(
            lambda: "matrix(2" in first.locator("img").evaluate("one => getComputedStyle(one).transform"),
            "a closer look",
        )
    assert page.locator(".gallery").bounding_box() == height, "nothing moved"
    keep_picture(page, "review", "gallery", screen)
    assert story.faults == []


def goods_page(buyer: Page, order: str) -> str:
    """The page of what was bought, by the link of its line."""
    buyer.goto(f"{order}/reviews")
    return buyer.locator("main a[href^='/offers/']").first.get_attribute("href") or ""
