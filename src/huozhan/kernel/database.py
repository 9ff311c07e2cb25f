"""The connection pool and the one history of plain SQL migrations."""

import errno
import hashlib
import re
from importlib import resources
from typing import Any

import asyncpg

POSTGRES_VERSION_MIN = 15
LOCK_TIMEOUT = "3s"
STATEMENT_TIMEOUT = "15s"
IDLE_IN_TRANSACTION_TIMEOUT = "60s"
MIGRATION_LOCK_TIMEOUT = "10s"
_FILE_NAME = re.compile(r"^(\d{4})_(pre|post)_[a-z0-9_]+\.sql$")


# What is raised where a server, its disk or its address cannot be used, whatever is asked of it.
UNUSABLE = (
    OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError, asyncpg.InsufficientResourcesError, asyncpg.InsufficientPrivilegeError,
    asyncpg.OperatorInterventionError, asyncpg.ReadOnlySQLTransactionError, asyncpg.InternalClientError,
    asyncpg.exceptions.ClientConfigurationError,
)  # fmt: skip


class WrongDatabase(RuntimeError):
    """The database cannot carry the market; the message says why, for the person who runs it."""


def is_disk_full(error: Exception) -> bool:
    """Tells whether it is for want of space, here or at the server."""
    return isinstance(error, asyncpg.DiskFullError) or getattr(error, "errno", None) == errno.ENOSPC


async def open_pool(
    dsn: str, *, size_min: int = 1, size_max: int = 6, isolation: str | None = None
) -> asyncpg.Pool:
    """Opens a pool whose sessions carry our time limits and are not scrubbed on release.

    We change no session state, so the usual reset (a round trip after every use) is left out.
    """

    async def leave_as_is(_connection: Any) -> None:
        return None

    settings = {
        "application_name": "huozhan",
        "lock_timeout": LOCK_TIMEOUT,
        "statement_timeout": STATEMENT_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
        "timezone": "UTC",
        "jit": "off",
        # Our statements are few and sent again and again; planning each anew for its arrays' lengths cost more
        # than running it. Optional filters are therefore written into the statement, not into its parameters.
        "plan_cache_mode": "force_generic_plan",
    }
    if isolation:
        settings["default_transaction_isolation"] = isolation
    return await asyncpg.create_pool(
        dsn,
        min_size=size_min,
        max_size=size_max,
        # A connection knows its statements and types only after their first use, so it is kept.
        max_inactive_connection_lifetime=0,
        reset=leave_as_is,
        server_settings=settings,
    )


def migration_files() -> list[tuple[int, str, str]]:
    """All migrations as (number, file name, SQL), in order; numbers are unique."""
    folder = resources.files("huozhan") / "migrations"
    found = []
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        match = _FILE_NAME.match(file.name)
        if match:
            found.append((int(match[1]), file.name, file.read_text()))
    numbers = [number for number, _, _ in found]
    assert len(set(numbers)) == len(numbers), "two migrations share a number"
    return found


async def migrate(db: asyncpg.Connection) -> list[str]:
    """Brings the database to this version; returns the names of what was applied.

    Refuses a server that is too old and a history that differs from ours.
    """
    version = db.get_server_version()
    if version.major < POSTGRES_VERSION_MIN:
        raise WrongDatabase(
            f"PostgreSQL {version.major} is too old: {POSTGRES_VERSION_MIN} or newer is needed."
        )
    await db.execute(
        "CREATE TABLE IF NOT EXISTS migration"
        " (number int PRIMARY KEY, name text NOT NULL, digest text NOT NULL, applied_at timestamptz DEFAULT now())"
    )
    applied = []
    async with db.transaction():
        await db.execute(
            f"SET LOCAL lock_timeout = '{MIGRATION_LOCK_TIMEOUT}'; SET LOCAL statement_timeout = 0"
        )
        await db.execute("LOCK TABLE migration IN ACCESS EXCLUSIVE MODE")
        known = {
            row["number"]: row["digest"] for row in await db.fetch("SELECT number, digest FROM migration")
        }
        files = migration_files()
        if set(known) - {number for number, _, _ in files}:
            raise WrongDatabase("The database was made by a newer Huozhan than this one.")
        for number, name, sql in files:
            digest = hashlib.sha256(sql.encode()).hexdigest()
            if number in known:
                if known[number] != digest:
                    raise WrongDatabase(f"Migration {name} differs from the one that was applied.")
                continue
            await db.execute(sql)
            await db.execute(
                "INSERT INTO migration (number, name, digest) VALUES ($1, $2, $3)", number, name, digest
            )
            applied.append(name)
    return applied
