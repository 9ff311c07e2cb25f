"""The ground every test stands on: a real PostgreSQL, a movable clock, one rolled-back transaction per test."""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from huozhan.catalogue import load_categories
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
from tests.ordering.trading import Trade, open_trade
from tests.scheduling import LongFirst, turn_of

OPENING = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
TERMS = Terms(
    market_id=1,
    name_zh="测试市场",
    name_en="Test Market",
    currency="CNY",
    is_demo=False,
    timezone="Asia/Shanghai",
)

KEPT = os.environ.get("HUOZHAN_KEPT_TEMPLATES", "")
"""Under this name databases to copy stay on a server that is named, for the next process that says so: a drill's."""
THIS_RUN = KEPT or f"{os.getpid()}_{secrets.token_hex(3)}"
"""Tells what this process keeps on a server that is named from what one that was killed left there."""

COMMITTING = {"open_dsn", "copies", "gbp_dsn", "place"}
COMMITTING_PAYMENTS = {"ground", "staged"}
"""Fixtures through which tests commit, on connections of which each may meet the others."""

STANDING: Literal["repeatable_read"] = "repeatable_read"
"""For a transaction in which a whole folder's scene stands, alone in its database: there is nobody to see or to miss.

Were it serializable, the server could forget nothing that other databases' transactions read while it is open, would
run out of room for them, and would call off the innocent for what it no longer knows in detail.
"""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongFirst | None:
    """Long tests first, where whole files are shared out."""
    return LongFirst(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what commits; every process that shares the tests must have them in the same order."""
    for item in items:
        wanted = COMMITTING | (COMMITTING_PAYMENTS if item.nodeid.startswith("tests/payments") else set())
        if not wanted.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.many_hands)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn_of(item.nodeid))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_dsn() -> AsyncIterator[str]:
    """A PostgreSQL server: the one that is named, or an embedded one for this session."""
    named = os.environ.get("HUOZHAN_DATABASE_URL")
    if named:
        yield named
        if not KEPT:
            await drop_templates(named)
        return
    # Not in pytest's own folder: every other pytest that starts shuts that one to all but its owner, and as root
    # the server runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="huozhan-test-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            await forget_disks(server.dsn)
            yield server.dsn


async def forget_disks(server_dsn: str) -> None:
    """A server that is thrown away need not survive a power failure; every rule of the data stands."""
    async with connected(server_dsn) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            await admin.execute(f"ALTER SYSTEM SET {setting} = off")
        await admin.execute("SELECT pg_reload_conf()")


@contextlib.asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection for one step."""
    db = await asyncpg.connect(dsn)
    try:
        yield db
    finally:
        await db.close()


def dsn_of(server_dsn: str, name: str) -> str:
    """The address of one of the server's databases."""
    base, _, tail = server_dsn.rpartition("/")
    return f"{base}/{name}" + ("?" + tail.partition("?")[2] if "?" in tail else "")


async def _template(server_dsn: str, *, founded: bool) -> str:
    """The name of a migrated database, with or without a market in it, that this process copies and never opens again."""
    name = f"huozhan_template_{'founded' if founded else 'bare'}_{THIS_RUN}"
    async with connected(server_dsn) as admin:
        if await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            return name
        copied = f'TEMPLATE "{await _template(server_dsn, founded=False)}"' if founded else ""
        await admin.execute(f'CREATE DATABASE "{name}" {copied}')
    if founded:
        await found_market(Settings(home=Path("/nonexistent"), database_url=dsn_of(server_dsn, name)), TERMS)
    else:
        async with connected(dsn_of(server_dsn, name)) as db:
            await database.migrate(db)
    return name


async def drop_templates(server_dsn: str) -> None:
    """Leaves a server that goes on without what this process copied from."""
    async with connected(server_dsn) as admin:
        for sort in ("founded", "bare"):
            await admin.execute(f'DROP DATABASE IF EXISTS "huozhan_template_{sort}_{THIS_RUN}"')


@contextlib.asynccontextmanager
async def fresh_database(server_dsn: str, name: str, *, founded: bool = False) -> AsyncIterator[str]:
    """A new, migrated database on the server, with or without a market in it; dropped afterwards."""
    template = await _template(server_dsn, founded=founded)
    async with connected(server_dsn) as admin:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        # A test that waits for another one's lock fails and says so, instead of hanging the run.
        await admin.execute(f"ALTER DATABASE \"{name}\" SET lock_timeout = '30s'")
    try:
        yield dsn_of(server_dsn, name)
    finally:
        async with connected(server_dsn) as admin:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dsn(server_dsn: str) -> AsyncIterator[str]:
    """The database of this test process, with a market founded in it and its categories."""
    name = f"huozhan_test_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}_{os.getpid()}"
    async with fresh_database(server_dsn, name, founded=True) as dsn:
        async with connected(dsn) as db:
            await load_categories(db)
        yield dsn


@contextlib.asynccontextmanager
async def own_market(server_dsn: str, name: str) -> AsyncIterator[str]:
    """A database of its own with a market in it.

    For a scene that stands in one open transaction through many tests: its locks would make others wait for ever.
    """
    async with fresh_database(server_dsn, f"huozhan_{name}_{os.getpid()}", founded=True) as dsn:
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


async def connect_for_long(dsn: str) -> asyncpg.Connection:
    """A connection through which many tests speak: it plans as the market's own do, and forgets no statement."""
    isolation = os.environ.get("HUOZHAN_ISOLATION")
    return await asyncpg.connect(
        dsn,
        server_settings={"plan_cache_mode": "force_generic_plan"}
        | ({"default_transaction_isolation": isolation} if isolation else {}),
        statement_cache_size=5_000,
        max_cached_statement_lifetime=0,
    )


class StandingConnection:
    """One connection for test after test, so that a statement is planned once, and not once for each of them."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._db: asyncpg.Connection | None = None

    async def fit(self) -> asyncpg.Connection:
        """The connection, made anew where the last test lost it."""
        if self._db is None or self._db.is_closed():
            self._db = await connect_for_long(self.dsn)
        return self._db

    async def close(self) -> None:
        """Ends it."""
        if self._db is not None:
            await self._db.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def standing_connection(dsn: str) -> AsyncIterator[StandingConnection]:
    """The connection that tests use one after the other."""
    connection = StandingConnection(dsn)
    yield connection
    await connection.close()


class StandingTrade:
    """One little trade in a database of its own, opened for the first test that asks for it and left as it is by all."""

    def __init__(self, server_dsn: str, home: Path) -> None:
        self._server_dsn = server_dsn
        self._home = home
        self._until_the_end = contextlib.AsyncExitStack()
        self._connection: StandingConnection | None = None
        self._opened: Trade | None = None

    async def fit(self) -> asyncpg.Connection:
        """The connection to it."""
        if self._connection is None:
            name = f"huozhan_trade_{os.getpid()}"
            database = fresh_database(self._server_dsn, name, founded=True)
            self._connection = StandingConnection(await self._until_the_end.enter_async_context(database))
            db = await self._connection.fit()
            await load_categories(db)
            clock = MovableClock(OPENING)
            self._opened = await open_trade(await make_hall(OneConnection(db), clock, self._home), clock)
        return await self._connection.fit()

    def lend_keys(self, home: Path) -> None:
        """What was sealed when it was opened can be opened from another home."""
        shutil.copy(self._home / "keys.json", home)

    def as_seen_from(self, hall: Hall, clock: MovableClock) -> Trade:
        """The same people and goods in the hall of one test."""
        assert self._opened is not None
        return Trade(hall, clock, msgspec.structs.replace(self._opened.people), dict(self._opened.skus))

    async def close(self) -> None:
        """Ends it."""
        if self._connection is not None:
            await self._connection.close()
        await self._until_the_end.aclose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def standing_trade(
    server_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[StandingTrade]:
    """The little trade of all tests that ask for one."""
    trade = StandingTrade(server_dsn, tmp_path_factory.mktemp("trade"))
    yield trade
    await trade.close()


@pytest_asyncio.fixture(loop_scope="session")
async def db(
    request: pytest.FixtureRequest, standing_connection: StandingConnection, standing_trade: StandingTrade
) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose transaction is rolled back when the test ends."""
    in_trade = "opened_trade" in request.fixturenames
    connection = await (standing_trade.fit() if in_trade else standing_connection.fit())
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        if not connection.is_closed():
            await transaction.rollback()
            await connection.reset()


@pytest_asyncio.fixture(loop_scope="session")
async def hall(
    request: pytest.FixtureRequest,
    db: asyncpg.Connection,
    clock: MovableClock,
    tmp_path: Path,
    standing_trade: StandingTrade,
) -> Hall:
    """A hall in which nothing outlives the test."""
    if "opened_trade" in request.fixturenames:
        standing_trade.lend_keys(tmp_path)
    return await make_hall(OneConnection(db), clock, tmp_path)


@pytest.fixture
def opened_trade(hall: Hall, clock: MovableClock, standing_trade: StandingTrade) -> Trade:
    """A little trade: 晨光 and 宏发 sell, 小李 buys. What a test does in it is undone."""
    return standing_trade.as_seen_from(hall, clock)


@pytest.fixture
def trade(opened_trade: Trade) -> Trade:
    """The same by the name that most tests call it; some folders stand in a market of their own."""
    return opened_trade


@pytest_asyncio.fixture(loop_scope="session")
async def open_dsn(server_dsn: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of a test's own, for tests that commit or connect more than once."""
    name = f"huozhan_own_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    async with fresh_database(server_dsn, name, founded=True) as dsn:
        yield dsn
