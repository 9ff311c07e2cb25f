"""The unit of work in hand: everything a use case would otherwise reach for behind its back.

Work is passed first and carries the transaction's connection, the moment, the actor. What must happen after
commit (facts, timers, jobs) is gathered here and written by `flush` in one statement of the same transaction.
"""

import functools
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import asyncpg
import msgspec

from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import Keyring
from huozhan.kernel.facts import Fact
from huozhan.kernel.ids import IdMint
from huozhan.kernel.rules import Rule, RuleBook

_PARAMETER = re.compile(r"\$(\d+)")


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of the whole market: its names, its currency, whether it is a demo."""

    market_id: int
    name_zh: str
    name_en: str
    currency: str
    is_demo: bool
    timezone: str


class Work:
    """One transaction's worth of work for one actor at one moment.

    `index` is the process's full-text index as `main` opened it, and `notes` its notebook of what visitors saw; only
    `search` uses them. `prepared` is what the use case's own `before` found out.
    """

    def __init__(
        self,
        *,
        db: asyncpg.Connection,
        now: datetime,
        actor: Actor,
        mint: IdMint,
        rules: RuleBook,
        keyring: Keyring,
        terms: Terms,
        index: Any = None,
        notes: Any = None,
        prepared: Any = None,
    ) -> None:
        self.db = db
        self.now = now
        self.actor = actor
        self.keyring = keyring
        self.terms = terms
        self.rules = rules
        self.index = index
        self.notes = notes
        self.prepared = prepared
        self._mint = mint
        self._facts: list[Fact] = []
        self._timers: dict[tuple[int, str], tuple[datetime, int] | None] = {}
        self._timers_all_cleared: set[int] = set()
        self._jobs: dict[int | str, tuple[int, str, str, datetime, str | None]] = {}

    def new_id(self) -> int:
        """A new 64-bit id."""
        return self._mint.new()

    def rule(self, code: str) -> Rule:
        """The rule version in force now."""
        return self.rules.at(code, self.now)

    def record(self, *facts: Fact) -> None:
        """Notes what happened; told to `reactions` after commit."""
        self._facts.extend(facts)

    def set_timer(self, kind: str, *, about: int, due_at: datetime, rule_version: int = 0) -> None:
        """Sets the one timer of this kind on an aggregate, or moves it."""
        self._timers[about, kind] = (due_at, rule_version)

    def clear_timer(self, kind: str, *, about: int) -> None:
        """Takes one timer off an aggregate; does nothing where there is none."""
        self._timers[about, kind] = None

    def clear_all_timers(self, *, about: int) -> None:
        """Takes every timer off an aggregate, also those set earlier in this work."""
        self._timers_all_cleared.add(about)
        for key in [key for key in self._timers if key[0] == about]:
            del self._timers[key]

    async def timer_is_due(self, kind: str, *, about: int) -> bool:
        """Tells whether the timer is still there and due; ask after locking the aggregate."""
        due_at = await self.db.fetchval(
            "SELECT due_at FROM timer WHERE about_id = $1 AND kind = $2", about, kind
        )
        return due_at is not None and due_at <= self.now

    def enqueue(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        run_at: datetime | None = None,
        dedupe_key: str | None = None,
    ) -> None:
        """Leaves a job for the worker.

        Under a dedupe key, which stands for the kind and all of the payload, one that already waits is kept instead,
        at its own time; one that is being worked is worked again.
        """
        job_id = self.new_id()
        job = (job_id, kind, msgspec.json.encode(payload).decode(), run_at or self.now, dedupe_key)
        self._jobs.setdefault(job_id if dedupe_key is None else dedupe_key, job)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What was recorded so far."""
        return tuple(self._facts)

    async def flush(self, answered: tuple[int, str, str, bytes] | None = None) -> None:
        """Writes facts, timers, jobs and the stored answer (scope id, use case, key, answer)."""
        sets = [(about, kind, *timer) for (about, kind), timer in self._timers.items() if timer is not None]
        clears = [key for key, timer in self._timers.items() if timer is None]
        parts: list[tuple[str, Sequence[Any]]] = []
        if self._facts:
            facts = [
                (self.new_id(), f.name, f.about_id, msgspec.json.encode(f).decode()) for f in self._facts
            ]
            parts.append((_TELL, [self.now, *_columns(facts, 4)]))
        if clears or self._timers_all_cleared:
            kept = _columns(sets, 4)[:2]
            parts.append((_CLEAR, [*_columns(clears, 2), list(self._timers_all_cleared), *kept]))
        if sets:
            parts.append((_SET, _columns(sets, 4)))
        if self._jobs:
            parts.append((_QUEUE, [self.now, *_columns(list(self._jobs.values()), 5)]))
        if answered:
            parts.append((_ANSWER, answered))
        if parts:
            await self.db.execute(
                _one_statement(tuple(sql for sql, _ in parts)),
                *[value for _, values in parts for value in values],
            )
        self._facts, self._jobs = [], {}
        self._timers, self._timers_all_cleared = {}, set()


