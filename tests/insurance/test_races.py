"""What happens at once: the insurer's answer against a cancellation and a receipt, and two cases; on real connections."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest_asyncio

from huozhan import insurance
from huozhan.catalogue import load_categories
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from tests.conftest import make_hall
from tests.insurance.insured import Insured, open_insured
from tests.ordering.trading import open_trade

ROUNDS = 3
PREMIUM, AMOUNT = 60, 10_800


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Insured]:
    """A trade whose people come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_insured(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def answer(insured: Insured) -> None:
    """Every job that asks the insurer about something, twice at once."""
    async with insured.hall.pool.acquire() as db:
        rows = await db.fetch("DELETE FROM job WHERE kind = $1 RETURNING payload", insurance.DEED_JOB)
    payloads = [msgspec.json.decode(row["payload"]) for row in rows]
    await asyncio.gather(
        *(TASKS[insurance.DEED_JOB](insured.hall, **one) for one in payloads for _ in range(2))
    )


async def test_an_answer_and_a_cancellation_at_once_give_the_premium_back_once(busy: Insured) -> None:
    await busy.switch(is_on=False)
    for round_no in range(ROUNDS):
        order = await busy.paid(buys=True, red=10)
        both = [answer(busy), busy.refund(order)]

        await asyncio.gather(*(both if round_no % 2 else reversed(both)))

        await busy.errands()
        policy = await busy.policy(order)
        assert (policy.state, policy.premium_back_minor) == ("ended", PREMIUM)
        assert sorted(await busy.refunds(order)) == [PREMIUM, AMOUNT]
    await busy.agrees()


async def test_an_answer_and_a_receipt_at_once_take_a_suppliers_premium_once(busy: Insured) -> None:
    for round_no in range(1, ROUNDS + 1):
        order = await busy.paid(red=10)
        await busy.trade.ship(order)
        both = [answer(busy), busy.trade.confirm(order)]

        await asyncio.gather(*(both if round_no % 2 else reversed(both)))

        await busy.errands()
        assert (await busy.policy(order)).premium_is_paid
        assert await busy.available() == round_no * (AMOUNT - 200 - PREMIUM)
    await busy.agrees()


async def test_two_cases_at_once_share_one_sum_and_one_answer_twice_is_paid_once(busy: Insured) -> None:
    order = await busy.received(red=100)
    busy.insurer.freight_minor = 2_000
    cases = []
    for _ in range(2):
        case = await busy.desk.apply(order, kind="return_refund", l1=10)
        cases.append(await busy.desk.answer(case, agree=True))
        await busy.desk.send_back(cases[-1])
        await busy.desk.receive(cases[-1])

    await asyncio.gather(busy.relay(), busy.relay())
    await asyncio.gather(answer(busy), answer(busy))

    await busy.errands()
    policy = await busy.policy(order)
    assert sorted(one.paid_minor for one in policy.claims) == [500, 2_000]
    assert await busy.wallet() == 2_500
    await busy.agrees()
