"""Which lines of the modules at hand a test runs, and which moves of their tables it asks about; learnt once a test."""

import contextlib
import importlib
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from bench.drills.mutation.mutants import Mutant, tables_in
from bench.drills.mutation.targets import TARGETS


class Seen(msgspec.Struct, frozen=True):
    """What one run of a test showed: lines by module, moves as `module.TABLE state event`."""

    passed: bool
    seconds: float = 0.0
    lines: Mapping[str, Sequence[int]] = {}
    moves: Sequence[str] = ()

    def covers(self, mutant: Mutant) -> bool:
        """Whether the test comes by the place of the mistake."""
        if mutant.table:
            return move_name(mutant.module, mutant.table, mutant.move) in self.moves
        return any(mutant.line <= line <= mutant.line_to for line in self.lines.get(mutant.module, ()))


def move_name(module: str, table: str, move: tuple[str, str]) -> str:
    """How a move of a table is called here."""
    return f"{module}.{table} {' '.join(move)}"


class _Watch:
    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._lines: dict[str, set[int]] = {}
        self._moves: set[str] = set()

    def lines(self) -> dict[str, list[int]]:
        return {self._files[file]: sorted(lines) for file, lines in sorted(self._lines.items())}

    def moves(self) -> list[str]:
        return sorted(self._moves)

    def note_move(self, name: str) -> None:
        self._moves.add(name)

    def on_call(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self._on_line if frame.f_code.co_filename in self._files else None

    def _on_line(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            self._lines.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return self._on_line


@contextlib.contextmanager
def watching() -> Iterator[_Watch]:
    """Notes lines and moves while this lasts."""
    modules = {target.module: importlib.import_module(target.module) for target in TARGETS}
    watch = _Watch({str(module.__file__): name for name, module in modules.items()})
    watched = [
        (moves, moves.table, _Asked(moves.table, f"{name}.{table}", watch))
        for name, module in modules.items()
        for table, moves in tables_in(module, Path(str(module.__file__)).read_text()).items()
    ]
    for moves, _, asked in watched:
        moves.table = asked
    threading.settrace(watch.on_call)
    sys.settrace(watch.on_call)
    try:
        yield watch
    finally:
        sys.settrace(None)
        threading.settrace(None)
        for moves, table, _ in watched:
            moves.table = table


class _Asked(dict[Any, Any]):
    """A table of moves that notes what it is asked about; who goes through it asks about all."""

    def __init__(self, table: Mapping[Any, Any], name: str, watch: _Watch) -> None:
        super().__init__(table)
        self._name, self._watch = name, watch

    def _note(self, key: Any) -> None:
        if super().__contains__(key):
            self._watch.note_move(f"{self._name} {key[0]} {key[1]}")

    def get(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[Any]:
        for key in super().__iter__():
            self._note(key)
            yield key

    def items(self) -> Any:
        return [(key, super(_Asked, self).__getitem__(key)) for key in self]


class Covers:
    """What is known of each test; kept in a file, so that it is learnt once.

    What was seen of a test holds until its file changes, or a module at hand that it ran through.
    """

    def __init__(self, file: Path | None, stamp: Any) -> None:
        self._file, self._stamp = file, stamp
        known = file.read_bytes() if file and file.exists() else b"{}"
        self._known: dict[str, _Known] = msgspec.json.decode(known, type=dict[str, _Known])
        self._unsaved = 0

    def of(self, test: str) -> Seen | None:
        """What is known of a test, if it still holds."""
        known = self._known.get(test)
        if known is None or known.stamps != self._stamps(test, known.seen):
            return None
        return known.seen

    def learn(self, test: str, seen: Seen) -> None:
        """Keeps what a run of a test showed."""
        self._known[test] = _Known(seen, self._stamps(test, seen))
        self._unsaved += 1
        if self._unsaved >= 20:
            self.save()

    def save(self) -> None:
        """Writes everything down."""
        self._unsaved = 0
        if self._file is not None:
            self._file.write_bytes(msgspec.json.encode(self._known))

    def _stamps(self, test: str, seen: Seen) -> dict[str, str]:
        return {name: self._stamp(name) for name in (test.partition("::")[0], *seen.lines)}


class _Known(msgspec.Struct):
    seen: Seen
    stamps: dict[str, str]
