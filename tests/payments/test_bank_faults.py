"""The real bank misbehaves about money that comes and goes back: nothing is lost, doubled or credited to the wrong payment."""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from huozhan import payments
from huozhan.doors.jobs import payments as errands
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import Actor, system
from huozhan.main import found_market
from huozhan.payments.bank_money import virtual_account
from tests import world
from tests.conftest import TERMS, fresh_database
from tests.payments.ground import Ground, ground_on
from tests.payments.test_faults import BANK_FAULTS, QUICK

SHOP = "小李杂货店"
_orders = iter(range(50_001, 59_999))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """One market and its bank for all these tests; each leaves the market whole."""
    folder: Path = tmp_path_factory.mktemp("bank_ground")
    async with fresh_database(server_dsn, f"huozhan_bank_{os.getpid()}") as dsn:
        await found_market(Settings(home=folder, database_url=dsn), TERMS)
        async with ground_on(dsn, folder) as made:
            yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(ground: Ground) -> Actor:
    """An organisation that pays by transfer."""
    return await world.buyer(ground.hall, SHOP, "li-shop@example.cn")


async def pay_by_transfer(ground: Ground, shop: Actor, *parts: int, **told: object) -> tuple[int, int]:
    """An order of 500.00 whose money comes in so many parts."""
    order_id = next(_orders)
    payment_id = await ground.open(
        order_id, 601, 50_000, method=payments.PaymentMethod.bank, payer_id=shop.org_id
    )
    for number, amount_minor in enumerate(parts):
        fields = {"account_name": SHOP, "virtual_account": virtual_account(payment_id)} | told
        await ground.transfer_in(f"tf-{payment_id}-{number}", amount_minor=amount_minor, **fields)
    return order_id, payment_id


async def refund_of(ground: Ground, shop: Actor, order_id: int, payment_id: int, amount_minor: int) -> None:
    """Part of it goes back."""
    refund = payments.Refund(
        order_id=order_id, payment_id=payment_id, buyer_id=shop.org_id, key="r", amount_minor=amount_minor, reason="test"
    )  # fmt: skip
    async with ground.hall.working(system()) as work:
        await payments.refund_escrow(work, refund)


@pytest.mark.parametrize("fault", BANK_FAULTS)
async def test_a_transfer_arrives_and_goes_back_whole_whatever_the_bank_does(
    ground: Ground, shop: Actor, fault: str
) -> None:
    ground.outside.set_faults("bank", **{fault: 1.0}, **QUICK)
    order_id, payment_id = await pay_by_transfer(ground, shop, 20_000, 30_100)
    # Where a callback was false or lost, the round that reads the statements finds the money all the same.
    await errands.read_statements(ground.hall)

    await ground.until("SELECT state = 'paid' FROM payment WHERE payment_id = $1", payment_id)
    await refund_of(ground, shop, order_id, payment_id, 25_000)
    await ground.rest()

    ground.outside.set_faults("bank", **QUICK)
    (refund,) = await ground.fetch("SELECT * FROM payment_refund WHERE payment_id = $1", payment_id)
    assert (refund["state"], refund["channel_minor"], refund["wallet_minor"]) == ("done", 25_000, 0)
    await ground.whole()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"account_name": "别人商行"}, "third_party"),
        ({"currency": "USD"}, "currency"),
        ({"virtual_account": "88019999999999999999999"}, "unknown_account"),
    ],
)
async def test_what_cannot_be_credited_is_parked_and_paid_back_once(
    ground: Ground, shop: Actor, told: dict[str, object], why: str
) -> None:
    ground.outside.set_faults("bank", duplicate_callback=1.0, forged_signature=1.0, **QUICK)
    _, payment_id = await pay_by_transfer(ground, shop, 50_000, **told)
    await ground.rest()
    (receipt,) = await ground.fetch("SELECT receipt_id, why FROM bank_receipt WHERE state = 'parked'")
    assert receipt["why"] == why
    assert await ground.value("SELECT state FROM payment WHERE payment_id = $1", payment_id) == "open"

    async with ground.hall.working(system()) as work:
        ask = payments.asks.ReturnBankReceipt(receipt_id=str(receipt["receipt_id"]), reason="付错了")
        await payments.return_bank_receipt(work, ask)
    await ground.rest()

    ground.outside.set_faults("bank", **QUICK)
    assert await ground.value("SELECT count(*) FROM bank_receipt WHERE state = 'parked'") == 0
    assert (
        await ground.value("SELECT state FROM bank_receipt WHERE receipt_id = $1", receipt["receipt_id"])
        == "returned"
    )
    await ground.whole()


@pytest.mark.parametrize("seed", [1, 2])
async def test_all_faults_together_credit_each_payment_what_was_sent_to_it(
    ground: Ground, shop: Actor, seed: int
) -> None:
    chance = random.Random(seed)
    ground.outside.set_faults("bank", seed, **dict.fromkeys(BANK_FAULTS, 0.3), **QUICK)
    opened = []
    for _ in range(6):
        parts = chance.choice([(50_000,), (20_000, 30_000), (10_000, 10_000, 31_000), (49_999,)])
        opened.append((parts, *await pay_by_transfer(ground, shop, *parts)))
    await errands.read_statements(ground.hall)
    await ground.rest()

    for parts, order_id, payment_id in opened:
        state = await ground.value("SELECT state FROM payment WHERE payment_id = $1", payment_id)
        assert state == ("paid" if sum(parts) >= 50_000 else "open"), parts
        if state == "paid":
            await refund_of(ground, shop, order_id, payment_id, chance.choice([1, 20_001, 50_000]))
        else:
            await ground.close(payment_id)
    await ground.rest()

    ground.outside.set_faults("bank", **QUICK)
    assert await ground.value("SELECT count(*) FROM bank_payout WHERE state <> 'done'") == 0
    await ground.whole()
