"""A market whose channel is a real one: money comes, goes back and is settled by what Alipay or WeChat Pay says."""

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from huozhan import ledger, payments
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import system
from huozhan.main import found_market
from huozhan.payments import real_channel
from tests.conftest import TERMS, fresh_database
from tests.payments.ground import Ground, ground_on
from tests.payments.real_channels.alipay_server import AlipayServer
from tests.payments.real_channels.serving import served
from tests.payments.real_channels.wechat_server import WeChatServer


@pytest_asyncio.fixture(params=["alipay", "wechat_pay"], scope="module", loop_scope="session")
async def place(
    request: pytest.FixtureRequest, server_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, Ground, Any]]:
    """A market with that channel, and the channel's server; each test uses an order of its own."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    server = AlipayServer() if request.param == "alipay" else WeChatServer()
    with served(server):
        async with fresh_database(server_dsn, f"huozhan_real_{os.getpid()}") as dsn:
            await found_market(Settings(home=folder, database_url=dsn), TERMS)
            async with ground_on(dsn, folder) as ground:
                url = ground.outside.market.url
                channel = real_channel({request.param: server.settings()}, url)
                ground.hall.outside = msgspec.structs.replace(ground.hall.outside, channel=channel)
                yield request.param, ground, server
                await channel.close_connections()


async def test_a_payment_a_refund_and_the_day_after(place: tuple[str, Ground, Any]) -> None:
    name, ground, server = place
    payment_id = await ground.open(1_001, 601, 50_000)
    trade = await _visited(ground, server, payment_id)

    answers = [await _tell(name, ground, said) for said in [server.pay(trade)] * 2]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text == ("success" if name == "alipay" else '{"code":"SUCCESS"}')
    await ground.paid(payment_id)
    async with ground.hall.working(system()) as work:
        assert (await ledger.balance(work, ledger.escrow(1_001))).posted_minor == 50_000
    assert b"said" in await ground.value("SELECT body FROM outside_callback WHERE party = 'channel' LIMIT 1")

    await ground.refund(1_001, payment_id, 12_000)
    await ground.rest()
    assert list(trade.refunds.values()) == [12_000]

    tomorrow = datetime.now(timezone(timedelta(hours=8))).date() + timedelta(days=1)
    operator = system()
    await ground.hall.run(payments.reconcile, payments.asks.Reconcile(on=tomorrow), operator)
    await ground.rest()
    settled = (await ground.fetch("SELECT gross_minor, fee_minor FROM channel_settlement"))[0]
    assert tuple(settled) == (38_000, 300 if name == "alipay" else 300 - 72)
    async with ground.hall.working(system()) as work:
        assert await payments.verify(work) == []


async def test_a_lost_notice_is_asked_for(place: tuple[str, Ground, Any]) -> None:
    _, ground, server = place
    payment_id = await ground.open(1_002, 601, 50_000)
    server.pay(await _visited(ground, server, payment_id))

    await ground.paid(payment_id)


async def test_another_amount_is_doubted_and_what_was_closed_too_late_is_paid(
    place: tuple[str, Ground, Any],
) -> None:
    name, ground, server = place
    payment_id = await ground.open(1_003, 601, 50_000)
    trade = await _visited(ground, server, payment_id)
    wrong = {"total_amount": "0.01"} if name == "alipay" else {"amount": {"total": 1, "currency": "CNY"}}

    await _tell(name, ground, server.pay(trade, **wrong))
    await ground.close(payment_id)
    await ground.paid(payment_id)
    assert await ground.value("SELECT count(*) FROM outside_callback WHERE outcome = 'doubted'") == 1


async def test_a_stranger_at_the_hook_is_refused(place: tuple[str, Ground, Any]) -> None:
    name, ground, _ = place

    assert (await _tell(name, ground, b"sign=x&sign_type=RSA2&out_trade_no=1")).status_code == 401
    assert await ground.value("SELECT count(*) FROM outside_callback WHERE outcome = 'not_genuine'") == 1
    other = "wechat_pay" if name == "alipay" else "alipay"
    assert (await _tell(other, ground, b"")).status_code == 404


async def _visited(ground: Ground, server: Any, payment_id: int) -> Any:
    await ground.until("SELECT state <> 'opening' FROM payment WHERE payment_id = $1", payment_id)
    return server.visit(await ground.value("SELECT pay_url FROM payment WHERE payment_id = $1", payment_id))


async def _tell(name: str, ground: Ground, said: Any) -> httpx.Response:
    headers, body = (
        ({"content-type": "application/x-www-form-urlencoded"}, said) if isinstance(said, bytes) else said
    )
    async with httpx.AsyncClient() as client:
        url = f"{ground.outside.market.url}/hooks/{name.replace('_', '-')}"
        return await client.post(url, content=body, headers=headers)
