"""The ground every test stands on: a real PostgreSQL, a movable clock, one rolled-back transaction per test."""

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import asyncpg
import pytest
import pytest_asyncio

from huozhan.doors.hall import Hall, Outside
from huozhan.doors.settings import Settings
from huozhan.kernel import database
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.crypto import read_keyring
from huozhan.kernel.ids import IdMint
from huozhan.kernel.rules import load_rules
from huozhan.kernel.wording import load_words
from huozhan.kernel.work import Terms
from huozhan.main import found_market
from huozhan.supervisor.postgres import PostgresServer

OPENING = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
TERMS = Terms(
    market_id=1,
    name_zh="测试市场",
    name_en="Test Market",
    currency="CNY",
    is_demo=False,
    timezone="Asia/Shanghai",
)

STANDING: Literal["repeatable_read"] = "repeatable_read"
"""For a transaction in which a whole folder's scene stands, alone in its database: there is nobody to see or to miss.

Were it serializable, the server could forget nothing that other databases' transactions read while it is open, would
run out of room for them, and would call off the innocent for what it no longer knows in detail.
"""


@pytest.fixture(scope="session")
def server_dsn() -> Iterator[str]:
    """A PostgreSQL server: the one that is named, or an embedded one for this session."""
    named = os.environ.get("HUOZHAN_DATABASE_URL")
    if named:
        yield named
        return
    # Not in pytest's own folder: every other pytest that starts shuts that one to all but its owner, and as root
    # the server runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="huozhan-test-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            yield server.dsn


@contextlib.asynccontextmanager
async def fresh_database(server_dsn: str, name: str) -> AsyncIterator[str]:
    """A new, migrated database on the server; dropped afterwards."""
    admin = await asyncpg.connect(server_dsn)
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await admin.execute(f'CREATE DATABASE "{name}"')
    # A test that waits for another one's lock fails and says so, instead of hanging the run.
    await admin.execute(f"ALTER DATABASE \"{name}\" SET lock_timeout = '30s'")
    base, _, tail = server_dsn.rpartition("/")
    dsn = f"{base}/{name}" + ("?" + tail.partition("?")[2] if "?" in tail else "")
    db = await asyncpg.connect(dsn)
    await database.migrate(db)
    await db.close()
    try:
        yield dsn
    finally:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dsn(server_dsn: str) -> AsyncIterator[str]:
    """The database of this test process, with a market founded in it."""
    name = f"huozhan_test_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}_{os.getpid()}"
    async with fresh_database(server_dsn, name) as dsn:
        await found_market(Settings(home=Path("/nonexistent"), database_url=dsn), TERMS)
        yield dsn


@contextlib.asynccontextmanager
async def own_market(server_dsn: str, name: str) -> AsyncIterator[str]:
    """A database of its own with a market in it.

    For a scene that stands in one open transaction through many tests: its locks would make others wait for ever.
    """
    async with fresh_database(server_dsn, f"huozhan_{name}_{os.getpid()}") as dsn:
        await found_market(Settings(home=Path("/nonexistent"), database_url=dsn), TERMS)
        yield dsn


class OneConnection:
    """A pool of one connection, whose transactions nest inside the test's own."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self.db = db

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        """The one connection."""
        yield self.db


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at the market's opening until a test moves it."""
    return MovableClock(OPENING)


async def make_hall(pool: Any, clock: Any, home: Path, *, node: int = 1, **outside: Any) -> Hall:
    """A hall as `main` would open it, around any pool."""
    async with pool.acquire() as db:
        rules = await load_rules(db)
    return Hall(
        pool=pool,
        clock=clock,
        mint=IdMint(node),
        rules=rules,
        keyring=read_keyring(home / "keys.json"),
        terms=TERMS,
        # Tests call as fast as the machine lets them; the API's pace has tests of its own.
        settings=Settings(home=home, api_calls_per_minute=10**9),
        words=load_words(),
        outside=Outside(**outside),
    )


@pytest_asyncio.fixture(loop_scope="session")
async def db(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose transaction is rolled back when the test ends."""
    isolation = os.environ.get("HUOZHAN_ISOLATION")
    settings = {"default_transaction_isolation": isolation} if isolation else {}
    connection = await asyncpg.connect(dsn, server_settings=settings)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def hall(db: asyncpg.Connection, clock: MovableClock, tmp_path: Path) -> Hall:
    """A hall in which nothing outlives the test."""
    return await make_hall(OneConnection(db), clock, tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def open_dsn(server_dsn: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of a test's own, for tests that commit or connect more than once."""
    name = f"huozhan_own_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    async with fresh_database(server_dsn, name) as dsn:
        await found_market(Settings(home=Path("/nonexistent"), database_url=dsn), TERMS)
        yield dsn
