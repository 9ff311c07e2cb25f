"""A PostgreSQL server that lives in the home folder, on this machine only, for as long as it is held.

The programs come from a wheel (its files only) or from the system. Rows are as safe as on any server:
fsync, checksums and full-page writes stay on.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from huozhan.supervisor.children import start_child
from huozhan.supervisor.home import hold, prepare_home, write_private
from huozhan.supervisor.ports import LOOPBACK, kept_port
from huozhan.supervisor.programs import (
    Programs,
    RunAs,
    clean_environment,
    find_programs,
    reachable_programs,
    run_as_for,
)
from huozhan.supervisor.trouble import CannotServe

ROLE = "huozhan"
DATABASE = "huozhan"
FIRST_BUILTIN_LOCALE = 17
FIRST_IO_METHOD = 18
# Recovery after a crash may have to replay a gigabyte of log on a slow disk.
PATIENCE_SECONDS = 300
LEFTOVER_SECONDS = 15
GLANCE_SECONDS = 0.02
SOCKET_PATH_BYTES = 107
LOG_KEPT_BYTES = 4 * 1024 * 1024

# Sized for a two-core machine that also runs the market: little memory while idle, every write durable,
# and a vacuum that visits the short-lived rows of queue tables early.
SETTINGS = {
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "wal_buffers": "4MB",
    "min_wal_size": "128MB",
    "max_wal_size": "1GB",
    "max_wal_senders": "3",
    "max_replication_slots": "3",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_worker_processes": "4",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_insert_scale_factor": "0.1",
    "autovacuum_analyze_scale_factor": "0.05",
    "autovacuum_vacuum_cost_limit": "1000",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Refused rows are the market's business and may name people: the server's log keeps only its own state.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}


class PostgresServer:
    """Starts and stops the server of one home folder; only one instance at a time may hold it."""

    def __init__(self, home: Path, programs: Programs | None = None) -> None:
        self.folder = home.absolute() / "postgres"
        self.data = self.folder / "data"
        self._programs = programs
        self._lock: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._dsn: str | None = None

    @property
    def dsn(self) -> str:
        """The address of the running server, password included."""
        if self._dsn is None:
            raise CannotServe(f"PostgreSQL in {self.folder} is not running.")
        return self._dsn

    @property
    def pid(self) -> int | None:
        """The number of the server's process, or nothing while it is down."""
        return self._child.pid if self.alive and self._child else None

    @property
    def alive(self) -> bool:
        """Whether the server's process still runs."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> str:
        """Brings the server up, creating its data on the first day, and gives its address once it answers.

        Call it from the main thread: the server ends with the thread that started it.
        """
        if self.alive:
            return self.dsn
        self._take_lock()
        try:
            run_as = run_as_for(self.folder)
            programs = reachable_programs(self._programs or find_programs(), run_as, self.folder)
            if not self.data.exists():
                self._create(programs, run_as)
            self._require_same_major(programs)
            _give(self.data, run_as.owner)
            self._stop_leftover(programs, run_as)
            self._write_settings(programs, run_as)
            self._launch(programs, run_as)
        except BaseException:
            self.stop()
            raise
        return self.dsn

    def stop(self) -> None:
        """Ends every connection, writes everything down and lets the home go."""
        if self._child is not None:
            _end(self._child)
            self._child = None
        self._dsn = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ── taking hold of the folder ────────────────────────────────────────────────────────────────────

    def _take_lock(self) -> None:
        if self._lock is None:
            prepare_home(self.folder.parent)
            prepare_home(self.folder)
            self._lock = hold(self.folder, str(self.folder.parent))

    def _require_same_major(self, programs: Programs) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(programs.major):
            raise CannotServe(
                f"The data in {self.data} was made by PostgreSQL {made_by}, but {programs.folder} has version "
                f"{programs.major}: back up with the old version and restore with this one."
            )

    # ── the first day ────────────────────────────────────────────────────────────────────────────────

    def _create(self, programs: Programs, run_as: RunAs) -> None:
        """Makes the data under another name and renames it last, so that a half-made one is never used."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self.folder / "password.unfinished"
        write_private(password_file, self._password())
        for path in (unfinished, password_file):
            os.chown(path, run_as.owner, -1)
        locale = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            if programs.major >= FIRST_BUILTIN_LOCALE
            else ("--locale=C.UTF-8",)
        )
        try:
            _must(
                run_as.run(
                    programs["initdb"], "--pgdata", unfinished, "--username", ROLE, "--pwfile", password_file,
                    "--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums", *locale,
                ),
                "PostgreSQL could not create its data",
            )  # fmt: skip
            _must(
                run_as.run(
                    programs["postgres"], "--single", "-D", unfinished, "-c", "exit_on_error=on", "postgres",
                    given=f"CREATE DATABASE {DATABASE};\n",
                ),
                "PostgreSQL could not create its database",
            )  # fmt: skip
        finally:
            password_file.unlink()
        unfinished.rename(self.data)

    def _password(self) -> str:
        kept = self.folder / "password"
        if not kept.exists():
            write_private(kept, secrets.token_urlsafe(24))
        return kept.read_text()

    # ── every day ────────────────────────────────────────────────────────────────────────────────────

    def _write_settings(self, programs: Programs, run_as: RunAs) -> None:
        """Writes our settings beside PostgreSQL's own; what an operator sets by ALTER SYSTEM still wins."""
        settings = dict(SETTINGS)
        if programs.major >= FIRST_IO_METHOD:
            settings["io_method"] = "sync"
        ours = self.data / "huozhan.conf"
        ours.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        os.chown(ours, run_as.owner, -1)
        main = self.data / "postgresql.conf"
        include = "include_if_exists = 'huozhan.conf'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)

    def _stop_leftover(self, programs: Programs, run_as: RunAs) -> None:
        """Ends the server of an instance that was killed; we hold the lock, so it serves nobody."""
        pid_file = self.data / "postmaster.pid"
        pid = _pid_in(pid_file)
        if pid is None:
            return
        if _is_server_of(pid, self.data):
            _must(
                run_as.run(
                    programs["pg_ctl"],
                    "stop",
                    "-D",
                    self.data,
                    "-m",
                    "fast",
                    "-w",
                    "-t",
                    str(PATIENCE_SECONDS),
                ),
                "A PostgreSQL left over from an earlier start could not be stopped",
            )
        else:
            # The number now belongs to some other process; PostgreSQL would wrongly wait for it to end.
            pid_file.unlink(missing_ok=True)

    def _launch(self, programs: Programs, run_as: RunAs) -> None:
        """Starts the server, again for a while if the memory of a killed one is still being let go."""
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while True:
            said = self._launch_once(programs, run_as)
            if said is None:
                return
            if "still in use" not in said or time.monotonic() > deadline:
                raise CannotServe(f"PostgreSQL did not start: {_reason(said)}")
            time.sleep(0.2)

    def _launch_once(self, programs: Programs, run_as: RunAs) -> str | None:
        port = kept_port(self.folder / "port")
        socket_folder = self._socket_folder(run_as, port)
        log_path = self.folder / "log"
        if log_path.exists() and log_path.stat().st_size > LOG_KEPT_BYTES:
            log_path.rename(self.folder / "log.old")
        with log_path.open("ab") as log:
            begins = log.tell()
            self._child = start_child(
                [
                    *run_as.prefix, programs["postgres"], "-D", self.data, "-p", str(port),
                    "-c", f"listen_addresses={LOOPBACK}", "-c", f"unix_socket_directories={socket_folder}",
                    "-c", "unix_socket_permissions=0700",
                ],
                orphan_sign=signal.SIGINT, env=clean_environment(), cwd=self.data,
                stdout=log, stderr=log,
                user=run_as.user, group=run_as.group,
            )  # fmt: skip
        if self._wait_until_ready():
            self._dsn = f"postgresql://{ROLE}:{self._password()}@{LOOPBACK}:{port}/{DATABASE}"
            return None
        with log_path.open("rb") as log:
            log.seek(begins)
            return log.read().decode(errors="replace")

    def _wait_until_ready(self) -> bool:
        """Waits as `pg_ctl -w` does, by the state the server writes beside its number."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.alive:
            lines = _lines_of(self.data / "postmaster.pid")
            # Inside a user namespace the number is the same: namespaces of users do not renumber processes.
            if len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return True
            if time.monotonic() > deadline:
                raise CannotServe(f"PostgreSQL did not answer within {PATIENCE_SECONDS} seconds.")
            time.sleep(GLANCE_SECONDS)
        return False

    def _socket_folder(self, run_as: RunAs, port: int) -> str:
        """Where the server's private socket lies; nothing where the path is too long for the kernel."""
        folder = self.folder / "socket"
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, run_as.owner, -1)
        fits = len(os.fsencode(folder / f".s.PGSQL.{port}")) <= SOCKET_PATH_BYTES
        return str(folder) if fits else ""


