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
from bench.drills.simulation import truth
from bench.drills.simulation.always import must_hold
from bench.drills.simulation.opening import Opened
from bench.drills.simulation.parties import MERCHANT, Message, Parties
from bench.drills.simulation.waiting import Waiting
from huozhan import ledger, operations, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import insurer, lender, queue
from huozhan.doors.jobs import payments as errands
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS, TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import Refusal
from huozhan.operations import Verify
from huozhan.ordering.views import PlacedOrder
from huozhan.payments.asks import NoteCallback
from huozhan.payments.ports import BankCredit

REST_HOURS_MAX = 24
REST_STEP, REST_STEPS_MAX = timedelta(minutes=10), 6
TURNS_MAX = 60
JOBS_AT_ONCE = 6
ROUNDS_MAX = 20
LAWFUL_SHARE = 0.85
"""So often somebody does what can be done; else it is tried with whatever there is, and mostly refused."""
DAYS_TO_THE_END, AT_ONCE_IN_THE_END = timedelta(days=120), timedelta(days=6)
_PERSONS_MATTERS = {"payments.callback_odd"}
"""Answers that no payment explains are shown to a person; a simulation has none."""
_LATENESS = {
    "payments.callback_waits",
    "payments.clearing_old",
    "payments.difference_open",
    "payments.file_missing",
}
"""The clock has leapt and the worker had no turn yet, or nobody has looked; in the end nothing waits."""


