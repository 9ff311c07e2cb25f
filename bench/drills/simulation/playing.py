"""A hall on one connection with a movable clock, and how everything in it begins anew."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

from tests.conftest import OPENING

from bench.drills.simulation.carrier import PostOffice
from bench.drills.simulation.opening import LENT_MINOR, Opened, open_market
from bench.drills.simulation.parties import Parties
from bench.drills.simulation.pool import OneHand, one_hand
from bench.ground import Ground
from huozhan.doors.hall import Hall, Outside
from huozhan.doors.jobs import payments as errands
from huozhan.kernel.actor import Actor
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.ids import EPOCH_MS, IdMint
from huozhan.main import open_hall

OPENING_MS, FIRST_MS = EPOCH_MS + 10**9, EPOCH_MS + 10**10
"""Where the ids of the beginning begin, and those of every seed."""
BEGINNING = OPENING + timedelta(hours=1)
"""When everything begins again; by then no code of a second step is one that was used in the opening."""


@contextlib.asynccontextmanager
async def playing(ground: Ground) -> AsyncIterator[tuple[Hall, OneHand, MovableClock]]:
    """Opens it; what happens in it is never committed."""
    clock = MovableClock(OPENING)
    async with open_hall(ground.settings, clock=clock) as hall, one_hand(ground) as hand:
        pool, hall.pool, hall.index = hall.pool, hand, None
        yield hall, hand, clock
        hall.pool = pool


async def open_again(hall: Hall, hand: OneHand, clock: MovableClock) -> Opened:
    """The market as every seed finds it, in a new transaction: what was undone in the old one is gone."""
    await hand.anew()
    clock.put(OPENING)
    hall.mint = _mint(OPENING_MS)
    opened = await open_market(hall, clock)
    await hand.execute("DELETE FROM outbox")
    await hand.execute("DELETE FROM job")
    return opened


def begin_again(hall: Hall, clock: MovableClock, parties: Parties, *, buyer: Actor) -> None:
    """The same moment, the same ids, other parties, and a worker that remembers nothing."""
    clock.put(BEGINNING)
    hall.mint = _mint(FIRST_MS)
    errands._READ.clear()  # noqa: SLF001 -- what a worker remembers of statements that never were
    parties.lender.limits[str(buyer.org_id)] = LENT_MINOR
    hall.outside = Outside(
        channel=parties.channel,
        bank=parties.bank,
        carrier=parties.carrier,
        mail=PostOffice(),
        lender=parties.lender,
        insurer=parties.insurer,
    )


def _mint(first_ms: int) -> IdMint:
    """Ids that are the same in every run: each has a millisecond of its own."""
    milliseconds = itertools.count(first_ms)
    return IdMint(1, lambda: next(milliseconds))
