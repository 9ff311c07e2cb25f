"""Finding goods as anybody does: home, categories, search, an offer, a shop."""

import html
import re

import pytest

from huozhan import catalogue
from huozhan.catalogue.listing import OwnOffer
from huozhan.doors.pages.motifs import motif_of
from huozhan.search.understanding.categories import Guess
from tests.doors.web.browsing import Browser, Market
from tests.ordering.trading import Trade


async def cup_page(visitor: Browser) -> str:
    return (await visitor.get("/search", q="陶瓷杯")).link("/offers/")


async def test_the_front_page_shows_goods_and_ways_to_begin(visitor: Browser) -> None:
    page = await visitor.get("/")
    assert page.status == 200
    for words in ("陶瓷杯", "六角螺栓", "一件代发", "产业带", "义乌小商品"):
        assert words in page.text
    english = await visitor.get("/", lang="en")
    for words in ("Ceramic cup", "Dropship by the piece", "Industrial belts"):
        assert words in english.text


async def test_every_scene_of_the_front_page_leads_to_a_search_that_works(visitor: Browser) -> None:
    source = (await visitor.get("/")).source
    scenes = re.findall(r'class="scene" href="([^"]+)"', source)
    assert len(scenes) == 6
    for scene in scenes:
        assert (await visitor.get(scene.replace("&amp;", "&"))).status == 200


async def test_a_category_shows_its_path_and_its_goods(visitor: Browser) -> None:
    assert "服装鞋包配饰" in (await visitor.get("/categories")).text
    page = await visitor.get("/categories/aa")
    assert "陶瓷杯" in page.text
    assert (await visitor.get("/categories/no-such")).status == 404


async def test_results_mark_the_words_and_count_the_filters(visitor: Browser) -> None:
    page = await visitor.get("/search", q="陶瓷杯")
    assert "<mark>" in page.source
    assert "¥9.00" in page.text
    assert "发货地" in page.text
    assert "Ships from" in (await visitor.get("/search?q=cup", lang="en")).text


async def test_a_filter_narrows_and_its_chip_takes_it_away(visitor: Browser) -> None:
    page = await visitor.get("/search", province="440000")
    assert "六角螺栓" in page.text
    assert "陶瓷杯" not in page.text
    assert 'href="/search"' in page.source


async def test_a_chip_of_a_figure_says_what_it_is_of(visitor: Browser) -> None:
    page = await visitor.get("/search?credit=7&pickup_48=99")
    english = await visitor.get("/search?credit=7&pickup_48=99", lang="en")

    assert "账期 7 天及以上" in page.text
    assert "48小时揽收率 99% 及以上" in page.text
    assert "Credit terms: 7 days or more" in english.text


async def test_a_price_range_is_typed_in_the_markets_money(visitor: Browser) -> None:
    page = await visitor.get("/search", price_from="5", price_to="20")
    assert "陶瓷杯" in page.text
    assert "六角螺栓" not in page.text
    assert "单价 5 – 20" in page.text


async def test_nonsense_in_an_address_is_left_out(visitor: Browser) -> None:
    page = await visitor.get("/search", price_from="abc", moq_to="-1", sort="odd", page="x", view="3d")
    assert page.status == 200
    assert "陶瓷杯" in page.text


async def test_nothing_found_says_what_to_do(visitor: Browser) -> None:
    assert "按分类找货" in (await visitor.get("/search", q="zzzzzz")).text
    kept = await visitor.get("/search", q="陶瓷杯", province="440000", exact="1")
    assert "清空筛选" in kept.text