class Happening:
    """One seed's market: what is in it, what was done, and the hash of all of it."""

    def __init__(self, opened: Opened, trade: Trade, parties: Parties, chance: random.Random) -> None:
        self.opened, self.trade, self.parties, self.chance = opened, trade, parties, chance
        self.orders: list[PlacedOrder] = []
        self._orders: dict[str, tuple[str, str]] = {}
        """By id, in which state and of which trade type."""
        self.payments: list[str] = []
        """At the channel."""
        self.bank_payments: list[str] = []
        self.cases: list[str] = []
        self.promotions: list[tuple[str, str]] = []
        """What kind, and its id."""
        self.withdrawals: list[str] = []
        self.notices: list[str] = []
        likes = {group: chance.choice(SHARES) for group in sorted({one.group for one in EVENTS} - IN_ALL)}
        self._weights = [one.weight * likes.get(one.group, 1) for one in EVENTS]
        self.count = 0
        self.rested_hours = 0.0
        self.said: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._waiting = Waiting(trade.hall.pool)
        self._jobs_at_once = JOBS_AT_ONCE
        self._hash = hashlib.sha256()
        self._done: list[str] = []

    @property
    def hall(self) -> Hall:
        """Where calls run."""
        return self.trade.hall

    @property
    def operator(self) -> Actor:
        """Who runs the market."""
        return self.trade.people.operator

    @property
    def hash(self) -> str:
        """Equal for equal runs."""
        return self._hash.hexdigest()

    @property
    def last(self) -> str:
        """What was done last."""
        return "; ".join(self._done[-8:])

    async def any_order(self, *states: str, of: str = "") -> PlacedOrder | None:
        """One of the orders, rather a young one, mostly one of these states; with `of` always of this trade type."""
        if self._waiting.has_changed("orders", ("trade_order",)):
            async with self.hall.pool.acquire() as db:
                rows = await db.fetch("SELECT order_id::text AS id, state, trade_type FROM trade_order")
            self._orders = {row["id"]: (row["state"], row["trade_type"]) for row in rows}
        states = states if self.chance.random() < LAWFUL_SHARE else ()
        fit = {
            order_id
            for order_id, (state, trade_type) in self._orders.items()
            if (not states or state in states) and of in ("", trade_type)
        }
        orders = [order for order in self.orders if order.order_id in fit]
        return orders[-1 - min(int(self.chance.expovariate(0.2)), len(orders) - 1)] if orders else None

    async def one(self) -> None:
        """One event: something is done or refused, and both are part of the hash.

        Each seed has a liking of its own for some ways to trade. Where there is nothing to do it with, another is chosen.
        """
        self.count += 1
        while True:
            chosen = self.chance.choices(EVENTS, self._weights)[0]
            try:
                said = str(await chosen.deed(self) or "")
            except Refusal as refusal:
                said = refusal.code
                self.refused[chosen.name] += 1
                break
            if said != "none":
                self.said[chosen.name] += 1
                break
        self.note(f"{self.count} {self.trade.clock.now().isoformat()} {chosen.name} {said}")

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
            party=message.party, message_id=f"m{self.count}", body=_body(message),
            is_genuine=message.is_genuine, merchant=MERCHANT,
        )  # fmt: skip
        await self.hall.run(payments.note_callback, note, system("hooks"))
        return message.party

    async def turn(self) -> int:
        """One turn of the worker: facts, timers, jobs, questions; where nothing waits it looks only."""
        due = await self._waiting.due(self.trade.clock.now())
        self._waiting.forget(*due)
        return sum([await WORKING[sort](self) for sort in sorted(due)])

    async def expire_holds(self) -> int:
        """What was promised for a time and not taken is free again."""
        async with self.hall.working(system("holds")) as work:
            return await ledger.expire_holds(work)

    async def ask(self) -> int:
        """Every party is asked about what it has not answered for too long."""
        asked = await errands.sweep(self.hall) + await lender.ask_again(self.hall)
        return asked + await insurer.ask_again(self.hall)

    async def jobs(self) -> int:
        """Some jobs that are due, one after another in the order in which they were left."""
        async with self.hall.pool.acquire() as db:
            due = await db.fetch(_LEASE, self.trade.clock.now(), self._jobs_at_once, queue.LEASE)
            done = [
                row["job_id"]
                for row in sorted(due, key=lambda row: row["job_id"])
                if await queue._worked(self.hall, TASKS[row["kind"]], row)  # noqa: SLF001
            ]
            if done:
                await db.execute(queue._PUT_AWAY, done)  # noqa: SLF001
        return len(due)

    async def work(self, turns: int = TURNS_MAX) -> int:
        """So many turns, or until nothing waits."""
        done = 0
        for _ in range(turns):
            if not (did := await self.turn()):
                break
            done += did
        return done

    async def look(self) -> None:
        """What is cheap to ask and must be true at any moment."""
        async with self.hall.pool.acquire() as db:
            self.note(await must_hold(db, self.last))

    async def verify(self, *, rested: bool = False, whole_days: bool = True) -> None:
        """The market's own check of all its books; files of days that nobody has closed yet may be missing."""
        await self.seal()
        allowed = _PERSONS_MATTERS if rested and whole_days else _PERSONS_MATTERS | _LATENESS
        books = await self.hall.run(operations.verify, Verify(), self.operator)
        found = [finding for finding in books.findings if finding.code not in allowed]
        if found:
            raise DrillFailed(f"verify: {found[:5]} after: {self.last}")
        if rested and (apart := await truth.apart(self.hall, self.parties)):
            raise DrillFailed(f"{apart[:5]} after: {self.last}")

    async def seal(self) -> None:
        """The chain takes what waits for it."""
        async with self.hall.working(system("sealer")) as work:
            while await ledger.seal_chain(work):
                pass

    async def rest(self, *, calm: bool = True) -> None:
        """Time passes until all money stands still; no more than a day. Where it is `calm`, nothing errs any more, and all messages arrive."""
        if calm:
            self.parties.be_calm()
            self._jobs_at_once = queue.SLOTS
        since = self.trade.clock.now()
        while self.trade.clock.now() - since <= timedelta(hours=REST_HOURS_MAX):
            while await self.deliver() != "none":
                pass
            await errands.read_statements(self.hall)
            for _ in range(ROUNDS_MAX):
                if not await self.work():
                    break
            for tidy in AT_ONCE:
                await tidy(self)
            if not (moving := await self._moving()) and not (calm and self.parties.post):
                self.rested_hours = max(
                    self.rested_hours, (self.trade.clock.now() - since).total_seconds() / 3_600
                )
                return
            self._leap(REST_STEP, at_most=REST_STEPS_MAX)
        raise DrillFailed(f"no rest after {REST_HOURS_MAX} hours: {moving}; {self.last}")

    def _leap(self, step: timedelta, *, at_most: int) -> None:
        """On by a step, or as many as are needed until something happens by itself."""
        clock = self.trade.clock
        soonest = min(
            (
                at
                for at in (self._waiting.next_at, *(told.due_at for told in self.parties.post))
                if at is not None
            ),
            default=clock.now(),
        )
        steps = -(-(soonest - clock.now()) // step)
        clock.put(clock.now() + min(max(1, steps), at_most) * step)

    async def end(self) -> None:
        """Nobody does anything any more but the operator; the clock brings every order and case to its end."""
        end_at = self.trade.clock.now() + DAYS_TO_THE_END
        while self.trade.clock.now() < end_at:
            await self.rest()
            for tidy in TIDYING:
                await tidy(self)
            await self.rest()
            if not await self._unfinished():
                break
            self._leap(AT_ONCE_IN_THE_END, at_most=DAYS_TO_THE_END // AT_ONCE_IN_THE_END)
        if rows := await self._unfinished():
            raise DrillFailed(f"{DAYS_TO_THE_END.days} days later there still are {rows}")

    async def _unfinished(self) -> list[Any]:
        async with self.hall.pool.acquire() as db:
            return [tuple(row) for row in await db.fetch(_UNFINISHED)]

    async def _moving(self) -> list[Any]:
        async with self.hall.pool.acquire() as db:
            return [tuple(row) for row in await db.fetch(_MOVING)]


def _body(message: Message) -> bytes:
    """What a party says, as it comes over the wire."""
    if isinstance(message.told, BankCredit):
        return msgspec.json.encode({"type": "receipt.credited", "data": message.told})
    body = payments.write_message(message.told)
    assert body is not None
    return body


_LEASE = """
UPDATE job SET lease_until = $1::timestamptz + $3, attempts = attempts + 1,
               again_at = CASE WHEN again_at > $1 THEN again_at END
 WHERE job_id IN (
    SELECT job_id FROM job WHERE NOT is_dead AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
     ORDER BY run_at, job_id LIMIT $2)
RETURNING job_id, kind, payload, attempts
"""
"""As the queue leases jobs, but in one order always."""
_MOVING = """
SELECT 'job' AS what, kind, job_id, last_error FROM job
UNION ALL SELECT 'fact', fact, fact_id, '' FROM outbox
UNION ALL SELECT 'callback', party, callback_id, '' FROM outside_callback WHERE done_at IS NULL AND is_genuine
UNION ALL SELECT 'payment', state, payment_id, '' FROM payment WHERE state IN ('opening', 'closing')
UNION ALL SELECT 'refund', state, refund_id, '' FROM payment_refund WHERE state = 'asked'
UNION ALL SELECT 'withdrawal', state, withdrawal_id, '' FROM withdrawal WHERE state = 'asked'
UNION ALL SELECT 'payout', state, payout_id, '' FROM bank_payout WHERE state = 'asked'
UNION ALL SELECT 'receipt', state, receipt_id, '' FROM bank_receipt WHERE state = 'new'
UNION ALL SELECT 'deed', kind, deed_id, '' FROM loan_deed WHERE state = 'asked'
UNION ALL SELECT 'insurer', kind, deed_id, '' FROM insurance_deed WHERE state = 'asked'
LIMIT 5
"""
"""Money on its way, and whatever would move it."""

_UNFINISHED = """
SELECT 'order' AS what, order_id, state FROM trade_order WHERE state NOT IN ('success', 'closed', 'terminated')
UNION ALL SELECT 'case', case_id, state FROM aftersale_case WHERE state NOT IN ('success', 'closed', 'replaced')
UNION ALL SELECT 'payment', payment_id, state FROM payment WHERE state NOT IN ('paid', 'mismatched', 'closed')
UNION ALL SELECT 'withdrawal', withdrawal_id, state FROM withdrawal WHERE state IN ('waiting', 'asked')
UNION ALL SELECT 'receipt', receipt_id, state FROM bank_receipt WHERE state IN ('new', 'parked', 'returning')
UNION ALL SELECT 'payout', payout_id, state FROM bank_payout WHERE state = 'asked' OR (state = 'failed' AND refund_id <> 0)
UNION ALL SELECT 'difference', difference_id, state FROM channel_difference WHERE state = 'open'
UNION ALL SELECT 'claim', case_id, state FROM insurance_claim WHERE state IN ('filed', 'asked')
UNION ALL SELECT 'file', 0, source || ' of ' || on_day FROM awaited_file
LIMIT 5
"""

WORKING: dict[str, Callable[[Happening], Awaitable[int]]] = {
    "facts": lambda h: relay_once(h.hall),
    "holds": Happening.expire_holds,
    "jobs": Happening.jobs,
    "questions": Happening.ask,
    "timers": lambda h: fire_once(h.hall, TIMERS),
}
"""What is done where something of a sort is due."""

Deed = Callable[[Happening], Awaitable[Any]]
SHARES = (0, 1, 1, 3)
"""How much a seed may like a way to trade; what happens every day and escrow happen in all of them."""


class Event(msgspec.Struct, frozen=True):
    """Something that may happen, and how often it does beside the others; a group lives in one module."""

    name: str
    group: str
    weight: int
    deed: Deed


IN_ALL = frozenset({"everyday", "escrow"})
EVENTS: list[Event] = []
AT_ONCE: list[Deed] = []
TIDYING: list[Deed] = []
"""What an operator and a buyer still do when nobody trades any more: the work that waits for a person."""


def event(weight: int) -> Callable[[Deed], Deed]:
    """Registers what may happen."""

    def register(deed: Deed) -> Deed:
        EVENTS.append(Event(deed.__name__, deed.__module__.rpartition(".")[2], weight, deed))
        return deed

    return register


def tidying(deed: Deed) -> Deed:
    """Registers what is still done in the end."""
    TIDYING.append(deed)
    return deed


def at_once(deed: Deed) -> Deed:
    """Registers what a person on duty does within the day: money waits for it."""
    AT_ONCE.append(deed)
    return deed
