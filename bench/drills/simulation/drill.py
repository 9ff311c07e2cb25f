"""Plays seeds, one after another, each from the same beginning; a seed that fails is told with its hash."""

import contextlib
import hashlib
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import uvloop
from tests.ordering.trading import Trade

from bench.drills.patient import DrillFailed
from bench.drills.simulation import (  # noqa: F401 -- their events register themselves
    cases,
    credit_terms,
    disruptions,
    escrow,
    everyday,
    insured,
    lent,
    promotions,
    sellers,
    stages,
)
from bench.drills.simulation.happening import Happening
from bench.drills.simulation.opening import Opened
from bench.drills.simulation.parties import UNRELIABLE, Parties
from bench.drills.simulation.playing import begin_again, open_again, playing
from bench.drills.simulation.pool import OneHand
from bench.ground import Ground, empty_market
from huozhan.kernel.clock import MovableClock

PLAN = UNRELIABLE
LOOK_EVERY = 4
VERIFY_AT, VERIFY_EVERY = 100, 4
"""After so many events of every so manieth seed."""
SWEEP_EVERY = 2
SPAN_SEEDS = 50
"""So many seeds are told of at once, so that a run that is cut short has kept what it has seen."""


class Seen(msgspec.Struct):
    """What was seen in a span of seeds."""

    said: Counter[str] = msgspec.field(default_factory=Counter)
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    hashes: dict[int, str] = msgspec.field(default_factory=dict)
    replayed: int = 0
    rest_hours: float = 0.0
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    round_trips: int = 0

    def add(self, seed: int, happening: Happening) -> None:
        """A seed was played; one that was played before must have come out the same."""
        if self.hashes.setdefault(seed, happening.hash) != happening.hash:
            raise DrillFailed(f"seed {seed} was played again and came out otherwise")
        self.said.update(happening.said)
        self.refused.update(happening.refused)
        self.faults.update(happening.parties.faults)
        self.rest_hours = max(self.rest_hours, happening.rested_hours)

    def figures(self, events: int) -> dict[str, Any]:
        """As a document."""
        played = len(self.hashes) + self.replayed
        return {
            "what": "seeded lives of a market in one process, all trade types, with faults",
            "seeds": len(self.hashes),
            "first_seed": min(self.hashes),
            "events_per_seed": events,
            "replayed_to_the_same_hash": self.replayed,
            "events": self.said.total() + self.refused.total(),
            "events_done": dict(sorted(self.said.items())),
            "events_refused": dict(sorted(self.refused.items())),
            "faults": dict(sorted(self.faults.items())),
            "longest_rest_hours": round(self.rest_hours, 1),
            "hash_of_hashes": self._together(),
            "invariant_breaks": 0,
            "seconds": round(self.seconds),
            "cpu_seconds_per_seed": round(self.cpu_seconds / played, 2),
            "seeds_per_minute_of_one_core": round(60 * played / self.cpu_seconds, 1),
            "round_trips_per_seed": self.round_trips // played,
        }

    def _together(self) -> str:
        return hashlib.sha256("".join(self.hashes[seed] for seed in sorted(self.hashes)).encode()).hexdigest()


def simulate_drill(
    *,
    seeds: int,
    first: int,
    events: int,
    replays: int,
    tell: Callable[[dict[str, Any]], None] | None = None,
    ground: Ground | None = None,
) -> dict[str, Any]:
    """Plays `seeds` seeds from `first` on and some of them again; raises where something must not be.

    `tell` is given the figures of every span as soon as it was played; on a `ground` that is given it leaves nothing.
    """
    with empty_market() if ground is None else contextlib.nullcontext(ground) as stage:
        return uvloop.run(
            _play(stage, range(first, first + seeds), events, replays, tell or (lambda _: None))
        )


async def _play(
    ground: Ground, seeds: range, events: int, replays: int, tell: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    everything = Seen()
    async with playing(ground) as (hall, hand, clock):
        for start in range(seeds.start, seeds.stop, SPAN_SEEDS):
            opened = await open_again(hall, hand, clock)
            span = range(start, min(start + SPAN_SEEDS, seeds.stop))
            seen = await _span(ground, opened, hand, clock, span, replays, events)
            tell(seen.figures(events))
            _join(everything, seen)
            replays -= seen.replayed
    return everything.figures(events)


async def _span(
    ground: Ground, opened: Opened, hand: OneHand, clock: MovableClock, span: range, replays: int, events: int
) -> Seen:
    seen = Seen(replayed=min(replays, len(span)))
    begun, cpu, trips = time.monotonic(), _cpu(ground), hand.trips
    for number, seed in enumerate(itertools.chain(span, span[: seen.replayed]), start=1):
        seen.add(seed, await _seed(opened, hand, clock, seed, events))
        if number % SWEEP_EVERY == 0:
            await hand.sweep()
    seen.seconds, seen.cpu_seconds = time.monotonic() - begun, _cpu(ground) - cpu
    seen.round_trips = hand.trips - trips
    return seen


def _join(everything: Seen, seen: Seen) -> None:
    for name in ("said", "refused", "faults", "hashes"):
        getattr(everything, name).update(getattr(seen, name))
    for name in ("replayed", "cpu_seconds", "seconds", "round_trips"):
        setattr(everything, name, getattr(everything, name) + getattr(seen, name))
    everything.rest_hours = max(everything.rest_hours, seen.rest_hours)


def _cpu(ground: Ground) -> float:
    return time.process_time() + ground.postgres_cpu_seconds()


async def _seed(opened: Opened, hand: OneHand, clock: MovableClock, seed: int, events: int) -> Happening:
    """One seed from the beginning; everything it did is undone afterwards."""
    chance = random.Random(f"{seed}:simulation")
    hall, parties = opened.trade.hall, Parties(clock, chance, PLAN)
    begin_again(hall, clock, parties, buyer=opened.trade.li)
    trade = Trade(hall, clock, opened.trade.people, dict(opened.trade.skus))
    happening = Happening(opened, trade, parties, chance)
    try:
        async with hand.seed():
            await _live(happening, events, verified=seed % VERIFY_EVERY == 0)
    except Exception as error:
        raise DrillFailed(
            f"seed {seed}, event {happening.count}, hash {happening.hash}: {error!r}\n"
            f"To play it again: bin/drill simulate --seeds 1 --from-seed {seed} --events {events}"
        ) from error
    return happening


async def _live(happening: Happening, events: int, *, verified: bool) -> None:
    """All that happens, and after it quiet: money comes to rest within a day, everything to its end by the clock.

    The market's own check of its books runs in the end, and where it is `verified` half-way too.
    """
    for number in range(1, events + 1):
        await happening.one()
        if number % LOOK_EVERY == 0:
            await happening.look()
        if number == VERIFY_AT and verified:
            await happening.verify()
    await happening.rest()
    await happening.look()
    await happening.end()
    await happening.look()
    await happening.verify(rested=True)
