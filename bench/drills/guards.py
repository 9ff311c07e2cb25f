"""Takes out every registered guard of money and stock, one after another: a test must fail each time."""

import asyncio
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from tests.conftest import forget_disks
from tests.guards.code import CODE_GUARDS, IMPLIED_TRIGGERS, NOTICES_TRIGGERS, TRIGGERS
from tests.guards.conftest import WITHOUT_ITS_GUARD
from tests.guards.database import IMPLIED, labels
from tests.guards.taking_out import WITHOUT, Without

from bench.drills.patient import DrillFailed
from bench.drills.trying import Outcome, try_tests
from bench.figures import circumstances, show
from huozhan.supervisor.postgres import PostgresServer

BREACHES = "tests/guards/test_breaches.py"
KEPT_TEMPLATES = "HUOZHAN_KEPT_TEMPLATES"
FAILED, PASSED = 1, 0
_ROOT = Path(__file__).parents[2]
_MIGRATIONS = "src/huozhan/migrations"


class Told(msgspec.Struct, frozen=True):
    """What was seen without a guard: who noticed and what they said, and the files this was learnt from."""

    kind: str
    test: str
    noticed: bool
    said: str
    date: str
    commit: str
    learnt_from: str


class _Single(msgspec.Struct, frozen=True):
    kind: str
    without: Without
    test: str

    @property
    def stamp(self) -> str:
        """What the guard, its module and its test are now, in short; a trigger's module is the migrations."""
        guarded = f"src/huozhan/{self.without.cut.file}" if self.without.cut else _MIGRATIONS
        return _digest(_json(self.without), guarded, self.test.partition("::")[0])


