"""Composition root: settings → pools → doors; the only reader of the environment."""

import asyncio
import contextlib
import os
import secrets
import signal
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from huozhan import catalogue, parties, search
from huozhan.contracts import HttpSigner
from huozhan.doors.hall import Hall, Outside
from huozhan.doors.jobs.worker import run_worker as work_until
from huozhan.doors.run import NO_ROOM
from huozhan.doors.settings import Settings
from huozhan.finance import HttpFunder, HttpLender
from huozhan.fulfilment import HttpCarrier
from huozhan.insurance import HttpInsurer
from huozhan.invoicing import HttpTaxParty
from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.kernel.clock import Clock, ShiftedClock, SystemClock
from huozhan.kernel.crypto import Keyring, read_keyring
from huozhan.kernel.ids import NODES_MAX, IdMint
from huozhan.kernel.rules import load_rules
from huozhan.kernel.signed_http import SignedHttp
from huozhan.kernel.wording import load_words
from huozhan.kernel.work import Terms
from huozhan.logistics import HttpWaybills
from huozhan.messaging import HttpMail
from huozhan.payments import BadChannel, HttpBank, HttpChannel, real_channel

PROCESSES_MAX = 64
ISOLATIONS = ("read committed", "repeatable read", "serializable")
LOG_LEVELS = ("debug", "info", "warning", "error")
NODE_LEASE = timedelta(minutes=10)
NODE_RENEW_SECONDS = 60.0


class BadSetting(ValueError):
    """A setting is not what it should be; the message says which and what it should be."""


