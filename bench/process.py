"""A market of its own to measure: started as anybody starts it, its processes counted by what they do."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from huozhan.supervisor.postgres import running_dsn

START_SECONDS_MAX = 300
STOP_SECONDS_MAX = 30
_TICKS = os.sysconf("SC_CLK_TCK")


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """A market that serves: where it is and which process keeps it."""

    home: Path
    url: str
    supervisor: int
    database_url: str

    def roles(self) -> dict[str, list[int]]:
        """Its processes by role: web, worker, postgres, outside, supervisor."""
        found: dict[str, list[int]] = defaultdict(list)
        for pid in [self.supervisor, *offspring(self.supervisor)]:
            found[_role(pid, self.supervisor)].append(pid)
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """CPU spent so far, by role; a process that ended meanwhile takes its seconds with it."""
        return {role: sum(cpu_seconds_of(pid) for pid in pids) for role, pids in self.roles().items()}

    def pss_mib(self) -> dict[str, float]:
        """Proportional memory, by role."""
        return {role: sum(_pss_kib(pid) for pid in pids) / 1024 for role, pids in self.roles().items()}


@contextlib.contextmanager
def market(
    *, home: Path | None = None, environment: Mapping[str, str] | None = None, empty: bool = False
) -> Iterator[Market]:
    """Serves a demo (or empty) market in a fresh home, or in one that is given, and stops it in the end."""
    with contextlib.ExitStack() as closing:
        folder = home or Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="huozhan-bench-")))
        folder.chmod(0o711)
        said = closing.enter_context((folder / "bench-serve.log").open("w+"))
        serving = subprocess.Popen(
            [
                sys.executable, "-m", "huozhan", "serve", "--home", str(folder / "home"), "--port", "0",
                *(["--empty"] if empty else []),
            ],
            stdout=said, stderr=subprocess.STDOUT, env=own_environment(environment or {}),
        )  # fmt: skip
        try:
            url = _await_ready(serving, Path(said.name))
            home_of_it = folder / "home"
            yield Market(
                home=home_of_it, url=url, supervisor=serving.pid, database_url=running_dsn(home_of_it)
            )
        finally:
            serving.send_signal(signal.SIGINT)
            serving.wait(STOP_SECONDS_MAX)


def own_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a market of its own: nothing that is said of another one reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUOZHAN_")}
    return {**kept, **more}


def _await_ready(serving: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if line.startswith("ready "):
                return line.removeprefix("ready ")
        if serving.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"The market did not start:\n{log.read_text()[-2_000:]}")


def offspring(pid: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *offspring(child)]
    return found


def _role(pid: int, supervisor: int) -> str:
    if pid == supervisor:
        return "supervisor"
    with contextlib.suppress(OSError):
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        if name.startswith("huozhan-"):
            return name.removeprefix("huozhan-").partition("-")[0]
        if "postgres" in Path(f"/proc/{pid}/cmdline").read_text():
            return "postgres"
        return "outside"
    return "gone"


def cpu_seconds_of(pid: int, *, ended_children: bool = False) -> float:
    """CPU that a process spent so far, with that of children that have ended if so asked."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11 : 15 if ended_children else 13])) / _TICKS
    return 0.0


def _pss_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
