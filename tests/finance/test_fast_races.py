"""What happens at once: the funder's answer against a receipt, against a refund, and two scans; on real connections."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest_asyncio

from huozhan import finance
from huozhan.catalogue import load_categories
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from tests.aftersales.complaining import Desk
from tests.conftest import make_hall
from tests.finance.fast import Fast, open_fast
from tests.ordering.trading import open_trade

ROUNDS = 4
BRINGS, FEE = 10_600, 42
"""Ten red cups: 100.00 of goods and 8.00 of freight, less 2.00 of commission; 0.4 % of that."""


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Fast]:
    """A trade whose people come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_fast(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def _answer(fast: Fast, order_id: str) -> None:
    """Every job that asks the funder about an order, at once."""
    async with fast.hall.pool.acquire() as db:
        rows = await db.fetch("DELETE FROM job WHERE kind = $1 RETURNING payload", finance.ADVANCE_JOB)
    payloads = [msgspec.json.decode(row["payload"]) for row in rows]
    jobs = [TASKS[finance.ADVANCE_JOB](fast.hall, **one) for one in payloads for _ in range(2)]
    assert all(one["order_id"] == int(order_id) for one in payloads)
    await asyncio.gather(*jobs)


async def test_an_answer_and_a_receipt_at_once_pay_the_seller_once(busy: Fast) -> None:
    got = 0
    for round_no in range(ROUNDS):
        order = await busy.trade.paid(red=10)
        await busy.trade.ship(order)
        await busy.scan(order)
        both = [_answer(busy, order.order_id), busy.trade.confirm(order)]

        await asyncio.gather(*(both if round_no % 2 else reversed(both)))

        await busy.errands()
        one = await busy.one(order)
        assert one.state in ("repaid", "withdrawn")
        got += BRINGS - (FEE if one.state == "repaid" else 0)
        assert await busy.available() == got
    await busy.agrees()


async def test_an_answer_and_a_refund_at_once_leave_the_loss_with_the_funder_or_nothing_advanced(
    busy: Fast,
) -> None:
    desk, got = Desk(busy.trade), 0
    for round_no in range(ROUNDS):
        order = await busy.trade.paid(red=10)
        await busy.trade.ship(order)
        await busy.scan(order)
        case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=10)
        both = [_answer(busy, order.order_id), desk.answer(case, agree=True)]

        await asyncio.gather(*(both if round_no % 2 else reversed(both)))

        await busy.errands()
        one = await busy.one(order)
        assert (one.state, one.borne_minor) in (("borne", BRINGS), ("withdrawn", 0))
        got += one.paid_out_minor if one.opened_at else 0
        assert await busy.available() == got
    await busy.agrees()


async def test_a_receipt_and_a_refund_of_another_parcel_at_once_agree_on_what_the_funder_has(
    busy: Fast,
) -> None:
    desk = Desk(busy.trade)
    for _ in range(ROUNDS):
        order = await busy.trade.paid(red=10)
        (first,) = await busy.trade.ship(order, l1=4)
        await busy.trade.ship(order)
        await busy.scan(order, 1)
        await busy.scan(order, 2)
        await busy.errands()
        case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=6)

        await asyncio.gather(
            desk.answer(case, agree=True), busy.trade.confirm(order, first), return_exceptions=True
        )

        await busy.errands()
        found = (await busy.of_order(order)).advances
        assert sum(one.repaid_minor + one.borne_minor + one.open_minor for one in found) == BRINGS
        assert (await busy.trade.page(order)).money.escrow_minor >= sum(one.open_minor for one in found)
    await busy.agrees()


async def test_scans_told_at_once_are_one_advance(busy: Fast) -> None:
    order = await busy.trade.paid(red=10)
    await busy.trade.ship(order)

    await asyncio.gather(*(busy.scan(order) for _ in range(6)))

    await busy.errands()
    assert (await busy.one(order)).state == "open"
    assert await busy.available() == BRINGS - FEE
    await busy.agrees()
