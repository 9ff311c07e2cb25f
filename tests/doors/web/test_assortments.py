"""Building an assortment on the pages: from words to a list, to the purchase list; and calm where it cannot be."""

import html

import pytest

from huozhan.insight import solving
from tests.doors.web.browsing import Browser, Market
from tests.ordering.trading import Trade

WISHES = {
    "words": "cup", "budget": "800", "to": "510100", "offers_least": "1", "offers_most": "5", "suppliers_most": "2",
    "pieces_most": "60", "markup": "50", "margin": "10", "share": "100",
}  # fmt: skip
pytestmark = pytest.mark.skipif(not solving.has_solver(), reason="the optional part is not installed")


async def test_words_become_a_list_and_the_list_a_purchase(li: Browser, trade: Trade) -> None:
    await li.get("/assortments/new")

    page = await li.post("/assortments", **WISHES)
    changed = await li.post(f"{page.path}/edit", more={f"qty[{trade.skus['red']}]": "12"})
    cart = await li.post(f"{page.path}/cart")
    listed = await li.get("/assortments")

    assert page.path.startswith("/assortments/")
    for words in ("陶瓷杯", "预算 ¥800.00，送到四川省 成都市", "毛利率", "已是最优组合"):
        assert words in page.text, words
    assert "¥120.00" in changed.text
    assert "已是最优组合" not in changed.text
    assert cart.path == "/cart"
    assert "陶瓷杯" in cart.text
    assert "1 款，12 件" in listed.text


async def test_wishes_that_nothing_meets_are_kept_with_what_would_help(li: Browser) -> None:
    await li.get("/assortments/new")

    page = await li.post("/assortments", **{**WISHES, "margin": "80"})

    assert page.status < 500
    assert "这些要求凑不出一单" in page.text
    assert "降低目标毛利率就能组出来" in page.text
    assert 'value="80"' in page.source


@pytest.mark.parametrize(
    "wrong", [{"budget": "a lot"}, {"budget": ""}, {"budget": "1e999"}, {"to": "xx"}, {"category[0]": "<b>"}]
)
async def test_wishes_that_make_no_sense_are_shown_again(li: Browser, wrong: dict[str, str]) -> None:
    await li.get("/assortments/new")

    page = await li.post("/assortments", more={**WISHES, **wrong})

    assert 400 <= page.status < 500


async def test_a_shared_link_shows_the_list_and_asks_who_wants_to_order_to_sign_in(
    li: Browser, visitor: Browser
) -> None:
    await li.get("/assortments/new")
    page = await li.post("/assortments", **WISHES)
    link = html.unescape(page.source.partition('data-copy="')[2].partition('"')[0])
    path = link[link.index("/assortments/") :]

    seen = await visitor.get(path)
    asked = await visitor.post(f"{path.partition('?')[0]}/cart", key=path.partition("key=")[2])

    assert "陶瓷杯" in seen.text
    assert 'name="qty[' not in seen.source
    assert asked.path.startswith("/sign-in?next=%2Fassortments%2F")
    assert (await visitor.get(path.partition("?")[0])).status == 404


async def test_a_market_without_the_solver_says_so_calmly(
    li: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "LIBRARY", "a_part_that_is_not_installed")

    page = await li.get("/assortments/new")
    refused = await li.post("/assortments", **WISHES)

    assert "没有安装组货求解组件" in page.text
    assert refused.status < 500
    assert "没有安装组货求解组件" in refused.text


async def test_english_readers_read_english(market: Market, trade: Trade) -> None:
    ann = await market.signed_in(trade.people.ashdown, "en")

    page = await ann.get("/assortments/new")

    assert "Build an assortment" in page.text
    assert "Target margin" in page.text