def guards_drill(*, only: str, kept_in: Path | None = None) -> dict[str, Any]:
    """Tries every guard (or those whose name contains `only`) and tells which were taken out and not noticed.

    With `kept_in` each answer is written there at once, and what stands there is not asked again as long as guard,
    module and test stay as they were: a drill that was stopped goes on.
    """
    begun = time.monotonic()
    told = _read(kept_in) if kept_in else {}
    with tempfile.TemporaryDirectory(prefix="huozhan-guards-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            asyncio.run(forget_disks(server.dsn))
            drill = _Drill(server.dsn, only, told)
            drill.play(lambda: _write(told, kept_in) if kept_in else None)
    return _document(drill.told_now()) | {"seconds": round(time.monotonic() - begun)}


class _Drill:
    def __init__(self, dsn: str, only: str, told: dict[str, Told]) -> None:
        self._dsn, self._only, self._told = dsn, only, told
        singles = {
            f"trigger {name}": _Single("trigger", Without(drop=_drop(name)), NOTICES_TRIGGERS)
            for name in TRIGGERS
        }
        singles |= {
            f"code {guard.name}": _Single(
                "condition_lock_or_refusal", Without(cut=guard.cut), guard.noticed_by
            )
            for guard in CODE_GUARDS
        }
        self._singles = {name: single for name, single in singles.items() if only in name}
        self._dropped = [] if only else [f"database {label}" for label in labels()]
        self._dropped_stamp = "" if only else _digest("", _MIGRATIONS, "tests/guards")
        if not only:
            for name in set(told) - set(self._singles) - set(self._dropped):
                del told[name]  # It is no guard any more.

    def told_now(self) -> dict[str, Told]:
        """What this drill is about."""
        return {name: self._told[name] for name in (*self._dropped, *self._singles)}

    def play(self, save: Callable[[], None]) -> None:
        singles = {
            name: single for name, single in self._singles.items() if not self._known(name, single.stamp)
        }
        drops = not all(self._known(name, self._dropped_stamp) for name in self._dropped)
        tests = sorted({single.test for single in singles.values()} | ({BREACHES} if drops else set()))
        if tests:
            in_place = self._pytest(tests)
            if in_place.code != PASSED:
                raise DrillFailed(f"with every guard in its place tests fail:\n{in_place.text[-3_000:]}")
        if drops:
            self._drop_each()
            save()
        for name, single in singles.items():
            self._told[name] = self._try(name, single)
            save()

    def _known(self, name: str, stamp: str) -> bool:
        told = self._told.get(name)
        return told is not None and told.noticed and told.learnt_from == stamp

    def _try(self, name: str, single: _Single) -> Told:
        # A trigger is dropped where the migrations run, so that database is nobody else's.
        kept = {KEPT_TEMPLATES: ""} if single.without.drop else {}
        seen = self._pytest(
            ["-x", "-p", "tests.guards.taking_out", single.test], {WITHOUT: _json(single.without), **kept}
        )
        print(f"{name}: {dict(seen.counts)}", file=sys.stderr, flush=True)
        noticed = seen.code == FAILED and bool(seen.counts.get("failed"))
        said = seen.cause if noticed else f"{dict(seen.counts)} {seen.text[-600:] if seen.code > 1 else ''}"
        return _told(single.kind, single.test, noticed=noticed, said=said, stamp=single.stamp)

    def _drop_each(self) -> None:
        """Each CHECK and unique key is dropped in the transaction of the test that tries to break it."""
        seen = self._pytest([BREACHES], {WITHOUT_ITS_GUARD: "1"})
        registered = len(self._dropped)
        if seen.counts.get("failed") != registered or seen.counts.get("passed") or seen.counts.get("error"):
            raise DrillFailed(f"of {registered} guards taken out: {dict(seen.counts)}\n{seen.text[-3_000:]}")
        told = _told("check_or_unique_key", BREACHES, noticed=True, said="", stamp=self._dropped_stamp)
        self._told.update(dict.fromkeys(self._dropped, told))

    def _pytest(self, words: Sequence[str], environment: Mapping[str, str] | None = None) -> Outcome:
        return try_tests(self._dsn, words, {KEPT_TEMPLATES: "guards", **(environment or {})})


def _told(kind: str, test: str, *, noticed: bool, said: str, stamp: str) -> Told:
    now = circumstances()
    return Told(kind, test, noticed, said, now["date"], now["commit"], stamp)


def _document(told: Mapping[str, Told]) -> dict[str, Any]:
    kinds = ("check_or_unique_key", "trigger", "condition_lock_or_refusal")
    return {
        "what": "guards of money and stock, each taken out, and a test that failed without it",
        "guards": len(told),
        "noticed": sum(one.noticed for one in told.values()),
        "unnoticed": [f"{name}: {one.test} says {one.said}" for name, one in told.items() if not one.noticed],
        "by_kind": {kind: sum(one.kind == kind for one in told.values()) for kind in kinds},
        "implied_by_others": {**IMPLIED, **IMPLIED_TRIGGERS},
    }


def _read(file: Path) -> dict[str, Told]:
    """What the kept figures say of each guard; guards of the database that were learnt about at once share an entry."""
    if not file.exists():
        return {}
    known = msgspec.json.decode(file.read_bytes())
    told = msgspec.convert(known.get("each", {}), dict[str, Told])
    for span in known.get("together", []):
        told |= dict.fromkeys(span["names"], msgspec.convert(span["told"], Told))
    return told


def _write(told: Mapping[str, Told], file: Path) -> None:
    together: dict[Told, list[str]] = {}
    for name, one in told.items():
        if one.kind == "check_or_unique_key":
            together.setdefault(one, []).append(name)
    each = {name: one for name, one in sorted(told.items()) if one.kind != "check_or_unique_key"}
    now = circumstances()
    figures = {
        "dates": sorted({one.date for one in told.values()}),
        "commits": sorted({one.commit for one in told.values()}),
        "machine": now["machine"],
        "python": now["python"],
        **_document(told),
        "together": [{"told": one, "names": names} for one, names in together.items()],
        "each": each,
    }
    file.write_text(show(figures) + "\n")


@cache
def _digest(text: str, *paths: str) -> str:
    digest = hashlib.sha256(text.encode())
    for path in paths:
        place = _ROOT / path
        for file in sorted(place.glob("*.*")) if place.is_dir() else [place]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _drop(name: str) -> str:
    table, _, trigger = name.partition(".")
    return f"DROP TRIGGER {trigger} ON {table}"


def _json(without: Without) -> str:
    return json.dumps(msgspec.to_builtins(without))
