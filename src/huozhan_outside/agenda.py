"""What must happen later: a parcel's next scan, a refund's end, a callback's next attempt."""

import asyncio
import heapq
import itertools
import sys
import traceback
from collections.abc import Callable

from huozhan_outside.clock import Clock

LONGEST_NAP_S = 0.2  # the clock file may jump at any time


class Agenda:
    """Acts in order of their due moments on the trading clock.

    It lives in memory: every party writes its own deeds and callbacks to its store first and enters them again at start.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._acts: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._changed = asyncio.Event()

    def add(self, due_ms: int, act: Callable[[], None]) -> None:
        """Do this when the trading clock reaches that moment."""
        heapq.heappush(self._acts, (due_ms, next(self._numbers), act))
        self._changed.set()

    async def run(self) -> None:
        """Work through the agenda for ever."""
        while True:
            self._changed.clear()
            now_ms = self._clock.now_ms()
            while self._acts and self._acts[0][0] <= now_ms:
                _, _, act = heapq.heappop(self._acts)
                try:
                    act()
                except Exception:  # noqa: BLE001 — one failed deed must not stop the others
                    traceback.print_exc(file=sys.stderr)
            await self._wait()

    async def _wait(self) -> None:
        nap_s = None
        if self._acts:
            nap_s = max((self._acts[0][0] - self._clock.now_ms()) / 1000, 0.001)
            if self._clock.offset_file is not None:
                nap_s = min(nap_s, LONGEST_NAP_S)
        try:
            await asyncio.wait_for(self._changed.wait(), nap_s)
        except TimeoutError:
            return
