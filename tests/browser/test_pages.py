"""Every page, as everybody who may see it sees it: no serious fault, nothing too wide, too heavy or unsaid."""

import fnmatch
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from huozhan.doors import console, desk, web
from huozhan.kernel.wording import load_words
from tests.browser.market import OPERATOR, ServedMarket, until
from tests.browser.visiting import WIDTHS, keep_picture, open_browser, open_page, sign_in
from tests.world import PASSWORD

PAGE_BYTES_MAX = 150_000
SEEN_BY = {
    "visitor": [
        "/", "/belts", "/belts/佛山五金", "/shelves/dropship", "/lists/hot", "/lists/back", "/search?q=杯", "/search?view=list", "/search?category=aa&n=100&has=single", "/search/photo", "/categories", "/categories/aa-1", "/offers/*", "/offers/*/also", "/offers/*/reviews", "/shops/*", "/compare",
        "/disruptions", "/statements", "/contracts/check", "/sign-in", "/sign-up", "/reset", "/reset/stale", "/invitations/stale", "/first-operator/stale", "/nowhere",
    ],
    "buyer": [
        "/orders", "/orders/*", "/cart", "/checkout", "/pay?orders={order_id}", "/addresses", "/me", "/notices",
        "/organisation", "/organisation/new", "/organisation/apply", "/account", "/prove",
        "/cases", "/messages", "/orders/*/aftersales", "/reviews", "/reviews?written=1", "/coupons", "/credit", "/pay-later", "/contracts", "/money", "/money/records",
        "/prices", "/favourites", "/favourites?show=shops", "/history", "/assortments", "/assortments/new", "/restock", "/searches", "/watches",
        "/invoices", "/invoice-titles",
    ],
    "supplier": [
        "/desk/reviews", "/desk", "/desk/orders", "/desk/orders/*", "/desk/shipping", "/desk/offers", "/desk/offers/new",
        "/desk/offers/*/edit", "/desk/offers/*/rank", "/desk/offers/*/same", "/desk/certificates", "/desk/import", "/desk/stock", "/desk/stock/*", "/desk/freight", "/desk/freight/edit",
        "/desk/funds", "/desk/shop", "/desk/members", "/desk/cases", "/desk/contracts", "/desk/credit", "/desk/credit/new", "/desk/stages",
        "/desk/funds/deposit", "/desk/invoices", "/desk/fee-invoices", "/desk/invoice-rates", "/desk/funds/records", "/desk/goodwill?order={order_id}", "/desk/promotions", "/desk/promotions/new",
        "/desk/messages", "/desk/messages/settings", "/desk/messages/response", "/desk/service", "/desk/service/orders?measure=pickup_48",
        "/desk/prices", "/desk/prices/new", "/desk/prices/levels/vip",
        "/desk/finance", "/desk/fast-arrival", "/desk/insurance", "/desk/logistics", "/desk/orders/*/waybills",
    ],
    "operator": [
        "/console/reports",
        "/console", "/console/suppliers?state=approved", "/console/suppliers/*", "/console/offers", "/console/offers/*",
        "/console/ledger", "/console/ledger/account?code=202&owner_id={order_id}", "/console/books", "/console/timers", "/console/jobs",
        "/console/rules", "/console/rules/*", "/console/synonyms", "/console/synonyms/new", "/console/synonyms/*", "/console/ranking", "/console/ranking?q=杯", "/console/receipts", "/console/reconciliation", "/console/day-close", "/console/doubts", "/console/audit",
        "/console/cases", "/console/contracts", "/console/deposits", "/console/disruptions", "/console/disruptions/new", "/console/shelves", "/console/shelves/new", "/console/shelves/dropship", "/console/filings",
        "/console/certificates", "/console/service-appeals", "/console/same", "/console/same/*",
        "/console/promotions", "/console/promotions/new", "/console/bank", "/console/tax-reports", "/console/reviews", "/console/bank?tab=all",
        "/console/bank?tab=refused", "/console/bank?tab=failed", "/console/lender", "/console/funder", "/console/insurer", "/console/carriers", "/console/carrier-bills",
        "/console/fee-invoices",
    ],
}  # fmt: skip
NO_PAGES = {
    "/orders/*/reviews", "/reviews/*/picture", "/reviews/*/report", "/offers/*/landed", "/lists", "/sitemap.xml", "/sitemap/pages.xml", "/sitemap/offers/*",
    "/robots.txt", "/search/suggest", "/searches/*", "/search/photo/*", "/offers/*/alike", "/offers/*/same", "/search/photo/*/file", "/favourites/among", "/assortments/*", "/watches/*", "/watches/new", "/pay/*", "/paid/*", "/orders/export.csv", "/orders/export.xlsx", "/orders/*/head", "/desk/apply",
    "/account/data.json", "/desk/orders/export", "/desk/shipping/template", "/desk/import/template",
    "/desk/import/offers", "/desk/import/*", "/desk/import/*/progress", "/desk/import/*/report", "/desk/funds/export", "/invitation/*",
    "/console/reports/*", "/console/carriers/*",
    "/messages/list", "/messages/new", "/messages/*", "/messages/*/thread", "/messages/*/picture",
    "/desk/messages/list", "/desk/messages/new", "/desk/messages/*", "/desk/messages/*/thread", "/desk/messages/*/picture",
    "/contracts/*", "/contracts/*/part", "/contracts/*/file", "/contracts/*/package", "/desk/contracts/*", "/desk/contracts/*/part", "/desk/contracts/*/file",
    "/desk/contracts/*/package", "/console/contracts/*", "/console/contracts/*/part", "/console/contracts/*/file",
    "/cases/*", "/cases/*/picture", "/desk/cases/*", "/console/cases/*", "/console/cases/*/picture", "/credit/*", "/desk/credit/*",
    "/prices/*", "/desk/prices/*",
    "/orders/*/invoice", "/invoices/*", "/invoices/*/file", "/desk/invoices/*", "/desk/fee-invoices/*/file", "/console/tax-reports/*",
    "/console/disruptions/*", "/console/disruptions/*/edit", "/money/records/files", "/money/records/files/*", "/desk/funds/records/files", "/desk/funds/records/files/*",
}  # fmt: skip
"""Files, parts of pages, and what the stories walk through."""

