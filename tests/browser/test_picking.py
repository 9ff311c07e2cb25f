"""Picking in a browser by keyboard alone: six offers compared, an assortment built, put on the list in one step, and ordered."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from huozhan import catalogue, parties
from huozhan.doors.jobs.insight import make_lists
from huozhan.doors.jobs.measures import count_day
from huozhan.insight import has_solver
from huozhan.kernel.actor import anonymous
from huozhan.kernel.wording import load_words
from huozhan.main import open_hall
from tests.browser.market import Cast, ServedMarket, apart, until
from tests.browser.visiting import PATIENCE_MS, WIDTHS, keep_picture, open_browser, open_page, sign_in
from tests.world import PASSWORD, actor_of

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


LANGS = {"zh": 0, "en": 1}


@pytest.mark.parametrize(("lang", "screen", "story"), [("zh", "desk", "later"), ("en", "phone", "credit")])
def test_a_price_is_waited_for_and_lists_lead_to_goods(
    market: ServedMarket, browser: Browser, lang: str, screen: str, story: str
) -> None:
    def said(key: str, **facts: object) -> str:
        return WORDS.say(key, lang, **facts)

    cast, faults = market.casts[story], list[str]()
    title = (cast.bolt.zh, cast.bolt.en)[LANGS[lang]]
    context = open_browser(browser, market.url, lang=lang, screen=screen)
    page = open_page(context, faults)
    sign_in(page, lang, cast.buyer)
    offer_id = apart(trade_in(market, cast, bought=True, price_e4=350))

    page.goto("/")
    look(page, lang, screen, "home")
    press(page, ".list-links a[href='/lists/hot']", "Enter")
    page.wait_for_url("**/lists/hot")
    expect(page.locator(".listed").first).to_contain_text(title)
    expect(page.locator(".list-why").first).to_contain_text("12")
    look(page, lang, screen, "list")
    page.select_option("#belt", "佛山五金")
    press(page, ".reckon button", "Enter")
    page.wait_for_url("**/lists/hot?*belt=*")
    press(page, f".listed a[href^='/offers/{offer_id}']", "Enter")
    page.wait_for_url(f"**/offers/{offer_id}*")

    look(page, lang, screen, "offer")
    press(page, "a[href^='/watches/new']", "Enter")
    page.wait_for_url("**/watches/new?*")
    type_in(page, "#pieces", "1000")
    type_in(page, "#limit", "0.03")
    look(page, lang, screen, "watch-form")
    page.keyboard.press("Enter")
    page.wait_for_url("**/watches?said=kept")
    expect(page.locator(".watch")).to_contain_text(said("watch.state.there"))
    look(page, lang, screen, "watches")

    apart(trade_in(market, cast, bought=False, price_e4=280))
    told = said("notice.watch_price_fell", title=title, price="0.028", pieces=1000)

    def is_told() -> bool:
        market.pass_days(1)
        page.goto("/notices")
        return told in page.inner_text("main")

    until(is_told, "a notice of the fall")
    look(page, lang, screen, "watch-told")
    page.get_by_text(told).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/offers/{offer_id}?n=1000")
    page.goto("/watches")
    expect(page.locator(".watch")).to_contain_text(said("watch.state.met"))
    press(page, ".watch-deeds form button", "Enter")
    expect(page.locator("main")).to_contain_text(said("watch.none"))

    assert faults == []
    context.close()


async def trade_in(market: ServedMarket, cast: Cast, *, bought: bool, price_e4: int) -> str:
    """The smith asks this price; where wanted a dozen buyers have bought the goods and the day's lists are made. Tells the offer."""
    async with open_hall(market.settings) as hall:
        ask = parties.SignIn(sign_in_name=cast.smith, password=PASSWORD)
        smith = await actor_of(hall, (await hall.run(parties.sign_in, ask, anonymous())).token)
        offer = (await hall.run(catalogue.my_offers, catalogue.MyOffers(words="BOLT"), smith)).items[0]
        edit = catalogue.EditPrices(offer_id=offer.offer_id, ladder=(catalogue.Step(1, price_e4),))
        await hall.run(catalogue.edit_prices, edit, smith)
        if bought:
            market.pass_days(1)
            while await count_day(hall):
                pass
            async with hall.pool.acquire() as db:
                await db.execute("DELETE FROM list_place")
                await db.execute("DELETE FROM list_day")
                await db.execute(
                    "INSERT INTO offer_buyer (offer_id, buyer_id, on_day, orders, category_id)"
                    " SELECT $1, 900 + n, (SELECT max(on_day) FROM measured_day), 1, 'aa-1-13-8' FROM generate_series(1, 12) n",
                    int(offer.offer_id),
                )
            await make_lists(hall)
        return offer.offer_id


def look(page: Page, lang: str, screen: str, name: str) -> None:
    """Keeps pictures of a page at both widths."""
    for width, side in WIDTHS.items():
        page.set_viewport_size({"width": side, "height": 900})
        keep_picture(page, "picking", name, lang, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= side
    page.set_viewport_size({"width": WIDTHS[screen], "height": 900})
