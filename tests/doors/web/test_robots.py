"""What search engines may show: what is on sale, under one address each, and nothing that is somebody's own."""

import re

import msgspec
import pytest

from huozhan import catalogue
from huozhan.catalogue.listing import OwnOffer
from tests.doors.web.browsing import Browser, Market
from tests.ordering.trading import Trade


def canonical(source: str) -> str | None:
    """The address that a page calls its own."""
    found = re.search(r'<link rel="canonical" href="([^"]+)">', source)
    return found[1].replace("&amp;", "&") if found else None


@pytest.mark.parametrize(
    ("asked", "home"),
    [
        ("/", "/"),
        ("/categories", "/categories"),
        ("/categories/aa?utm_source=x", "/categories/aa"),
        ("/search?sort=sold&view=list&province=330000", "/search"),
        ("/search?q=cup&moq_to=50", "/search?q=cup"),
        ("/search?category=aa&price_from=1", "/search?category=aa"),
    ],
)
async def test_a_public_page_names_its_one_address(visitor: Browser, asked: str, home: str) -> None:
    page = await visitor.get(asked)

    assert canonical(page.source) == home
    assert "x-robots-tag" not in page.answer.headers


async def test_an_offer_and_a_shop_name_theirs_under_the_markets_own_address(
    market: Market, visitor: Browser
) -> None:
    market.hall.settings = msgspec.structs.replace(market.hall.settings, public_url="https://market.example")
    path = (await visitor.get("/search", q="陶瓷杯")).link("/offers/")
    shop = (await visitor.get(path)).link("/shops/")

    assert canonical((await visitor.get(path, n=20)).source) == f"https://market.example{path}"
    assert canonical((await visitor.get(shop)).source) == f"https://market.example{shop}"


async def test_private_pages_and_pages_of_nothing_are_kept_out(
    market: Market, visitor: Browser, li: Browser, trade: Trade
) -> None:
    path = (await visitor.get("/search", q="陶瓷杯")).link("/offers/")
    await market.hall.run(
        catalogue.pause_offer, OwnOffer(offer_id=path.split("/")[-1]), trade.people.chenguang
    )

    for browser, private in [
        *((visitor, one) for one in ("/sign-in", "/search?q=zzzzzz", "/offers/7", path)),
        *((li, one) for one in ("/cart", "/orders", "/me", "/account", "/addresses")),
    ]:
        page = await browser.get(private)
        assert page.answer.headers["x-robots-tag"] == "noindex", private
        assert canonical(page.source) is None


async def test_robots_are_told_where_they_need_not_go(market: Market, visitor: Browser) -> None:
    told = (await visitor.get("/robots.txt")).answer.text.splitlines()
    market.hall.terms = msgspec.structs.replace(market.hall.terms, is_demo=True)
    of_a_demo = (await visitor.get("/robots.txt")).answer.text.splitlines()

    assert told[0] == "User-agent: *"
    assert {"Disallow: /cart", "Disallow: /desk", "Disallow: /api/"} <= set(told)
    assert "Disallow: /" not in told
    assert of_a_demo == ["User-agent: *", "Disallow: /"]


async def test_a_page_behind_the_last_one_is_the_last_one(visitor: Browser) -> None:
    for page in (2, 100, 10_000, 10**9):
        answer = await visitor.get("/search", q="陶瓷杯", page=page)
        assert answer.status == 200
        assert "陶瓷杯" in answer.text
        assert "page=" not in answer.path


async def test_the_title_of_results_says_what_was_looked_for_and_where(visitor: Browser) -> None:
    async def title(path: str) -> str:
        found = re.search(r"<title>([^<]+)</title>", (await visitor.get(path)).source)
        assert found
        return found[1]

    assert (await title("/search")).startswith("全部货品")
    assert (await title("/search?q=cup&category=aa")).startswith("cup · 服装鞋包配饰")
