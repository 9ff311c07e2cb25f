"""A simulated market and the registry of what may happen in it."""

import hashlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from tests.ordering.trading import Trade

from bench.drills.patient import DrillFailed
from bench.drills.simulation.parties import MERCHANT, Parties, body_of
from huozhan import catalogue, fulfilment, ledger, ordering, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import payments as errands
from huozhan.doors.jobs.queue import work_once
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS, TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.views import PlacedOrder
from huozhan.payments.asks import NoteCallback

REST_TURNS_MAX = 400
DAYS_TO_THE_END, DAYS_AT_ONCE = 120, 6
_PERSONS_MATTERS = {"payments.callback_odd"}
"""Answers that no payment explains are shown to a person; a simulation has none."""
_LATENESS = {"payments.callback_waits"}
"""The clock has leapt and the worker had no turn yet; in the end nothing waits."""


class Happening:
    """One seed's market: what is in it, what was done, and the hash of all of it."""

    def __init__(self, trade: Trade, parties: Parties, chance: random.Random) -> None:
        self.trade, self.parties, self.chance = trade, parties, chance
        self.orders: list[PlacedOrder] = []
        self.payments: list[str] = []
        self.count = 0
        self.rested_hours = 0.0
        self.said: Counter[str] = Counter()
        self._hash = hashlib.sha256()
        self._done: list[str] = []

    @property
    def hall(self) -> Hall:
        """Where calls run."""
        return self.trade.hall

    @property
    def hash(self) -> str:
        """Equal for equal runs."""
        return self._hash.hexdigest()

    @property
    def last(self) -> str:
        """What was done last."""
        return "; ".join(self._done[-8:])

    def any_order(self) -> PlacedOrder | None:
        """One of the orders, rather a young one."""
        if not self.orders:
            return None
        return self.orders[-1 - min(int(self.chance.expovariate(0.2)), len(self.orders) - 1)]

    async def one(self, name: str, deed: Callable[["Happening"], Awaitable[Any]]) -> None:
        """One event: it is done or refused, and both are part of the hash."""
        self.count += 1
        try:
            said = str(await deed(self) or "")
        except Refusal as refusal:
            said = refusal.code
        self.said[name] += 1
        self.note(f"{self.count} {self.trade.clock.now().isoformat()} {name} {said}")

    def note(self, text: str) -> None:
        """Makes something part of the hash."""
        self._done.append(text)
        self._hash.update(text.encode() + b"\n")

    async def deliver(self) -> str:
        """A message of a party comes in."""
        message = self.parties.take()
        if message is None:
            return "none"
        note = NoteCallback(
            party=message.party, message_id=f"m{self.count}", body=body_of(message.told),
            is_genuine=message.is_genuine, merchant=MERCHANT,
        )  # fmt: skip
        await self.hall.run(payments.note_callback, note, system("hooks"))
        return message.party

    async def work(self) -> int:
        """One turn of the worker: facts, timers, jobs, questions, holds, the chain."""
        done = 0
        while told := await relay_once(self.hall):
            done += told
        done += await fire_once(self.hall, TIMERS)
        done += await work_once(self.hall, TASKS)
        done += await errands.sweep(self.hall)
        async with self.hall.working(system("sealer")) as work:
            done += await ledger.expire_holds(work)
            while await ledger.seal_chain(work):
                pass
        return done

    async def check(self, *, rested: bool = False) -> None:
        """Everything that must always be true."""
        allowed = _PERSONS_MATTERS if rested else _PERSONS_MATTERS | _LATENESS
        async with self.hall.pool.acquire() as db:
            work = self.hall.work(db, system("drill"))
            while await ledger.seal_chain(work):
                pass
            found = [
                finding
                for context in (ledger, payments, ordering, fulfilment, catalogue)
                for finding in await context.verify(work)
                if finding.code not in allowed
            ]
            rows = await db.fetch(
                "SELECT order_id, state, paid_minor, refunded_minor, released_minor FROM trade_order ORDER BY order_id"
            )
            kept = await db.fetch(
                "SELECT code, owner_id, posted_minor, held_minor FROM ledger_balance ORDER BY 1, 2"
            )
            clearing = (await ledger.balance(work, ledger.channel_clearing(1))).posted_minor
        if found:
            raise DrillFailed(f"{found[:5]} after: {self.last}")
        most = sum(self.parties.charged.values())
        if not 0 <= clearing <= most:
            raise DrillFailed(
                f"the book has {clearing} at the channel, which took {most}; after: {self.last}"
            )
        self.note(repr([tuple(row) for row in (*rows, *kept)]))

    async def rest(self) -> timedelta:
        """Nothing errs any more and time passes until nothing is left to do; how long that took."""
        self.parties.is_calm = True
        since = self.trade.clock.now()
        async with self.hall.pool.acquire() as db:
            for _ in range(REST_TURNS_MAX):
                while await self.deliver() != "none":
                    pass
                while await self.work():
                    pass
                if not await db.fetchval(_UNDONE) and not self.parties.post:
                    return self.trade.clock.now() - since
                self.trade.clock.pass_(minutes=10)
            jobs = [dict(row) for row in await db.fetch("SELECT kind, attempts, last_error FROM job LIMIT 3")]
        raise DrillFailed(f"no rest after {self.trade.clock.now() - since}: {jobs}; {self.last}")

    async def end(self) -> None:
        """Nobody does anything any more: the clock alone brings every order to its end."""
        for _ in range(DAYS_TO_THE_END // DAYS_AT_ONCE):
            self.trade.clock.pass_(days=DAYS_AT_ONCE)
            await self.rest()
        async with self.hall.pool.acquire() as db:
            rows = await db.fetch(
                "SELECT order_id, state FROM trade_order WHERE state NOT IN ('success', 'closed', 'terminated')"
            )
        if rows:
            raise DrillFailed(
                f"{DAYS_TO_THE_END} days later there still are {[tuple(row) for row in rows[:5]]}"
            )

    async def close_the_books(self) -> None:
        """In the end the book says what the parties say."""
        async with self.hall.pool.acquire() as db:
            work = self.hall.work(db, system("drill"))
            booked = (
                (await ledger.balance(work, ledger.channel_clearing(1))).posted_minor,
                (await ledger.balance(work, ledger.custody_bank(1))).posted_minor,
            )
            dead = await db.fetchval("SELECT count(*) FROM job WHERE is_dead")
        parties = self.parties
        truth = (
            sum(parties.charged.values()) - sum(parties.repaid.values()),
            -sum(parties.transferred.values()),
        )
        if booked != truth or dead:
            raise DrillFailed(f"channel and bank say {truth}, the book {booked}; {dead} jobs were given up")
        self.note(repr(truth))


_UNDONE = """
SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM outbox)
     + (SELECT count(*) FROM outside_callback WHERE done_at IS NULL)
     + (SELECT count(*) FROM payment WHERE state = 'opening' OR state = 'closing')
     + (SELECT count(*) FROM payment_refund WHERE state = 'asked') + (SELECT count(*) FROM withdrawal WHERE state = 'asked')
"""

Deed = Callable[[Happening], Awaitable[Any]]


class Event(msgspec.Struct, frozen=True):
    """Something that may happen, and how often it does beside the others."""

    name: str
    weight: int
    deed: Deed


EVENTS: list[Event] = []


def event(weight: int) -> Callable[[Deed], Deed]:
    """Registers what may happen."""

    def register(deed: Deed) -> Deed:
        EVENTS.append(Event(deed.__name__, weight, deed))
        return deed

    return register