async def test_nothing_found_offers_whom_to_ask_with_the_words_begun(
    visitor: Browser, li: Browser, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_cups = {"陶瓷杯": [Guess("aa", 1.0)]}
    monkeypatch.setattr(market.hall.index.profiles, "guesses", lambda text: of_cups.get(text, []))
    page = await li.get("/search", q="陶瓷杯", price_to="0.01", exact="1")
    assert "问问卖这类货的供应商" in page.text
    assert "您好，请问有“陶瓷杯”吗？" in (await li.get(page.link("/messages/new"))).text
    assert "问问卖这类货的供应商" not in (await visitor.get("/search", q="zzzzzz")).text
    assert "问问卖这类货的供应商" not in (await visitor.get("/search", q="陶瓷杯")).text


async def test_a_search_that_finds_nothing_is_watched_in_one_step(li: Browser) -> None:
    page = await li.get("/search", q="zzzzzz")
    assert "有货通知我" in page.text
    kept = await li.post("/searches", **{name: page.field(name) for name in ("address", "name", "watch")})
    assert kept.path == "/searches?said=kept"
    assert "上新提醒至" in kept.text
    assert "zzzzzz" in kept.text


async def test_the_condition_that_costs_all_is_left_out_and_named(visitor: Browser) -> None:
    page = await visitor.get("/search", q="陶瓷杯", province="440000", promise="72")
    assert "没有货品符合全部条件，已为您去掉「发货地」" in page.text
    assert "¥9.00" in page.text
    assert "保留全部条件" in page.text
    assert "清空筛选" in (await visitor.get(page.link("exact=1"))).text
    english = await visitor.get("/search?q=cup&province=440000", lang="en")
    assert "Nothing meets every filter, so “Ships from” was left out" in english.text


async def test_pinyin_that_finds_nothing_leads_to_the_words_that_were_meant(visitor: Browser) -> None:
    page = await visitor.get("/search", q="taocib")
    assert "您要找的是不是" in page.text
    assert "陶瓷杯" in (await visitor.get(page.link("/search?q="))).text
    assert "您要找的是不是" not in (await visitor.get("/search", q="zzzzzz")).text


async def test_what_was_meant_is_shown_with_the_way_to_what_was_typed(visitor: Browser) -> None:
    page = await visitor.get("/search", q="ceramik cup", sort="sold")
    assert "已为您显示「ceramic cup」的结果" in page.text
    assert "陶瓷杯" in page.text
    typed = await visitor.get(page.link("exact=1"))
    assert "已为您显示" not in typed.text


async def test_a_smallest_quantity_stays_when_another_filter_is_set(visitor: Browser) -> None:
    page = await visitor.get("/search", moq_to="12", province="330000")
    assert 'name="moq_to" value="12" checked' in page.source
    assert 'name="moq_to" value="10">' in page.source
    assert "起批量 ≤ 12" in page.text


async def test_one_of_a_unit_is_said_in_the_singular(visitor: Browser) -> None:
    assert "MOQ 1 piece" in (await visitor.get("/search?q=cup", lang="en")).text
    assert "≥ 100 pcs" in (await visitor.get(await cup_page(visitor), lang="en")).text


def test_goods_without_a_picture_show_the_drawing_of_their_nearest_branch() -> None:
    assert [motif_of(branch) for branch in ("hg-11-10-5", "hg-11-10-5-2", "hg-11", "el-13-4", "none")] == [
        3,
        3,
        27,
        12,
        17,
    ]


async def test_markup_in_a_search_stays_text(visitor: Browser) -> None:
    page = await visitor.get("/search", q="<script>alert(1)</script>")
    assert "<script>alert" not in page.source
    assert "<script>alert(1)</script>" in page.text or "alert(1)" in page.text


async def test_suggestions_are_options_with_counts(visitor: Browser) -> None:
    page = await visitor.get("/search/suggest", q="陶瓷")
    assert page.status == 200
    assert 'role="option"' in page.source


async def test_an_offer_shows_ladder_variants_and_freight(visitor: Browser) -> None:
    page = await visitor.get(await cup_page(visitor))
    for words in (
        "陶瓷杯",
        "¥10.00",
        "¥9.00",
        "≥100件",
        "红",
        "蓝",
        "运费约 ¥6.00",
        "48小时发货",
        "担保交易",
        "义乌市晨光小商品有限公司",
    ):
        assert words in page.text
    assert "Variants and quantities" in (await visitor.get(page.path, lang="en")).text


async def test_the_step_at_my_quantity_is_lit(visitor: Browser) -> None:
    path = await cup_page(visitor)
    few, many = await visitor.get(path, n=5), await visitor.get(path, n=120)
    assert re.search(r'class="lit" aria-current="true"><data[^>]*>¥10\.00', few.source)
    assert re.search(r'class="lit" aria-current="true"><data[^>]*>¥9\.00', many.source)


async def test_freight_follows_quantity_and_province(visitor: Browser) -> None:
    page = await visitor.get(await cup_page(visitor), n=20, to="510000")
    assert "到手合计 ¥210.00 · 含运费 ¥10.00" in page.text
    assert "四川省" in page.text


async def test_goods_whose_freight_the_seller_pays_say_so(visitor: Browser) -> None:
    bolts = (await visitor.get("/search", q="六角螺栓")).link("/offers/")
    assert "包邮" in (await visitor.get(bolts)).text


async def test_stock_on_the_page_is_what_the_database_holds(visitor: Browser, trade: Trade) -> None:
    free = await trade.free("red")
    page = await visitor.get(await cup_page(visitor))
    assert f'name="qty[{trade.skus["red"]}]" min="0" max="{free}"' in page.source


async def test_an_offer_that_was_paused_says_so_and_one_taken_down_is_gone(
    visitor: Browser, market: Market, trade: Trade
) -> None:
    path = await cup_page(visitor)
    await market.hall.run(catalogue.pause_offer, OwnOffer(offer_id=path.rpartition("/")[2]), trade.chenguang)
    assert "卖家已暂停销售此货品" in (await visitor.get(path)).text
    assert (await visitor.get("/offers/404")).status == 404
    assert (await visitor.get("/offers/not-a-number")).status == 404


async def test_a_shop_shows_its_own_goods_only(visitor: Browser, trade: Trade) -> None:
    page = await visitor.get(f"/shops/{trade.chenguang.org_id}")
    assert "义乌市晨光小商品有限公司" in page.text
    assert "陶瓷杯" in page.text
    assert "六角螺栓" not in page.text
    empty = await visitor.get(f"/shops/{trade.chenguang.org_id}", q="螺栓")
    assert "没有找到" in empty.text
    assert f'href="/shops/{trade.chenguang.org_id}">查看本店全部货品' in empty.source
    assert (await visitor.get(f"/shops/{trade.li.org_id}")).status == 404


async def test_language_and_theme_are_kept(visitor: Browser) -> None:
    await visitor.get("/")
    page = await visitor.post("/preferences", lang="en", next="/categories")
    assert page.path == "/categories"
    assert "All categories" in page.text
    page = await visitor.post("/preferences", theme="night", next="//evil.example")
    assert page.path == "/"
    assert 'data-theme="night"' in page.source


async def test_a_filter_that_makes_no_sense_is_left_out(visitor: Browser) -> None:
    for odd in ("²", "zz", "1e999999999", "9" * 5_000, "-1", "\x00", "=1+1"):
        for name in ("supplier_kind", "price_from", "price_to", "moq_to", "page", "sort", "view"):
            page = await visitor.get("/search", **{name: odd})
            assert page.status == 200, (name, odd)
            assert "陶瓷杯" in page.text, (name, odd)


async def test_a_purchase_list_count_that_is_no_number_is_none(li: Browser) -> None:
    li.client.cookies.set("hz_cart", "9" * 5_000)

    assert (await li.get("/")).status == 200


async def test_the_way_back_leads_to_this_market_only(visitor: Browser) -> None:
    for referer, way in {
        "http://market.test/search?q=a": "/search?q=a",
        "http://evil.example/search": "",
        "javascript:alert(1)": "",
        "http://market.test//evil.example": "",
        "http://[": "",
    }.items():
        answer = await visitor.client.get("/offers/1", headers={"referer": referer})
        ways = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>[^<]*返回', answer.text.replace("&#x2f;", "/"))
        assert answer.status_code == 404
        assert "evil" not in answer.text
        assert "javascript:" not in answer.text
        assert [html.unescape(one) for one in ways if one != "/"] == ([way] if way else []), (referer, ways)
