"""The real outside parties misbehave: whatever they do, no fen is lost, doubled or credited to the wrong order."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from huozhan import ledger, payments
from huozhan.doors.hooks.parties import REFUSED_KEPT_PER_MINUTE
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.shapes import Nothing
from huozhan.main import found_market
from tests import world
from tests.conftest import TERMS, fresh_database
from tests.payments.ground import Ground, ground_on
from tests.payments.paying import actor

NAME, NUMBER = "义乌市晨光小商品有限公司", "6222021208001234567"
QUICK = {"strikes": 1, "late_by_s": 1, "hang_s": 0.1}
CHANNEL_FAULTS = (
    "duplicate_callback",
    "late_callback",
    "reordered",
    "wrong_amount",
    "wrong_currency",
    "forged_signature",
    "unknown_reference",
    "timeout_after_success",
    "error_500",
    "partial_refund",
    "failed_refund",
)
BANK_FAULTS = (
    "duplicate_callback",
    "late_callback",
    "wrong_amount",
    "wrong_currency",
    "forged_signature",
    "unknown_reference",
    "timeout_after_success",
    "error_500",
)
_orders = iter(range(1_001, 9_999))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """One market and its parties for all these tests; each test uses its own orders and leaves the market whole."""
    folder: Path = tmp_path_factory.mktemp("ground")
    async with fresh_database(server_dsn, f"huozhan_faults_{os.getpid()}") as dsn:
        await found_market(Settings(home=folder, database_url=dsn), TERMS)
        async with ground_on(dsn, folder) as made:
            yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def operator(ground: Ground) -> Actor:
    """The market's operator."""
    return await world.first_operator(ground.hall)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chenguang(ground: Ground, operator: Actor) -> Actor:
    """A seller whose name the bank knows."""
    return await world.supplier(
        ground.hall, operator, NAME, "chenguang@example.cn", uscc="91330782MA28A1B2X4"
    )


async def calm(ground: Ground) -> None:
    """The parties behave again."""
    for party in ("channel", "bank"):
        ground.outside.set_faults(party, **QUICK)


async def trade(ground: Ground, seller: Actor) -> None:
    """Pay 500.00, refund 120.00, receive the rest, withdraw 100.00: the whole way of money."""
    order_id = next(_orders)
    payment_id = await ground.open(order_id, seller.org_id, 50_000)
    await ground.pay(payment_id)
    await ground.paid(payment_id)
    await ground.refund(order_id, payment_id, 12_000)
    await ground.release(order_id, seller.org_id, 38_000)
    await ground.withdraw(seller, 10_000, NUMBER, NAME)
    await ground.rest()


@pytest.mark.parametrize("fault", CHANNEL_FAULTS)
async def test_money_arrives_whole_whatever_the_channel_does(
    ground: Ground, chenguang: Actor, fault: str
) -> None:
    ground.outside.set_faults("channel", **{fault: 1.0}, **QUICK)

    await trade(ground, chenguang)

    await calm(ground)
    await ground.whole()


@pytest.mark.parametrize("fault", BANK_FAULTS)
async def test_money_leaves_once_whatever_the_bank_does(ground: Ground, chenguang: Actor, fault: str) -> None:
    ground.outside.set_faults("bank", **{fault: 1.0}, **QUICK)

    await trade(ground, chenguang)

    await calm(ground)
    await ground.whole()


@pytest.mark.parametrize("really", [{"amount_minor": 49_999}, {"amount_minor": 60_000}, {"currency": "GBP"}])
async def test_another_amount_goes_back_to_the_payer(ground: Ground, really: dict[str, object]) -> None:
    await calm(ground)
    payment_id = await ground.open(next(_orders), 601, 50_000)

    await ground.pay(payment_id, **really)
    await ground.until("SELECT state = 'mismatched' FROM payment WHERE payment_id = $1", payment_id)
    await ground.rest()

    refund = (await ground.fetch("SELECT * FROM payment_refund WHERE payment_id = $1", payment_id))[0]
    assert (refund["state"], refund["order_id"], refund["wallet_minor"]) == ("done", 0, 0)
    assert refund["channel_minor"] == really.get("amount_minor", 50_000)
    await ground.whole()


@pytest.mark.parametrize(
    "fault", ["timeout_after_success", "error_500", "late_callback", "unknown_reference"]
)
async def test_a_payer_and_a_closing_race_and_one_of_them_wins(ground: Ground, fault: str) -> None:
    ground.outside.set_faults("channel", **{fault: 1.0}, **QUICK)
    unpaid = await ground.open(next(_orders), 601, 50_000)
    paid = await ground.open(next(_orders), 601, 50_000)
    never_seen = await ground.open(next(_orders), 601, 50_000)
    await ground.close(never_seen)
    await ground.pay(paid)
    await ground.close(unpaid)

    await ground.until("SELECT state = 'closed' FROM payment WHERE payment_id = $1", unpaid)
    await ground.until("SELECT state = 'closed' FROM payment WHERE payment_id = $1", never_seen)
    await ground.paid(paid)

    await calm(ground)
    await ground.rest()
    await ground.whole()


