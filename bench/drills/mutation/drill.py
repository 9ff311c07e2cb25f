"""Makes ledger, pricing and state machines wrong in one place at a time, and tells which mistakes no test noticed."""

import importlib
import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.drills.mutation.mutants import Mutant, mutants_of
from bench.drills.mutation.targets import TARGETS, Target
from bench.drills.mutation.trying import NOT_APPLIED, SURVIVED, attempt, settle
from bench.drills.patient import DrillFailed
from huozhan.supervisor.postgres import PostgresServer

ROOT = Path(__file__).parents[3]


def mutate_drill(*, sample: int, seed: int, only: str = "") -> dict[str, Any]:
    """Tries all mistakes, or so many that the seed chooses; tells the score of each module and the survivors."""
    begun = time.monotonic()
    os.chdir(ROOT)
    targets = [target for target in TARGETS if only in f"{target.part} {target.module}"]
    planned = [(target, mutant) for target in targets for mutant in _mutants(target)]
    chosen = planned
    if sample and sample < len(planned):
        chosen = random.Random(f"{seed}:mutants").sample(planned, sample)
    with tempfile.TemporaryDirectory(prefix="huozhan-mutate-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            os.environ["HUOZHAN_DATABASE_URL"] = server.dsn
            settle()
            try:
                return {
                    **_try(chosen),
                    "mutants_in_all": len(planned),
                    "seed": seed,
                    "seconds": round(time.monotonic() - begun),
                }
            finally:
                del os.environ["HUOZHAN_DATABASE_URL"]


def _mutants(target: Target) -> list[Mutant]:
    module = importlib.import_module(target.module)
    return mutants_of(module, Path(module.__file__ or "").read_text())


def _try(chosen: list[tuple[Target, Mutant]]) -> dict[str, Any]:
    for tests in sorted({target.tests for target, _ in chosen}):
        if attempt(None, tests) != SURVIVED:
            raise DrillFailed(f"{' '.join(tests)} fails as it is: nothing can be learnt from it")
    tried, caught, survivors, skipped = Counter[str](), Counter[str](), [], 0
    for target, mutant in sorted(chosen, key=lambda one: (one[0].part, one[1].name)):
        outcome = attempt(mutant, target.tests)
        if outcome == NOT_APPLIED:
            skipped += 1
            continue
        for name in (target.part, target.module):
            tried[name] += 1
            caught[name] += outcome != SURVIVED
        if outcome == SURVIVED:
            survivors.append(mutant.name)
    parts = {target.part for target, _ in chosen}
    modules = sorted(name for name in tried if name not in parts)
    return {
        "what": "mistakes in one place at a time, and whether the tests of that module notice",
        "mutants": sum(tried[part] for part in parts),
        "score_by_part": {part: _percent(caught[part], tried[part]) for part in sorted(parts) if tried[part]},
        "score_by_module": {name: f"{caught[name]}/{tried[name]}" for name in modules},
        "not_applied": skipped,
        "survivors": survivors,
    }


def _percent(caught: int, tried: int) -> float:
    return round(100 * caught / tried, 1)
