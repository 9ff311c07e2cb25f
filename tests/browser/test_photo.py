"""A buyer finds goods by a photo on a phone and at a desk: sends it, frames a part, filters, and opens the offer."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from playwright.sync_api import Browser, Page, expect

from huozhan import catalogue, parties
from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Name, PublishOffer, SkuAsk
from huozhan.main import open_hall
from tests import world
from tests.browser.market import ServedMarket, apart, until
from tests.browser.test_pages import faults_of
from tests.browser.visiting import PATIENCE_MS, WIDTHS, keep_picture, open_browser, open_page, sign_in

STORIES = ("zh-photo",)
NEAR = 3
"""So many of the four look at all like a photo of a red and a blue one."""
RED, BLUE, GREEN = (205, 60, 50), (50, 80, 190), (60, 150, 90)

expect.set_options(timeout=PATIENCE_MS)


def cushion(colour: tuple[int, int, int], *, across: bool, side: int = 480) -> pyvips.Image:
    """A striped square on white."""
    at = np.arange(side) // 40 % 2
    stripes = at[:, None] if across else at[None, :]
    pixels = np.where(np.broadcast_to(stripes, (side, side))[..., None], 245, np.array(colour)).astype(
        np.uint8
    )
    pixels[:40] = pixels[-40:] = pixels[:, :40] = pixels[:, -40:] = 255
    return pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")


GOODS = (
    (
        "RED",
        Name("红条纹靠垫", "Red striped cushion"),
        (cushion(RED, across=True), cushion(RED, across=False)),
        250_000,
    ),
    (
        "RED-2",
        Name("红色条纹靠垫", "Red striped cushion cover"),
        (cushion(RED, across=True, side=420),),
        190_000,
    ),
    ("BLUE", Name("蓝条纹靠垫", "Blue striped cushion"), (cushion(BLUE, across=False),), 260_000),
    ("GREEN", Name("绿条纹坐垫", "Green striped seat pad"), (cushion(GREEN, across=True),), 230_000),
)


@pytest.fixture(scope="module")
def stocked(market: ServedMarket) -> ServedMarket:
    """A shop with cushions that have pictures, all of them indexed."""
    apart(_stock(market))
    return market


async def _stock(market: ServedMarket) -> None:
    async with open_hall(market.settings) as hall:
        ask = parties.SignIn(sign_in_name=market.casts["zh-photo"].potter, password=world.PASSWORD)
        seller = await world.actor_of(hall, (await hall.run(parties.sign_in, ask, world.anonymous())).token)
        shelf = catalogue.FolderShelf(market.settings.pictures)
        for code, title, images, price_e4 in GOODS:
            hung = [await catalogue.add_picture(shelf, seller, image.jpegsave_buffer()) for image in images]
            offer = PublishOffer(
                offer_code=code,
                category_id="aa-1-13-8",
                title=title,
                quote_type=QuoteType.fixed,
                ladder=(Step(2, price_e4),),
                moq=2,
                skus=(SkuAsk(sku_code=code, stock=500),),
                weight_g=400,
                pictures=tuple(one.picture_id for one in hung),
            )
            await hall.run(catalogue.publish_offer, offer, seller)


def photo_file(folder: Path) -> Path:
    """A photo with the red cushion left and the blue one right."""
    both = cushion(RED, across=True).join(cushion(BLUE, across=False), "horizontal")
    file = folder / "shelf.jpg"
    both.resize(1.2).jpegsave(str(file), Q=80)
    return file


def titles(page: Page) -> list[str]:
    """What the results are called, in order."""
    return page.locator("#photo-results .offers h2, #photo-results .offers h3").all_inner_texts()


def find_by(page: Page, file: Path) -> None:
    """Presses the camera in the search box and chooses the photo."""
    page.goto("/")
    with page.expect_file_chooser() as chosen:
        page.click(".searchbox [data-photo]")
    chosen.value.set_files(file)
    page.wait_for_url("**/search/photo/*")


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_goods_are_found_by_a_photo_framed_and_opened(
    stocked: ServedMarket, browser: Browser, tmp_path: Path, screen: str
) -> None:
    faults: list[str] = []
    context = open_browser(browser, stocked.url, lang="zh", screen=screen)
    page = open_page(context, faults)
    sign_in(page, "zh")
    file = photo_file(tmp_path)
    find_by(page, file)
    until(lambda: page.reload() and len(titles(page)) >= NEAR, "three cushions")
    keep_picture(page, "photo", screen)
    assert faults_of(page, WIDTHS[screen]) == []

    drag(page, (0.99, 0.98), (0.48, 0.98))
    page.wait_for_url("**crop=*")
    until(lambda: titles(page)[0].startswith("红"), "the red cushion")
    page.locator(".crop-box").focus()
    for _ in range(26):
        page.keyboard.press("ArrowRight")
    until(lambda: titles(page)[0].startswith("蓝"), "the blue cushion")
    keep_picture(page, "photo-framed", screen)
    page.reload()
    assert titles(page)[0].startswith("蓝")

    page.locator("#photo-results .offers a", has_text="蓝条纹靠垫").first.click()
    page.wait_for_url("**/offers/*")
    page.locator("#alike").scroll_into_view_if_needed()
    expect(page.locator("#alike h2").first).to_be_visible()
    keep_picture(page, "offer-alike", screen)
    assert faults == []
    context.close()


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_what_a_photo_finds_is_narrowed_by_filters(
    stocked: ServedMarket, browser: Browser, tmp_path: Path, screen: str
) -> None:
    faults: list[str] = []
    context = open_browser(browser, stocked.url, lang="zh", screen=screen)
    page = open_page(context, faults)
    sign_in(page, "zh")
    find_by(page, photo_file(tmp_path))
    until(lambda: page.reload() and len(titles(page)) >= NEAR, "three cushions")
    faults.clear()  # what was on its way while the page was loaded anew was given up, which is said
    everything = titles(page)
    if screen == "phone":
        page.click("[data-facets] > summary")

    page.fill("#f-high", "24")
    if screen == "phone":
        page.locator("#f-high").press("Tab")
    else:
        page.click(".facets-apply")
    page.wait_for_url("**price_to=24*")
    expect(page.locator(".filter-chips")).to_contain_text("24")
    if screen == "phone":
        expect(page.locator("[data-facets]")).to_have_attribute("open", "")
        page.click(".facets-apply")
        expect(page.locator("[data-facets]")).not_to_have_attribute("open", "")

    cheap = [one for one in everything if one in ("红色条纹靠垫", "绿条纹坐垫")]
    assert 0 < len(cheap) < len(everything)
    assert titles(page) == cheap
    assert faults_of(page, WIDTHS[screen]) == []
    assert faults == []
    context.close()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drags what is at one place of the photo to another, in shares of its width and height."""
    at = page.locator(".photo-crop").bounding_box()
    assert at
    page.mouse.move(at["x"] + at["width"] * start[0], at["y"] + at["height"] * start[1])
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] * end[0], at["y"] + at["height"] * end[1], steps=4)
    page.mouse.up()


