"""Lists of the day on the pages: by category and belt, from the home page and from theirs, in the site map, calm where empty."""

from typing import Any

from huozhan.doors.jobs.insight import make_lists
from tests.doors.web.browsing import Browser
from tests.insight.test_lists import counted
from tests.ordering.trading import Trade


async def test_a_list_says_why_goods_stand_on_it(visitor: Browser, trade: Trade, db: Any) -> None:
    await counted(trade, db)
    await make_lists(trade.hall)

    hot = await visitor.get("/lists/hot")
    english = await visitor.get("/lists/hot", lang="en")

    assert "30 天 3 家买过，共 6 单" in hot.text
    assert hot.text.index("陶瓷杯") < hot.text.index("六角螺栓")
    assert "3 buyers, 6 orders in 30 days" in english.text
    assert "近 30 天付款订单最多的货品" in hot.text
    assert 'rel="canonical" href="' in hot.source
    assert "上架以来 3 家买过" in (await visitor.get("/lists/new")).text
    assert "这个榜单还没有货品" in (await visitor.get("/lists/back")).text
    assert (await visitor.get("/lists")).path == "/lists/hot"
    assert (await visitor.get("/lists/best")).status == 404
    assert (await visitor.get("/lists/hot?category=nothing")).status == 404


async def test_before_the_first_day_a_list_names_no_numbers(visitor: Browser) -> None:
    page = await visitor.get("/lists/rising")

    assert "榜单每天更新一次" in page.text
    assert "近 –" not in page.text
    assert "Lists are made once a day" in (await visitor.get("/lists/rising", lang="en")).text


async def test_home_categories_belts_and_the_site_map_lead_there(
    visitor: Browser, trade: Trade, db: Any
) -> None:
    assert "/lists/" not in (await visitor.get("/")).source, "there is nothing on them yet"
    await counted(trade, db)
    await make_lists(trade.hall)

    assert "30 天 3 家买过，共 6 单" in (await visitor.get("/")).text
    category = await visitor.get("/categories/aa-1-13-8")
    chosen = await visitor.get(category.link("/lists/hot"))
    assert chosen.path == "/lists/hot?category=aa-1-13-8"
    assert "陶瓷杯" in chosen.text
    assert 'value="aa-1-13-8" selected' in chosen.source
    belt = await visitor.get("/belts/义乌小商品")
    of_belt = await visitor.get(belt.link("/lists/hot"))
    assert "陶瓷杯" in of_belt.text
    assert "六角螺栓" not in of_belt.text
    pages = (await visitor.get("/sitemap/pages.xml")).source
    assert "/lists/hot?category=aa-1-13-8</loc>" in pages
    assert "/lists/back" not in pages
