"""Kills parts of a market that is being served, and waits until all of it is back."""

import asyncio
import contextlib
import os
import random
import signal
import time
from pathlib import Path

import asyncpg

from bench.drills.patient import DrillFailed
from bench.http import Client, Refused
from bench.process import Market
from huozhan.supervisor import CannotServe, running_dsn

BACK_SECONDS_MAX = 120
LOOK_SECONDS = 0.05
DATABASE_EVERY = 5
"""At every fifth point at least it is the database that dies, so that there are a hundred of those among five hundred."""
VICTIMS = {"web": 30, "worker": 25, "postmaster": 20, "backend": 15, "everything": 10}
CLOCK_JUMP_SECONDS = 125
"""A little more than the lease of a job, so that what a dead worker held is taken up at once."""


class Killer:
    """Chooses by its seed what dies, and moves the market's clock past the leases of the dead."""

    def __init__(self, market: Market, clock_file: Path, seed: int) -> None:
        self._market, self._clock_file = market, clock_file
        self._chance = random.Random(f"{seed}:kills")
        self._strikes = 0
        self._parts = {role: len(market.roles()[role]) for role in ("web", "worker")}

    async def pause(self) -> None:
        """Lets the market trade for a moment that nobody chose."""
        await asyncio.sleep(self._chance.uniform(0.1, 2.0))

    def strike(self) -> str:
        """Kills what the seed says and tells what it was."""
        self._strikes += 1
        victim = self._chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        if self._strikes % DATABASE_EVERY == 0:
            victim = "postmaster"
        roles = self._market.roles()
        postmaster = _postmaster(self._market.home)
        backends = sorted(set(roles.get("postgres", [])) - {postmaster})
        pids = {
            "web": [self._chance.choice(roles["web"])] if roles.get("web") else [],
            "worker": roles.get("worker", []),
            "postmaster": [postmaster],
            "backend": [self._chance.choice(backends)] if backends else [],
            "everything": [*roles.get("web", []), *roles.get("worker", []), postmaster],
        }[victim]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return victim

    async def back(self) -> float:
        """Waits until every part runs and a web process reaches the database; tells how many seconds it took."""
        begun = time.monotonic()
        while not (self._complete() and await self._is_ready() and await self._database_answers()):
            if time.monotonic() - begun > BACK_SECONDS_MAX:
                raise DrillFailed(
                    f"The market was not back after {BACK_SECONDS_MAX} s: {self._market.roles()}"
                )
            await asyncio.sleep(LOOK_SECONDS)
        return time.monotonic() - begun

    def jump(self) -> None:
        """Moves the market's clock."""
        stands = int(self._clock_file.read_text()) if self._clock_file.exists() else 0
        draft = self._clock_file.with_suffix(".new")
        draft.write_text(str(stands + CLOCK_JUMP_SECONDS))
        draft.replace(self._clock_file)

    def _complete(self) -> bool:
        roles = self._market.roles()
        return all(len(roles.get(role, [])) >= number for role, number in self._parts.items())

    async def _is_ready(self) -> bool:
        client = Client(self._market.url)
        try:
            async with asyncio.timeout(5):
                await client.get("/health/ready")
        except (OSError, EOFError, TimeoutError, Refused):
            return False
        finally:
            await client.close()
        return True

    async def _database_answers(self) -> bool:
        try:
            db = await asyncpg.connect(running_dsn(self._market.home), timeout=5)
            await db.close()
        except (OSError, TimeoutError, CannotServe, asyncpg.PostgresError):
            return False
        return True


def _postmaster(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])