def running_dsn(home: Path) -> str:
    """The address of the server that another instance runs in this home."""
    folder = home.absolute() / "postgres"
    lines = _lines_of(folder / "data" / "postmaster.pid")
    if len(lines) < 4:
        raise CannotServe(f"PostgreSQL in {folder} is not running.")
    return f"postgresql://{ROLE}:{(folder / 'password').read_text()}@{LOOPBACK}:{lines[3]}/{DATABASE}"


def _end(child: subprocess.Popen[bytes]) -> None:
    """Asks for a fast shutdown, which loses nothing; the harder way only when that takes too long."""
    for sign in (signal.SIGINT, signal.SIGQUIT):
        if child.poll() is None:
            child.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE_SECONDS)
            return
    child.kill()
    child.wait()


def _must(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode != 0:
        raise CannotServe(f"{what}: {_reason(done.stderr + done.stdout)}")


def _reason(said: str) -> str:
    """The one line of a program's output that says why it gave up."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for line in reversed(lines):
        found = re.search(r"(?:FATAL|PANIC|error):\s*(.+)", line)
        if found:
            return found.group(1).rstrip(".") + "."
    return (lines[-1].rstrip(".") if lines else "it ended without a word") + "."


def _give(folder: Path, owner: int) -> None:
    """Hands a data folder to the user that runs the server, when it is not theirs yet."""
    if folder.stat().st_uid == owner:
        return
    try:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)
    except PermissionError:
        raise CannotServe(f"The data in {folder} belongs to another user of this machine.") from None


def _lines_of(path: Path) -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text().splitlines()
    return []


def _pid_in(path: Path) -> int | None:
    lines = _lines_of(path)
    return int(lines[0]) if lines and lines[0].isdigit() else None


def _is_server_of(pid: int, data: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False
