"""Takes out every registered guard of money and stock, one after another: a test must fail each time."""

import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from tests.guards.code import CODE_GUARDS, IMPLIED_TRIGGERS, NOTICES_TRIGGERS, TRIGGERS
from tests.guards.conftest import WITHOUT_ITS_GUARD
from tests.guards.database import IMPLIED, labels
from tests.guards.taking_out import WITHOUT, Without

from bench.drills.patient import DrillFailed
from bench.drills.trying import Outcome, try_tests
from huozhan.supervisor.postgres import PostgresServer

BREACHES = "tests/guards/test_breaches.py"
FAILED, PASSED = 1, 0


def guards_drill(*, only: str) -> dict[str, Any]:
    """Tries every guard (or those whose name contains `only`) and tells which were taken out and not noticed."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="huozhan-guards-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            return _Drill(server.dsn, only).play() | {"seconds": round(time.monotonic() - begun)}


class _Drill:
    def __init__(self, dsn: str, only: str) -> None:
        self._dsn, self._only = dsn, only

    def play(self) -> dict[str, Any]:
        singles = {f"trigger {name}": (Without(drop=_drop(name)), NOTICES_TRIGGERS) for name in TRIGGERS}
        singles |= {f"code {guard.name}": (Without(cut=guard.cut), guard.noticed_by) for guard in CODE_GUARDS}
        singles = {name: how for name, how in singles.items() if self._only in name}
        tests = {test for _, test in singles.values()}
        in_place = self._pytest(sorted(tests if self._only else tests | {BREACHES}))
        if in_place.code != PASSED:
            raise DrillFailed(f"with every guard in its place tests fail:\n{in_place.text[-3_000:]}")
        dropped = 0 if self._only else self._drop_each()
        unnoticed, causes = [], {}
        for name, (without, test) in singles.items():
            seen = self._pytest(["-x", "-p", "tests.guards.taking_out", test], {WITHOUT: _json(without)})
            causes[name] = seen.cause
            print(f"{name}: {dict(seen.counts)}", file=sys.stderr, flush=True)
            if seen.code != FAILED or not seen.counts.get("failed"):
                unnoticed.append(
                    f"{name}: {test} says {dict(seen.counts)} {seen.text[-600:] if seen.code > 1 else ''}"
                )
        return {
            "what": "guards of money and stock, each taken out, and a test that failed without it",
            "guards": dropped + len(singles),
            "noticed": dropped + len(singles) - len(unnoticed),
            "unnoticed": unnoticed,
            "by_kind": {
                "check_or_unique_key": dropped,
                "trigger": sum(name.startswith("trigger") for name in singles),
                "condition_lock_or_refusal": sum(name.startswith("code") for name in singles),
            },
            "implied_by_others": {**IMPLIED, **IMPLIED_TRIGGERS},
            "noticed_by": {name: {"test": singles[name][1], "said": cause} for name, cause in causes.items()},
        }

    def _drop_each(self) -> int:
        """Each CHECK and unique key is dropped in the transaction of the test that tries to break it."""
        seen = self._pytest([BREACHES], {WITHOUT_ITS_GUARD: "1"})
        registered = len(labels())
        if seen.counts.get("failed") != registered or seen.counts.get("passed") or seen.counts.get("error"):
            raise DrillFailed(f"of {registered} guards taken out: {dict(seen.counts)}\n{seen.text[-3_000:]}")
        return registered

    def _pytest(self, words: Sequence[str], environment: Mapping[str, str] | None = None) -> Outcome:
        return try_tests(self._dsn, words, environment)


def _drop(name: str) -> str:
    table, _, trigger = name.partition(".")
    return f"DROP TRIGGER {trigger} ON {table}"


def _json(without: Without) -> str:
    return json.dumps(msgspec.to_builtins(without))
