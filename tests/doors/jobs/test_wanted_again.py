"""A job that is wanted again while it is worked: worked again, and never more often than wanted."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import LEASE, JobQueue, TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from tests.conftest import OPENING, OneConnection, make_hall, own_market

KEYS = st.sampled_from(["a", "b", "c"])
PATIENCE = timedelta(seconds=5)


class PlainJob:
    """What the model knows of the one job of a key."""

    def __init__(self, run_at: datetime) -> None:
        self.run_at = run_at
        self.in_hand = False
        self.is_done = False
        self.again_at: datetime | None = None
        self.attempts = 0


class PlainQueue:
    """The queue as a dictionary: what is due, and what is put away, when it is looked at."""

    def __init__(self) -> None:
        self.jobs: dict[str, PlainJob] = {}

    def want(self, key: str, at: datetime) -> None:
        job = self.jobs.setdefault(key, PlainJob(at))
        if job.in_hand:
            job.again_at = min(job.again_at or at, at)

    def round(self, now: datetime) -> list[str]:
        """Puts away what is done and takes up what is due."""
        for key, job in list(self.jobs.items()):
            if job.is_done:
                del self.jobs[key]
                if job.again_at:
                    self.jobs[key] = PlainJob(job.again_at)
        due = [key for key, job in self.jobs.items() if not job.in_hand and job.run_at <= now]
        for key in due:
            job = self.jobs[key]
            job.in_hand, job.attempts = True, job.attempts + 1
            job.again_at = job.again_at if job.again_at and job.again_at > now else None
        return sorted(due)

    def later(self, key: str, now: datetime, *, failed: bool) -> None:
        job = self.jobs[key]
        job.in_hand, job.run_at = False, now + (timedelta(seconds=2**job.attempts) if failed else PATIENCE)
        job.attempts -= not failed

    def in_hand(self) -> list[str]:
        return sorted(key for key, job in self.jobs.items() if job.in_hand and not job.is_done)


class QueueMachine(RuleBasedStateMachine):
    """Wishes, runs and their ends in any order; `ground` is put in by the test."""

    ground: "Ground"

    def __init__(self) -> None:
        super().__init__()
        self.plain = PlainQueue()
        self.owed: dict[str, int] = {}
        self.ground.begin()

    def teardown(self) -> None:
        """In the end every wish has been followed by a run, and nothing is left."""
        for _ in range(40):
            for key in self.plain.in_hand():
                self.end(key, "done")
            self.ground.clock.pass_(hours=1)
            self.round()
            if not self.plain.jobs:
                break
        assert (self.owed, self.ground.rows()) == ({}, [])
        self.ground.end()

    @rule(key=KEYS, seconds=st.sampled_from([0, 0, 0, 30]))
    def want(self, key: str, seconds: int) -> None:
        at = self.ground.clock.now() + timedelta(seconds=seconds)
        self.plain.want(key, at)
        self.owed[key] = self.owed.get(key, 0) + 1
        self.ground.want(key, at)

    @rule(keys=st.lists(KEYS, min_size=2, max_size=4))
    def want_together(self, keys: list[str]) -> None:
        now = self.ground.clock.now()
        for key in keys:
            self.plain.want(key, now)
            self.owed[key] = 1
        self.ground.want(",".join(keys), now)

    @rule()
    def round(self) -> None:
        started = self.plain.round(self.ground.clock.now())
        assert self.ground.round() == started
        for key in started:
            if self.plain.jobs[key].again_at is None:
                self.owed.pop(key, None)
        assert self.ground.rows() == sorted((key, job.in_hand) for key, job in self.plain.jobs.items())

    @precondition(lambda self: self.plain.in_hand())
    @rule(which=st.integers(0, 2), how=st.sampled_from(["done", "done", "later", "fail"]))
    def end_one(self, which: int, how: str) -> None:
        in_hand = self.plain.in_hand()
        self.end(in_hand[which % len(in_hand)], how)

    def end(self, key: str, how: str) -> None:
        if how == "done":
            self.plain.jobs[key].is_done = True
        else:
            self.plain.later(key, self.ground.clock.now(), failed=how == "fail")
        self.ground.finish(key, how)

    @precondition(lambda self: not self.plain.in_hand())
    @rule(seconds=st.sampled_from([3, 40]))
    def time_passes(self, seconds: int) -> None:
        self.ground.clock.pass_(seconds=seconds)

    @rule()
    def the_worker_dies(self) -> None:
        """Whatever was in its hands, done or not, is worked again by the next one once its lease has run out."""
        for job in self.plain.jobs.values():
            job.in_hand = job.is_done = False
        self.ground.kill()


class Ground:
    """A connection and a queue of the machine's own; each example is rolled back."""

    def __init__(self, dsn: str, home: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = MovableClock(OPENING)
        self.db: asyncpg.Connection = self.loop.run_until_complete(asyncpg.connect(dsn))
        self.hall = self.loop.run_until_complete(make_hall(OneConnection(self.db), self.clock, home))

    def begin(self) -> None:
        self.transaction = self.db.transaction()
        self.loop.run_until_complete(self.transaction.start())
        self._new_worker()

    def _new_worker(self) -> None:
        self.queue = JobQueue({"errand": self._errand})
        self.ends: dict[str, asyncio.Future[str]] = {}
        self.started: list[str] = []

    async def _errand(self, _hall: Hall, *, key: str, **_: Any) -> None:
        self.started.append(key)
        self.ends[key] = self.loop.create_future()
        how = await self.ends[key]
        if how == "later":
            raise TryLater(PATIENCE)
        if how == "fail":
            raise ValueError(how)

    def want(self, keys: str, at: datetime) -> None:
        async def leave() -> None:
            async with self.hall.working(system()) as work:
                for key in keys.split(","):
                    work.enqueue("errand", {"key": key}, run_at=at, dedupe_key=key)

        self.loop.run_until_complete(leave())

    def round(self) -> list[str]:
        async def once() -> None:
            await self.queue.round(self.hall)
            await asyncio.sleep(0)

        self.started = []
        self.loop.run_until_complete(once())
        return sorted(self.started)

    def finish(self, key: str, how: str) -> None:
        async def end() -> None:
            before = len(self.queue._running)
            self.ends.pop(key).set_result(how)
            while len(self.queue._running) == before:
                await asyncio.sleep(0)

        self.loop.run_until_complete(end())

    def kill(self) -> None:
        async def die() -> None:
            for task in list(self.queue._running.values()):
                task.cancel()
            await asyncio.sleep(0)

        self.loop.run_until_complete(die())
        self._new_worker()
        self.clock.pass_(seconds=LEASE.total_seconds() + 1)

    def rows(self) -> list[tuple[str, bool]]:
        rows = self.loop.run_until_complete(
            self.db.fetch("SELECT dedupe_key, lease_until > $1 AS held FROM job", self.clock.now())
        )
        return sorted((row["dedupe_key"], bool(row["held"])) for row in rows)

    def end(self) -> None:
        self.kill()
        self.loop.run_until_complete(self.transaction.rollback())

    def close(self) -> None:
        self.loop.run_until_complete(self.db.close())
        self.loop.close()


@pytest.fixture
def ground(dsn: str, tmp_path: Path) -> Iterator[Ground]:
    """Ground to stand on."""
    made = Ground(dsn, tmp_path)
    yield made
    made.close()


def test_the_queue_and_the_model_agree_whatever_is_wanted(ground: Ground) -> None:
    machine = type("QueueMachineHere", (QueueMachine,), {"ground": ground})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def open_hall(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """A hall on a pool of real connections; each test leaves the queue empty."""
    async with own_market(server_dsn, "wanted_again") as dsn:
        pool: asyncpg.Pool = await open_pool(dsn)
        yield await make_hall(pool, MovableClock(OPENING), tmp_path_factory.mktemp("wanted"))
        await pool.close()


class Errands:
    """A task that counts its runs and lasts as long as the test wants."""

    def __init__(self) -> None:
        self.runs = 0
        self.may_end = asyncio.Event()

    async def __call__(self, _hall: Hall, **_: Any) -> None:
        self.runs += 1
        await self.may_end.wait()


async def ended(queue: JobQueue) -> None:
    """What is in hand has come to its end, and is not put away yet."""
    while queue._running:
        await asyncio.sleep(0)


async def test_a_wish_that_commits_after_the_job_was_worked_is_worked_too(open_hall: Hall) -> None:
    errands = Errands()
    queue = JobQueue({"errand": errands})
    async with open_hall.working(system()) as work:
        work.enqueue("errand", {}, dedupe_key="one")
    await queue.round(open_hall)
    async with open_hall.working(system()) as work:
        work.enqueue("errand", {}, dedupe_key="one")
        await work.flush()
        errands.may_end.set()
        await ended(queue)
        # Whether the job is wanted again is not known yet: it is neither put away nor worked.
        await asyncio.wait_for(queue.round(open_hall), 5)
        assert errands.runs == 1

    assert await queue.round(open_hall) == 1
    async with open_hall.pool.acquire() as db:
        assert await db.fetchval("SELECT attempts FROM job") == 1
    await queue.finish(open_hall)

    async with open_hall.pool.acquire() as db:
        assert (errands.runs, await db.fetchval("SELECT count(*) FROM job")) == (2, 0)


async def test_a_wish_that_is_taken_back_leaves_nothing_to_do(open_hall: Hall) -> None:
    errands = Errands()
    errands.may_end.set()
    queue = JobQueue({"errand": errands})
    async with open_hall.working(system()) as work:
        work.enqueue("errand", {}, dedupe_key="one")
    await queue.round(open_hall)
    with pytest.raises(ZeroDivisionError):
        async with open_hall.working(system()) as work:
            work.enqueue("errand", {}, dedupe_key="one")
            await work.flush()
            await ended(queue)
            raise ZeroDivisionError

    await queue.finish(open_hall)

    async with open_hall.pool.acquire() as db:
        assert (errands.runs, await db.fetchval("SELECT count(*) FROM job")) == (1, 0)


async def test_a_job_that_waits_is_not_taken_up_before_who_wants_it_too_has_ended(open_hall: Hall) -> None:
    """Otherwise it would run without seeing what the second one wants it to see."""
    errands = Errands()
    errands.may_end.set()
    queue = JobQueue({"errand": errands})
    async with open_hall.working(system()) as work:
        work.enqueue("errand", {}, dedupe_key="one")
    async with open_hall.working(system()) as work:
        work.enqueue("errand", {}, dedupe_key="one")
        await work.flush()
        assert await queue.round(open_hall) == 0

    assert await queue.round(open_hall) == 1
    await queue.finish(open_hall)

    assert errands.runs == 1


async def test_two_that_want_the_same_jobs_in_another_order_do_not_stand_in_each_others_way(
    open_hall: Hall,
) -> None:
    async def want(*keys: str) -> None:
        async with open_hall.working(system()) as work:
            for key in keys:
                work.enqueue("errand", {}, dedupe_key=key)

    names = [f"job {n}" for n in range(200)]
    for _ in range(5):
        await asyncio.gather(want(*names), want(*reversed(names)))

    async with open_hall.pool.acquire() as db:
        assert len(await db.fetch("DELETE FROM job RETURNING 1")) == len(names)
