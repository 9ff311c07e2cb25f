"""What outside parties say many times at once, heard on connections of their own, has its effect once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.run import tried_again
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import channel_clearing, custody_bank, escrow, post
from huozhan.payments.facts import RefundDone
from huozhan.payments.store import refunds
from tests import world
from tests.conftest import make_hall
from tests.ledger.books import earned, freed, paid, posted
from tests.payments.paying import CUPS, LI, noted, opened, paid_message, settled
from tests.payments.test_release import refund_message
from tests.payments.test_withdraw import NAME, NUMBER, transfer_message

HANDS = 8


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Hall]:
    """A hall whose calls come through connections of their own and really commit."""
    pool = await open_pool(open_dsn, size_min=HANDS, size_max=HANDS)
    yield await make_hall(pool, clock, tmp_path)
    await pool.close()


async def stands(hall: Hall, *accounts: Any) -> list[int]:
    async with hall.working(system()) as work:
        return await posted(work, *accounts)


async def heard_at_once(hall: Hall, message: dict[str, object]) -> Counter[str]:
    """The message comes eight times and is worked on eight times at once; what became of each."""
    ids = [await noted(hall, message) for _ in range(HANDS)]
    asks = [payments.asks.CallbackAsk(callback_id=str(callback_id)) for callback_id in ids]
    await asyncio.gather(*(hall.run(payments.hear_callback, ask, system()) for ask in asks))
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT outcome FROM outside_callback WHERE callback_id = ANY ($1::bigint[])", ids
        )
    return Counter(row["outcome"] for row in rows)


async def facts(hall: Hall, name: str) -> int:
    async with hall.pool.acquire() as db:
        return int(await db.fetchval("SELECT count(*) FROM outbox WHERE fact = $1", name))


async def test_a_payment_that_is_told_of_many_times_at_once_is_paid_once(busy: Hall) -> None:
    payment_id = await opened(busy)
    # The channel errs: it tells of one payment under eight transactions.
    ids = [await noted(busy, paid_message(payment_id, channel_txn=f"ct_{n}")) for n in range(HANDS)]

    async def hear(callback_id: int) -> bool:
        async with busy.working(system()) as work:
            found = await payments.settle(work, callback_id)
            if found is not None:
                await payments.take_into_escrow(work, payment_id, *(part.order_id for part in found.parts))
            return found is not None

    answers = await asyncio.gather(*(tried_again(partial(hear, callback_id)) for callback_id in ids))

    assert sorted(answers) == [False] * (HANDS - 1) + [True]
    assert await stands(busy, channel_clearing(1), escrow(CUPS)) == [62_800, 12_800]


async def test_a_refund_that_ends_many_times_at_once_ends_once(busy: Hall) -> None:
    payment_id = await opened(busy)
    await settled(busy, paid_message(payment_id))
    async with busy.working(system()) as work:
        await payments.refund_escrow(
            work,
            payments.Refund(
                order_id=CUPS, payment_id=payment_id, buyer_id=LI, key="k", amount_minor=5_000, reason="test"
            ),
        )
    async with busy.pool.acquire() as db:
        refund_id = await db.fetchval("SELECT refund_id FROM payment_refund")

    outcomes = await heard_at_once(busy, refund_message(payment_id, refund_id))

    assert outcomes == {"ended": 1, "duplicate": HANDS - 1}
    assert await facts(busy, RefundDone.name) == 1
    assert await stands(busy, channel_clearing(1)) == [57_800]


async def test_a_refund_is_ended_by_one_hand_at_a_time(busy: Hall) -> None:
    payment_id = await opened(busy)
    await settled(busy, paid_message(payment_id))
    async with busy.working(system()) as work:
        await payments.refund_escrow(
            work,
            payments.Refund(
                order_id=CUPS, payment_id=payment_id, buyer_id=LI, key="k", amount_minor=5_000, reason="test"
            ),
        )

    async def look(db: asyncpg.Connection) -> None:
        async with db.transaction():
            await refunds.lock(busy.work(db, system()), payment_id, refund_id)

    async with busy.pool.acquire() as one, busy.pool.acquire() as two:
        refund_id = await one.fetchval("SELECT refund_id FROM payment_refund")
        first = one.transaction()
        await first.start()
        await refunds.lock(busy.work(one, system()), payment_id, refund_id)
        second = asyncio.ensure_future(look(two))
        await asyncio.sleep(0.2)
        assert not second.done()
        await first.rollback()
        await second


@pytest_asyncio.fixture
async def chenguang(busy: Hall) -> Actor:
    """Chenguang has 1 000.00 available and a bank account."""
    operator = await world.first_operator(busy)
    owner = await world.supplier(
        busy, operator, NAME, "chenguang@example.cn", kind="trader", uscc="91330782MA28A1B2X4",
        province="330000", city="330700", belt="义乌小商品",
    )  # fmt: skip
    async with busy.working(system()) as work:
        await post(work, [paid(11, 100_000), earned(11, owner.org_id, 100_000), freed(owner.org_id, 100_000)])
    return owner


async def withdraw(hall: Hall, owner: Actor, amount_minor: int) -> str:
    account = payments.asks.AddBankAccount(number=NUMBER, holder=NAME, bank_name="工商银行")
    account_id = (await hall.run(payments.add_bank_account, account, owner)).accounts[0].account_id
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=amount_minor)
    return (await hall.run(payments.withdraw, ask, owner)).withdrawal_id


async def test_a_withdrawal_that_ends_many_times_at_once_ends_once(busy: Hall, chenguang: Actor) -> None:
    withdrawal_id = await withdraw(busy, chenguang, 30_000)

    outcomes = await heard_at_once(busy, transfer_message(chenguang, withdrawal_id))

    assert outcomes == {"ended": 1, "duplicate": HANDS - 1}
    funds = await busy.run(payments.funds, Nothing(), chenguang)
    assert (funds.available_minor, funds.in_transit_minor) == (70_000, 0)
    assert await stands(busy, custody_bank(1)) == [-30_000]


async def test_an_account_that_is_named_many_times_at_once_is_one(busy: Hall, chenguang: Actor) -> None:
    """Also the first one, before which there is no account to wait for."""
    for number in (NUMBER, "6217001180009876543"):
        ask = payments.asks.AddBankAccount(number=number, holder=NAME, bank_name="工商银行")
        await asyncio.gather(*(busy.run(payments.add_bank_account, ask, chenguang) for _ in range(HANDS)))

    accounts = (await busy.run(payments.bank_accounts, Nothing(), chenguang)).accounts
    assert [(account.number[-4:], account.is_current) for account in accounts] == [
        ("6543", True),
        ("4567", False),
    ]
