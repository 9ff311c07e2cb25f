"""The figures of a drill of mistakes, module by module; what was played before is kept beside what is played now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bench.drills.mutation.mutants import Mutant
from bench.figures import circumstances, show


class ModuleTold(msgspec.Struct):
    """What a module's mistakes showed."""

    part: str
    date: str
    commit: str
    mistakes: int = 0
    noticed: int = 0
    not_applied: int = 0
    survivors: list[str] = []
    equivalent: dict[str, str] = {}

    def count(self, mutant: Mutant, outcome: str, reason: str) -> None:
        """Counts one mistake."""
        if outcome == "equivalent":
            self.equivalent[mutant.key] = reason
            return
        if outcome == "not_applied":
            self.not_applied += 1
            return
        self.mistakes += 1
        if outcome == "noticed":
            self.noticed += 1
        else:
            self.survivors.append(mutant.name + (" (no test comes by)" if outcome == "not_run" else ""))


def document(told: Mapping[str, ModuleTold]) -> dict[str, Any]:
    """All modules with the score of each and of each part."""
    parts = sorted({module.part for module in told.values()})
    of = {part: [module for module in told.values() if module.part == part] for part in parts}
    return {
        "what": "mistakes in one place at a time, and whether a test notices",
        "mutants": sum(module.mistakes for module in told.values()),
        "score": _percent(list(told.values())),
        "score_by_part": {part: _percent(of[part]) for part in parts},
        "score_by_module": {name: f"{module.noticed}/{module.mistakes}" for name, module in told.items()},
        "not_applied": sum(module.not_applied for module in told.values()),
        "equivalent": sum(len(module.equivalent) for module in told.values()),
        "survivors": [name for module in told.values() for name in module.survivors],
        "modules": {name: msgspec.to_builtins(module) for name, module in told.items()},
    }


def keep_modules(figures: Mapping[str, Any], file: Path) -> None:
    """Writes the figures down; modules that were not played now stay as they were played."""
    known = msgspec.json.decode(file.read_bytes()).get("modules", {}) if file.exists() else {}
    told = msgspec.convert({**known, **figures["modules"]}, dict[str, ModuleTold])
    told = dict(sorted(told.items(), key=lambda one: (one[1].part, one[0])))
    now = circumstances()
    kept = document(told)
    kept.pop("survivors")  # They stand with their modules.
    file.write_text(show({"machine": now["machine"], "python": now["python"], **kept}) + "\n")


def _percent(modules: list[ModuleTold]) -> float:
    mistakes = sum(module.mistakes for module in modules)
    return round(100 * sum(module.noticed for module in modules) / mistakes, 1) if mistakes else 0.0
