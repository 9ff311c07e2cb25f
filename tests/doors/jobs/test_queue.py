"""Jobs: done once when all goes well, again when not, and never lost."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest_asyncio

from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import ATTEMPTS_MAX, SLOTS, JobQueue, TryLater, work_once
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from tests.conftest import make_hall


async def leave(hall: Hall, kind: str, number: int = 1, **payload: Any) -> None:
    """Leaves jobs in the queue."""
    async with hall.working(system()) as work:
        for _ in range(number):
            work.enqueue(kind, payload)


async def test_a_finished_job_is_gone_and_a_failed_one_waits(
    hall: Hall, db: Any, clock: MovableClock
) -> None:
    seen: list[int] = []

    async def tell(_hall: Hall, *, n: int, **_: Any) -> None:
        seen.append(n)
        if len(seen) == 1:
            raise ValueError(n)

    await leave(hall, "tell", n=7)

    await work_once(hall, {"tell": tell})
    assert (seen, await db.fetchval("SELECT count(*) FROM job")) == ([7], 1)
    assert await work_once(hall, {"tell": tell}) == 0

    clock.pass_(minutes=5)
    await work_once(hall, {"tell": tell})
    assert (seen, await db.fetchval("SELECT count(*) FROM job")) == ([7, 7], 0)


async def test_a_job_that_keeps_failing_is_put_aside_with_its_error(
    hall: Hall, db: Any, clock: MovableClock
) -> None:
    async def fail(_hall: Hall, **_: Any) -> None:
        raise ValueError("the party says no")

    await leave(hall, "fail")
    for _ in range(ATTEMPTS_MAX):
        await work_once(hall, {"fail": fail})
        clock.pass_(hours=1)

    assert await work_once(hall, {"fail": fail}) == 0
    row = await db.fetchrow("SELECT is_dead, attempts, last_error FROM job")
    assert (row["is_dead"], row["attempts"]) == (True, ATTEMPTS_MAX)
    assert "the party says no" in row["last_error"]


async def test_to_try_later_is_no_failure(hall: Hall, db: Any) -> None:
    async def wait(_hall: Hall, **_: Any) -> None:
        raise TryLater(timedelta(minutes=1))

    await leave(hall, "wait")
    await work_once(hall, {"wait": wait})

    assert await db.fetchval("SELECT attempts FROM job") == 0


@pytest_asyncio.fixture(loop_scope="session")
async def open_hall(open_dsn: str, clock: MovableClock, tmp_path: Any) -> Any:
    """A hall on a pool of real connections."""
    pool: asyncpg.Pool = await open_pool(open_dsn)
    yield await make_hall(pool, clock, tmp_path)
    await pool.close()


async def test_one_slow_party_does_not_hold_up_the_others(open_hall: Hall) -> None:
    answered = asyncio.Event()
    done: list[str] = []

    async def slow(_hall: Hall, **_: Any) -> None:
        await answered.wait()

    async def quick(_hall: Hall, **_: Any) -> None:
        done.append("quick")

    await leave(open_hall, "slow", SLOTS - 1)
    queue = JobQueue({"slow": slow, "quick": quick})
    await queue.round(open_hall)
    await leave(open_hall, "quick", 3)
    while len(done) < 3:
        await queue.round(open_hall)
        await asyncio.sleep(0)

    answered.set()
    await queue.finish(open_hall)
    async with open_hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM job") == 0
