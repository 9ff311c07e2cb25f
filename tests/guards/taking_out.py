"""A pytest plugin that runs the tests without one guard: `-p tests.guards.taking_out`, named in the environment.

A code guard's module is changed as it is imported, so the plugin imports nothing of the market before that; a trigger is
dropped after the migrations.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

WITHOUT = "HUOZHAN_WITHOUT_GUARD"
"""The guard to be without: `cut` or `drop`, as JSON."""
_SOURCE = Path(__file__).parents[2] / "src" / "huozhan"


class Cut(msgspec.Struct, frozen=True):
    """A piece of a module's text and what stands there without the guard."""

    file: str
    old: str
    new: str

    def applied(self) -> str:
        """The module without the guard; fails where the piece is not there exactly once."""
        text = (_SOURCE / self.file).read_text()
        assert text.count(self.old) == 1, f"{self.file} has {text.count(self.old)} times: {self.old}"
        return text.replace(self.old, self.new)


class Without(msgspec.Struct, frozen=True):
    """What a run is to be without."""

    cut: Cut | None = None
    drop: str = ""


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads one module with its text changed, and keeps no compiled copy."""

    text = b""

    def get_data(self, path: str) -> bytes:
        return self.text

    def path_stats(self, path: str) -> Any:
        raise OSError(path)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        parts = ["huozhan", *Path(cut.file).with_suffix("").parts]
        self._name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        loader = _Changed(fullname, spec.origin)
        loader.text = self._cut.applied().encode()
        spec.loader = loader
        return spec


def _take_out(without: Without) -> None:
    if without.cut is not None:
        assert not any(name == "huozhan" or name.startswith("huozhan.") for name in sys.modules)
        sys.meta_path.insert(0, _Finder(without.cut))
    if without.drop:
        from huozhan.kernel import database

        migrate = database.migrate

        async def and_drop(db: Any) -> list[str]:
            applied = await migrate(db)
            await db.execute(without.drop)
            return applied

        database.migrate = and_drop


if os.environ.get(WITHOUT):
    _take_out(msgspec.json.decode(os.environ[WITHOUT], type=Without))
