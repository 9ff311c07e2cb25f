"""A batch of waybills: what is read as a row, and what becomes of good and bad ones."""

import pytest

from huozhan.doors.desk.shipping import NoRows, read_rows
from tests.doors.browsing import Browser
from tests.ordering.trading import Trade


@pytest.mark.parametrize(
    "line",
    [
        "A1\tSF\tSF1",
        "A1, SF, SF1",
        "A1，顺丰，SF1".replace("顺丰", "SF"),
        "A1; SF; SF1",
        "A1 SF SF1",
        '"A1","SF","SF1"',
        "'A1,SF,SF1",
    ],
)
def test_a_row_is_read_however_it_is_parted(line: str) -> None:
    assert read_rows(line) == [{"number": "A1", "carrier_code": "SF", "waybill": "SF1"}]


def test_a_heading_and_empty_lines_are_passed_over() -> None:
    assert len(read_rows("订单号,承运商,运单号\n\nA1,SF,SF1\n\nA2,SF,SF2\n")) == 2


def test_a_row_that_lacks_something_stays_a_row_to_be_reported() -> None:
    assert read_rows("A1") == [{"number": "A1", "carrier_code": "", "waybill": ""}]


def test_nothing_is_no_row() -> None:
    with pytest.raises(NoRows):
        read_rows(" \n ")


async def test_good_rows_ship_and_bad_rows_come_back_with_the_reason(
    trade: Trade, chenguang: Browser
) -> None:
    good, bad = await trade.paid(red=10), await trade.paid(red=5)
    rows = f"{good.number}\t顺丰\tSF0000000000009\n{bad.number}\tSF\tXX\n0000000000000000000\tSF\tSF0000000000008"

    answer = await chenguang.post("/desk/shipping", {"rows": rows, "form_key": "x"})

    assert answer.status_code == 200, answer.text
    assert (await trade.page(good)).state == "wait_receive"
    assert (await trade.page(bad)).state == "wait_send"
    left = answer.text.split("<textarea")[1].split("</textarea>")[0]
    assert bad.number in left
    assert good.number not in left


async def test_a_file_ships_like_a_paste(trade: Trade, chenguang: Browser) -> None:
    order = await trade.paid(red=10)
    file = f"订单号,承运商,运单号\n{order.number},SF,SF0000000000010\n".encode("gb18030")

    await chenguang.post("/desk/shipping", {"rows": ""}, files={"file": ("waybills.csv", file, "text/csv")})

    assert (await trade.page(order)).state == "wait_receive"


async def test_an_order_of_another_house_is_not_found_in_a_batch(trade: Trade, hongfa: Browser) -> None:
    order = await trade.paid(red=10)

    answer = await hongfa.post("/desk/shipping", {"rows": f"{order.number} SF SF0000000000011"})

    assert (await trade.page(order)).state == "wait_send"
    assert "没有找到" in answer.text


async def test_paper_names_goods_and_receivers(trade: Trade, chenguang: Browser, hongfa: Browser) -> None:
    order = await trade.paid(red=10, blue=5)
    chosen = {"order_id": order.order_id}

    pick = await chenguang.post("/desk/shipping/paper", {**chosen, "paper": "pick"})
    waybills = await chenguang.post("/desk/shipping/paper", {**chosen, "paper": "waybills"})
    none = await chenguang.post("/desk/shipping/paper", {"paper": "pick"})
    foreign = await hongfa.post("/desk/shipping/paper", {**chosen, "paper": "waybills"})

    assert "陶瓷杯" in pick.text
    assert "13812345678" not in pick.text
    assert "13812345678" in waybills.text
    assert none.status_code == 400
    assert "13812345678" not in foreign.text
