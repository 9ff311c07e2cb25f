"""Money under a reference that nobody made: it is parked, and goes back once, whatever the channel does."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from huozhan import ledger, operations, payments
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.ledger import Account
from huozhan.main import found_market
from huozhan.payments.asks import ListReceipts, ReturnReceipt
from huozhan.payments.views import ReceiptView
from tests import world
from tests.conftest import TERMS, fresh_database
from tests.payments.ground import Ground, ground_on
from tests.payments.paying import actor

QUICK = {"strikes": 1, "late_by_s": 1, "hang_s": 0.1}
_refs = iter(f"till-{n}" for n in range(1, 999))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """One market and its parties for all these tests."""
    folder: Path = tmp_path_factory.mktemp("parking")
    async with fresh_database(server_dsn, f"huozhan_parking_{os.getpid()}") as dsn:
        await found_market(Settings(home=folder, database_url=dsn), TERMS)
        async with ground_on(dsn, folder) as made:
            yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(ground: Ground) -> Actor:
    """The market's operator."""
    return await world.first_operator(ground.hall)


async def parked(ground: Ground, **really: object) -> str:
    """Somebody pays 88.00 at the channel for something that this market never asked for."""
    ground.outside.set_faults("channel", **QUICK)
    ref = next(_refs)
    await ground.hall.outside.channel.open(
        ref, amount_minor=8_800, currency="CNY", subject="?", return_url="http://127.0.0.1:1/",
        expires_at=ground.hall.clock.now() + timedelta(days=1),
    )  # fmt: skip
    path = f"/channel/payments/{ref}/simulate-pay"
    await asyncio.to_thread(ground.outside.ask, "POST", path, really)
    await ground.until("SELECT count(*) = 1 FROM parked_receipt WHERE merchant_ref = $1", ref)
    return str(await ground.value("SELECT receipt_id FROM parked_receipt WHERE merchant_ref = $1", ref))


async def send_back(ground: Ground, operator: Actor, receipt_id: str) -> ReceiptView:
    ask = ReturnReceipt(receipt_id=receipt_id, reason="付款人说付错了")
    return await ground.hall.run(operations.return_receipt, ask, operator)


async def state(ground: Ground, receipt_id: str) -> ReceiptView:
    async with ground.hall.working(actor(1, "market.ledger")) as work:
        found = await payments.parked_receipts(work, ListReceipts())
    return next(receipt for receipt in found.items if receipt.receipt_id == receipt_id)


async def stands(ground: Ground, code: int, owner_id: int | str) -> int:
    async with ground.hall.working(system()) as work:
        return (await ledger.balance(work, Account(code, int(owner_id)))).posted_minor


async def until_ended(ground: Ground, receipt_id: str) -> ReceiptView:
    await ground.until("SELECT state <> 'asked' FROM parked_receipt WHERE receipt_id = $1", int(receipt_id))
    await ground.rest()
    return await state(ground, receipt_id)


async def test_it_waits_on_213_and_goes_back_with_a_reason_on_record(ground: Ground, operator: Actor) -> None:
    receipt_id = await parked(ground)
    assert await stands(ground, 213, receipt_id) == 8_800

    asked = await send_back(ground, operator, receipt_id)
    on_its_way = await stands(ground, 213, receipt_id)
    ended = await until_ended(ground, receipt_id)

    assert (asked.state, on_its_way) == ("asked", 0)
    assert (ended.state, ended.returned_minor, ended.reason) == ("returned", 8_800, "付款人说付错了")
    log = await ground.hall.run(operations.audit_log, operations.ListAudit(about=receipt_id), operator)
    assert [(entry.act, entry.reason, entry.facts["amount_minor"]) for entry in log.items] == [
        ("money.return", "付款人说付错了", 8_800)
    ]
    await ground.whole()


async def test_two_operators_at_once_send_it_back_once(ground: Ground, operator: Actor) -> None:
    receipt_id = await parked(ground)

    tries = await asyncio.gather(
        *(send_back(ground, operator, receipt_id) for _ in range(4)), return_exceptions=True
    )
    ended = await until_ended(ground, receipt_id)

    assert sum(isinstance(one, ReceiptView) for one in tries) == 1
    assert {one.code for one in tries if not isinstance(one, ReceiptView)} == {  # type: ignore[union-attr]
        "payments.receipt_not_parked"
    }
    assert (ended.state, ended.returned_minor) == ("returned", 8_800)
    await ground.whole()


@pytest.mark.parametrize(
    "fault",
    [
        "duplicate_callback",
        "forged_signature",
        "wrong_amount",
        "timeout_after_success",
        "error_500",
        "unknown_reference",
    ],
)
async def test_it_goes_back_once_whatever_the_channel_does(
    ground: Ground, operator: Actor, fault: str
) -> None:
    receipt_id = await parked(ground)
    ground.outside.set_faults("channel", **{fault: 1.0}, **QUICK)

    await send_back(ground, operator, receipt_id)
    ended = await until_ended(ground, receipt_id)

    ground.outside.set_faults("channel", **QUICK)
    assert (ended.state, ended.returned_minor) == ("returned", 8_800)
    await ground.rest()
    await ground.whole()


@pytest.mark.parametrize("fault", ["failed_refund", "partial_refund"])
async def test_what_the_channel_did_not_pay_back_waits_again(
    ground: Ground, operator: Actor, fault: str
) -> None:
    receipt_id = await parked(ground)
    ground.outside.set_faults("channel", **{fault: 1.0}, **QUICK)
    await send_back(ground, operator, receipt_id)
    first = await until_ended(ground, receipt_id)
    left = 8_800 - first.returned_minor

    assert first.state == "parked"
    assert left > 0
    assert await stands(ground, 213, receipt_id) == left

    ground.outside.set_faults("channel", **QUICK)
    await send_back(ground, operator, receipt_id)
    second = await until_ended(ground, receipt_id)

    assert (second.state, second.returned_minor) == ("returned", 8_800)
    await ground.whole()


async def test_money_in_another_currency_goes_back_and_was_never_in_the_book(
    ground: Ground, operator: Actor
) -> None:
    receipt_id = await parked(ground, currency="GBP")
    assert await stands(ground, 213, receipt_id) == 0

    await send_back(ground, operator, receipt_id)
    ended = await until_ended(ground, receipt_id)

    assert (ended.state, ended.currency) == ("returned", "GBP")
    await ground.whole()


async def test_nobody_else_sees_or_sends_it_and_what_is_not_there_is_not_sent(
    ground: Ground, operator: Actor
) -> None:
    receipt_id = await parked(ground)

    for outsider in (actor(701, "market.view"), actor(601)):
        with pytest.raises(Forbidden):
            await send_back(ground, outsider, receipt_id)
    with pytest.raises(NotFound):
        await send_back(ground, operator, "99")

    assert await stands(ground, 213, receipt_id) == 8_800
    await send_back(ground, operator, receipt_id)
    await until_ended(ground, receipt_id)
