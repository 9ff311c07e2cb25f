"""Timers with money behind them: the clock jumps, hands are killed, timers are delivered twice and too early.

Each timer is the end of a settlement hold: a seller's money becomes available by one entry of the ledger. It must be there
exactly once and never before its moment, whoever fired it.
"""

import asyncio
import multiprocessing
import random
import signal
import time
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import msgspec

from bench.drills.patient import DrillFailed
from bench.ground import Ground, empty_market
from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.doors.settings import Settings
from huozhan.kernel.actor import system
from huozhan.kernel.clock import ShiftedClock
from huozhan.kernel.refusals import Busy
from huozhan.ledger import BLOCK_ENTRIES_MAX, post, seal_chain, verify, write_entry
from huozhan.main import open_hall
from huozhan.payments.asks import AboutAsk

SELLERS = 50
SELLER = 6 * 10**14
FIRST = 10**15
AMOUNT_MINOR = 100
SPAN = timedelta(days=30)
HANDS = 3
LATE_MAX = 3_000
"""The clock goes on while fewer timers than this wait."""
DUE_AT_A_JUMP = 600
CALM_TIMERS = 500
CALM_SECONDS = 20
LEASE_SECONDS = 65
STRANGERS = 3
_SPAWN = multiprocessing.get_context("forkserver")


def timers_drill(*, timers: int, seed: int) -> dict[str, Any]:
    """Plays so many timers and tells what was seen; raises where one had no effect, two, or an early one."""
    with empty_market() as ground:
        settings = msgspec.structs.replace(ground.settings, clock_file=ground.settings.home / "clock")
        return asyncio.run(_Drill(ground, settings, seed).play(timers))


