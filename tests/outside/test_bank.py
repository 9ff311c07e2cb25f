"""Transfers and statements of the bank."""

import time
from datetime import date, datetime, timedelta

import pytest

from huozhan_outside.clock import REREAD_EVERY_S
from tests.outside.conftest import Outside


def test_a_transfer_is_paid_out_once(outside: Outside) -> None:
    first = outside.transfer("WD-1")
    assert first.json["state"] == "processing"
    (told,) = outside.market.wait_for(1)
    assert (told.path, told.type, told.genuine) == ("/hooks/bank", "transfer.succeeded", True)
    shown = outside.ask("GET", "/bank/transfers/WD-1").json
    assert told.data == shown == outside.transfer("WD-1").json
    assert outside.transfer("WD-1", amount_minor=1).json["code"] == "other_body"
    (truth,) = outside.truth("bank")
    assert (truth["kind"], truth["reference"], truth["amount_minor"]) == ("transfer", "WD-1", 500000)


@pytest.mark.parametrize(
    ("account_no", "account_name", "reason"),
    [
        ("6222021208001234567", "义乌市朝阳小商品有限公司", "name_mismatch"),
        ("6222021208001230000", "义乌市晨光小商品有限公司", "account_refused"),
        ("6222021208001234567", " 义乌市晨光 小商品有限公司", None),
        ("GB33BUKB20201555555555", "ＡＳＨＤＯＷＮ trading ltd", None),
        ("6222999999999999", "谁都可以", None),
    ],
)
def test_a_transfer_needs_the_holders_name(
    outside: Outside, account_no: str, account_name: str, reason: str | None
) -> None:
    outside.transfer("WD-1", account_no=account_no, account_name=account_name)
    told = outside.market.wait_for(1)[0].data
    assert told["reason"] == reason
    assert told["state"] == ("failed" if reason else "succeeded")
    assert len(outside.truth("bank")) == (0 if reason else 1)


def test_an_account_can_be_made_known(outside: Outside) -> None:
    account = {"account_no": "6222333344445555", "account_name": "绍兴市锦绣纺织厂"}
    assert outside.ask("POST", "/bank/accounts", account).json == account
    assert outside.ask("POST", "/bank/accounts", account).status == 200
    other = outside.ask("POST", "/bank/accounts", {**account, "account_name": "别人"})
    assert (other.status, other.json["code"]) == (409, "other_body")
    outside.transfer("WD-1", account_no=account["account_no"], account_name="别人")
    assert outside.market.wait_for(1)[0].data["reason"] == "name_mismatch"


def test_the_statement_shows_what_left_the_account(outside: Outside) -> None:
    outside.transfer("WD-1")
    outside.transfer("WD-2", account_no="6222021208001230000")
    outside.market.wait_for(2)
    utc_day = outside.truth("bank")[0]["at"][:10]
    lines = [
        line for day in _around(utc_day) for line in outside.ask("GET", f"/bank/statements?on={day}").lines
    ]
    assert [(line["ref"], line["direction"], line["amount_minor"]) for line in lines] == [
        ("WD-1", "out", 500000)
    ]
    assert outside.ask("GET", "/bank/statements?on=yesterday").json["code"] == "invalid"


def _around(day: str) -> list[str]:
    """The UTC day and the next: a day of China reaches over both."""
    return [day, str(date.fromisoformat(day) + timedelta(days=1))]


INCOMING = {
    "ref": "IN-1", "amount_minor": 8_800, "currency": "CNY", "account_no": "6222021208009998887",
    "account_name": "小李杂货店", "virtual_account": "88010000000000000000001", "remark": "货款",
}  # fmt: skip


def test_money_that_comes_is_told_and_stands_in_the_statement(outside: Outside) -> None:
    first = outside.ask("POST", "/bank/incoming", INCOMING)
    again = outside.ask("POST", "/bank/incoming", INCOMING)
    other = outside.ask("POST", "/bank/incoming", {**INCOMING, "amount_minor": 1})

    assert first.json == again.json
    assert (other.status, other.json["code"]) == (409, "other_body")
    told = outside.market.wait_for(1)[0]
    assert (told.path, told.type, told.genuine) == ("/hooks/bank", "receipt.credited", True)
    (truth,) = outside.truth("bank")
    assert (truth["kind"], truth["part"], truth["amount_minor"]) == (
        "incoming",
        INCOMING["virtual_account"],
        8_800,
    )
    lines = [
        line
        for day in _around(truth["at"][:10])
        for line in outside.ask("GET", f"/bank/statements?on={day}").lines
    ]
    assert [(line["direction"], line["bank_txn"]) for line in lines] == [("in", first.json["bank_txn"])]


def test_a_closed_day_leads_from_its_opening_to_its_closing_balance(outside: Outside) -> None:
    outside.ask("POST", "/bank/incoming", INCOMING)
    outside.ask("POST", "/bank/incoming", {**INCOMING, "ref": "IN-2", "currency": "GBP", "amount_minor": 70})
    outside.transfer("WD-1", amount_minor=5_000)
    outside.market.wait_for(3)
    today = (datetime.fromisoformat(outside.truth("bank")[-1]["at"]) + timedelta(hours=8)).date()
    assert outside.ask("GET", f"/bank/files/day?on={today}").json["code"] == "day_open"

    outside.move_clock(2 * 86_400)
    time.sleep(REREAD_EVERY_S)

    def closed(on: date) -> list[tuple[str, int, int, int, int, int]]:
        lines = outside.ask("GET", f"/bank/files/day?on={on}").lines
        totals = [line for line in lines if line.get("kind") == "total"]
        assert sum(total["count"] for total in totals) == len(lines) - len(totals)
        keys = ("currency", "opening_minor", "in_minor", "out_minor", "closing_minor", "count")
        return [tuple(total[key] for key in keys) for total in totals]

    assert closed(today + timedelta(days=1)) == [("CNY", 3_800, 0, 0, 3_800, 0), ("GBP", 70, 0, 0, 70, 0)]
    assert closed(today) == [("CNY", 0, 8_800, 5_000, 3_800, 2), ("GBP", 0, 70, 0, 70, 1)]
    assert closed(today - timedelta(days=1)) == []
