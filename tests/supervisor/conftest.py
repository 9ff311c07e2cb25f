"""Homes to serve from: copies of one that was made at the start, because making one takes a second."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from huozhan.supervisor import PostgresServer


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    """A home whose PostgreSQL has been started once."""
    # Not among pytest's own folders: those are closed to the user who runs PostgreSQL for root.
    with TemporaryDirectory(prefix="huozhan-") as name:
        Path(name).chmod(0o711)
        home = Path(name) / "home"
        with PostgresServer(home):
            pass
        yield home


@pytest.fixture
def new_home() -> Iterator[Path]:
    """An empty folder where a home may be made."""
    with TemporaryDirectory(prefix="huozhan-") as name:
        yield Path(name)


@pytest.fixture
def home(made_home: Path) -> Iterator[Path]:
    """A stopped home of the test's own."""
    with TemporaryDirectory(prefix="huozhan-") as name:
        Path(name).chmod(0o711)
        shutil.copytree(made_home, Path(name) / "home")
        yield Path(name) / "home"


@pytest.fixture
async def bare_dsn(server_dsn: str) -> AsyncIterator[str]:
    """A database in which there is nothing."""
    name = f"huozhan_bare_{os.getpid()}"
    admin = await asyncpg.connect(server_dsn)
    await admin.execute(f"CREATE DATABASE {name}")
    yield f"{server_dsn.rpartition('/')[0]}/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()