def test_the_same_goods_are_named_with_the_cheapest(stocked: ServedMarket, browser: Browser) -> None:
    context = open_browser(browser, stocked.url, lang="zh", screen="desk")
    page = open_page(context, [])
    sign_in(page, "zh")
    page.goto("/search?q=红条纹靠垫")
    page.locator(".offers a", has_text="红条纹靠垫").first.click()
    page.wait_for_url("**/offers/*")
    page.locator("#alike").scroll_into_view_if_needed()

    until(
        lambda: page.reload() and page.goto(page.url + "/alike") and "同款最低价" in page.inner_text("main"),
        "the same",
    )

    keep_picture(page, "alike")
    assert "19.00" in page.inner_text("#alike p")
    context.close()


def test_without_scripts_a_photo_is_sent_by_a_form(
    stocked: ServedMarket, browser: Browser, tmp_path: Path
) -> None:
    context = open_browser(browser, stocked.url, lang="en", screen="phone", java_script_enabled=False)
    page = open_page(context, [])
    page.goto("/")
    page.click(".searchbox [data-photo]")
    page.set_input_files("input[name=photo]", photo_file(tmp_path))
    page.click("main form .btn-primary")

    page.wait_for_url("**/search/photo/*")
    page.locator(".photo-parts a").nth(4).click()

    assert "crop=0%2C0%2C500%2C1000" in page.url
    context.close()
