"""Keeping and looking back on the pages: with an account, and in a browser that nobody has signed in to yet."""

import json
import re

from huozhan.doors.web.kept import KEPT_COOKIE, KEPT_MAX, SEEN_COOKIE
from tests import world
from tests.doors.web.browsing import Browser, Market
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade


async def test_a_heart_keeps_an_offer_and_comes_back(li: Browser, trade: Trade) -> None:
    cup = await cups(trade)
    before = await li.get(f"/offers/{cup}")

    back = await li.post("/favourites", offer=cup, next=f"/offers/{cup}")
    page = await li.get("/favourites")
    among = json.loads((await li.get(f"/favourites/among?offer={cup}&offer=123")).source)

    assert f'value="{cup}" aria-pressed="false"' in before.source
    assert back.path == f"/offers/{cup}"
    assert f'value="{cup}" aria-pressed="true" formaction="/favourites/remove"' in back.source
    assert "陶瓷杯" in page.text
    assert "同事看到的是同一份收藏" in page.text
    assert among == {"kept": [cup]}
    gone = await li.post("/favourites/remove", offer=cup, next="/favourites")
    assert "还没有收藏货品" in gone.text


async def test_a_shop_is_kept_from_its_page(li: Browser, trade: Trade) -> None:
    shop = str(trade.chenguang.org_id)
    await li.get(f"/shops/{shop}")

    page = await li.post("/favourites", shop=shop, next=f"/shops/{shop}")

    assert f'value="{shop}" aria-pressed="true"' in page.source
    assert "义乌市晨光小商品有限公司" in (await li.get("/favourites?show=shops")).text


async def test_a_stranger_keeps_and_looks_in_the_browser_until_they_sign_in(
    visitor: Browser, market: Market, trade: Trade
) -> None:
    cup, bolt, shop = await cups(trade), await bolts(trade), str(trade.hongfa.org_id)
    await visitor.get(f"/offers/{bolt}")
    await visitor.get(f"/offers/{cup}")
    await visitor.post("/favourites", offer=cup, next="/favourites")
    await visitor.post("/favourites", shop=shop, next="/favourites")

    alone = await visitor.get("/favourites")
    looked = await visitor.get("/history")
    cookies = dict(visitor.client.cookies)
    await visitor.get("/sign-in", next="/favourites")
    signed_in = await visitor.post(
        "/sign-in", sign_in_name="li@example.cn", password=world.PASSWORD, next="/favourites"
    )
    history = await visitor.get("/history")

    assert "陶瓷杯" in alone.text
    assert "登录后自动并入账号" in alone.text
    assert re.findall(r"(?:陶瓷杯|六角螺栓)(?= )", looked.text)[0] == "陶瓷杯"
    assert cookies[KEPT_COOKIE] == f"o{cup}.s{shop}"
    assert cookies[SEEN_COOKIE] == f"{cup}.{bolt}"
    assert signed_in.path == "/favourites"
    assert "陶瓷杯" in signed_in.text
    assert {KEPT_COOKIE, SEEN_COOKIE}.isdisjoint(visitor.client.cookies)
    assert history.text.index("陶瓷杯") < history.text.index("六角螺栓")


async def test_a_browser_keeps_few_and_nothing_that_is_no_id(visitor: Browser) -> None:
    await visitor.get("/sign-in")
    many = [str(n) for n in range(1, KEPT_MAX + 9)]

    await visitor.post("/favourites", more={"offer": ["x; Domain=evil.example", "7" * 40, "²", *many]})
    kept = visitor.client.cookies[KEPT_COOKIE].split(".")

    assert kept == [f"o{one}" for one in many[:KEPT_MAX]]
    visitor.client.cookies.set(KEPT_COOKIE, "oabc.s.o-1.o5.<b>")
    assert (await visitor.get("/favourites")).status == 200
    assert (await visitor.get("/favourites/among?offer=5")).source == '{"kept":["5"]}'


async def test_what_was_looked_at_is_on_the_desk_and_can_be_forgotten(
    li: Browser, market: Market, trade: Trade
) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await li.get(f"/offers/{bolt}")
    await li.get(f"/offers/{cup}")
    await li.get("/offers/1234")

    desk = await li.get("/me")
    one_less = await li.post("/history/forget", offer=cup)
    none = await li.post("/history/forget")

    assert "浏览记录" in desk.text
    assert "陶瓷杯" in desk.text
    assert "六角螺栓" in one_less.text
    assert "陶瓷杯" not in one_less.text
    assert "还没有浏览记录" in none.text


async def test_who_does_not_buy_sees_no_hearts_and_keeps_nothing(market: Market, trade: Trade) -> None:
    cup = await cups(trade)
    finance = await market.signed_in(trade.people.hengxin_finance)

    page = await finance.get(f"/offers/{cup}")

    assert 'form="keep"' not in page.source.partition("<main")[2].partition("</main")[0]
    assert (await finance.get("/favourites")).status == 403
    assert (await finance.post("/favourites", offer=cup)).status == 403


async def test_popular_goods_are_called_popular_and_nothing_else(visitor: Browser, trade: Trade) -> None:
    cup = await cups(trade)

    main = (await visitor.get(f"/offers/{cup}/also")).source.partition("<main")[2]

    assert "同类热销" in main
    assert "进这款的还进了" not in main
