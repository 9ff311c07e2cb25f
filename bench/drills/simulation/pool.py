"""One connection for everybody, whose transactions are savepoints of one that is never committed.

A seed's whole life is undone at once, so the next one begins from the same market. What it proves is logic, not
durability: the server neither flushes nor waits, and a mark stands ready before each transaction begins, so that one
ends and the next is marked in a single round trip.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

STATEMENTS_KEPT = 4_000
"""All of the market's statements, prepared once."""

_SESSION = {
    "timezone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "synchronous_commit": "off",
    "lock_timeout": "30s",
}
_MARK, _MARK_AGAIN, _UNDO = (
    "SAVEPOINT mark",
    "RELEASE SAVEPOINT mark; SAVEPOINT mark",
    "ROLLBACK TO SAVEPOINT mark",
)


class OneHand:
    """A pool of one connection, and the connection itself as use cases see it."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self.db = db
        self.trips = 0
        self._depth = 0
        self.execute, self.fetch = self._counted(db.execute), self._counted(db.fetch)
        self.fetchrow, self.fetchval = self._counted(db.fetchrow), self._counted(db.fetchval)

    def _counted(self, call: Any) -> Any:
        async def counted(*args: Any, **more: Any) -> Any:
            self.trips += 1
            return await call(*args, **more)

        return counted

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator["OneHand"]:
        """Itself."""
        yield self

    @contextlib.asynccontextmanager
    async def seed(self) -> AsyncIterator[None]:
        """All that happens within is undone at its end."""
        await self.db.execute("SAVEPOINT seed; " + _MARK)
        try:
            yield
        finally:
            self._depth = 0
            await self.db.execute("ROLLBACK TO SAVEPOINT seed; RELEASE SAVEPOINT seed")

    @contextlib.asynccontextmanager
    async def transaction(self, **_: Any) -> AsyncIterator[None]:
        """What fails within is undone; the outermost of a call uses the mark that stands."""
        self._depth += 1
        inner = f"inner{self._depth}" if self._depth > 1 else ""
        try:
            if inner:
                await self.execute(f"SAVEPOINT {inner}")
            yield
        except BaseException:
            await self.execute(f"ROLLBACK TO SAVEPOINT {inner}" if inner else _UNDO)
            raise
        else:
            await self.execute(f"RELEASE SAVEPOINT {inner}" if inner else _MARK_AGAIN)
        finally:
            self._depth -= 1


@contextlib.asynccontextmanager
async def one_hand(dsn: str) -> AsyncIterator[OneHand]:
    """Connects, and begins what is never committed."""
    db = await asyncpg.connect(
        dsn, statement_cache_size=STATEMENTS_KEPT, max_cached_statement_lifetime=0, server_settings=_SESSION
    )
    try:
        await db.execute("BEGIN; " + _MARK)
        yield OneHand(db)
    finally:
        await db.close()
