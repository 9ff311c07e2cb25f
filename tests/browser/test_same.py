"""A buyer sees identical goods as one card that names the cheapest, and compares everybody who has them."""

import pytest
from playwright.sync_api import Browser, expect

from huozhan import catalogue, parties
from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Name, PublishOffer, SkuAsk
from huozhan.main import open_hall
from tests import world
from tests.browser.market import OPERATOR, ServedMarket, apart, until
from tests.browser.test_pages import faults_of
from tests.browser.visiting import PATIENCE_MS, WIDTHS, keep_picture, open_browser, open_page, sign_in

STORIES = ("zh-same",)
LUNCH = Name(
    "日式双层分隔木纹便当盒可微波炉加热上班族带盖餐盒1200毫升",
    "Japanese Two Layer Wood Grain Bento Lunch Box Microwave Safe Divided 1200 ml",
)

expect.set_options(timeout=PATIENCE_MS)


async def _stock(market: ServedMarket) -> None:
    """Two shops with one lunch box, one title with words of trade around it."""
    more = Name(f"厂家直销 {LUNCH.zh} 新款", f"{LUNCH.en} wholesale")
    async with open_hall(market.settings) as hall:
        cast = market.casts["zh-same"]
        for name, code, title, price_e4 in (
            (cast.potter, "BENTO", LUNCH, 260_000),
            (cast.smith, "BENTO-2", more, 190_000),
        ):
            ask = parties.SignIn(sign_in_name=name, password=world.PASSWORD)
            seller = await world.actor_of(
                hall, (await hall.run(parties.sign_in, ask, world.anonymous())).token
            )
            offer = PublishOffer(
                offer_code=code,
                category_id="aa-1-13-8",
                title=title,
                quote_type=QuoteType.offer_ladder,
                ladder=(Step(1, price_e4), Step(100, price_e4 - 20_000)),
                skus=(SkuAsk(sku_code=code, stock=1_000),),
                weight_g=400,
            )
            await hall.run(catalogue.publish_offer, offer, seller)


@pytest.fixture(scope="module")
def stocked(market: ServedMarket) -> ServedMarket:
    """Two shops with one lunch box."""
    apart(_stock(market))
    return market


@pytest.mark.parametrize("screen", WIDTHS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_identical_goods_are_one_card_and_everybody_is_compared(
    stocked: ServedMarket, browser: Browser, lang: str, screen: str
) -> None:
    faults: list[str] = []
    context = open_browser(browser, stocked.url, lang=lang, screen=screen)
    page = open_page(context, faults)
    sign_in(page, lang)
    words = "双层便当盒" if lang == "zh" else "bento lunch box"
    until(
        lambda: page.goto(f"/search?q={words}") and page.locator(".offer-same").count() == 1,
        "the goods together",
    )
    assert page.locator(".offers > *").count() == 1
    assert "17.00" in page.inner_text(".offer-same")
    keep_picture(page, "same-card", lang, screen)
    assert faults_of(page, WIDTHS[screen]) == []

    page.locator(".switches a", has_text="展开同款" if lang == "zh" else "goods apart").click()
    page.wait_for_url("**each=1*")
    assert page.locator(".offers > *").count() == 2

    page.go_back()
    page.locator(".offer-same a").first.click()
    page.wait_for_url("**/same*")
    page.fill("#n", "50")
    page.locator(".reckon .btn").last.click()
    page.wait_for_url("**n=50*")
    assert page.locator("tbody tr").count() == 2
    assert "19.00" in page.locator("tbody tr").first.inner_text()
    keep_picture(page, "same-page", lang, screen)
    assert faults_of(page, WIDTHS[screen]) == []
    assert faults == []
    context.close()


def test_a_supplier_objects_and_an_operator_takes_its_offer_out(
    stocked: ServedMarket, browser: Browser
) -> None:
    faults: list[str] = []
    seller = open_browser(browser, stocked.url, lang="zh", screen="phone")
    desk = open_page(seller, faults)
    sign_in(desk, "zh", stocked.casts["zh-same"].potter)
    desk.goto("/desk/offers")
    desk.locator("a[href$='/same']").first.click()
    desk.wait_for_url("**/same")
    until(lambda: desk.reload() and desk.locator("tbody tr").count() == 2, "the group at the desk")
    keep_picture(desk, "same-desk-zh")
    desk.fill("[name=reason]", "Ours has a lid of solid wood")
    desk.locator("form .btn-primary").last.click()
    expect(desk.locator("main")).to_contain_text("异议已提交")
    assert faults_of(desk, WIDTHS["phone"]) == []

    context = open_browser(browser, stocked.url, lang="en", screen="desk")
    console = open_page(context, faults)
    sign_in(console, "en", OPERATOR)
    console.goto("/console/same")
    expect(console.locator("main")).to_contain_text("solid wood")
    keep_picture(console, "same-console-en")
    assert faults_of(console, WIDTHS["desk"]) == []
    console.locator("article h3 a").click()
    console.wait_for_url("**/console/same/*")
    expect(console.locator("main")).to_contain_text("Title")
    keep_picture(console, "same-group-en")
    assert faults_of(console, WIDTHS["desk"]) == []
    console.go_back()
    console.locator("article textarea").fill("The lids differ")
    console.locator("article button[value=accept]").click()
    expect(console.locator("main")).to_contain_text("No objections wait")

    until(
        lambda: desk.goto("/search?q=双层便当盒") and desk.locator(".offers > *").count() == 2,
        "two cards again",
    )
    assert desk.locator(".offer-same").count() == 0
    assert faults == []
    seller.close()
    context.close()
