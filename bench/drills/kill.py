"""kill -9 at seeded moments of place → pay → ship → confirm → withdraw: nothing acknowledged is lost, nothing is paid twice."""

import asyncio
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.drills.killing import Killer
from bench.drills.lives import Lives
from bench.drills.patient import DrillFailed
from bench.drills.reckoning import await_quiet, reckon
from bench.little_market import open_little_market
from bench.outside import OutsideParties
from bench.process import Market, market

BUYERS = 10
BATCH_POINTS = 20


def kill_drill(*, points: int, seed: int) -> dict[str, Any]:
    """Plays so many points on a market of its own and tells what was seen; raises where something must not be."""
    with tempfile.TemporaryDirectory(prefix="huozhan-drill-") as name:
        folder = Path(name)
        clock_file = folder / "clock"
        environment = {"HUOZHAN_CLOCK_FILE": str(clock_file), "HUOZHAN_LOG_LEVEL": "warning"}
        with market(home=folder, environment=environment, empty=True) as served:
            drill = _Drill(served, clock_file, environment, seed)
            return asyncio.run(drill.play(points))


class _Drill:
    def __init__(self, served: Market, clock_file: Path, environment: dict[str, str], seed: int) -> None:
        self._served, self._environment, self._seed = served, environment, seed
        self._killer = Killer(served, clock_file, seed)
        self._outside = OutsideParties(served.home)
        self._back: list[float] = []
        self._victims: Counter[str] = Counter()
        self._done = 0

    async def play(self, points: int) -> dict[str, Any]:
        begun = time.monotonic()
        little = await open_little_market(self._served, buyers=BUYERS)
        lives = Lives(self._served.url, little, self._outside, self._seed)
        await lives.open_accounts()
        try:
            while self._done < points:
                await self._batch(lives, min(BATCH_POINTS, points - self._done))
        except* DrillFailed as group:
            raise DrillFailed(f"{_first(group)}\n{self._whereabouts()}") from group
        except* Exception as group:
            group.add_note(self._whereabouts())
            raise
        finally:
            await lives.close()
        return self._figures(lives, time.monotonic() - begun)

    async def _batch(self, lives: Lives, points: int) -> None:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(lives.trade(over))
            for _ in range(points):
                await self._killer.pause()
                self._victims[self._killer.strike()] += 1
                self._done += 1
                self._back.append(await self._killer.back())
                self._killer.jump()
            over.set()
        await await_quiet(self._served, self._killer.jump)
        found = await reckon(self._served, lives, self._outside, self._environment)
        if found:
            raise DrillFailed("\n".join(found[:20]))

    def _whereabouts(self) -> str:
        again = f"bin/drill kill --points {self._done} --seed {self._seed}"
        return f"That was at point {self._done} of seed {self._seed}. To play it again: {again}"

    def _figures(self, lives: Lives, seconds: float) -> dict[str, Any]:
        back = sorted(self._back)
        return {
            "what": "kill -9 at seeded moments of place, pay, ship, confirm, refund, withdraw",
            "seed": self._seed,
            "points": self._done,
            "killed": dict(self._victims),
            "acknowledged_changes": lives.acknowledged,
            "orders": len(lives.placed),
            "orders_by_end": dict(Counter(lives.placed.values())),
            "payments": len(lives.payments),
            "withdrawals": len(lives.withdrawals),
            "acknowledged_and_lost": 0,
            "charged_refunded_or_paid_out_twice": 0,
            "verify_findings": 0,
            "unanswered_calls": dict(lives.troubles),
            "back_seconds": {
                "median": round(statistics.median(back), 2),
                "p95": round(back[int(len(back) * 0.95) - 1], 2) if len(back) > 1 else round(back[0], 2),
                "max": round(back[-1], 2),
            },
            "seconds": round(seconds),
        }


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
