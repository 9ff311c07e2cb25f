"""The channel misbehaves while an order is paid in stages: each stage is paid once, into its own place, or not at all."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from huozhan import ordering
from huozhan.catalogue import load_categories
from huozhan.doors.jobs.table import TASKS
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.findings import Finding
from huozhan.main import found_market
from huozhan.ordering.views import PlacedOrder
from tests.conftest import OPENING, TERMS, fresh_database
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import open_trade
from tests.payments.ground import Ground, ground_on
from tests.payments.test_faults import CHANNEL_FAULTS, QUICK, calm


class Staged(StagedTrade):
    """A trade in stages whose money really goes through the parties."""

    ground: Ground

    async def pay(self, order: PlacedOrder) -> None:
        """小李 pays what is due at the channel, and the market hears of it, somehow."""
        payment_id = int(await self.trade.open_payment(order))
        await self.ground.pay(payment_id)
        await self.ground.paid(payment_id)
        await self.ground.rest()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def staged(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staged]:
    """One market and its parties for all these tests, with the worker's own tasks."""
    folder: Path = tmp_path_factory.mktemp("ground")
    async with fresh_database(server_dsn, f"huozhan_stage_faults_{os.getpid()}") as dsn:
        await found_market(Settings(home=folder, database_url=dsn), TERMS)
        db = await asyncpg.connect(dsn)
        await load_categories(db)
        await db.close()
        async with ground_on(dsn, folder) as ground:
            ground.tasks = dict(TASKS)
            made = Staged(await open_trade(ground.hall, MovableClock(OPENING)))
            made.ground = ground
            yield made


async def findings(ground: Ground) -> list[Finding]:
    """What the orders say that their stages or the book do not."""
    async with ground.hall.pool.acquire() as db:
        return await ordering.verify(ground.hall.work(db, system()))


@pytest.mark.parametrize("fault", CHANNEL_FAULTS)
async def test_each_stage_is_paid_once_and_goes_back_whole(staged: Staged, fault: str) -> None:
    ground = staged.ground
    ground.outside.set_faults("channel", **{fault: 1.0}, **QUICK)
    stopped, given_up = (
        await staged.one("3-6-1", quantities={"red": 20}),
        await staged.one("3-6-1", quantities={"blue": 20}),
    )
    for order in (stopped, given_up):
        await staged.pay(order)
        assert await staged.states(order) == ["waitselleract", "waitactivate", "waitactivate"]
        assert await staged.money(order) == (6_000, 0, 0)
    await staged.stop(stopped)
    await staged.declare(given_up)
    await staged.confirm(given_up)
    await staged.push(given_up)
    await staged.pay(given_up)
    assert await staged.states(given_up) == ["success", "waitsellersend", "waitactivate"]
    assert await staged.money(given_up) == (0, 6_000 + 13_000, 0)
    await staged.give_up(given_up)
    await ground.rest()

    # 200.00 of goods and 10.00 of freight: a fifth of 210.00 is kept of 60.00.
    assert await staged.money(stopped) == (0, 4_200, 1_800)
    assert await staged.money(given_up) == (0, 0, 19_000)
    await calm(ground)
    assert await findings(ground) == []
    await ground.whole()