def _columns(rows: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[i] for row in rows] for i in range(width)]


_TELL = """
INSERT INTO outbox (fact_id, fact, about_id, body, happened_at)
SELECT fact_id, fact, about_id, body::jsonb, $1
  FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[]) AS f(fact_id, fact, about_id, body)
"""
_CLEAR = """
DELETE FROM timer t
 WHERE (t.about_id, t.kind) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
    OR (t.about_id = ANY ($3::bigint[])
        AND (t.about_id, t.kind) NOT IN (SELECT * FROM unnest($4::bigint[], $5::text[])))
"""
_SET = """
INSERT INTO timer (about_id, kind, due_at, rule_version)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::int[])
    ON CONFLICT (about_id, kind) DO UPDATE
   SET due_at = EXCLUDED.due_at, rule_version = EXCLUDED.rule_version, lease_until = NULL, attempts = 0
"""
_QUEUE = """
INSERT INTO job (job_id, kind, payload, run_at, dedupe_key, queued_at)
SELECT job_id, kind, payload::jsonb, run_at, dedupe_key, $1
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
    AS j(job_id, kind, payload, run_at, dedupe_key)
 ORDER BY dedupe_key, job_id
    ON CONFLICT (dedupe_key) DO UPDATE SET again_at = least(job.again_at, EXCLUDED.run_at)
 WHERE job.lease_until IS NOT NULL
"""
"""Keys go in one order, against deadlocks. The conflict locks the job, waiting or not: nobody takes it up, or puts it
away, before this transaction ends and what it did is there to be seen.
"""
_ANSWER = """
UPDATE idempotency SET answer = $4::bytea WHERE scope_id = $1::bigint AND use_case = $2::text AND key = $3::text
"""


@functools.cache
def _one_statement(parts: tuple[str, ...]) -> str:
    """The parts as one statement, their parameters numbered through."""
    numbered, before = [], 0
    for at, part in enumerate(parts):
        numbered.append(f"p{at} AS ({_moved(part, before)})")
        before += len(set(_PARAMETER.findall(part)))
    return f"WITH {', '.join(numbered)} SELECT"


def _moved(part: str, by: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + by}", part)


A_contra = TypeVar("A_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)


class UseCase(Protocol[A_contra, V_co]):
    """One sentence of the trade: everything a door may call has this form."""

    name: str
    permission: str
    writes: bool
    is_secret: bool
    before: "Before | None"
    __name__: str
    __doc__: str | None

    def __call__(self, work: Work, ask: A_contra, /) -> Awaitable[V_co]:
        """Does it, or refuses and changes nothing."""
        ...


Run = Callable[[UseCase[Any, Any], Any], Awaitable[Any]]
"""Runs another use case for the same actor, in a transaction of its own."""

Before = Callable[[Run, Any], Awaitable[Any]]
"""`async before(run, ask)`: what must not happen inside the use case's transaction, such as a slow hash, or a
counted try that a refusal may not undo. What it returns is `work.prepared`."""

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


def use_case(
    permission: str, *, writes: bool, is_secret: bool = False, before: Before | None = None
) -> Callable[[Callable[[Work, Asked], Awaitable[Answered]]], UseCase[Asked, Answered]]:
    """Marks a front-desk function: who may call it, and whether it changes anything.

    The permission is checked before the function runs; "public" lets everybody in. Where the ask or the answer
    `is_secret` (a password, a token), neither is kept for a repeated call.
    """

    def mark(function: Callable[[Work, Asked], Awaitable[Answered]]) -> UseCase[Asked, Answered]:
        @functools.wraps(function)
        async def guarded(work: Work, ask: Asked) -> Answered:
            work.actor.must(permission)
            return await function(work, ask)

        context = function.__module__.split(".")[1]
        guarded.name = f"{context}.{function.__name__}"  # type: ignore[attr-defined]
        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.writes = writes  # type: ignore[attr-defined]
        guarded.is_secret = is_secret  # type: ignore[attr-defined]
        guarded.before = before  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark
