"""What a seller does with one order, on its page."""

from typing import Any

from huozhan import ordering
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


def at(order: Any, deed: str = "") -> str:
    return f"/desk/orders/{order.order_id}{'/' + deed if deed else ''}"


async def test_an_orders_page_is_its_sellers_only(
    trade: Trade, chenguang: Browser, hongfa: Browser, li: Browser
) -> None:
    order = await trade.paid(red=10)

    assert order.number in await chenguang.see(at(order))
    assert (await hongfa.get(at(order))).status_code == 404
    assert (await li.get(at(order))).status_code == 404


async def test_the_receiver_is_masked_until_asked_for_with_a_reason(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)

    before = await chenguang.see(at(order))
    refused = await chenguang.post(at(order, "reveal"), {"reason": ""})
    after = await chenguang.post(at(order, "reveal"), {"reason": "快递员需要电话"})

    assert "13812345678" not in before
    assert refused.status_code == 400
    assert "13812345678" not in refused.text
    assert "13812345678" in after.text


async def test_a_lower_price_holds_at_once(trade: Trade, chenguang: Browser) -> None:
    order = await trade.one(red=10)

    answer = await chenguang.post(
        at(order, "amend"), {"goods[1]": "90.00", "freight": "0", "reason": "老客户", "form_key": "a"}
    )

    assert answer.status_code == 303
    assert (await trade.page(order)).amount_minor == 9_000


async def test_an_amount_that_is_none_is_named_and_kept(trade: Trade, chenguang: Browser) -> None:
    order = await trade.one(red=10)

    for typed in ("ten", "1.234", "-5", "NaN", "1e99"):
        answer = await chenguang.post(
            at(order, "amend"), {"goods[1]": typed, "freight": "6", "reason": "老客户"}
        )
        assert answer.status_code == 400, typed
        assert f'value="{typed}"' in answer.text


async def test_two_parcels_leave_together(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10, blue=5)
    fields = {
        "parcels": "2", "form_key": "s",
        "kind[0]": "carrier", "carrier[0]": "SF", "waybill[0]": "SF0000000000001",
        "quantity[0-1]": "10", "quantity[0-2]": "0",
        "kind[1]": "own_delivery", "carrier[1]": "", "waybill[1]": "", "quantity[1-1]": "0", "quantity[1-2]": "5",
    }  # fmt: skip

    answer = await chenguang.post(at(order, "ship"), fields)

    assert answer.status_code == 303, answer.text
    assert (await trade.page(order)).state == "wait_receive"
    assert len((await trade.parcels(order)).parcels) == 2
    assert "SF0000000000001" in await chenguang.see(at(order))


async def test_a_waybill_the_carrier_cannot_have_given_out_is_refused_and_kept(
    trade: Trade, chenguang: Browser
) -> None:
    order = await trade.paid(red=10)

    answer = await chenguang.post(
        at(order, "ship"),
        {
            "parcels": "1",
            "kind[0]": "carrier",
            "carrier[0]": "SF",
            "waybill[0]": "ABC123",
            "quantity[0-1]": "10",
        },
    )

    assert answer.status_code >= 400
    assert 'value="ABC123"' in answer.text
    assert (await trade.page(order)).state == "wait_send"


async def test_a_refund_is_refused_only_with_a_reason(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=200)
    await trade.let_pass(hours=7)
    ask = ordering.asks.RefundUnshipped(order_id=order.order_id, reason="买多了")
    refund = await trade.hall.run(ordering.refund_unshipped, ask, trade.li)

    page = await chenguang.see(at(order))
    without = await chenguang.post(at(order, "refund"), {"refund_id": refund.refund_id, "answer": "refuse"})
    agreed = await chenguang.post(
        at(order, "refund"), {"refund_id": refund.refund_id, "answer": "agree", "form_key": "r"}
    )

    assert "买多了" in page
    assert without.status_code == 400
    assert '<a href="#reason">此项必填</a>' in without.text
    assert agreed.status_code == 303
    assert (await trade.page(order)).state == "terminated"


async def test_an_unpaid_order_is_cancelled_with_a_reason(trade: Trade, chenguang: Browser) -> None:
    order = await trade.one(red=10)

    without = await chenguang.post(at(order, "cancel"), {"reason": ""})
    answer = await chenguang.post(at(order, "cancel"), {"reason": "缺货", "form_key": "c"})

    assert without.status_code == 400
    assert answer.status_code == 303
    assert (await trade.page(order)).state == "closed"


async def test_a_memo_stays_in_the_house(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)

    await chenguang.post(at(order, "note"), {"text": "客户要发票", "to": "us", "form_key": "n"})
    await chenguang.post(at(order, "note"), {"text": "今天发货", "to": "buyer", "form_key": "m"})

    assert "客户要发票" in await chenguang.see(at(order))
    assert [note.text for note in (await trade.page(order, trade.li)).notes] == ["今天发货"]


async def test_the_export_is_a_table_of_lines(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10, blue=5)

    answer = await chenguang.get("/desk/orders/export")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert all(order.number in line for line in lines[1:])
