"""Every page of the workbench opens for who may see it, in both languages, and for nobody else."""

from tests.doors.browsing import Browser
from tests.ordering.trading import Trade

PAGES = {
    "/desk": ("今日", "Today"),
    "/desk/orders": ("订单", "Orders"),
    "/desk/shipping": ("录入运单", "Enter waybills"),
    "/desk/offers": ("货品管理", "Offers"),
    "/desk/offers/new": ("发布货品", "New offer"),
    "/desk/import": ("上传并检查", "Upload and check"),
    "/desk/stock": ("库存", "Stock"),
    "/desk/freight": ("运费模板", "Freight templates"),
    "/desk/freight/edit": ("新建运费模板", "New template"),
    "/desk/funds": ("资金明细", "Every change"),
    "/desk/shop": ("全店混批", "Mixed batch"),
}


async def test_every_page_says_what_it_is_in_both_languages(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)

    for path, (zh, en) in PAGES.items():
        assert zh in await chenguang.speaking("zh").see(path)
        assert en in await chenguang.speaking("en").see(path)


async def test_who_sells_nothing_is_turned_away(li: Browser) -> None:
    for path in PAGES.keys() - {"/desk/orders", "/desk/funds"}:
        assert (await li.get(path)).status_code == 403, path


async def test_a_stranger_is_sent_to_the_door(trade: Trade) -> None:
    for path in PAGES:
        answer = await Browser(trade.hall).get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in")


async def test_the_days_work_names_what_is_to_ship(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)

    page = await chenguang.see("/desk")

    assert order.number in page
    assert "陶瓷杯" in page


async def test_a_form_without_its_token_changes_nothing(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)

    answer = await chenguang.post(f"/desk/orders/{order.order_id}/note", {"csrf": "", "text": "hello"})

    assert answer.status_code == 403
    assert (await trade.page(order, trade.chenguang)).notes == []
