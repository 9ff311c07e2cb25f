"""The site map names what is on sale and the pages that lead there; pages tell search engines what they show."""

import json
import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from huozhan import catalogue
from huozhan.catalogue import listed
from huozhan.catalogue.listing import OwnOffer
from tests.doors.web.browsing import Browser, Market
from tests.ordering.trading import Trade

_LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


async def addresses(browser: Browser, path: str) -> list[str]:
    page = await browser.get(path)
    assert page.status == 200
    return [one.text or "" for one in ET.fromstring(page.source.encode()).iter(_LOC)]


def facts(source: str) -> list[dict[str, object]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', source, re.DOTALL)
    assert found
    return list(json.loads(found[1]))


async def test_every_offer_on_sale_is_named_once(
    market: Market, visitor: Browser, trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "STRETCH", 1)
    settings = msgspec.structs.replace(market.hall.settings, public_url="https://market.example")
    monkeypatch.setattr(market.hall, "settings", settings)
    files = await addresses(visitor, "/sitemap.xml")
    assert files[0] == "https://market.example/sitemap/pages.xml"
    named = [
        one
        for file in files[1:]
        for one in await addresses(visitor, file.removeprefix("https://market.example"))
    ]
    path = (await visitor.get("/search", q="陶瓷杯")).link("/offers/")
    assert f"https://market.example{path}" in named
    assert len(named) == len(set(named)) == len(files) - 1

    await market.hall.run(
        catalogue.pause_offer, OwnOffer(offer_id=path.split("/")[-1]), trade.people.chenguang
    )
    files = await addresses(visitor, "/sitemap.xml")
    left = [
        one
        for file in files[1:]
        for one in await addresses(visitor, file.removeprefix("https://market.example"))
    ]
    assert set(named) - set(left) == {f"https://market.example{path}"}


async def test_pages_that_lead_to_goods_are_named_and_are_there(visitor: Browser) -> None:
    for address in await addresses(visitor, "/sitemap/pages.xml"):
        path = re.sub(r"^https?://[^/]+", "", address)
        assert (await visitor.get(path)).status == 200, path


async def test_a_stretch_that_is_not_there_is_not_found(visitor: Browser) -> None:
    assert (await visitor.get("/sitemap/offers/8999999999999999999")).status == 404
    assert (await visitor.get("/sitemap/offers/x")).status in (404, 422)


async def test_an_offer_tells_its_facts(market: Market, visitor: Browser) -> None:
    path = (await visitor.get("/search", q="陶瓷杯")).link("/offers/")
    (fact,) = facts((await visitor.get(path)).source)
    assert fact["@type"] == "Product"
    offers = fact["offers"]
    assert isinstance(offers, dict)
    assert float(offers["lowPrice"]) <= float(offers["highPrice"])
    assert offers["availability"] == "https://schema.org/InStock"


async def test_no_title_ends_the_block_of_facts(market: Market) -> None:
    from huozhan.doors.pages import structured

    assert "<" not in structured.written([{"name": "</script><script>alert(1)</script>"}])
