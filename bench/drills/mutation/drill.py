"""Makes ledger, pricing and state machines wrong in one place at a time, and tells which mistakes no test noticed."""

import asyncio
import contextlib
import hashlib
import importlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conftest import forget_disks

from bench.drills.mutation.covering import Covers, Seen
from bench.drills.mutation.equivalent import EQUIVALENT
from bench.drills.mutation.forked import in_a_fork
from bench.drills.mutation.hand import Leader, Replaced, one_hand
from bench.drills.mutation.mutants import Mutant, mutants_of
from bench.drills.mutation.targets import TARGETS, Target
from bench.drills.mutation.telling import ModuleTold, document
from bench.drills.patient import DrillFailed
from bench.figures import circumstances
from huozhan.supervisor.postgres import PostgresServer

ROOT = Path(__file__).parents[3]
NEIGHBOURS = ("tests/kernel/test_money.py", "tests/credit/test_term.py")
"""Always loaded too, so that every test has one of another module beside it."""
_QUIETLY = [
    "-q", "-s", "-p", "no:cacheprovider",
    # Some of what is loaded here was loaded before, and is not rewritten for better messages; nobody reads them.
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
]  # fmt: skip


class Tried(msgspec.Struct, frozen=True):
    """What became of one mistake, and the state of the files that it was learnt from."""

    outcome: str
    stamp: str
    by: str = ""
    tests: int = 0
    patience: float = 0


