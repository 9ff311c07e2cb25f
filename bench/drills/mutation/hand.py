"""A hand is a forked process with all tests loaded: it takes over one mistake after another and runs tests under it.

Sessions, databases and reference tables are made once in a hand and serve all mistakes that it tries; what a module or a
test makes ends with every mistake. A mistake that ends the hand, or never ends itself, was noticed.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from bench.drills.mutation.applying import applied
from bench.drills.mutation.covering import Seen, watching
from bench.drills.mutation.mutants import Mutant

CPU_SECONDS_MAX = 20
"""A test that computes longer under a mistake never ends; untouched ones need a tenth of it."""
SECONDS_MAX = 120
"""A test that waits longer under a mistake waits for ever."""


class Told(msgspec.Struct, frozen=True):
    """What a hand says of one mistake."""

    applied: bool = True
    noticed_by: str = ""
    sound: bool = True
    """Whether the test that noticed passes again once the mistake is taken back."""


class HandLost(Exception):
    """The hand ended, or did not answer."""


class Hand:
    """The near end of a forked process that runs tests."""

    def __init__(self, items: Mapping[str, pytest.Item]) -> None:
        self._near, far = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._near.close()
            with contextlib.suppress(EOFError, KeyboardInterrupt):
                _Far(items, far).serve()
            os._exit(0)
        far.close()

    def watch(self, test: str) -> Seen:
        """Runs a test as it is and tells which lines and moves it used."""
        return self._ask(("watch", test))

    def try_out(self, mutant: Mutant, tests: Sequence[str]) -> Told:
        """Runs the tests under a mistake until one fails."""
        return self._ask(("try", mutant, tests))

    def end(self) -> None:
        """Ends the process."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._near.close()

    def _ask(self, asked: tuple[Any, ...]) -> Any:
        self._near.send(asked)
        try:
            while self._near.poll(SECONDS_MAX):
                said = self._near.recv()
                if said is not None:
                    return said
        except (EOFError, ConnectionError):
            pass
        raise HandLost


class _Far:
    def __init__(self, items: Mapping[str, pytest.Item], line: Connection) -> None:
        self._items, self._line = items, line
        self._warm: set[str] = set()
        # What ends a test that computes for ever; it is set anew before each.
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)

    def serve(self) -> None:
        while True:
            what, *more = self._line.recv()
            self._line.send(self._watch(*more) if what == "watch" else self._try(*more))

    def _watch(self, test: str) -> Seen:
        self._warm_up([test])
        begun = time.process_time()
        with watching() as seen:
            passed = self._passes(test)
        return Seen(
            passed=passed,
            seconds=round(time.process_time() - begun, 3),
            lines=seen.lines(),
            moves=seen.moves(),
        )

    def _try(self, mutant: Mutant, tests: Sequence[str]) -> Told:
        self._warm_up(tests)
        with applied(mutant) as is_applied:
            if not is_applied:
                return Told(applied=False)
            noticed_by = next((test for test in tests if not self._passes(test)), "")
        return Told(noticed_by=noticed_by, sound=not noticed_by or self._passes(noticed_by))

    def _warm_up(self, tests: Sequence[str]) -> None:
        """What a folder's tests make once for the session is made without a mistake."""
        for test in tests:
            folder = test.rpartition("/")[0]
            if folder not in self._warm:
                self._warm.add(folder)
                self._passes(test)

    def _passes(self, test: str) -> bool:
        self._line.send(None)
        item = self._items[test]
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS_MAX)
        try:
            reports = runtestprotocol(item, log=False, nextitem=self._elsewhere(item))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return not any(report.failed for report in reports)

    def _elsewhere(self, item: pytest.Item) -> pytest.Item:
        """A test of another module: as if it came next, everything below the session is taken down."""
        return next(other for other in self._items.values() if other.path != item.path)


class Leader:
    """A pytest plugin that hands the loaded tests to the drill instead of running them."""

    def __init__(self, lead: Any) -> None:
        self._lead = lead

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._lead({item.nodeid: item for item in session.items})
        return True


@contextlib.contextmanager
def one_hand(items: Mapping[str, pytest.Item]) -> Iterator["Replaced"]:
    """A hand that is replaced whenever it is lost."""
    hand = Replaced(items)
    try:
        yield hand
    finally:
        hand.drop()


class Replaced:
    """The hand at work; a new one stands in for one that was lost."""

    def __init__(self, items: Mapping[str, pytest.Item]) -> None:
        self._items = items
        self._hand: Hand | None = None

    def drop(self) -> None:
        """Ends the hand at work; the next question finds a new one."""
        if self._hand is not None:
            self._hand.end()
            self._hand = None

    def watch(self, test: str) -> Seen:
        """As of a hand; a test that loses the hand has failed."""
        try:
            return self._at_work().watch(test)
        except HandLost:
            self.drop()
            return Seen(passed=False)

    def try_out(self, mutant: Mutant, tests: Sequence[str]) -> Told:
        """As of a hand; where it is lost, or does not pass without the mistake, the mistake is tried in a new one."""
        told = self._try_once(mutant, tests)
        if told.sound:
            return told
        self.drop()
        return self._try_once(mutant, tests)

    def _try_once(self, mutant: Mutant, tests: Sequence[str]) -> Told:
        try:
            return self._at_work().try_out(mutant, tests)
        except HandLost:
            self.drop()
            return Told(noticed_by="a test that never ends")

    def _at_work(self) -> Hand:
        if self._hand is None:
            self._hand = Hand(self._items)
        return self._hand
