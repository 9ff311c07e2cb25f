"""Payments and refunds at the channel."""

import json
from datetime import date, timedelta

from tests.outside.conftest import Outside, until


def test_the_same_order_twice_is_one_payment(outside: Outside) -> None:
    first = outside.payment("PA-1")
    second = outside.payment("PA-1")
    assert first.status == second.status == 200
    assert first.json == second.json
    assert first.json["state"] == "open"
    assert (
        first.json["pay_url"]
        == f"http://127.0.0.1:{outside.port}/channel/pay/{first.json['channel_payment_id']}"
    )


def test_the_same_reference_with_another_body_is_refused(outside: Outside) -> None:
    outside.payment("PA-1")
    reply = outside.payment("PA-1", amount_minor=12801)
    assert (reply.status, reply.json["code"]) == (409, "other_body")


def test_a_payment_is_charged_once_however_often_it_is_paid(outside: Outside) -> None:
    paid = outside.paid("PA-1")
    again = outside.ask("POST", "/channel/payments/PA-1/simulate-pay", {}).json
    assert again == paid == outside.ask("GET", "/channel/payments/PA-1").json
    (callback,) = outside.market.wait_for(1)
    assert callback.genuine
    assert (callback.path, callback.type, callback.data) == ("/hooks/channel", "payment.paid", paid)
    assert [(row["kind"], row["amount_minor"]) for row in outside.truth("channel")] == [("charge", 12800)]


def test_a_payer_may_really_pay_something_else(outside: Outside) -> None:
    outside.payment("PA-1")
    paid = outside.ask(
        "POST", "/channel/payments/PA-1/simulate-pay", {"amount_minor": 100, "currency": "USD"}
    ).json
    assert (paid["amount_minor"], paid["paid_amount_minor"], paid["paid_currency"]) == (12800, 100, "USD")


def test_a_closed_payment_cannot_be_paid(outside: Outside) -> None:
    outside.payment("PA-1")
    assert outside.ask("POST", "/channel/payments/PA-1/close", {}).json["state"] == "closed"
    assert outside.ask("POST", "/channel/payments/PA-1/close").json["state"] == "closed"
    reply = outside.ask("POST", "/channel/payments/PA-1/simulate-pay", {})
    assert (reply.status, reply.json["code"]) == (409, "not_open")
    assert outside.truth("channel") == []


def test_a_paid_payment_cannot_be_closed(outside: Outside) -> None:
    outside.paid("PA-1")
    reply = outside.ask("POST", "/channel/payments/PA-1/close", {})
    assert (reply.status, reply.json["code"], reply.json["payment"]["state"]) == (409, "already_paid", "paid")


def test_a_payment_past_its_time_is_closed(outside: Outside) -> None:
    outside.payment("PA-1", expires_at="2098-12-31T00:00:00+08:00")
    outside.move_clock(100 * 366 * 86400)
    until(lambda: outside.ask("GET", "/channel/payments/PA-1").json["state"] == "closed")
    assert outside.ask("POST", "/channel/payments/PA-1/simulate-pay", {}).status == 409


def test_only_the_known_merchant_and_the_market_itself_are_served(outside: Outside) -> None:
    assert outside.payment("PA-1", merchant="somebody").json["code"] == "foreign_merchant"
    assert outside.payment("PA-1", notify_url="http://127.0.0.1:1/x").json["code"] == "notify_url_foreign"
    assert (
        outside.payment("PA-1", notify_url=f"{outside.market.url}.evil/x").json["code"]
        == "notify_url_foreign"
    )
    assert outside.payment("PA-1", return_url="javascript:alert(1)").json["code"] == "invalid"
    assert outside.ask("GET", "/channel/payments/PA-1").status == 404


def test_the_pay_page_pays_and_returns_the_browser(outside: Outside) -> None:
    opened = outside.payment("PA-1", subject="<b>六角螺丝</b>").json
    address = "/channel/pay/" + opened["channel_payment_id"]
    page = outside.plain("GET", address + "?lang=en").body.decode()
    assert "¥128.00" in page
    assert "&lt;b&gt;六角螺丝&lt;/b&gt;" in page
    assert "Pay ¥128.00" in page
    assert (
        "付款 ¥128.00"
        in outside.plain("GET", address, headers={"Accept-Language": "zh-CN,en;q=0.5"}).body.decode()
    )

    cancelled = outside.plain("POST", address, b"deed=cancel")
    assert (cancelled.status, cancelled.headers["location"]) == (303, f"{outside.market.url}/orders/1")
    assert outside.ask("GET", "/channel/payments/PA-1").json["state"] == "open"

    for _ in range(2):
        paid = outside.plain("POST", address, b"deed=pay")
        assert (paid.status, paid.headers["location"]) == (303, f"{outside.market.url}/orders/1")
    assert len(outside.truth("channel")) == 1
    assert "Payment received" in outside.plain("GET", address + "?lang=en").body.decode()


def test_an_unknown_pay_page_says_so(outside: Outside) -> None:
    reply = outside.plain("GET", "/channel/pay/cp_nothing?lang=zh")
    assert reply.status == 404
    assert "没有这笔付款" in reply.body.decode()