def read_settings(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """Settings from the environment, overridden by what is `given` (None means not given)."""

    def number(name: str, default: int, least: int, most: int) -> int:
        text = environment.get(name) or str(default)
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise BadSetting(f"{name} is {text!r}; it should be a number from {least} to {most}.")
        return int(text)

    clock_file = environment.get("HUOZHAN_CLOCK_FILE")
    read: dict[str, Any] = {
        "home": Path(environment.get("HUOZHAN_HOME") or _default_home(environment)),
        "database_url": environment.get("HUOZHAN_DATABASE_URL", ""),
        "port": number("HUOZHAN_PORT", 8080, 0, 65535),
        "public_url": environment.get("HUOZHAN_PUBLIC_URL", ""),
        "outside_url": environment.get("HUOZHAN_OUTSIDE_URL", ""),
        "clock_file": Path(clock_file) if clock_file else None,
        "isolation": environment.get("HUOZHAN_ISOLATION") or None,
        "log_level": environment.get("HUOZHAN_LOG_LEVEL", "info"),
        "processes": number("HUOZHAN_PROCESSES", os.cpu_count() or 1, 1, PROCESSES_MAX),
        "api_calls_per_minute": number("HUOZHAN_API_CALLS_PER_MINUTE", 12_000, 1, 10**9),
    }
    read.update({name: value for name, value in given.items() if value is not None})
    read["public_url"] = read["public_url"].rstrip("/")
    read.setdefault("secure_cookies", read["public_url"].startswith("https://"))
    settings = Settings(**read)
    _check_settings(settings)
    return settings


def _check_settings(settings: Settings) -> None:
    if settings.isolation not in (None, *ISOLATIONS):
        raise BadSetting(f"HUOZHAN_ISOLATION is {settings.isolation!r}; it should be one of {ISOLATIONS}.")
    if settings.log_level not in LOG_LEVELS:
        raise BadSetting(f"HUOZHAN_LOG_LEVEL is {settings.log_level!r}; it should be one of {LOG_LEVELS}.")
    for name, url in (("public URL", settings.public_url), ("HUOZHAN_OUTSIDE_URL", settings.outside_url)):
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise BadSetting(f"The {name} is {url!r}; it should look like https://market.example.")
    for proxy in settings.trusted_proxies:
        try:
            ip_network(proxy)
        except ValueError:
            raise BadSetting(
                f"The trusted proxy {proxy!r} should be an address or a network, such as 127.0.0.1 or 10.0.0.0/8."
            ) from None


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
        async with pool.acquire() as db:
            terms = await _read_terms(db)
            rules = await load_rules(db)
            keyring = await _keys_of_market(db, settings.key_file)
        holder = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"
        node = await _lease_node(pool, holder)
        index = search.open_index(settings.index, _line_of(settings))
        closing.callback(index.close)
        hall = Hall(
            pool=pool,
            clock=clock,
            mint=IdMint(node),
            rules=rules,
            keyring=keyring,
            terms=terms,
            settings=settings,
            words=load_words(),
            outside=open_outside(settings, closing),
            index=index,
            notes=search.Notebook(),
        )
        renewing = asyncio.create_task(_renew_node(pool, node, holder))
        closing.callback(renewing.cancel)
        yield hall


async def run_worker(settings: Settings, stop: asyncio.Event, tell_ready: Callable[[], None]) -> None:
    """The worker process, until `stop` is set; says when it begins to work."""
    async with open_hall(settings) as hall:
        tell_ready()
        await work_until(hall, stop)


async def _read_terms(db: asyncpg.Connection) -> Terms:
    row = None
    if await db.fetchval("SELECT to_regclass('market')") is not None:
        row = await db.fetchrow("SELECT market_id, name_zh, name_en, currency, timezone, is_demo FROM market")
    if row is None:
        raise database.WrongDatabase("No market has been founded in this database yet: serve it once.")
    return Terms(**dict(row))


async def _keys_of_market(db: asyncpg.Connection, file: Path) -> Keyring:
    """The market's keys, made with it on its first day; with others its people could not be read or found again."""
    mark = await db.fetchval("SELECT keys_mark FROM market")
    keyring = read_keyring(file) if mark is None or _is_there(file) else None
    if keyring is None:
        raise database.WrongDatabase(
            f"The keys of this market are missing: put its {file.name} back into {file.parent}."
        )
    own = keyring.fingerprint("keys", field="market.keys_mark")
    if mark is None:
        mark = await db.fetchval(
            "UPDATE market SET keys_mark = coalesce(keys_mark, $1) RETURNING keys_mark", own
        )
    if mark != own:
        raise database.WrongDatabase(
            f"The database holds another market than {file.parent}: the keys there do not fit it."
        )
    return keyring


def _is_there(file: Path) -> bool:
    return file.exists()


async def _lease_node(pool: asyncpg.Pool, holder: str) -> int:
    """Takes the first free node number; leases outlive a killed process by ten minutes at most."""
    async with pool.acquire() as db:
        for _ in range(NODES_MAX):
            # Processes start side by side, and one takes the number that another one was about to take.
            with contextlib.suppress(*NO_ROOM):
                node = await db.fetchval(_LEASE_NODE, holder, NODE_LEASE, NODES_MAX)
                if node is not None:
                    return int(node)
            await asyncio.sleep(0.01)
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


async def _renew_node(pool: asyncpg.Pool, node: int, holder: str) -> None:
    """Keeps the lease; a process that slept through it and lost its number to another one ends, lest both mint one id."""
    is_ours = True
    while is_ours:
        await asyncio.sleep(NODE_RENEW_SECONDS)
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with pool.acquire() as db:
                is_ours = await db.fetchval(_RENEW_NODE, node, holder, NODE_LEASE)
    os.kill(os.getpid(), signal.SIGTERM)


_RENEW_NODE = """
WITH renewed AS (
    UPDATE node_lease SET leased_until = now() + $3 WHERE node = $1 AND holder = $2 RETURNING true
)
SELECT EXISTS (SELECT FROM renewed)
"""


def names_outside(settings: Settings) -> bool:
    """Whether the secrets file says itself where every outside party answers."""
    entries = _read_secrets(settings).values()
    return bool(entries) and all("url" in entry for entry in entries)


def _read_secrets(settings: Settings) -> dict[str, Any]:
    file = settings.secrets_file
    return tomllib.loads(file.read_text()) if file.exists() else {}


def open_outside(settings: Settings, closing: contextlib.AsyncExitStack) -> Outside:
    """The ports to outside parties, each at its own `url` in the secrets file or all at the market's one."""
    entries = _read_secrets(settings)
    if not entries or not (settings.outside_url or names_outside(settings)):
        return Outside()
    lines = {
        party: SignedHttp(entry.get("url", settings.outside_url), party, entry["request_secret"].encode())
        for party, entry in entries.items()
    }
    for line in lines.values():
        closing.push_async_callback(line.close)
    channel: Any = HttpChannel(lines["channel"], entries["channel"]["merchant"])
    if settings.channel_file.exists():
        channel = _real_channel(settings)
        closing.push_async_callback(channel.close_connections)
    return Outside(
        channel=channel,
        bank=HttpBank(
            lines["bank"],
            holder=entries["bank"].get("account_name", ""),
            bank_name=entries["bank"].get("bank_name", ""),
        ),
        carrier=HttpCarrier(lines["carrier"]),
        waybills=HttpWaybills(lines["carrier"]),
        mail=HttpMail(lines["mail"]),
        tax=HttpTaxParty(lines["tax"]) if "tax" in lines else None,
        signer=HttpSigner(lines["signer"]) if "signer" in lines else None,
        lender=HttpLender(lines["lender"], entries["channel"]["merchant"]) if "lender" in lines else None,
        funder=HttpFunder(lines["funder"]) if "funder" in lines else None,
        insurer=HttpInsurer(lines["insurer"]) if "insurer" in lines else None,
        callback_secrets={
            p: entry["callback_secret"] for p, entry in entries.items() if "callback_secret" in entry
        },
    )


def _real_channel(settings: Settings) -> Any:
    try:
        return real_channel(tomllib.loads(settings.channel_file.read_text()), settings.url)
    except (BadChannel, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{settings.channel_file}: {error}") from error


def _line_of(settings: Settings) -> search.Line | None:
    """The line to the search engine of a market that has one elsewhere."""
    if not settings.opensearch_file.exists():
        return None
    try:
        return search.Line(search.PortSettings.read(tomllib.loads(settings.opensearch_file.read_text())))
    except (ValueError, OSError) as error:
        raise BadSetting(f"{settings.opensearch_file}: {error}") from error


async def first_operator_link(settings: Settings) -> str | None:
    """The one-time link by which the first operator signs up; None where there is one already."""
    async with open_hall(settings) as hall, hall.working(system("console")) as work:
        token = await parties.first_operator_token(work)
    return f"{settings.url}/first-operator/{token}" if token else None
