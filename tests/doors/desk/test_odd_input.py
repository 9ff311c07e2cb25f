"""Whatever a form or an address of the workbench carries is answered in words, and never as a fault of ours."""

import pytest

from tests.doors.browsing import Browser
from tests.ordering.trading import Trade

ENDLESS = "9" * 5_000
"""More digits than `int` reads."""
ODD_NUMBERS = ("²", "x", "-1", "٣", "1e9", ENDLESS)


@pytest.mark.parametrize("odd", ODD_NUMBERS, ids=lambda odd: odd[:4])
async def test_odd_numbers_in_a_sellers_order_are_refused(trade: Trade, chenguang: Browser, odd: str) -> None:
    order = await trade.paid(red=10)
    at = f"/desk/orders/{order.order_id}"

    assert (await chenguang.get(f"{at}?parcels={odd}")).status_code == 200
    for act, fields in (
        ("amend", {f"goods[{odd}]": "5", "reason": "老客户"}),
        ("ship", {f"quantity[{odd}-1]": "5"}),
        ("ship", {f"quantity[0-{odd}]": "5"}),
        ("ship", {"quantity[0-1]": odd}),
    ):
        answer = await chenguang.post(f"{at}/{act}", fields)
        assert answer.status_code in (400, 409), (act, fields, answer.status_code)
    assert [line.shipped for line in (await trade.page(order, trade.chenguang)).lines] == [0]


@pytest.mark.parametrize("odd", [*ODD_NUMBERS, "1e999999999"], ids=lambda odd: odd[:4])
async def test_odd_numbers_in_an_offer_are_shown_again(chenguang: Browser, odd: str) -> None:
    for fields in (
        {"do": "grid", "promise_hours": odd},
        {"do": "publish", "promise_hours": odd, "moq": odd, "weight": odd, "sample_price": odd},
        {
            "do": "grid", "quote_type": "sku_price", "axes_were": '[["红"]]', "axis_values[0]": "蓝",
            f"price[{odd}]": "3",
        },
        {"do": "publish", "quote_type": "sku_price", "axis_values[0]": "蓝", "price[0]": odd},
    ):  # fmt: skip
        answer = await chenguang.post("/desk/offers/new", fields)
        assert answer.status_code in (200, 400), (fields, answer.text[-300:])
    assert (await chenguang.post("/desk/freight/edit", {f"row[{odd}-regions]": "1"})).status_code == 400


async def test_a_form_that_lacks_its_fields_is_shown_again(trade: Trade, chenguang: Browser) -> None:
    """A browser's own extension, or somebody else, may post anything or nothing."""
    unpaid, paid = await trade.one(red=10), await trade.paid(red=10)
    acts = ("amend", "ship", "refund", "extend", "note", "cancel", "reveal")
    forms = (
        "/desk/offers/new", "/desk/freight/edit", "/desk/shipping", "/desk/shop", "/desk/stock", "/desk/import",
        "/desk/funds/account", "/desk/funds/withdraw", "/desk/offers/bulk", "/desk/shipping/paper",
        *(f"/desk/orders/{order.order_id}/{act}" for order in (unpaid, paid) for act in acts),
    )  # fmt: skip
    for path in forms:
        answer = await chenguang.post(path, {"category_words": "shirt"})
        assert answer.status_code < 500, (path, answer.text[-300:])


async def test_a_key_that_cannot_be_kept_is_refused(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)
    rows = f"{order.number}\tSF\tSF1234567890123"

    for key in ("k" * 256, "一", "\x7f"):
        answer = await chenguang.post("/desk/shipping", {"rows": rows, "form_key": key})
        assert answer.status_code == 400, (key, answer.status_code)
    assert [line.shipped for line in (await trade.page(order, trade.chenguang)).lines] == [0]
