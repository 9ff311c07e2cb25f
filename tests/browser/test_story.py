"""The whole story in a browser: publish, find, order from two suppliers, pay, ship, track, confirm, withdraw."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from huozhan.kernel.wording import load_words
from tests.browser.market import Cast, ServedMarket, until
from tests.browser.visiting import PATIENCE_MS, open_browser, open_page, sign_in

STORIES = ("zh-phone", "en-desk", "zh-desk", "en-phone")
WORDS = load_words()
CUPS, CUPS_FREIGHT, CUPS_FEE = 108_000, 3_500, 2_160
BOLTS, BOLTS_FEE = 11_659, 233
"""120 cups at 9.00 and 30 kg of freight; 3,331 bolts at 0.0350, freight included; 2 % of the goods to the market."""

expect.set_options(timeout=PATIENCE_MS)


def yuan(amount_minor: int) -> str:
    return f"¥{amount_minor / 100:,.2f}"


class Story:
    """One language at one width: who plays in it, and what went wrong in their browsers."""

    def __init__(self, market: ServedMarket, browser: Browser, name: str) -> None:
        self.market = market
        self.browser = browser
        self.name = name
        self.lang, _, self.screen = name.partition("-")
        self.cast: Cast = market.casts[name]
        self.faults: list[str] = []
        self.contexts: list[BrowserContext] = []

    def says(self, key: str, **facts: object) -> str:
        """A text of the market in the story's language."""
        return WORDS.say(key, self.lang, **facts)

    def title(self, name: object) -> str:
        """A name of goods in the story's language."""
        return str(getattr(name, self.lang))

    def enter(self, sign_in_name: str) -> Page:
        """Somebody opens a browser, chooses the language and signs in."""
        context = open_browser(self.browser, self.market.url, lang=self.lang, screen=self.screen)
        self.contexts.append(context)
        page = open_page(context, self.faults)
        sign_in(page, self.lang, sign_in_name)
        return page


@pytest.fixture(params=["zh-phone", "en-desk", "zh-desk", "en-phone"])
def story(market: ServedMarket, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Story]:
    played = Story(market, browser, request.param)
    yield played
    for context in played.contexts:
        context.close()


def publish(story: Story, page: Page) -> None:
    """The potter publishes a cup in two colours and two sizes, cheaper from 100 on."""
    cup = story.cast.cup
    page.goto("/desk/offers")
    page.click("a[href='/desk/offers/new'] >> visible=true")
    fields = {
        "title_zh": cup.zh, "title_en": cup.en, "offer_code": "CUP", "category_words": "mug" if story.lang == "en" else "杯",
        "step_from[0]": "1", "step_price[0]": "10.00", "step_from[1]": "100", "step_price[1]": "9.00", "weight": "0.25",
        "axis_zh[0]": "颜色", "axis_en[0]": "Colour", "axis_values[0]": "红 | Red\n蓝 | Blue",
        "axis_zh[1]": "尺寸", "axis_en[1]": "Size", "axis_values[1]": "小号 | Small\n大号 | Large",
    }  # fmt: skip
    for name, value in fields.items():
        page.fill(f"[name='{name}']", value)
    page.select_option("[name=freight_code]", "STD")
    page.click("button[name=do][value=find_category]")
    page.check("[name=category_found] >> nth=0")
    page.click(".btn[name=do][value=grid]")
    for place in ("0-0", "0-1", "1-0", "1-1"):
        page.fill(f"[name='stock[{place}]']", "500")
    page.click("button[name=do][value=publish]")
    page.wait_for_url("**/desk/offers")
    expect(page.locator("main")).to_contain_text(story.title(cup))


def find_and_take(
    story: Story, page: Page, title: str, quantities: dict[tuple[int, int], int], total: str
) -> None:
    """The buyer is led by a suggestion to the goods and puts them on the purchase list by the grid."""

    def suggested() -> bool:
        page.fill("#q", "")
        page.type("#q", title[:3])
        page.wait_for_timeout(300)
        return page.locator("#suggestions [role=option]", has_text=title).count() > 0

    page.goto("/")
    until(suggested, f"a suggestion of {title}")
    page.locator("#suggestions [role=option]", has_text=title).first.click()
    page.locator(".offers a", has_text=title).first.click()
    expect(page.locator("h1")).to_have_text(title)
    for (row, column), quantity in quantities.items():
        page.fill(f'sku-grid input[data-r="{row}"][data-c="{column}"]', str(quantity))
    expect(page.locator("[data-total-amount]")).to_have_text(total)
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/cart")
    expect(page.locator("main")).to_contain_text(title)


def order_and_pay(story: Story, page: Page) -> None:
    """The buyer checks the amounts, places two orders and pays both on the channel's page."""
    whole = yuan(CUPS + CUPS_FREIGHT + BOLTS)
    expect(page.locator(".cart-group")).to_have_count(2)
    expect(page.locator(".sticky-total")).to_contain_text(yuan(CUPS + BOLTS))
    page.click("a[href='/checkout']")
    expect(page.locator(".sums .total").first).to_be_visible()
    totals = page.locator(".sums .total dd").all_inner_texts()
    assert sorted(text.strip() for text in totals) == sorted([yuan(CUPS + CUPS_FREIGHT), yuan(BOLTS)])
    expect(page.locator(".sticky-total")).to_contain_text(whole)
    page.click(".sticky-bar button.btn-primary")
    page.wait_for_url("**/pay?orders=*")
    expect(page.locator("main")).to_contain_text(whole)
    page.click("main form .btn-primary")
    page.wait_for_url("**/channel/pay/*")
    expect(page.locator("body")).to_contain_text(whole)
    page.click("button[name=deed][value=pay]")
    page.wait_for_url("**/paid/*")
    expect(page.locator("h1")).to_have_text(story.says("paid.done"))