MISSING = {"/nowhere", "/reset/stale", "/invitations/stale", "/first-operator/stale"}
"""Pages that refuse; they are pages all the same, and the browser says in its console that it was refused."""

STORIES = ("plain", "zh-phone")
WORDS = load_words()
RAW_KEY = re.compile(rf"\b(?:{'|'.join({key.partition('.')[0] for key in WORDS.texts})})(?:\.[a-z_0-9]+)+\b")
DATA = re.compile(
    r"景德镇窑口\d+号|佛山五金\d+厂|成都杂货\d+店|测试市场|货栈|运营|王小明|王经理|中国工商银行|建设路[^\n]*|中文|四川省 成都市 锦江区[^\n]*|广东省 佛山市 禅城区[^\n]*|王\*\*|Results for “杯”|红 \| Red|^[景佛成]$"
)
"""What people wrote in Chinese only, and the two names that are the same in every language."""

SAME_EVERYWHERE = {"货栈", "Huozhan", "English", "kg"}

TEXTS = """() => {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement;
        if (!parent.closest("script, style, noscript, code, [lang]:not(html)")) found.push(walk.currentNode.data.trim());
    }
    for (const named of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
        if (!named.closest("[lang]:not(html)"))
            for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push((named.getAttribute(name) || "").trim());
    return found.filter(Boolean);
}"""
# The map of belts is a drawing: the list beside it says the same, and the page stands before its script comes.
WEIGHT = r"""() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .filter((one) => !["img", "fetch", "xmlhttprequest", "beacon", "other"].includes(one.initiatorType) && !/events$|belts\.[^/]*js/.test(one.name))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


CUT_OFF = """() => [...document.querySelectorAll(".money")].filter((amount) => {
    const edge = amount.getBoundingClientRect();
    for (let box = amount.parentElement; edge.width && box; box = box.parentElement) {
        const look = getComputedStyle(box);
        if (["auto", "scroll"].includes(look.overflowX)) return false;
        if (look.overflowX !== "visible" && edge.right > box.getBoundingClientRect().right + 1) return true;
    }
}).map((amount) => amount.textContent)"""


def alien_texts(texts: list[str], lang: str) -> set[str]:
    """Texts of the market's own that are on the page in the other language."""
    other = "en" if lang == "zh" else "zh"
    own = {entry[lang] for entry in WORDS.texts.values()}
    alien = {entry[other] for entry in WORDS.texts.values() if len(entry[other]) > 1} - own
    found = {text for text in texts if text in alien and text not in SAME_EVERYWHERE}
    if lang == "en":
        found |= {text for text in texts if re.search(r"[\u4e00-\u9fff]", DATA.sub("", text))}
    return found


