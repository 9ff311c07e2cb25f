"""Alipay and WeChat Pay behind the port: the same promises, kept over two protocols."""

import dataclasses
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import pytest_asyncio

from huozhan.kernel.signed_http import BadCallback, PartyRefused, PartySilent
from huozhan.payments import BadChannel, real_channel
from huozhan.payments.bills import UnreadableBill
from tests.payments.real_channels.alipay_server import AlipayServer
from tests.payments.real_channels.serving import new_key, served
from tests.payments.real_channels.wechat_server import WeChatServer

NOW = datetime.now(UTC)


@dataclasses.dataclass
class Line:
    """A channel of ours and the server it speaks to."""

    name: str
    server: Any
    channel: Any

    async def open(self, ref: str = "120621345070387200", amount_minor: int = 12_345) -> Any:
        """Opens a payment and lets its payer come to it."""
        told = await self.channel.open(
            ref,
            amount_minor=amount_minor,
            currency="CNY",
            subject="Cups & pots 茶杯=茶壶",
            expires_at=NOW + timedelta(hours=1),
            return_url="http://market.test/paid/1",
        )
        assert (told.state, told.merchant_ref, told.merchant) == ("open", ref, self.channel.merchant)
        return self.server.visit(told.pay_url)

    def notice(self, said: Any) -> tuple[dict[str, str], bytes]:
        """A notification as headers in lower case and a body."""
        headers, body = ({}, said) if isinstance(said, bytes) else said
        return {name.lower(): value for name, value in headers.items()}, body

    async def hear(self, said: Any) -> Any:
        """The channel's notification, read."""
        return await self.channel.hear(*self.notice(said), datetime.now(UTC))


@pytest.fixture(params=["alipay", "wechat_pay"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, Any]]:
    party = AlipayServer() if request.param == "alipay" else WeChatServer()
    with served(party):
        yield request.param, party


@pytest_asyncio.fixture(loop_scope="session")
async def line(server: tuple[str, Any]) -> AsyncIterator[Line]:
    name, party = server
    channel = real_channel({name: party.settings()}, "http://market.test")
    yield Line(name, party, channel)
    await channel.close_connections()


async def test_a_payment_is_told_the_same_by_notice_and_answer(line: Line) -> None:
    trade = await line.open()
    told = await line.hear(line.server.pay(trade))
    asked = await line.channel.payment(trade.ref)

    about = told.about
    assert (about.state, about.paid_amount_minor, about.paid_currency) == ("paid", 12_345, "CNY")
    assert (about.channel_txn, about.merchant, about.merchant_ref) == (
        trade.txn,
        line.channel.merchant,
        trade.ref,
    )
    assert dataclasses.asdict(trade)["paid_at"].replace(microsecond=0) == about.paid_at
    assert asked == about
    assert told.message_id
    assert told.said


async def test_a_payment_nobody_came_to_is_unknown_or_open(line: Line) -> None:
    assert await line.channel.payment("404") is None
    assert await line.channel.close("404") is None

    trade = await line.open()
    assert (await line.channel.payment(trade.ref)).state == "open"


async def test_a_closed_payment_stays_closed_and_a_faster_payer_has_paid(line: Line) -> None:
    slow, fast = await line.open("11"), await line.open("12")
    line.server.pay(fast)

    assert (await line.channel.close(slow.ref)).state == "closed"
    assert (await line.channel.close(slow.ref)).state == "closed"
    assert (await line.channel.close(fast.ref)).state == "paid"
    assert fast.state == "paid"


async def test_money_goes_back_once_however_often_it_is_asked(line: Line) -> None:
    trade = await line.open()
    line.server.pay(trade)

    told = [
        await line.channel.refund("77", payment_ref=trade.ref, amount_minor=2_345, currency="CNY")
        for _ in range(3)
    ]

    assert {(one.state, one.refunded_minor, one.merchant_refund_ref) for one in told} == {
        ("succeeded", 2_345, "77")
    }
    assert trade.refunds == {"77": 2_345}
    assert await line.channel.refund_of("77", payment_ref=trade.ref) == told[0]
    assert await line.channel.refund_of("78", payment_ref=trade.ref) is None


async def test_what_went_back_whole_was_paid_all_the_same(line: Line) -> None:
    trade = await line.open()
    line.server.pay(trade)
    await line.channel.refund("77", payment_ref=trade.ref, amount_minor=12_345, currency="CNY")

    assert (await line.channel.payment(trade.ref)).state == "paid"


async def test_more_than_was_paid_and_what_was_not_paid_never_goes_back(line: Line) -> None:
    trade, unpaid = await line.open("11"), await line.open("12")
    line.server.pay(trade)

    for refused, codes in ((trade, {"exceeds_paid", "invalid"}), (unpaid, {"not_paid"})):
        with pytest.raises(PartyRefused) as told:
            await line.channel.refund("9", payment_ref=refused.ref, amount_minor=12_346, currency="CNY")
        assert told.value.code in codes
    assert trade.refunds == unpaid.refunds == {}


