"""One connection for everybody, whose transactions are savepoints of one that is never committed.

A seed's whole life is undone at once, so the next one begins from the same market. What it proves is logic, not
durability: the server neither flushes nor waits. A savepoint is set when something is first written under it, so what
only reads costs none; every statement is prepared once and kept, for they are the market's own.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Iterable
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from bench.ground import Ground

SESSION = {
    "timezone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "synchronous_commit": "off",
    "lock_timeout": "30s",
    "update_process_title": "off",
    "track_activities": "off",
    "track_counts": "off",
}
_THROWN_AWAY = ("fsync = off", "full_page_writes = off", "autovacuum = off", "wal_writer_delay = '10s'")
"""A server that nobody needs when the drill is over neither flushes nor tidies by itself."""
_MARK = "SAVEPOINT mark"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|CALL|nextval|setval)\b", re.IGNORECASE)
_ORDERED = re.compile(r"ORDER BY [^()]*(\([^()]*\)[^()]*)*$")
_ADDED_TO = re.compile(r"\b(?:INTO|UPDATE)\s+(\w+)", re.IGNORECASE)


class _Known:
    """A statement that was prepared, and what it does; `FOR UPDATE` is taken for a write too."""

    __slots__ = ("adds_to", "is_ordered", "prepared", "state", "writes")

    def __init__(self, prepared: Any, sql: str) -> None:
        self.prepared, self.state = prepared, prepared._state  # noqa: SLF001 -- what a connection executes
        self.writes = bool(_WRITES.search(sql))
        self.is_ordered = bool(_ORDERED.search(sql))
        self.adds_to = frozenset(_ADDED_TO.findall(sql))


class OneHand:
    """A pool of one connection, and the connection itself as use cases see it."""

    def __init__(self, db: asyncpg.Connection, broom: asyncpg.Connection, tables: AbstractSet[str]) -> None:
        self.db, self._broom, self._tables = db, broom, tables
        self.trips = 0
        self.added_to: dict[str, int] = {}
        """How often something was perhaps added to a table, or changed in it."""
        self._known: dict[str, _Known] = {}
        self._bind_execute = db._protocol.bind_execute  # noqa: SLF001 -- two layers of checks less, 40 000 times a minute
        self._is_set: list[bool] = []
        """For each transaction in hand, the outermost first, whether its savepoint is set."""
        self._is_dirty = False
        """Whether something was written since the mark, which is the outermost savepoint."""

    async def fetch(self, sql: str, *args: Any) -> Any:
        """All rows; those whose order the statement leaves open come in one order always."""
        rows = (await self._asked(sql, args, 0))[0]
        if len(rows) > 1 and not self._known[sql].is_ordered:
            rows.sort(key=repr)
        return rows

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        """The first row, or nothing."""
        rows = (await self._asked(sql, args, 1))[0]
        return rows[0] if rows else None

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first row's first value, or nothing."""
        rows = (await self._asked(sql, args, 1))[0]
        return rows[0][0] if rows else None

    async def execute(self, sql: str, *args: Any) -> str:
        """What the server says was done."""
        if ";" in sql:
            raise ValueError("one statement at a time")
        said: str = (await self._asked(sql, args, 0))[1].decode()
        return said

    async def executemany(self, sql: str, args: Iterable[Any]) -> None:
        """The same for each of these."""
        await self._before(await self._prepared(sql))
        await self.db.executemany(sql, args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)

    async def _asked(self, sql: str, args: tuple[Any, ...], limit: int) -> Any:
        known = self._known.get(sql) or await self._prepared(sql)
        await self._before(known)
        return await self._bind_execute(known.state, args, "", limit, True, None)  # noqa: FBT003

    async def _prepared(self, sql: str) -> _Known:
        if sql not in self._known:
            self._known[sql] = _Known(await self.db.prepare(sql), sql)
        return self._known[sql]

    async def _before(self, known: _Known) -> None:
        self.trips += 1
        if not known.writes:
            return
        for table in known.adds_to:
            self.added_to[table] = self.added_to.get(table, 0) + 1
        if self._is_set and not self._is_set[-1]:
            await self._set()
        self._is_dirty = True

    async def _set(self) -> None:
        """Sets the savepoints that were not needed so far."""
        wanted = [
            f"SAVEPOINT inner{depth}" for depth, is_set in enumerate(self._is_set) if depth and not is_set
        ]
        if not self._is_set[0] and self._is_dirty:
            wanted[:0] = ["RELEASE SAVEPOINT mark", _MARK]
        self._is_set = [True] * len(self._is_set)
        await self._say(*wanted)

    async def _say(self, *statements: str) -> None:
        if statements:
            self.trips += 1
            await self.db.execute("; ".join(statements))

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator["OneHand"]:
        """Itself."""
        yield self

    async def anew(self) -> None:
        """Undoes everything, the beginning too, and takes what was undone out of the tables."""
        await self.db.execute("ROLLBACK")
        await self.db.execute("VACUUM")
        await self.db.execute("BEGIN; " + _MARK)
        self._is_dirty = False

    async def sweep(self) -> None:
        """Takes what seeds left behind, dead already, out of the tables they wrote to, or each seed is slower than the last."""
        written = sorted(self._tables & self.added_to.keys())
        if written:
            await self._broom.execute(f"VACUUM (TRUNCATE off) {', '.join(written)}")

    @contextlib.asynccontextmanager
    async def seed(self) -> AsyncIterator[None]:
        """All that happens within is undone at its end."""
        await self.db.execute("SAVEPOINT seed; " + _MARK)
        self._is_dirty = False
        try:
            yield
        finally:
            self._is_set = []
            await self.db.execute("ROLLBACK TO SAVEPOINT seed; RELEASE SAVEPOINT seed")

    @contextlib.asynccontextmanager
    async def transaction(self, **_: Any) -> AsyncIterator[None]:
        """What fails within is undone."""
        depth = len(self._is_set)
        self._is_set.append(False)
        savepoint = f"inner{depth}" if depth else "mark"
        try:
            yield
        except BaseException as error:
            if self._is_set.pop():
                await self._say(f"ROLLBACK TO SAVEPOINT {savepoint}")
                self._is_dirty = self._is_dirty and bool(depth)
            elif isinstance(error, asyncpg.PostgresError):
                raise RuntimeError("a statement failed that only reads") from error
            raise
        else:
            if self._is_set.pop() and depth:
                await self._say(f"RELEASE SAVEPOINT {savepoint}")


@contextlib.asynccontextmanager
async def one_hand(ground: Ground) -> AsyncIterator[OneHand]:
    """Connects, by the server's own socket where there is one, and begins what is never committed."""
    socket = ground.settings.home / "postgres" / "socket"
    where: dict[str, Any] = {}
    if any(socket.glob(".s.*")):
        where = {"host": str(socket), "port": urlsplit(ground.dsn).port}
    db, broom = [await asyncpg.connect(ground.dsn, **where, server_settings=SESSION) for _ in range(2)]
    try:
        for setting in _THROWN_AWAY:
            await db.execute(f"ALTER SYSTEM SET {setting}")
        await db.execute("SELECT pg_reload_conf()")
        tables = {row["tablename"] for row in await db.fetch(_TABLES)}
        await db.execute("BEGIN; " + _MARK)
        yield OneHand(db, broom, tables)
    finally:
        await db.close()
        await broom.close()