def faults_of(page: Page, width: int) -> list[str]:
    """Everything that is wrong with the page that is open."""
    found = [f"axe {each['id']}: {each['nodes'][0]['html'][:160]}" for each in _violations(page)]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{wide} px wide")
    if (weight := page.evaluate(WEIGHT)) > PAGE_BYTES_MAX:
        found.append(f"{weight} bytes heavy")
    found += [f"cut off: {amount}" for amount in page.evaluate(CUT_OFF)]
    texts = page.evaluate(TEXTS)
    lang = "zh" if (page.get_attribute("html", "lang") or "").startswith("zh") else "en"
    found += [f"key {text}" for text in texts if RAW_KEY.fullmatch(text)]
    return found + [f"not {lang}: {text}" for text in sorted(alien_texts(texts, lang))]


def _violations(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [each for each in found if each["impact"] in ("serious", "critical")]


def routes_of_pages() -> set[str]:
    """The paths of all pages, a star for whatever stands in braces."""
    handlers = [handler for door in (web, desk, console) for handler in door.ROUTES]
    return {
        re.sub(r"\{[^}]+\}", "*", path)
        for handler in handlers
        if "GET" in handler.http_methods
        for path in handler.paths
    }


def test_every_page_is_looked_at() -> None:
    looked_at = [path.partition("?")[0] for paths in SEEN_BY.values() for path in paths]

    missed = {
        route
        for route in routes_of_pages() - NO_PAGES
        if not any(fnmatch.fnmatch(path, route) for path in looked_at)
    }
    assert missed == set()


@pytest.fixture(scope="module")
def paid_order(market: ServedMarket, browser: Browser) -> Iterator[str]:
    """An order that was found, placed and paid without a line of JavaScript, and goods that wait in the purchase list."""
    bolt = market.casts["plain"].bolt.zh
    context = open_browser(browser, market.url, lang="zh", screen="phone", java_script_enabled=False)
    page = open_page(context, [])
    sign_in(page, "zh", market.casts["plain"].buyer)
    for quantity in ("1000", "30"):
        until(lambda: _is_found(page, bolt), f"{bolt} in the results")
        page.locator(".offers h2 a", has_text=bolt).click()
        page.fill("sku-grid input", quantity)
        page.click("button[name=then][value=cart]")
        if quantity == "1000":
            page.click(".sticky-bar a[href='/checkout']")
            page.click(".sticky-bar .btn-primary")
            page.click(".sticky-bar .btn-primary")
            page.wait_for_url("**/channel/pay/*")
            page.click("button[name=deed][value=pay]")
            page.wait_for_selector("text=付款成功")
            page.click(".paid-sheet a.btn-primary")
            address = page.url
    yield address.rpartition("/")[2]
    context.close()


def _is_found(page: Page, title: str) -> bool:
    page.goto("/")
    page.fill("#q", title)
    page.press("#q", "Enter")
    return page.locator(".offers h2 a", has_text=title).count() > 0


def test_reading_ordering_and_paying_works_without_javascript(
    market: ServedMarket, browser: Browser, paid_order: str
) -> None:
    context = open_browser(browser, market.url, lang="zh", screen="phone", java_script_enabled=False)
    page = open_page(context, [])
    sign_in(page, "zh", market.casts["plain"].buyer)

    page.goto(f"/orders/{paid_order}")

    assert WORDS.say("order.state.wait_send", "zh") in page.inner_text(".order-head")
    assert "¥35.00" in page.inner_text(".flow-escrow")
    context.close()


def test_an_order_on_a_phone_begins_at_the_bar_and_outlives_a_sign_in(
    market: ServedMarket, browser: Browser
) -> None:
    cast = market.casts["zh-phone"]
    context = open_browser(browser, market.url, lang="zh", screen="phone")
    page = open_page(context, [])
    sign_in(page, "zh")
    until(lambda: _is_found(page, cast.bolt.zh), f"{cast.bolt.zh} in the results")
    page.locator(".offers h2 a", has_text=cast.bolt.zh).click()

    order_now = page.locator("button[name=then][value=order]")
    expect(order_now).to_be_in_viewport()
    order_now.click()
    expect(page.locator("[data-hint]")).to_have_text(WORDS.say("look.grid.none", "zh"))
    page.click("sku-grid [data-step='1']")
    expect(page.locator("sku-grid input")).to_have_value("1")
    page.fill("sku-grid input", "30")
    expect(page.locator("[data-bar-total]")).to_have_text("¥1.05")
    expect(page.locator("#freight input[name=n]")).to_have_value("30")

    order_now.click()
    page.fill("#sign_in_name", cast.buyer)
    page.fill("#password", PASSWORD)
    page.click(".plain-sheet form .btn-primary")
    expect(page.locator("sku-grid input")).to_have_value("30")

    # More than there is goes on the list with a word about it, and comes off again.
    page.fill("sku-grid input", "3000000")
    page.click("button[name=then][value=cart]")
    expect(page.locator(".trouble")).to_contain_text("100000")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]
    page.click(".cart-remove")
    expect(page.locator("main")).to_contain_text(WORDS.say("cart.empty", "zh"))
    context.close()