class _Drill:
    def __init__(self, ground: Ground, settings: Settings, seed: int) -> None:
        self._ground, self._settings, self._seed = ground, settings, seed
        self._chance = random.Random(f"{seed}:timers")
        self._shift = 0
        self._hands: list[ForkServerProcess] = []
        self._kills = self._jumps = self._backwards = self._strangers = self._taken_away = 0

    async def play(self, timers: int) -> dict[str, Any]:
        begun = time.monotonic()
        self._stride = int(SPAN.total_seconds() * min(DUE_AT_A_JUMP / timers, 0.2))
        async with open_hall(self._settings, clock=ShiftedClock(self._clock_file)) as hall:
            await self._set(hall, FIRST, timers, SPAN)
            self._hands = [self._start() for _ in range(HANDS)]
            try:
                await self._storm(hall, timers)
                stormy = round(time.monotonic() - begun)
                lateness = await self._calm(hall, timers)
            finally:
                for hand in self._hands:
                    hand.kill()
            await self._judge(hall, timers + CALM_TIMERS)
        return {
            "what": "ends of settlement holds: one entry each, with clock jumps, killed hands, double and early delivery",
            "seed": self._seed,
            "timers": timers + CALM_TIMERS,
            "effects": timers + CALM_TIMERS,
            "effects_missing": 0,
            "effects_twice": 0,
            "effects_early": 0,
            "hands": HANDS,
            "hands_killed": self._kills,
            "clock_jumps": self._jumps,
            "clock_jumps_backwards": self._backwards,
            "delivered_by_strangers": self._strangers,
            "leases_taken_away": self._taken_away,
            "lateness_calm_seconds": lateness,
            "verify_findings": 0,
            "seconds": stormy,
        }

    @property
    def _clock_file(self) -> Path:
        assert self._settings.clock_file is not None
        return self._settings.clock_file

    async def _set(self, hall: Hall, first: int, timers: int, span: timedelta) -> None:
        """Sellers have earned what the releases are about; each release waits for its own moment."""
        now, each = hall.clock.now(), timers // SELLERS * AMOUNT_MINOR
        assert timers % SELLERS == 0, f"a multiple of {SELLERS}"
        async with hall.working(system("drill")) as work:
            for number in range(SELLERS):
                seller, order = SELLER + number, first + number
                earned = {"owners": {101: 1, 202: order, 203: seller}, "about_id": order}
                await post(
                    work,
                    [
                        write_entry("E1", business_key=f"E1:{order}", amounts={"paid": each}, **earned),
                        write_entry("E4", business_key=f"E4:{order}", amounts={"seller": each}, **earned),
                    ],
                )
        due = [now + span * self._chance.random() for _ in range(timers)]
        ids = range(first, first + timers)
        async with hall.pool.acquire() as db:
            await db.copy_records_to_table(
                "held_release",
                columns=[
                    "release_id",
                    "order_id",
                    "order_number",
                    "release_key",
                    "seller_id",
                    "seller_minor",
                    "due_at",
                ],
                records=[
                    (id_, id_, str(id_), "t", SELLER + n % SELLERS, AMOUNT_MINOR, due[n])
                    for n, id_ in enumerate(ids)
                ],
            )
            await db.copy_records_to_table(
                "timer",
                columns=["about_id", "kind", "due_at"],
                records=[(id_, "settle_hold", due[n]) for n, id_ in enumerate(ids)],
            )

    def _start(self) -> ForkServerProcess:
        hand = _SPAWN.Process(target=_hand, args=(self._settings,), daemon=True)
        hand.start()
        return hand

    async def _storm(self, hall: Hall, timers: int) -> None:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for number in range(STRANGERS):
                group.create_task(self._stranger(hall, timers, number, over))
            group.create_task(self._kill(over))
            end = hall.clock.now() + SPAN
            while True:
                async with hall.pool.acquire() as db:
                    left, late = await db.fetchrow(
                        "SELECT count(*), count(*) FILTER (WHERE due_at <= $1) FROM timer", hall.clock.now()
                    )
                if not left:
                    break
                await self._move_clock(hall, end, late)
                await asyncio.sleep(0.3)
            over.set()

    async def _move_clock(self, hall: Hall, end: datetime, late: int) -> None:
        roll = self._chance.random()
        if roll < 0.1:
            self._backwards += 1
            self._jump(-self._chance.randint(1, 600))
        elif late < LATE_MAX and hall.clock.now() < end:
            self._jump(self._chance.randint(60, self._stride))
        elif roll < 0.4:
            self._jump(LEASE_SECONDS)

    def _jump(self, seconds: int) -> None:
        self._jumps += 1
        self._shift += seconds
        draft = self._clock_file.with_suffix(".new")
        draft.write_text(str(self._shift))
        draft.replace(self._clock_file)

    async def _kill(self, over: asyncio.Event) -> None:
        """Hands die one after another, and others take their places."""
        while not over.is_set():
            await asyncio.sleep(self._chance.uniform(0.5, 2.5))
            at = self._chance.randrange(HANDS)
            self._hands[at].kill()
            self._kills += 1
            self._hands[at] = self._start()

    async def _stranger(self, hall: Hall, timers: int, number: int, over: asyncio.Event) -> None:
        """Delivers timers that are anybody's or nobody's turn, and takes leases away, so that two hands have one timer."""
        chance = random.Random(f"{self._seed}:stranger:{number}")
        while not over.is_set():
            ask = AboutAsk(about_id=str(FIRST + chance.randrange(timers)))
            try:
                await asyncio.gather(
                    *(hall.run(payments.settle_hold_due, ask, system("drill")) for _ in range(2))
                )
            except Busy:
                continue
            self._strangers += 2
            if chance.random() < 0.1:
                async with hall.pool.acquire() as db:
                    taken = await db.execute(
                        "UPDATE timer SET lease_until = NULL WHERE lease_until IS NOT NULL"
                    )
                self._taken_away += int(taken.rpartition(" ")[2])
            await asyncio.sleep(0.05)

    async def _calm(self, hall: Hall, timers: int) -> dict[str, float]:
        """Nothing dies and the clock goes as it should: how late timers fire."""
        begun = hall.clock.now()
        await self._set(hall, FIRST + timers, CALM_TIMERS, timedelta(seconds=CALM_SECONDS))
        deadline = time.monotonic() + 10 * CALM_SECONDS
        async with hall.pool.acquire() as db:
            while await db.fetchval("SELECT count(*) FROM timer"):
                if time.monotonic() > deadline:
                    raise DrillFailed("timers still stand though nothing disturbs them")
                await asyncio.sleep(0.2)
            rows = await db.fetch(
                "SELECT extract(epoch FROM settled_at - due_at)::float AS late FROM held_release WHERE due_at >= $1"
                " AND release_id >= $2 ORDER BY 1", begun, FIRST + timers,
            )  # fmt: skip
        late = [row["late"] for row in rows]
        return {
            "median": round(late[len(late) // 2], 2),
            "p99": round(late[len(late) * 99 // 100], 2),
            "max": round(late[-1], 2),
        }

    async def _judge(self, hall: Hall, timers: int) -> None:
        async with hall.pool.acquire() as db:
            entries = await db.fetchval("SELECT count(*) FROM ledger_entry WHERE code = 'E5'")
            open_ = await db.fetchval("SELECT count(*) FROM held_release WHERE settled_at IS NULL")
            early = await db.fetchval(
                "SELECT count(*) FROM held_release r JOIN ledger_entry e ON e.about_id = r.order_id AND e.code = 'E5'"
                " WHERE e.happened_at < r.due_at OR r.settled_at < r.due_at"
            )
            moved = await db.fetchval("SELECT sum(posted_minor)::bigint FROM ledger_balance WHERE code = 204")
            kept = await db.fetchval("SELECT sum(posted_minor)::bigint FROM ledger_balance WHERE code = 203")
        if (entries, open_, early, moved, kept) != (timers, 0, 0, timers * AMOUNT_MINOR, 0):
            raise DrillFailed(
                f"{timers} timers of seed {self._seed}: {entries} entries, {open_} without effect, {early} early,"
                f" {moved} available, {kept} pending"
            )
        more = BLOCK_ENTRIES_MAX
        while more == BLOCK_ENTRIES_MAX:
            async with hall.working(system("sealer")) as work:
                more = await seal_chain(work)
        async with hall.working(system("drill")) as work:
            if found := await verify(work):
                raise DrillFailed(f"verify: {found[:5]}")


def _hand(settings: Settings) -> None:
    """A worker that does nothing but fire timers, until it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_fire(settings))


async def _fire(settings: Settings) -> None:
    async with open_hall(settings) as hall:
        while True:
            if not await fire_once(hall, TIMERS):
                await asyncio.sleep(0.05)


_SPAWN.set_forkserver_preload(["bench.drills.timers"])
