"""Keeping the parts of a market running: what dies is started again, what is asked to stop ends in order."""

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Self

from huozhan.supervisor.children import Child, fork_child
from huozhan.supervisor.postgres import PostgresServer
from huozhan.supervisor.trouble import CannotServe

START_PATIENCE_SECONDS = 120
DRAIN_SECONDS = 10
DELAY_SECONDS_MIN = 0.1
DELAY_SECONDS_MAX = 10.0
STEADY_SECONDS = 5.0
GLANCE_SECONDS = 0.01
READY = b"ready"

TellReady = Callable[[], None]


class StopAskedError(BaseException):
    """Ctrl-C or SIGTERM; not an error, so no handler for errors may swallow it."""


@dataclass
class Part:
    """One process to keep running.

    `start` gets the writing end of a pipe, on which the process says a line that begins with "ready".
    """

    name: str
    start: Callable[[int], Child]
    child: Child | None = None
    pipe: int | None = None
    is_ready: bool = False
    begun_at: float = 0.0
    due_at: float = 0.0
    delay: float = field(default=DELAY_SECONDS_MIN)


def forked(name: str, run: Callable[[TellReady], None]) -> Part:
    """A part that is a copy of this process running one function."""

    def start(pipe: int) -> Child:
        return fork_child(name, lambda: run(lambda: _say_ready(pipe)))

    return Part(name, start)


def run_once(run: Callable[[], None]) -> bool:
    """Runs a function to its end in a copy of this process, so that this one stays small and single-threaded.

    Tells whether it succeeded; where it did not, it has said why.
    """
    child = fork_child("once", run)
    try:
        while (code := child.poll()) is None:
            time.sleep(GLANCE_SECONDS)
        return code == 0
    finally:
        child.send_signal(signal.SIGTERM)


def keep_running(
    server: PostgresServer | None, parts: Sequence[Part], when_ready: Callable[[], None]
) -> None:
    """Runs the parts until Ctrl-C or SIGTERM; says once when all of them are ready."""
    # Shared pages stay shared only while nobody writes to them: the collector would.
    gc.collect()
    gc.freeze()
    with _Watch() as watch:
        try:
            for part in parts:
                _start(part, watch)
            _await_ready(parts, watch)
            when_ready()
            while True:
                _mend(server, parts, watch)
                watch.wait(_seconds_to_next(parts))
        finally:
            with _undisturbed():
                stop_parts(parts)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM raise StopAskedError wherever the program is; leaving restores what was."""

    def ask(_sign: int, _frame: FrameType | None) -> None:
        raise StopAskedError

    before = {sign: signal.signal(sign, ask) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except StopAskedError:
        pass
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def stop_parts(parts: Sequence[Part]) -> None:
    """Ends the parts one after another, the first started (the doors) first; each may finish what it holds."""
    for part in parts:
        if part.child is None:
            continue
        part.child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + DRAIN_SECONDS
    for part in parts:
        while part.child is not None and part.child.poll() is None:
            if time.monotonic() > deadline:
                part.child.send_signal(signal.SIGKILL)
            time.sleep(GLANCE_SECONDS)


def _start(part: Part, watch: "_Watch") -> None:
    if part.pipe is not None:
        watch.drop(part.pipe)
    reading, writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    part.pipe, part.is_ready = reading, False
    part.begun_at = time.monotonic()
    try:
        part.child = part.start(writing)
    finally:
        os.close(writing)
    watch.add(reading, lambda said: _hear(part, said))


def _hear(part: Part, said: bytes) -> None:
    part.is_ready = part.is_ready or said.startswith(READY)


def _say_ready(pipe: int) -> None:
    os.write(pipe, READY + b"\n")
    os.close(pipe)


def _await_ready(parts: Sequence[Part], watch: "_Watch") -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while not all(part.is_ready for part in parts):
        for part in parts:
            if part.child is not None and part.child.poll() is not None and not part.is_ready:
                raise CannotServe(f"The part {part.name} did not start.")
            if time.monotonic() > deadline and not part.is_ready:
                raise CannotServe(
                    f"The part {part.name} was not ready after {START_PATIENCE_SECONDS} seconds."
                )
        watch.wait(1.0)


def _mend(server: PostgresServer | None, parts: Sequence[Part], watch: "_Watch") -> None:
    """Starts again what has ended, the database first; a part that keeps dying waits longer each time."""
    if server is not None and not server.alive:
        _note("PostgreSQL ended; starting it again")
        before = server.dsn
        _restart_server(server)
        if server.dsn != before:
            # The port was taken in between: the parts take up the new address when they start.
            stop_parts(parts)
    now = time.monotonic()
    for part in parts:
        if part.child is not None and (code := part.child.poll()) is not None:
            if now - part.begun_at > STEADY_SECONDS:
                part.delay = DELAY_SECONDS_MIN
            part.child, part.due_at = None, now + part.delay
            part.delay = min(part.delay * 2, DELAY_SECONDS_MAX)
            _note(f"{part.name} ended ({_how(code)}); starting it again")
        if part.child is None and now >= part.due_at:
            _start(part, watch)


def _restart_server(server: PostgresServer) -> None:
    delay = DELAY_SECONDS_MIN
    while True:
        try:
            server.start()
        except CannotServe as trouble:
            _note(str(trouble))
            time.sleep(delay)
            delay = min(delay * 2, DELAY_SECONDS_MAX)
        else:
            return


def _seconds_to_next(parts: Sequence[Part]) -> float | None:
    due = [part.due_at for part in parts if part.child is None]
    return max(0.0, min(due) - time.monotonic()) if due else None


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _note(sentence: str) -> None:
    print(f"huozhan: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - words for the console


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C while things are being put away changes nothing."""
    before = {sign: signal.signal(sign, signal.SIG_IGN) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


class _Watch:
    """Sleeps until a child ends, a child says something, or the time is up."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._bell, self._button = socket.socketpair(type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK)

    def __enter__(self) -> Self:
        self._selector.register(self._bell, selectors.EVENT_READ, None)
        self._before = signal.signal(signal.SIGCHLD, lambda _sign, _frame: None)
        signal.set_wakeup_fd(self._button.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, self._before)
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                os.close(key.fd)
        self._selector.close()
        self._bell.close()
        self._button.close()

    def add(self, pipe: int, hear: Callable[[bytes], None]) -> None:
        self._selector.register(pipe, selectors.EVENT_READ, hear)

    def drop(self, pipe: int) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(pipe)
            os.close(pipe)

    def wait(self, seconds: float | None) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._bell.recv(4096)
                continue
            said = os.read(key.fd, 4096)
            if said:
                key.data(said)
            else:
                self.drop(key.fd)