async def test_only_yuan_are_taken(line: Line) -> None:
    with pytest.raises(PartyRefused, match="currency_differs"):
        await line.channel.open(
            "1", amount_minor=1, currency="GBP", subject="", expires_at=NOW, return_url=""
        )


@pytest.mark.parametrize("trouble", ["500", "unsigned", "hang"])
async def test_a_channel_in_trouble_is_asked_again(line: Line, trouble: str) -> None:
    trade = await line.open()
    line.server.pay(trade)
    line.server.trouble = trouble

    with pytest.raises(PartySilent):
        await line.channel.refund("77", payment_ref=trade.ref, amount_minor=1, currency="CNY")
    with pytest.raises(PartySilent):
        await line.channel.payment(trade.ref)

    line.server.trouble = ""
    told = await line.channel.refund("77", payment_ref=trade.ref, amount_minor=1, currency="CNY")
    assert (told.state, trade.refunds) == ("succeeded", {"77": 1})


async def test_a_forged_notice_is_refused(line: Line) -> None:
    trade = await line.open()
    genuine = line.notice(line.server.pay(trade))
    foreign = {"app_id": "2021"} if line.name == "alipay" else {"mchid": "1900000002"}
    about = line.server._as_told(trade)
    theirs = new_key()
    signed_by_another = (
        line.server.notification(trade, key=theirs)
        if line.name == "alipay"
        else line.server.notification(about, key=theirs)
    )
    forged = [
        (
            genuine[0],
            genuine[1].replace(b"123.45", b"000.01") if line.name == "alipay" else genuine[1] + b" ",
        ),
        (genuine[0], b""),
        (genuine[0], b"\xff\xfe"),
        ({}, b"a=1&sign=x&sign_type=RSA2"),
        ({**genuine[0], "wechatpay-serial": "not hex"}, genuine[1] if line.name != "alipay" else b"x"),
        line.notice(signed_by_another),
        line.notice(line.server.pay(trade, **foreign)),
    ]
    for headers, body in forged:
        with pytest.raises(BadCallback):
            await line.channel.hear(headers, body, datetime.now(UTC))


async def test_an_old_notice_of_wechat_is_refused() -> None:
    party = WeChatServer()
    with served(party):
        line = Line("wechat_pay", party, real_channel({"wechat_pay": party.settings()}, "http://market.test"))
        trade = await line.open()
        party.pay(trade)
        with pytest.raises(BadCallback):
            await line.hear(party.notification(party._as_told(trade), age_seconds=301))
        assert (
            await line.hear(party.notification(party._as_told(trade), age_seconds=290))
        ).about.state == "paid"
        await line.channel.close_connections()


async def test_a_notice_of_a_refund_is_heard(line: Line) -> None:
    trade = await line.open()
    line.server.pay(trade)
    await line.channel.refund("77", payment_ref=trade.ref, amount_minor=2_345, currency="CNY")

    if line.name == "alipay":
        said: Any = line.server.notification(
            trade, out_biz_no="77", refund_fee="23.45", gmt_refund="2026-03-01 22:00:15"
        )
    else:
        said = line.server.notification(line.server.refund_told(trade, "77"))

    assert (await line.hear(said)).about == await line.channel.refund_of("77", payment_ref=trade.ref)


async def test_the_bill_of_a_day_holds_payments_refunds_and_fees(line: Line) -> None:
    trade, other = await line.open("11", 10_000), await line.open("12", 99)
    line.server.pay(trade)
    line.server.pay(other)
    await line.channel.refund("77", payment_ref="11", amount_minor=2_500, currency="CNY")
    today = datetime.now(timezone(timedelta(hours=8))).date()

    lines = await line.channel.trades(today)

    shown = [
        (one["kind"], one["merchant_ref"], one["merchant_refund_ref"], one["amount_minor"]) for one in lines
    ]
    assert sorted(shown, key=str) == [
        ("payment", "11", None, 10_000),
        ("payment", "12", None, 99),
        ("refund", "11", "77", 2_500),
    ]
    assert [one["fee_minor"] for one in lines if one["kind"] == "payment"] == [60, 1]
    assert all(
        one["net_minor"] == (-1) ** (one["kind"] == "refund") * one["amount_minor"] - one["fee_minor"]
        for one in lines
    )
    assert await line.channel.settlement(today + timedelta(days=1)) == lines
    assert await line.channel.trades(today - timedelta(days=9)) == []


async def test_a_bill_that_is_not_the_announced_one_is_refused() -> None:
    party = WeChatServer()
    with served(party):
        channel: Any = real_channel({"wechat_pay": party.settings()}, "http://market.test")
        party.trouble = "bill"
        with pytest.raises(UnreadableBill):
            await channel.trades(NOW.date())
        await channel.close_connections()


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"alipay": {}, "wechat_pay": {}},
        {"paypal": {}},
        {"alipay": {"app_id": "1"}},
        {"alipay": {"app_id": "1", "seller_id": "2", "private_key": "none", "alipay_public_key": "none"}},
        {"wechat_pay": {"mchid": "1"}},
    ],
)
def test_a_market_is_told_what_is_wrong_with_its_channel(entries: dict[str, Any]) -> None:
    with pytest.raises(BadChannel):
        real_channel(entries, "http://market.test")