@pytest.mark.parametrize(("lang", "screen", "theme"), [("zh", "phone", "light"), ("en", "desk", "dark")])
@pytest.mark.parametrize("role", SEEN_BY)
def test_has_no_serious_fault(
    market: ServedMarket, browser: Browser, paid_order: str, role: str, lang: str, screen: str, theme: str
) -> None:
    cast = market.casts["plain"]
    names = {"visitor": "", "buyer": cast.buyer, "supplier": cast.smith, "operator": OPERATOR}
    context = open_browser(browser, market.url, lang=lang, screen=screen, color_scheme=theme)
    noise: list[str] = []
    page = open_page(context, noise)
    sign_in(page, lang, names[role])
    seen: dict[str, list[str]] = {}
    links: list[str] = []

    for path in SEEN_BY[role]:
        address = _address(path.replace("{order_id}", paid_order), links)
        noise.clear()
        page.goto(address)
        keep_picture(page, role, path, lang, screen, theme)
        seen[path] = faults_of(page, WIDTHS[screen]) + (noise if path not in MISSING else [])
        links += page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")

    assert {path: faults for path, faults in seen.items() if faults} == {}
    context.close()


def _address(path: str, links: list[str]) -> str:
    """The path, or the first link that was seen to a page of its kind."""
    if "*" not in path:
        return path
    kind = re.compile(re.escape(path).replace(r"\*", "[0-9a-z_]*[0-9_][0-9a-z_]*|[a-z_]+") + "$")
    return next(link for link in links if fnmatch.fnmatch(link, path) and kind.match(link))
