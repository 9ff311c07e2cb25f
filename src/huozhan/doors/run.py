"""The only place that opens and commits a transaction.

A call runs once whoever retries it: the idempotency key row, the change, its facts, timers, jobs and the answer
commit together. Serialisation failures and deadlocks run again, a read's too; a lock held too long is "busy".
"""

import asyncio
import contextlib
import hashlib
import random
import re
import typing
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, TypeVar

import asyncpg
import msgspec

from huozhan.kernel.actor import Actor
from huozhan.kernel.clock import Clock
from huozhan.kernel.crypto import Keyring
from huozhan.kernel.ids import IdMint
from huozhan.kernel.refusals import Busy, Invalid, KeyMismatch
from huozhan.kernel.rules import RuleBook
from huozhan.kernel.work import Terms, UseCase, Work

ATTEMPTS_MAX = 5
_BACKOFF_SECONDS = 0.01
KEY = re.compile(r"[\x21-\x7e]{1,255}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

NO_ROOM = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""What the database says to a transaction that it could not fit among the others; done over, it may fit."""

A = TypeVar("A")
T = TypeVar("T")
V = TypeVar("V")


class Pool(Protocol):
    """Where connections come from."""

    def acquire(self) -> Any:
        """A connection, as an async context manager."""
        ...


class Runner:
    """Runs use cases for every door of one process."""

    def __init__(
        self,
        *,
        pool: Pool,
        clock: Clock,
        mint: IdMint,
        rules: RuleBook,
        keyring: Keyring,
        terms: Terms,
        index: Any = None,
        notes: Any = None,
    ) -> None:
        self.pool = pool
        self.clock = clock
        self.mint = mint
        self.rules = rules
        self.keyring = keyring
        self.terms = terms
        self.index = index
        self.notes = notes

    def work(self, db: asyncpg.Connection, actor: Actor, prepared: Any = None) -> Work:
        """The unit of work for one transaction on `db`."""
        return Work(
            db=db,
            now=self.clock.now(),
            actor=actor,
            mint=self.mint,
            rules=self.rules,
            keyring=self.keyring,
            terms=self.terms,
            index=self.index,
            notes=self.notes,
            prepared=prepared,
        )

    async def run(self, use_case: UseCase[A, V], ask: A, actor: Actor, *, key: str | None = None) -> V:
        """Runs one use case whole or not at all; with a key, once however often it is called."""
        _must_be_storable(ask)
        if not use_case.writes:
            return await self._read(use_case, ask, actor)
        if key is not None and not KEY.fullmatch(key):
            raise Invalid(detail="Idempotency-Key: 1 to 255 printable ASCII characters")
        key = None if use_case.is_secret else key
        prepared = await self._prepare(use_case, ask, actor)
        try:
            return await tried_again(lambda: self._write(use_case, ask, actor, key, prepared))
        except (*NO_ROOM, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError) as error:
            raise Busy(use_case=use_case.name) from error

    @contextlib.asynccontextmanager
    async def working(self, actor: Actor, prepared: Any = None) -> AsyncIterator[Work]:
        """One transaction: what is gathered in its work is written before it commits."""
        async with self.pool.acquire() as db:
            try:
                async with db.transaction():
                    work = self.work(db, actor, prepared)
                    yield work
                    await work.flush()
            except asyncpg.InterfaceError as error:
                # A lost connection is found out by whoever touches it next, here the end of the transaction.
                if _is_lost(db):
                    raise ConnectionResetError("the database ended the connection") from error
                raise

    async def alone(self, once: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Does what needs no transaction around it, as one statement, until it fits among what others do."""

        async def on_connection() -> T:
            async with self.pool.acquire() as db:
                return await once(db)

        return await tried_again(on_connection)

    async def _read(self, use_case: UseCase[A, V], ask: A, actor: Actor) -> V:
        try:
            return await self.alone(lambda db: use_case(self.work(db, actor), ask))
        except NO_ROOM as error:
            raise Busy(use_case=use_case.name) from error

    async def _prepare(self, use_case: UseCase[A, V], ask: A, actor: Actor) -> Any:
        """Does what the use case wants done before its transaction opens."""
        if use_case.before is None:
            return None
        actor.must(use_case.permission)
        return await use_case.before(lambda other, its_ask: self.run(other, its_ask, actor), ask)

    async def _write(
        self, use_case: UseCase[A, V], ask: A, actor: Actor, key: str | None, prepared: Any
    ) -> V:
        async with self.working(actor, prepared) as work:
            if key is None:
                return await use_case(work, ask)
            actor.must(use_case.permission)
            # What a person does to their own account is theirs, in whatever organisation they work.
            scope = actor.person_id if use_case.permission == "self" else actor.org_id or actor.person_id
            stored = await _claim_key(work, scope, use_case.name, key, _fingerprint(ask))
            if stored is not None:
                answer_type: type[V] = typing.get_type_hints(use_case)["return"]
                return msgspec.json.decode(stored, type=answer_type)
            answer = await use_case(work, ask)
            await work.flush((scope, use_case.name, key, msgspec.json.encode(answer)))
            return answer


async def tried_again(once: Callable[[], Awaitable[T]]) -> T:
    """Does a whole transaction, and does it over while it does not fit; raises NO_ROOM's when it never did."""
    for attempt in range(ATTEMPTS_MAX - 1):
        try:
            return await once()
        except NO_ROOM:
            await asyncio.sleep(_BACKOFF_SECONDS * random.uniform(1, 2) * 2**attempt)
    return await once()


def _is_lost(db: Any) -> bool:
    """Tells whether a connection has ended; the pool takes such a one back at once."""
    try:
        return bool(db.is_closed())
    except asyncpg.InterfaceError:
        return True


def _must_be_storable(ask: Any) -> None:
    """Refuses the one character that JSON can carry and PostgreSQL's texts cannot: U+0000, at every door."""
    if _NUL.search(msgspec.json.encode(ask)):
        raise Invalid(detail="U+0000")


def _fingerprint(ask: Any) -> bytes:
    return hashlib.sha256(msgspec.json.encode(ask, order="deterministic")).digest()


async def _claim_key(work: Work, scope: int, use_case: str, key: str, fingerprint: bytes) -> bytes | None:
    """Takes the key, or returns the answer of the call that took it before.

    A parallel call with the same key waits here on the unique index until the first one ends.
    """
    taken = await work.db.fetchval(
        "INSERT INTO idempotency (scope_id, use_case, key, fingerprint, used_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (scope_id, use_case, key) DO NOTHING RETURNING true",
        scope, use_case, key, fingerprint, work.now,
    )  # fmt: skip
    if taken:
        return None
    row = await work.db.fetchrow(
        "SELECT fingerprint, answer FROM idempotency WHERE scope_id = $1 AND use_case = $2 AND key = $3",
        scope, use_case, key,
    )  # fmt: skip
    if row is None:
        raise asyncpg.SerializationError  # the first call's row was just pruned: take the key anew
    if row["fingerprint"] != fingerprint:
        raise KeyMismatch(key=key)
    answer: bytes = row["answer"]
    return answer
