"""Plays seeds, one after another, each from the same beginning; a seed that fails is told with its hash."""

import asyncio
import hashlib
import itertools
import random
import time
from collections import Counter
from typing import Any

import asyncpg
from tests.conftest import OPENING, OneConnection
from tests.ordering.trading import Trade, open_trade

from bench.drills.patient import DrillFailed
from bench.drills.simulation import escrow  # noqa: F401 -- its events register themselves
from bench.drills.simulation.happening import EVENTS, Happening
from bench.drills.simulation.parties import Listener, Parties
from bench.ground import empty_market
from huozhan.doors.hall import Outside
from huozhan.doors.jobs import queue
from huozhan.doors.settings import Settings
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.ids import EPOCH_MS, IdMint
from huozhan.main import open_hall

CHECK_EVERY = 10
OPENING_MS, FIRST_MS = EPOCH_MS + 10**9, EPOCH_MS + 10**10
"""Where the ids of the beginning begin, and those of every seed."""


def simulate_drill(*, seeds: int, first: int, events: int, replays: int) -> dict[str, Any]:
    """Plays `seeds` seeds from `first` on and some of them again; raises where something must not be."""
    begun = time.monotonic()
    with empty_market() as ground:
        seen = asyncio.run(_play(ground.settings, range(first, first + seeds), events, replays))
    return {
        "what": "seeded lives of a market in one process, with faults; invariants after every ten events",
        "seeds": seeds,
        "first_seed": first,
        "events_per_seed": events,
        **seen,
        "invariant_breaks": 0,
        "seconds": round(time.monotonic() - begun),
    }


async def _play(settings: Settings, seeds: range, events: int, replays: int) -> dict[str, Any]:
    clock = MovableClock(OPENING)
    said, faults, hashes, rest = Counter[str](), Counter[str](), {}, 0.0
    async with open_hall(settings, clock=clock) as hall:
        db = await asyncpg.connect(settings.database_url)
        try:
            hall.pool = OneConnection(db)
            queue.SLOTS = 1  # one hand does one thing at a time
            await db.transaction().start()
            hall.mint = _mint(OPENING_MS)
            trade = await open_trade(hall, clock)
            for seed in itertools.chain(seeds, seeds[:replays]):
                happening = await _seed(trade, clock, seed, events)
                if hashes.setdefault(seed, happening.hash) != happening.hash:
                    raise DrillFailed(f"seed {seed} was played again and came out otherwise")
                said.update(happening.said)
                faults.update(happening.parties.faults)
                rest = max(rest, happening.rested_hours)
        finally:
            await db.close()
    return {
        "replayed_to_the_same_hash": min(replays, len(seeds)),
        "events": said.total(),
        "events_by_kind": dict(sorted(said.items())),
        "faults": dict(sorted(faults.items())),
        "longest_rest_hours": round(rest, 1),
        "hash_of_hashes": _together(hashes),
    }


async def _seed(trade: Trade, clock: MovableClock, seed: int, events: int) -> Happening:
    """One seed from the beginning; everything it did is undone afterwards."""
    chance = random.Random(f"{seed}:simulation")
    clock.put(OPENING)
    hall = trade.hall
    hall.mint = _mint(FIRST_MS)
    parties = Parties(clock, chance)
    hall.outside = Outside(channel=parties.channel, bank=parties.bank, carrier=Listener(), mail=Listener())
    happening = Happening(Trade(hall, clock, trade.people, dict(trade.skus)), parties, chance)
    one = hall.pool.db.transaction()  # type: ignore[attr-defined]
    await one.start()
    try:
        await hall.pool.db.execute("DELETE FROM outbox; DELETE FROM job")  # type: ignore[attr-defined]
        for number in range(1, events + 1):
            chosen = chance.choices(EVENTS, [event.weight for event in EVENTS])[0]
            await happening.one(chosen.name, chosen.deed)
            if number % CHECK_EVERY == 0:
                await happening.check()
        happening.rested_hours = (await happening.rest()).total_seconds() / 3_600
        await happening.end()
        await happening.check(rested=True)
        await happening.close_the_books()
    except Exception as error:
        raise DrillFailed(
            f"seed {seed}, event {happening.count}, hash {happening.hash}: {error!r}\n"
            f"To play it again: bin/drill simulate --seeds 1 --first {seed} --events {events}"
        ) from error
    finally:
        await one.rollback()
    return happening


def _mint(first_ms: int) -> IdMint:
    """Ids that are the same in every run: each has a millisecond of its own."""
    milliseconds = itertools.count(first_ms)
    return IdMint(1, lambda: next(milliseconds))


def _together(hashes: dict[int, str]) -> str:
    return hashlib.sha256("".join(hashes[seed] for seed in sorted(hashes)).encode()).hexdigest()
