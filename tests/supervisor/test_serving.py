"""The supervisor brings back what dies, ends everything it started, and never leaves anything behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

TOYS = Path(__file__).with_name("market_of_toys.py")
PATIENCE_SECONDS = 120


class Served:
    """A market of toys in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, TOYS, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline().split()

    def pid_of(self, part: str) -> int:
        return int((self.folder / f"{part}.pid").read_text())

    def end(self, sign: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(sign)
        out, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        assert out == ""
        return self.process.returncode, said


@pytest.fixture
def folder(home: Path) -> Path:
    return home.parent


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    market = Served(folder)
    yield market
    if market.process.poll() is None:
        market.end(signal.SIGTERM)
    market.process.communicate()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone, or going while it was read
        return False


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_stops_every_part_when_asked(served: Served, sign: signal.Signals) -> None:
    pids = [int(served.first_line[1]), served.pid_of("door"), served.pid_of("worker")]

    code, said = served.end(sign)

    assert (code, said) == (0, "")
    assert (served.folder / "door.left").exists()
    assert (served.folder / "worker.left").exists()
    assert not any(runs(pid) for pid in pids)


@pytest.mark.parametrize("part", ["door", "worker"])
def test_brings_back_a_part_that_was_killed(served: Served, part: str) -> None:
    killed = served.pid_of(part)
    other = served.pid_of({"door": "worker", "worker": "door"}[part])

    os.kill(killed, signal.SIGKILL)

    until(lambda: served.pid_of(part) != killed)
    assert runs(served.pid_of(part))
    assert Path(f"/proc/{served.pid_of(part)}/comm").read_text() == f"huozhan-{part}\n"
    assert runs(other)
    assert "SIGKILL" in served.end(signal.SIGTERM)[1]


async def test_brings_back_postgresql_at_the_same_address(served: Served) -> None:
    dsn = served.first_line[2]
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE parcel (id bigint); INSERT INTO parcel VALUES (7)")
    killed = int(served.first_line[1])

    os.kill(killed, signal.SIGKILL)
    until(lambda: not runs(killed))
    until(lambda: _answers(served.folder / "home", killed))

    again = await asyncpg.connect(dsn)
    assert await again.fetchval("SELECT id FROM parcel") == 7
    await again.close()
    connection.terminate()


def _answers(home: Path, killed: int) -> bool:
    lines: list[str] = []
    # The one that starts removes the file of the one that was killed, and then writes its own.
    with contextlib.suppress(FileNotFoundError):
        lines = (home / "postgres/data/postmaster.pid").read_text().splitlines()
    return len(lines) > 7 and lines[0] != str(killed) and lines[7].strip() == "ready"


def test_leaves_nothing_behind_when_it_is_killed_itself(served: Served) -> None:
    pids = [int(served.first_line[1]), served.pid_of("door"), served.pid_of("worker")]

    served.process.kill()

    until(lambda: not any(runs(pid) for pid in pids))
    next_one = Served(served.folder)
    assert next_one.first_line[0] == "ready"
    assert next_one.end(signal.SIGTERM) == (0, "")


def test_gives_up_with_a_sentence_when_a_part_does_not_start(folder: Path) -> None:
    (folder / "worker.broken").touch()
    served = Served(folder)

    _, said = served.process.communicate(timeout=PATIENCE_SECONDS)

    assert served.first_line == []
    assert served.process.returncode == 1
    assert "The part worker did not start." in said
    assert not runs(served.pid_of("door"))
