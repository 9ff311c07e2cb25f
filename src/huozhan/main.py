"""Composition root: settings → pools → doors; the only reader of the environment."""

import asyncio
import contextlib
import os
import secrets
import tomllib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from huozhan import catalogue, parties, search
from huozhan.doors.hall import Hall, Outside
from huozhan.doors.jobs.worker import run_worker as work_until
from huozhan.doors.settings import Settings
from huozhan.fulfilment import HttpCarrier
from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.kernel.clock import Clock, ShiftedClock, SystemClock
from huozhan.kernel.crypto import read_keyring
from huozhan.kernel.ids import NODES_MAX, IdMint
from huozhan.kernel.rules import load_rules
from huozhan.kernel.signed_http import SignedHttp
from huozhan.kernel.wording import load_words
from huozhan.kernel.work import Terms
from huozhan.messaging import HttpMail
from huozhan.payments import HttpBank, HttpChannel

NODE_LEASE = timedelta(minutes=10)
NODE_RENEW_SECONDS = 60.0


def read_settings(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """Settings from the environment, overridden by what is `given` (None means not given)."""
    clock_file = environment.get("HUOZHAN_CLOCK_FILE")
    read: dict[str, Any] = {
        "home": Path(environment.get("HUOZHAN_HOME") or _default_home(environment)),
        "database_url": environment.get("HUOZHAN_DATABASE_URL", ""),
        "port": int(environment.get("HUOZHAN_PORT", "8080")),
        "public_url": environment.get("HUOZHAN_PUBLIC_URL", ""),
        "outside_url": environment.get("HUOZHAN_OUTSIDE_URL", ""),
        "clock_file": Path(clock_file) if clock_file else None,
        "isolation": environment.get("HUOZHAN_ISOLATION") or None,
        "log_level": environment.get("HUOZHAN_LOG_LEVEL", "info"),
        "processes": int(environment.get("HUOZHAN_PROCESSES") or os.cpu_count() or 1),
    }
    if calls := environment.get("HUOZHAN_API_CALLS_PER_MINUTE"):
        read["api_calls_per_minute"] = int(calls)
    read.update({name: value for name, value in given.items() if value is not None})
    read.setdefault("secure_cookies", str(read["public_url"]).startswith("https://"))
    return Settings(**read)


def _default_home(environment: Mapping[str, str]) -> Path:
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path(environment.get("HOME", "/")) / ".local" / "share") / "huozhan"


async def migrate(settings: Settings) -> list[str]:
    """Brings the database to this version and returns what was applied."""
    db = await asyncpg.connect(settings.database_url)
    try:
        return await database.migrate(db)
    finally:
        await db.close()


async def found_market(settings: Settings, terms: Terms) -> bool:
    """Writes what is true of the whole market, once; tells whether it was new. Reference tables are brought up to date."""
    db = await asyncpg.connect(settings.database_url)
    try:
        await parties.load_divisions(db)
        await catalogue.load_categories(db)
        is_new = await db.fetchval(
            "INSERT INTO market (market_id, name_zh, name_en, currency, timezone, is_demo, opened_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING true",
            terms.market_id, terms.name_zh, terms.name_en, terms.currency, terms.timezone, terms.is_demo,
            datetime.now(UTC),
        )  # fmt: skip
        return bool(is_new)
    finally:
        await db.close()


@contextlib.asynccontextmanager
async def open_hall(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Hall]:
    """Opens everything one process needs, and closes it in order."""
    clock = clock or (ShiftedClock(settings.clock_file) if settings.clock_file else SystemClock())
    pool = await database.open_pool(settings.database_url, isolation=settings.isolation)
    async with contextlib.AsyncExitStack() as closing:
        closing.push_async_callback(pool.close)
        node = await _lease_node(pool)
        async with pool.acquire() as db:
            rules = await load_rules(db)
            terms = await _read_terms(db)
        hall = Hall(
            pool=pool,
            clock=clock,
            mint=IdMint(node),
            rules=rules,
            keyring=read_keyring(settings.key_file),
            terms=terms,
            settings=settings,
            words=load_words(),
            outside=open_outside(settings, closing),
            index=search.open_index(settings.index),
        )
        renewing = asyncio.create_task(_renew_node(pool, node))
        closing.callback(renewing.cancel)
        yield hall


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """The worker process, until `stop` is set."""
    async with open_hall(settings) as hall:
        await work_until(hall, stop)


async def _read_terms(db: asyncpg.Connection) -> Terms:
    row = await db.fetchrow("SELECT market_id, name_zh, name_en, currency, timezone, is_demo FROM market")
    if row is None:
        raise database.WrongDatabase("No market has been founded in this database yet.")
    return Terms(**dict(row))


async def _lease_node(pool: asyncpg.Pool) -> int:
    """Takes the first free node number; leases outlive a killed process by ten minutes at most."""
    holder = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"
    async with pool.acquire() as db:
        for _ in range(NODES_MAX):
            node = await db.fetchval(_LEASE_NODE, holder, NODE_LEASE, NODES_MAX)
            if node is not None:
                return int(node)
            await asyncio.sleep(0.01)  # another process took the same number at the same moment
    raise database.WrongDatabase("All node numbers are leased.")


_LEASE_NODE = """
INSERT INTO node_lease (node, holder, leased_until)
SELECT n, $1, now() + $2
  FROM generate_series(0, $3::int - 1) AS n
 WHERE NOT EXISTS (SELECT 1 FROM node_lease l WHERE l.node = n AND l.leased_until > now())
 ORDER BY n LIMIT 1
    ON CONFLICT (node) DO UPDATE SET holder = EXCLUDED.holder, leased_until = EXCLUDED.leased_until
 WHERE node_lease.leased_until <= now()
RETURNING node
"""


async def _renew_node(pool: asyncpg.Pool, node: int) -> None:
    while True:
        await asyncio.sleep(NODE_RENEW_SECONDS)
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with pool.acquire() as db:
                await db.execute(
                    "UPDATE node_lease SET leased_until = now() + $2 WHERE node = $1", node, NODE_LEASE
                )


def open_outside(settings: Settings, closing: contextlib.AsyncExitStack) -> Outside:
    """The ports to outside parties, each at its own `url` in the secrets file or all at the market's one."""
    file = settings.secrets_file
    entries = tomllib.loads(file.read_text()) if file.exists() else {}
    if not entries or not (settings.outside_url or all("url" in entry for entry in entries.values())):
        return Outside()
    lines = {
        party: SignedHttp(entry.get("url", settings.outside_url), party, entry["request_secret"].encode())
        for party, entry in entries.items()
    }
    for line in lines.values():
        closing.push_async_callback(line.close)
    return Outside(
        channel=HttpChannel(lines["channel"], entries["channel"]["merchant"]),
        bank=HttpBank(lines["bank"]),
        carrier=HttpCarrier(lines["carrier"]),
        mail=HttpMail(lines["mail"]),
        callback_secrets={
            p: entry["callback_secret"] for p, entry in entries.items() if "callback_secret" in entry
        },
    )


async def first_operator_link(settings: Settings) -> str | None:
    """The one-time link by which the first operator signs up; None where there is one already."""
    async with open_hall(settings) as hall, hall.working(system("console")) as work:
        token = await parties.first_operator_token(work)
    return f"{settings.url}/first-operator/{token}" if token else None