def mutate_drill(
    *,
    sample: int,
    seed: int,
    only: Sequence[str] = (),
    patience: float = 60,
    work: Path | None = None,
    tell: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Tries all mistakes, or so many that the seed chooses; tells the score of each module and the survivors.

    A mistake is tried against tests of `patience` seconds in all. What was learnt is kept in the folder `work`, from
    which a later run goes on; after each module `tell` has the figures so far.
    """
    begun = time.monotonic()
    os.chdir(ROOT)
    plan = _plan(only, sample, seed)
    told: dict[str, ModuleTold] = {}

    def take(name: str, module: ModuleTold) -> None:
        told[name] = module
        if tell is not None:
            tell(document(told))

    in_a_fork(lambda send: _lead(plan, patience, work, send), take)
    return document(told) | {"seed": seed, "seconds": round(time.monotonic() - begun)}


def _plan(only: Sequence[str], sample: int, seed: int) -> list[tuple[Target, list[Mutant]]]:
    targets = [
        target
        for target in TARGETS
        if not only or any(name in f"{target.part} {target.module}" for name in only)
    ]
    planned = [(target, mutant) for target in targets for mutant in mutants_in(target.module)]
    if sample and sample < len(planned):
        planned = random.Random(f"{seed}:mutants").sample(planned, sample)
    return [(target, [mutant for aim, mutant in planned if aim is target]) for target in targets]


def mutants_in(name: str) -> list[Mutant]:
    """All mistakes of a module."""
    module = importlib.import_module(name)
    return mutants_of(module, Path(module.__file__ or "").read_text())


def _lead(
    plan: Sequence[tuple[Target, list[Mutant]]],
    patience: float,
    work: Path | None,
    send: Callable[[str, ModuleTold], None],
) -> None:
    """Loads the tests once and lets forked hands run them."""
    # No test looks for a smaller example of what it found, or remembers it, or minds that it is being watched.
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutate",
        phases=(Phase.explicit, Phase.generate),
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutate")
    wanted = sorted({*NEIGHBOURS, *(test for target, _ in plan for test in target.tests)})
    # What is loaded now is what is tried, whatever is written into the files meanwhile.
    for path in (*(_file_of(target.module) for target, _ in plan), *_files_of(wanted)):
        _digest(path)
    failed: list[BaseException] = []

    def lead(items: Mapping[str, pytest.Item]) -> None:
        try:
            with _server_for(items.values()), one_hand(items) as hand:
                drill = _Drill(list(items), hand, patience, work)
                for target, mutants in plan:
                    send(target.module, drill.play(target, mutants))
        except BaseException as error:
            failed.append(error)
            raise

    said = pytest.main([*_QUIETLY, *wanted], plugins=[Leader(lead)])
    if failed:
        raise failed[0]
    if said != pytest.ExitCode.OK:
        raise DrillFailed(f"the tests cannot be loaded: pytest says {said}")


@contextlib.contextmanager
def _server_for(items: Iterable[pytest.Item]) -> Iterator[None]:
    """A PostgreSQL server for all tests, if there is one that needs it."""
    if not any("server_dsn" in getattr(item, "fixturenames", ()) for item in items):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="huozhan-mutate-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            asyncio.run(forget_disks(server.dsn))
            os.environ["HUOZHAN_DATABASE_URL"] = server.dsn
            yield


class _Drill:
    def __init__(self, tests: Sequence[str], hand: Replaced, patience: float, work: Path | None) -> None:
        self._tests, self._hand, self._patience = tests, hand, patience
        if work is not None:
            work.mkdir(parents=True, exist_ok=True)
        self._covers = Covers(work / "covers.json" if work else None, stamp_of)
        self._file = work / "tried.json" if work else None
        known = self._file.read_bytes() if self._file and self._file.exists() else b"{}"
        self._known = msgspec.json.decode(known, type=dict[str, Tried])
        self._noticers: list[str] = []

    def play(self, target: Target, mutants: Sequence[Mutant]) -> ModuleTold:
        seen = self._look_at(target)
        now = circumstances()
        told = ModuleTold(part=target.part, date=now["date"], commit=now["commit"])
        for mutant in mutants:
            tried = self._try(mutant, seen)
            told.count(mutant, tried.outcome, EQUIVALENT.get(mutant.key, ""))
        self._save()
        return told

    def _look_at(self, target: Target) -> dict[str, Seen]:
        """What is known of the module's tests; what is not known is learnt."""
        folders = tuple(f"{test.rstrip('/')}{'' if test.endswith('.py') else '/'}" for test in target.tests)
        seen = {}
        for test in self._tests:
            if not test.startswith(folders):
                continue
            known = self._covers.of(test)
            if known is None:
                known = self._hand.watch(test)
                if not known.passed:
                    known = self._hand.watch(test)
                if not known.passed:
                    raise DrillFailed(f"{test} fails as it is: nothing can be learnt from it")
                self._covers.learn(test, known)
            seen[test] = known
        self._covers.save()
        return seen

    def _try(self, mutant: Mutant, seen: Mapping[str, Seen]) -> Tried:
        if mutant.key in EQUIVALENT:
            return Tried("equivalent", "")
        tests = self._fitting(mutant, seen)
        stamp = _stamp_of_all((_file_of(mutant.module), *sorted({test.partition("::")[0] for test in tests})))
        known = self._known.get(mutant.key)
        if known is not None and self._holds(known, stamp, mutant):
            return known
        told = self._hand.try_out(mutant, tests) if tests else None
        if told is not None and not told.applied:
            tried = Tried("not_applied", stamp)
        elif told is not None and told.noticed_by:
            if told.noticed_by in seen:
                self._noticers.insert(0, told.noticed_by)
            by = told.noticed_by.partition("::")[0]
            stamp = _stamp_of_all((_file_of(mutant.module), *([by] if by.endswith(".py") else [])))
            tried = Tried("noticed", stamp, told.noticed_by)
        else:
            tried = Tried("survived" if tests else "not_run", stamp, "", len(tests), self._patience)
        self._known[mutant.key] = tried
        return tried

    def _holds(self, known: Tried, stamp: str, mutant: Mutant) -> bool:
        if known.outcome != "noticed":
            return known.stamp == stamp and known.patience >= self._patience
        by = known.by.partition("::")[0]
        return known.stamp == _stamp_of_all((_file_of(mutant.module), *([by] if by.endswith(".py") else [])))

    def _fitting(self, mutant: Mutant, seen: Mapping[str, Seen]) -> list[str]:
        """The tests that come by: who noticed the last mistakes, then the quickest, as many as the patience lasts for."""
        covering = [test for test, one in seen.items() if one.covers(mutant)]
        noticed = {test: place for place, test in reversed(list(enumerate(self._noticers[:3])))}
        covering.sort(key=lambda test: (noticed.get(test, 9), seen[test].seconds))
        chosen: list[str] = []
        left = self._patience
        for test in covering:
            left -= seen[test].seconds
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen

    def _save(self) -> None:
        if self._file is not None:
            self._file.write_bytes(msgspec.json.encode(self._known))


def stamp_of(name: str) -> str:
    """What a test's file or a module holds, in short."""
    return _digest(name if name.endswith(".py") else _file_of(name))


def _files_of(tests: Sequence[str]) -> list[str]:
    files = [test for test in tests if test.endswith(".py")]
    folders = [test for test in tests if not test.endswith(".py")]
    return files + [
        str(file.relative_to(ROOT)) for folder in folders for file in (ROOT / folder).glob("test_*.py")
    ]


def _file_of(module: str) -> str:
    return f"src/{module.replace('.', '/')}.py"


@cache
def _digest(path: str) -> str:
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()[:12]


def _stamp_of_all(paths: Sequence[str]) -> str:
    return " ".join(_digest(path) for path in paths)
