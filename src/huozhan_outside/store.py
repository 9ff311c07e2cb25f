"""One party's SQLite file: what all parties keep alike, and how deeds reach the disk together."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

COMMON = """
CREATE TABLE IF NOT EXISTS truth (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    part TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0)
);
CREATE INDEX IF NOT EXISTS truth_by_reference ON truth (reference, kind);
CREATE INDEX IF NOT EXISTS truth_by_day ON truth (at_ms);
CREATE TRIGGER IF NOT EXISTS truth_stays BEFORE UPDATE ON truth BEGIN SELECT RAISE(ABORT, 'truth is append-only'); END;
CREATE TRIGGER IF NOT EXISTS truth_remains BEFORE DELETE ON truth BEGIN SELECT RAISE(ABORT, 'truth is append-only'); END;
CREATE TABLE IF NOT EXISTS callback (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    notify_path TEXT NOT NULL,
    body BLOB NOT NULL,
    sort TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    given_up TEXT
);
CREATE INDEX IF NOT EXISTS callback_held ON callback (subject) WHERE sort = 'held';
CREATE TABLE IF NOT EXISTS deed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    due_ms INTEGER NOT NULL,
    reference TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS nonce (value TEXT PRIMARY KEY, seen_s INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS struck (
    fault TEXT NOT NULL,
    call TEXT NOT NULL,
    reference TEXT NOT NULL,
    strikes INTEGER NOT NULL,
    PRIMARY KEY (fault, call, reference)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plan (party TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
"""

LAZY_S = 0.5

Row = tuple[Any, ...]


class TruthRow(NamedTuple):
    """One thing that really happened."""

    at_ms: int
    kind: str
    reference: str
    part: str = ""
    currency: str = ""
    amount_minor: int = 0


class Store:
    """A connection whose writes of one turn of the event loop share one commit.

    `writing()` opens the batch, `on_disk()` waits until it is committed. Nothing may be told to anybody, neither an
    answer nor a callback, before that: `then()` keeps what may only happen after the commit.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self._base = sqlite3.connect(path, isolation_level=None, timeout=1, cached_statements=256)
        self._base.execute("PRAGMA locking_mode=EXCLUSIVE")  # two processes on one home would not agree
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute("PRAGMA cache_size=-2000")
        self._base.executescript(COMMON + schema)
        self._batch: asyncio.Future[None] | None = None
        self._commit_soon: asyncio.Handle | None = None
        self._afterwards: list[Callable[[], None]] = []
        self._otherwise: list[Callable[[], None]] = []

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        return self._base.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row of a query."""
        found: Row | None = self._base.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, *values: object) -> int:
        """Change rows inside `writing()` or `noting()`; returns the new row's number."""
        return self._base.execute(sql, values).lastrowid or 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write something that is answered for: it commits at the end of this turn of the loop.

        An error inside undoes the whole batch, and everybody in it is told that nothing was done; so refuse before.
        """
        self._begin()
        loop = asyncio.get_running_loop()
        if self._batch is None:
            self._batch = loop.create_future()
            self._schedule(loop.call_soon(self._commit))
        with self._undone_on_error():
            yield

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Write something that may be lost, such as that a callback arrived: it commits with the next batch."""
        self._begin()
        if self._commit_soon is None:
            self._schedule(asyncio.get_running_loop().call_later(LAZY_S, self._commit))
        with self._undone_on_error():
            yield

    def then(self, act: Callable[[], None]) -> None:
        """Do this once the batch is on disk."""
        self._afterwards.append(act)

    def otherwise(self, act: Callable[[], None]) -> None:
        """Do this if the batch is undone after all."""
        self._otherwise.append(act)

    async def on_disk(self) -> None:
        """Wait until every write made so far is committed."""
        if self._batch is not None:
            await asyncio.shield(self._batch)

    def close(self) -> None:
        """Commit what is open and leave the file."""
        if self._base.in_transaction:
            self._commit()
        self._base.close()

    def _begin(self) -> None:
        if not self._base.in_transaction:
            self._base.execute("BEGIN IMMEDIATE")

    @contextmanager
    def _undone_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException as problem:
            self._undo(problem)
            raise

    def _undo(self, problem: BaseException) -> None:
        if self._base.in_transaction:
            self._base.execute("ROLLBACK")
        self._end(problem)

    def _schedule(self, handle: asyncio.Handle) -> None:
        if self._commit_soon is not None:
            self._commit_soon.cancel()
        self._commit_soon = handle

    def _commit(self) -> None:
        try:
            self._base.execute("COMMIT")
        except sqlite3.Error as problem:
            self._undo(problem)
        else:
            self._end(None)

    def _end(self, problem: BaseException | None) -> None:
        batch, self._batch = self._batch, None
        if self._commit_soon is not None:
            self._commit_soon.cancel()
            self._commit_soon = None
        acts = self._afterwards if problem is None else self._otherwise
        self._afterwards, self._otherwise = [], []
        for act in acts:
            act()
        if batch is not None and not batch.done():
            if problem is None:
                batch.set_result(None)
            else:
                batch.set_exception(problem)
                batch.exception()  # somebody need not be waiting

    # What all parties keep alike

    def add_truth(self, truth: TruthRow) -> None:
        """Write down what really happened."""
        self.write(
            "INSERT INTO truth (at_ms, kind, reference, part, currency, amount_minor) VALUES (?, ?, ?, ?, ?, ?)",
            *truth,
        )

    def keep_nonce(self, value: str, seen_s: int) -> None:
        """Remember a nonce across a restart."""
        self.write("INSERT OR IGNORE INTO nonce (value, seen_s) VALUES (?, ?)", value, seen_s)

    def forget_nonces(self, before_s: int) -> None:
        """Drop the nonces whose timestamps would be stale anyway."""
        self.write("DELETE FROM nonce WHERE seen_s < ?", before_s)

    def may_strike(self, fault: str, call: str, reference: str, most: int) -> bool:
        """Count one strike of a fault on a call, unless it has struck often enough."""
        found = self.row(
            "SELECT strikes FROM struck WHERE fault = ? AND call = ? AND reference = ?",
            fault,
            call,
            reference,
        )
        if found is not None and found[0] >= most:
            return False
        with self.writing():
            self.write(
                "INSERT INTO struck (fault, call, reference, strikes) VALUES (?, ?, ?, 1) "
                "ON CONFLICT (fault, call, reference) DO UPDATE SET strikes = strikes + 1",
                fault,
                call,
                reference,
            )
        return True
