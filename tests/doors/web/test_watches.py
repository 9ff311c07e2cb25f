"""Alerts on the pages: set from an offer, seen in one's list, changed, ended, told with the way to the goods."""

from huozhan import catalogue
from tests.doors.web.browsing import Browser
from tests.interest.looking import cups
from tests.interest.test_watching import ask_cups, settle
from tests.ordering.trading import Trade


async def test_an_alert_is_set_from_an_offer_and_told(li: Browser, trade: Trade) -> None:
    cup = await cups(trade)
    form = await li.get((await li.get(f"/offers/{cup}?n=120")).link("/watches/new"))
    assert 'value="120"' in form.source
    assert "降价提醒" in form.text

    met = await li.post("/watches", offer=cup, kind="price", pieces="120", limit="9.5")
    assert "现在就是 ¥9.00，已达到目标价" in met.text
    assert 'value="9.5"' in met.source, "what was typed is kept"
    kept = await li.post("/watches", offer=cup, kind="price", pieces="120", limit="8.5")
    assert "120 件时单价 ≤ ¥8.50" in kept.text
    assert "等待中" in kept.text
    assert "现价 ¥9.00" in kept.text

    await ask_cups(trade, cup, 84_000)
    await settle(trade)
    told = await li.get("/notices")
    assert "“陶瓷杯”降到 8.40（120 件时单价）" in told.text
    assert "“Ceramic cup” is down to 8.40 a piece for 120" in (await li.get("/notices", lang="en")).text
    assert f"/offers/{cup}?n=120" in told.source
    assert "已满足" in (await li.get("/watches")).text


async def test_an_alert_is_changed_and_ended(li: Browser, trade: Trade) -> None:
    cup = await cups(trade)
    await li.get(f"/watches/new?offer={cup}")
    page = await li.post("/watches", offer=cup, kind="stock", pieces="5000")
    one = page.link("/watches/")

    form = await li.get(one)
    assert 'value="5000"' in form.source
    wrong = await li.post(one, pieces="many")
    assert wrong.status == 400
    assert "够 6000 件" in (await li.post(one, pieces="6000")).text
    assert "还没有设置提醒" in (await li.post(f"{one}/end")).text


async def test_goods_that_are_short_offer_the_alert_of_stock_first(li: Browser, trade: Trade) -> None:
    cup = await cups(trade)

    short = await li.get(f"/watches/new?offer={cup}&n=5000")
    there = await li.get(f"/watches/new?offer={cup}&n=100")

    assert 'value="stock" checked' in short.source
    assert 'value="price" checked' in there.source


async def test_a_stranger_is_led_to_sign_in_and_back(visitor: Browser, trade: Trade) -> None:
    cup = await cups(trade)

    assert "/sign-in?next=" in (await visitor.get(f"/watches/new?offer={cup}")).path
    assert (await visitor.get("/watches")).path.startswith("/sign-in")


async def test_paused_goods_say_so_calmly(li: Browser, trade: Trade) -> None:
    cup = await cups(trade)
    await li.get(f"/watches/new?offer={cup}")
    await li.post("/watches", offer=cup, kind="price", pieces="100")
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=cup), trade.chenguang)

    assert "已暂停销售，恢复后继续提醒" in (await li.get("/watches")).text
    assert (await li.get(f"/offers/{cup}")).status == 200
