"""A PostgreSQL server of its own with an empty market in it, for what is measured or proven without web and worker."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.process import cpu_seconds_of, offspring
from huozhan.doors.settings import Settings
from huozhan.kernel.work import Terms
from huozhan.main import found_market, migrate
from huozhan.supervisor.postgres import PostgresServer

TERMS = Terms(
    market_id=1,
    name_zh="试验市场",
    name_en="Proving ground",
    currency="CNY",
    is_demo=False,
    timezone="Asia/Shanghai",
)


class Ground:
    """The server and how to reach it."""

    def __init__(self, server: PostgresServer, settings: Settings) -> None:
        self._server, self.settings = server, settings

    @property
    def dsn(self) -> str:
        """Where the database is."""
        return self.settings.database_url

    def postgres_cpu_seconds(self) -> float:
        """CPU that the server and all its sessions spent so far, ended ones too."""
        pid = self._server.pid
        assert pid is not None
        return cpu_seconds_of(pid, ended_children=True) + sum(
            cpu_seconds_of(child) for child in offspring(pid)
        )


@contextlib.contextmanager
def empty_market(*, keep_in: Path | None = None) -> Iterator[Ground]:
    """A server in a throwaway folder with the market's tables, founded and empty."""
    with contextlib.ExitStack() as closing:
        folder = keep_in or Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="huozhan-ground-")))
        folder.chmod(0o711)
        server = closing.enter_context(PostgresServer(folder))
        settings = Settings(home=folder, database_url=server.dsn, processes=os.cpu_count() or 1)
        asyncio.run(found(settings))
        yield Ground(server, settings)


async def found(settings: Settings) -> None:
    """Makes the tables and founds the market."""
    await migrate(settings)
    await found_market(settings, TERMS)
