"""The operator finds a group of identical goods by words, by an offer's number or by the address of its page."""

from tests.doors.browsing import Browser
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade
from tests.search.test_finding import Market


async def test_a_group_is_found_by_words_and_opened_by_number_or_address(
    trade: Trade, operator: Browser
) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    first = min(int(cup), int(bolt))
    async with trade.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO same_member (offer_id, goods_id, seller_id, centre_id, points, evidence, joined_at)"
            " SELECT offer_id, $2, seller_id, $2, 300, '[]', now() FROM offer WHERE offer_id = ANY ($1::bigint[])",
            [int(cup), int(bolt)], first,
        )  # fmt: skip
        code = await db.fetchval("SELECT offer_code FROM offer WHERE offer_id = $1", int(cup))
    await Market(trade.hall, trade.people).index()

    shown = await operator.speaking("zh").see(f"/console/same?offer={code}")
    assert f'href="/console/same/{cup}"' in shown
    assert "2 家供应商 · 2 个货源" in shown
    assert "没有找到相关货品" in await operator.see("/console/same?offer=zzqqxx")
    for typed in (cup, f"https://market.test/offers/{cup}"):
        opened = await operator.get(f"/console/same?offer={typed}")
        assert (opened.status_code, opened.headers["location"]) == (303, f"/console/same/{cup}")
    assert (await operator.get("/console/same?offer=4711")).status_code == 404


async def test_nobody_but_the_market_finds_groups(chenguang: Browser) -> None:
    assert (await chenguang.get("/console/same?offer=cup")).status_code == 403