def test_a_refund_ends_and_is_told(outside: Outside) -> None:
    outside.paid("PA-1")
    first = outside.refund("RF-1", "PA-1", 5000)
    assert first.json["state"] == "processing"
    _, told = outside.market.wait_for(2)
    assert told.genuine
    assert told.type == "refund.succeeded"
    shown = outside.ask("GET", "/channel/refunds/RF-1").json
    assert told.data == shown
    assert (shown["state"], shown["refunded_minor"]) == ("succeeded", 5000)
    assert outside.refund("RF-1", "PA-1", 5000).json == shown
    assert outside.refund("RF-1", "PA-1", 5001).json["code"] == "other_body"
    assert outside.ask("GET", "/channel/payments/PA-1").json["refunded_minor"] == 5000


def test_no_more_goes_back_than_was_paid(outside: Outside) -> None:
    assert outside.refund("RF-0", "PA-1", 1).status == 404
    outside.payment("PA-1")
    assert outside.refund("RF-0", "PA-1", 1).json["code"] == "not_paid"
    outside.paid("PA-1")
    assert outside.refund("RF-0", "PA-1", 1, currency="GBP").json["code"] == "currency_differs"
    assert outside.refund("RF-1", "PA-1", 12000).status == 200
    too_much = outside.refund("RF-2", "PA-1", 801)
    assert (too_much.status, too_much.json["code"], too_much.json["refundable_minor"]) == (
        422,
        "exceeds_paid",
        800,
    )
    assert outside.refund("RF-3", "PA-1", 800).status == 200
    outside.market.wait_for(3)
    assert sum(row["amount_minor"] for row in outside.truth("channel") if row["kind"] == "refund") == 12800


def test_the_files_tell_every_trade_and_what_is_left_of_it(outside: Outside) -> None:
    paid = outside.paid("PA-1", amount_minor=10083)
    outside.paid("PA-2", amount_minor=83)
    outside.refund("RF-1", "PA-1", 83)
    outside.market.wait_for(3)
    day = _china_day(outside.truth("channel")[0]["at"])
    trades = outside.ask("GET", f"/channel/files/trades?on={day}").lines
    assert [(trade["kind"], trade["merchant_ref"], trade["amount_minor"]) for trade in trades] == [
        ("payment", "PA-1", 10083),
        ("payment", "PA-2", 83),
        ("refund", "PA-1", 83),
    ]
    assert trades[0]["channel_txn"] == paid["channel_txn"]
    assert trades[2]["merchant_refund_ref"] == "RF-1"

    *settled, total = outside.ask("GET", f"/channel/files/settlement?on={day + timedelta(days=1)}").lines
    # 0.6 % of 10083 is 60.498 and of 83 is 0.498: rounded half up each, then added.
    assert [(trade["fee_minor"], trade["net_minor"]) for trade in settled] == [(60, 10023), (0, 83), (0, -83)]
    expected = {"kind": "total", "currency": "CNY", "count": 3, "gross_minor": 10083, "fee_minor": 60}
    assert total == {**expected, "net_minor": 10023}
    assert outside.ask("GET", f"/channel/files/settlement?on={day}").lines == []

    (line,) = outside.ask("GET", f"/bank/statements?on={day + timedelta(days=1)}").lines
    assert (line["direction"], line["amount_minor"]) == ("in", 10023)


def test_the_truth_adds_up_by_reference(outside: Outside) -> None:
    outside.paid("PA-1")
    outside.paid("PA-2")
    outside.refund("RF-1", "PA-2", 800)
    outside.market.wait_for(3)
    truth = outside.ask("GET", "/truth/channel", party="channel").json
    assert [(line["kind"], line["count"], line["amount_minor"]) for line in truth["totals"]] == [
        ("charge", 2, 25600),
        ("refund", 1, 800),
    ]
    assert [(line["reference"], line["kind"]) for line in truth["by_reference"]] == [
        ("PA-1", "charge"),
        ("PA-2", "charge"),
        ("PA-2", "refund"),
    ]
    page = outside.ask("GET", "/truth/channel?limit=1", party="channel").json
    assert page["next"] == "PA-1"
    rest = outside.ask("GET", "/truth/channel?limit=1&after=PA-1", party="channel").json
    assert [line["reference"] for line in rest["by_reference"]] == ["PA-2", "PA-2"]
    one = outside.ask("GET", "/truth/channel?reference=PA-2", party="channel").json
    assert one["by_reference"] == rest["by_reference"]


def test_a_broken_body_is_refused_with_the_field_named(outside: Outside) -> None:
    path = "/channel/payments"
    for raw, status, code in (
        (b"{", 400, "malformed_json"),
        (b"\xff", 400, "malformed_json"),
        (b"[]", 422, "invalid"),
        (json.dumps({"surprise": 1}).encode(), 422, "invalid"),
    ):
        reply = outside.plain("POST", path, raw, outside.signed("POST", path, raw))
        assert (reply.status, reply.json["code"]) == (status, code)
    assert "amount_minor" in outside.payment("PA-1", amount_minor=1.5).json["detail"]
    assert outside.payment("PA-1", amount_minor=0).status == 422
    assert outside.payment("PA-1\n").status == 422
    for query in ("trades", "trades?on=9999-12-31", "settlement?on=0001-01-01"):
        assert outside.ask("GET", f"/channel/files/{query}").json["code"] == "invalid"
    assert outside.ask("GET", "/truth/channel?limit=0", party="channel").status == 200
    raw = b" " * 70_000
    assert outside.plain("POST", path, raw, outside.signed("POST", path, raw)).json["code"] == "too_large"


def _china_day(at: str) -> date:
    hours = int(at[11:13]) + 8
    return date.fromisoformat(at[:10]) + timedelta(days=hours // 24)