async def test_a_bank_that_refuses_leaves_the_money_available(ground: Ground, operator: Actor) -> None:
    await calm(ground)
    name = "佛山市禅城区宏发五金厂"
    hongfa = await world.supplier(ground.hall, operator, name, "hongfa@example.cn", uscc="91440604MA4W1C2DXW")
    order_id = next(_orders)
    payment_id = await ground.open(order_id, hongfa.org_id, 50_000)
    await ground.pay(payment_id)
    await ground.paid(payment_id)
    await ground.release(order_id, hongfa.org_id, 50_000)

    withdrawal_id = await ground.withdraw(hongfa, 40_000, "6217001180000000", name)
    await ground.rest()

    ended = await ground.fetch(
        "SELECT state, ended_why FROM withdrawal WHERE withdrawal_id = $1", int(withdrawal_id)
    )
    assert tuple(ended[0]) == ("failed", "account_refused")
    funds = await ground.hall.run(payments.funds, Nothing(), hongfa)
    assert (funds.available_minor, funds.in_transit_minor) == (49_000, 0)
    await ground.whole()


@pytest.mark.parametrize("party", ["channel", "bank", "carrier"])
async def test_a_stranger_at_a_hook_is_refused_and_soon_no_longer_written_down(
    ground: Ground, party: str
) -> None:
    url = f"{ground.outside.market.url}/hooks/{party}"
    count = "SELECT count(*) FROM outside_callback WHERE outcome = 'not_genuine'"
    before = await ground.value(count)

    async with httpx.AsyncClient() as stranger:
        answers = [await stranger.post(url, content=b'{"type": "payment.paid"}') for _ in range(70)]
        too_large = await stranger.post(url, content=b"x" * 65_537)

    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].json()["code"] == "bad_callback"
    assert too_large.status_code == 413
    assert await ground.value(count) - before <= REFUSED_KEPT_PER_MINUTE * 2


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_all_faults_together_leave_the_market_whole(
    ground: Ground, chenguang: Actor, seed: int
) -> None:
    chance = random.Random(seed)
    ground.outside.set_faults("channel", seed, **dict.fromkeys(CHANNEL_FAULTS, 0.3), **QUICK)
    ground.outside.set_faults("bank", seed, **dict.fromkeys(BANK_FAULTS, 0.3), **QUICK)
    opened = []
    for _ in range(8):
        order_id = next(_orders)
        payment_id = await ground.open(order_id, chenguang.org_id, 50_000)
        opened.append((order_id, payment_id))
        if chance.random() < 0.3:
            await ground.close(payment_id)
        else:
            await ground.pay(payment_id)

    for order_id, payment_id in opened:
        await ground.until(
            "SELECT state IN ('paid', 'closed') FROM payment WHERE payment_id = $1", payment_id
        )
        if await ground.value("SELECT state = 'paid' FROM payment WHERE payment_id = $1", payment_id):
            refund_minor = chance.choice([1, 12_000, 49_999])
            await ground.refund(order_id, payment_id, refund_minor)
            await ground.release(order_id, chenguang.org_id, 50_000 - refund_minor)
    await ground.rest()

    await calm(ground)
    await ground.whole()


async def test_a_days_settlement_is_booked_once_and_explained_to_the_fen(ground: Ground) -> None:
    await calm(ground)
    ground.seconds += 48 * 3_600
    ground.outside.move_clock(ground.seconds)
    await asyncio.sleep(0.3)
    order_id = next(_orders)
    payment_id = await ground.open(order_id, 601, 50_000)
    await ground.pay(payment_id)
    await ground.paid(payment_id)
    await ground.rest()
    day = (ground.hall.clock.now() + timedelta(hours=8, days=1)).date()
    ground.seconds += 24 * 3_600
    ground.outside.move_clock(ground.seconds)
    await asyncio.sleep(0.3)

    for _ in range(2):
        await ground.hall.run(payments.reconcile, payments.asks.Reconcile(on=day), actor(1, "market.ledger"))
        await ground.rest()

    rows = await ground.fetch("SELECT gross_minor, fee_minor, net_minor FROM channel_settlement")
    assert [tuple(row) for row in rows] == [(50_000, 300, 49_700)]
    async with ground.hall.working(system()) as work:
        await ledger.seal_chain(work)
        assert [*await ledger.verify(work), *await payments.verify(work)] == []