def orders_of(story: Story, page: Page) -> dict[str, str]:
    """The buyer's two orders: the title of their goods → the address of their page."""
    found = {}
    for name in (story.cast.cup, story.cast.bolt):
        page.goto("/orders")
        page.locator("main a[href^='/orders/']:not([href*=export])").first.wait_for()
        addresses = page.eval_on_selector_all(
            "main a[href^='/orders/']", "all => all.map(a => a.getAttribute('href'))"
        )
        for address in dict.fromkeys(one for one in addresses if one.split("/")[-1].isdigit()):
            page.goto(address)
            if story.title(name) in page.inner_text("main table"):
                found[story.title(name)] = address
    return found


def test_the_whole_story(story: Story) -> None:
    cast, market = story.cast, story.market
    cup, bolt = story.title(cast.cup), story.title(cast.bolt)
    potter, smith, buyer = story.enter(cast.potter), story.enter(cast.smith), story.enter(cast.buyer)

    publish(story, potter)
    find_and_take(story, buyer, cup, {(0, 0): 60, (1, 1): 60}, yuan(CUPS))
    find_and_take(story, buyer, bolt, {(0, 0): 3331}, yuan(BOLTS))
    order_and_pay(story, buyer)

    orders = orders_of(story, buyer)
    cups, bolts = orders[cup], orders[bolt]
    first, second = (f"SF{orders[goods].rpartition('/')[2][-13:]}" for goods in (cup, bolt))

    # The buyer watches from now on; nobody loads the page anew.
    buyer.goto(cups)
    buyer.evaluate("window.isTheSamePage = true")

    # The potter ships from the order's page, the smith by a pasted list.
    potter.goto(f"/desk{cups}")
    potter.select_option("[name='carrier[0]']", "SF")
    potter.fill("[name='waybill[0]']", first)
    potter.click("#ship .btn-primary")
    expect(potter.locator(".order-head")).to_contain_text(story.says("order.state.wait_receive"))
    smith.goto("/desk/shipping")
    bolt_number = smith.locator("main table a").first.inner_text()
    smith.fill("[name=rows]", f"{bolt_number}\tSF\t{second}")
    smith.click("main form .btn-primary")
    expect(smith.locator("main")).to_contain_text(story.says("desk.shipping.sent", n=1, of=1))

    for station in ("picked_up", "out_for_delivery", "signed"):
        market.advance(first, station)
        expect(buyer.locator(".trace")).to_contain_text(story.says(f"parcel.station.{station}"))
    assert story.says("purchase.shipped_n", n=60) in buyer.inner_text("main table")
    market.advance(second, "signed")

    # What the page came to offer while it stood open works as if it had been loaded with it.
    buyer.click("[data-opens=confirm]")
    assert buyer.evaluate("window.isTheSamePage")
    buyer.click("#confirm .btn-primary")
    expect(buyer.locator(".order-head")).to_contain_text(story.says("purchase.says.success"))

    buyer.goto(bolts)
    expect(buyer.locator(".order-head")).to_contain_text(story.says("order.state.wait_receive"))
    expect(buyer.locator(".trace")).to_contain_text(story.says("parcel.station.signed"))
    market.pass_days(16)
    expect(buyer.locator(".order-head")).to_contain_text(story.says("purchase.says.success"))

    for seller, goods, freight, fee in ((potter, CUPS, CUPS_FREIGHT, CUPS_FEE), (smith, BOLTS, 0, BOLTS_FEE)):
        withdraw(story, seller, goods, freight, fee)

    assert story.faults == []
    assert market.findings() == []


def withdraw(story: Story, page: Page, goods: int, freight: int, fee: int) -> None:
    """A supplier sees how the money came about, to the cent, and takes it all to the bank."""
    whole = yuan(goods + freight - fee)
    page.goto("/desk/funds")
    expect(page.locator(".stats > *").first).to_contain_text(whole)
    said = page.locator("main table").first
    for amount in (goods, freight, fee):
        expect(said).to_contain_text(yuan(amount))
    page.fill("[name=bank_name]", "中国工商银行")
    page.fill("[name=number]", "6222021208009999999")
    page.click("#account .btn")
    page.click("#withdraw .btn-primary")
    expect(page.locator("main .sums")).to_contain_text(whole)
    page.click("main form .btn-primary")

    def arrived() -> bool:
        page.goto("/desk/funds")
        return story.says("desk.withdrawal.done") in page.inner_text("#withdrawals")

    until(arrived, "the money at the bank")
    expect(page.locator("#withdrawals")).to_contain_text(whole)
    expect(page.locator(".stats > *").first).to_contain_text(yuan(0))
