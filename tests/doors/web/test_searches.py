"""Keeping a search from a page of results, and what becomes of filters in an address."""

import re

from huozhan.doors.pages.filtering import query_of, read_query
from huozhan.search import FILTERS, FindOffers
from tests.doors.web.browsing import Browser
from tests.ordering.trading import Trade


async def test_a_search_is_kept_opened_renamed_and_forgotten(li: Browser) -> None:
    page = await li.get("/search", q="陶瓷杯", province="330000", n="20")
    assert "保存搜索" in page.text
    address = re.search(r'name="address" value="([^"]+)"', page.source)
    assert address is not None

    kept = await li.post("/searches", address=address[1].replace("&amp;", "&"), name="青花杯", watch="on")

    assert kept.path.startswith("/searches?")
    assert "青花杯" in kept.text
    assert "陶瓷杯 · 浙江省 · 采购 20 件" in kept.text
    assert "上新提醒至" in kept.text
    opened = await li.get(kept.link("/searches/"))
    assert opened.path.startswith("/search?")
    assert "province=330000" in opened.path
    assert "n=20" in opened.path
    ref = kept.link("/searches/")
    assert "好杯" in (await li.post(ref, name="好杯")).text
    assert "订阅上新" in (await li.post(ref, watch="off")).text
    assert "还没有保存的搜索" in (await li.post(f"{ref}/drop")).text


async def test_a_search_in_a_shop_is_kept_with_its_shop(li: Browser, trade: Trade) -> None:
    shop = f"/shops/{trade.chenguang.org_id}"
    kept = await li.post("/searches", address="q=杯", shop=str(trade.chenguang.org_id), name="晨光的杯")

    assert (await li.get(kept.link("/searches/"))).path.startswith(f"{shop}?")


async def test_what_cannot_be_kept_says_why(li: Browser) -> None:
    assert "请先输入关键词" in (await li.post("/searches", address="", name="全部")).text


async def test_a_visitor_signs_in_first(visitor: Browser) -> None:
    await visitor.get("/")
    assert (await visitor.post("/searches", address="q=杯", name="杯")).path.startswith("/sign-in")


async def test_values_that_no_filter_has_are_left_out_of_a_page(visitor: Browser) -> None:
    for row in FILTERS:
        for odd in ("zz", "zz:zz", "\x00", "9" * 500):
            page = await visitor.get("/search", **{row.name: odd})
            assert page.status == 200, (row.name, odd)
            if row.name != "belt":
                assert "陶瓷杯" in page.text, (row.name, odd)
    for odd in ("990000", "zz", "1", "XX1"):
        assert "陶瓷杯" in (await visitor.get("/search", to=odd)).text
    assert (await visitor.get("/search", page="10000")).status == 200


def test_an_address_says_the_whole_search_and_reads_back_the_same() -> None:
    ask = FindOffers(
        q="杯", category=["aa"], has=["sample"], province=["330000"], belt=["义乌小商品"], supplier_kind=["factory"],
        promise=["48"], pickup_48=["99"], pickup_24=["95"], score=["4.5"], custom=["logo", "to_sample"],
        certificate=["ce"], invoice=["special"], credit=["30"], attr=["material:cotton"], exact=True, n=12,
        price_from_e4=12_345, price_to_e4=5_000_000, moq_to=10, to="510000",
    )  # fmt: skip
    query = query_of(ask)

    class Params:
        def get(self, name: str, otherwise: str = "") -> str:
            value = query.get(name) or otherwise
            return str(value)

        def getall(self, name: str, _otherwise: object = None) -> list[str]:
            return list(query.get(name) or [])

    assert read_query(Params()) == query
    assert (query["price_from"], query["price_to"]) == ("1.2345", "500")


async def test_branches_are_counted_where_one_begins(visitor: Browser) -> None:
    assert "category=aa" in (await visitor.get("/")).source
    page = await visitor.get("/categories")
    assert re.search(r'class="branch-tile" href="/categories/aa"', page.source)
