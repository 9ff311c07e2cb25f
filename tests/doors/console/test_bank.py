"""An operator uploads a statement, credits what a third party sent, and sends the rest back."""

import re

from tests.doors.browsing import Browser
from tests.ordering.banking import Banking
from tests.ordering.trading import Trade

HEAD = "交易流水号,收支,金额,币种,对方账号,对方户名,收款账号,摘要,交易时间\n"


async def test_a_statement_is_uploaded_twice_and_counts_once(trade: Trade, operator: Browser) -> None:
    bank = Banking(trade)
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    table = (
        HEAD
        + f"T1,收入,108.00,人民币,6222021208009998887,小李杂货店,{payment.account_no},货款,2026-03-01 10:00:00\n"
        + "T2,收入,一百,人民币,6222021208009998887,小李杂货店,,货款,2026-03-01 10:00:00\n"
        + "T3,支出,5.00,人民币,6222021208009998887,手续费,,,2026-03-01 10:00:00\n"
    ).encode("gb18030")

    first = await operator.post("/console/bank", files={"file": ("a.csv", table, "text/csv")})
    await bank.work()
    second = await operator.post("/console/bank", files={"file": ("a.csv", table, "text/csv")})

    assert first.headers["location"] == "/console/bank?lines=3&added=1&known=0&refused=1"
    assert second.headers["location"] == "/console/bank?lines=3&added=0&known=1&refused=1"
    assert "共 3 行：新入账 1" in await operator.see(first.headers["location"])
    assert (await trade.page(order)).state == "wait_send"
    refused = await operator.see("/console/bank?tab=refused")
    assert "金额有误" in refused
    assert "一百" in refused
    assert len(re.findall(r"金额有误", refused)) == 1
    await bank.whole()


async def test_a_file_that_is_no_table_is_kept_as_a_refused_line(trade: Trade, operator: Browser) -> None:
    answer = await operator.post("/console/bank", files={"file": ("a.csv", b"hello", "text/csv")})
    assert answer.headers["location"] == "/console/bank?lines=1&added=0&known=0&refused=1"
    assert "hello" in await operator.see("/console/bank?tab=refused")
    empty = await operator.post("/console/bank", files={"file": ("a.csv", b"", "text/csv")})
    assert empty.status_code == 400


async def test_a_third_partys_money_is_credited_and_anothers_goes_back(
    trade: Trade, operator: Browser
) -> None:
    bank = Banking(trade)
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    await bank.send(payment, 10_800, account_name="小李的表哥")
    await bank.tell(bank.line(777, account_name="路人"))
    page = await operator.see("/console/bank")
    assert "付款人与组织名称不符" in page
    assert "没有金额与户名都相符的付款单" in page
    ids = [
        row["receipt_id"]
        for row in await bank.fetch("SELECT receipt_id FROM bank_receipt ORDER BY receipt_id")
    ]

    wrong = await operator.post(
        f"/console/bank/{ids[0]}/assign", {"account_no": "8801999", "reason": "看错了"}
    )
    assert "没有待付款的对公转账付款单" in wrong.text
    await operator.post(
        f"/console/bank/{ids[0]}/assign", {"account_no": payment.account_no, "reason": "代付说明已核"}
    )
    await bank.work()
    await operator.post(f"/console/bank/{ids[1]}/return", {"reason": "无法联系付款人"})

    assert (await trade.page(order)).state == "wait_send"
    assert await bank.receipts() == [("matched", ""), ("returning", "")]
    audit = await operator.see("/console/audit")
    assert "银行来款入账" in audit
    assert "银行来款退回" in audit
