"""The vectors of all offers on sale: a folder that one process writes and every web process reads.

A large graph file (`base`) is mapped into memory; what changed since it was made stands in a small file beside it
(`delta`), which is compared number by number. A short file names the pair in use, so that readers change over whole.
"""

import contextlib
import secrets
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from usearch.index import Index

from huozhan.search.holding import FolderHeld, hold
from huozhan.search.pictures.model import SCALE, Vectors

LOOK_SECONDS = 0.1
CONNECTIONS = 16
EFFORT_WRITING = 96
EFFORT_READING = 96
DELTA_MIN = 2_000
DELTA_SHARE = 20
"""A twentieth of the base may stand beside it before both are made one."""
LIKENESS_MAX = 10_000
_CURRENT = "current.json"


class Near(msgspec.Struct, frozen=True):
    """An offer with a picture near the one that was asked for; likeness is the cosine in ten-thousandths."""

    offer_id: int
    likeness: int


class _Named(msgspec.Struct, frozen=True):
    """What stands in the short file."""

    model: str
    base: str
    delta: str


class _Delta:
    """Offers that changed since the base was made: their vectors, none for those that are gone."""

    def __init__(self, of: Mapping[int, Vectors], width: int) -> None:
        self.of = dict(of)
        self.keys = np.array([key for key, rows in self.of.items() for _ in rows], dtype=np.int64)
        rows = [rows for rows in self.of.values() if len(rows)]
        self.rows = np.concatenate(rows) if rows else np.zeros((0, width), np.int8)

    def save(self, file: Path) -> None:
        with file.open("wb") as out:
            np.savez(out, changed=np.array(list(self.of), dtype=np.int64), keys=self.keys, rows=self.rows)

    @classmethod
    def load(cls, file: Path, width: int) -> "_Delta":
        with np.load(file) as kept:
            keys, rows = kept["keys"], kept["rows"]
            return cls({int(key): rows[keys == key] for key in kept["changed"]}, width)

    def near(self, vector: Vectors, limit: int) -> list[tuple[int, int]]:
        if not len(self.rows):
            return []
        likeness = (
            (self.rows.astype(np.int32) @ vector.astype(np.int32)).astype(np.int64) * LIKENESS_MAX // SCALE**2
        )
        best = np.argsort(-likeness, kind="stable")[:limit]
        return [(int(self.keys[at]), int(likeness[at])) for at in best]


class _Pair:
    """A base and a delta, as both reader and writer use them."""

    def __init__(self, base: Any, delta: _Delta) -> None:
        self.base = base
        self.delta = delta

    def vectors(self, offer_id: int, width: int) -> Vectors:
        """The vectors of one offer."""
        if offer_id in self.delta.of:
            return self.delta.of[offer_id]
        found = self.base.get(offer_id) if len(self.base) else None
        return np.zeros((0, width), np.int8) if found is None else np.asarray(found).reshape(-1, width)


class PictureIndex:
    """The index as one process reads it; it follows the writer within a tenth of a second."""

    def __init__(self, folder: Path, model: str, width: int) -> None:
        self._folder = folder
        self._model = model
        self._width = width
        self._looked_at = 0.0
        self._mark = 0
        self._named: _Named | None = None
        self._pair: _Pair | None = None

    def near(self, vectors: Vectors, limit: int) -> list[Near]:
        """The offers with a picture nearest to any of these, each once, the nearest first."""
        pair = self._follow()
        best: dict[int, int] = {}
        if pair is None:
            return []
        for vector in vectors:
            for key, likeness in [*_near_base(pair, vector, limit), *pair.delta.near(vector, limit)]:
                best[key] = max(likeness, best.get(key, -LIKENESS_MAX))
        ranked = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Near(key, min(likeness, LIKENESS_MAX)) for key, likeness in ranked[:limit]]

    def vectors(self, offer_id: int) -> Vectors:
        """What the index holds of one offer's pictures."""
        pair = self._follow()
        return pair.vectors(offer_id, self._width) if pair else np.zeros((0, self._width), np.int8)

    def look_now(self) -> None:
        """The next question sees what was committed until now."""
        self._looked_at = 0.0

    def _follow(self) -> _Pair | None:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            # A pair that is swept away while it is opened was followed by another one, which the next look finds.
            with contextlib.suppress(FileNotFoundError):
                self._reopen()
        return self._pair

    def _reopen(self) -> None:
        mark = (self._folder / _CURRENT).stat().st_mtime_ns
        if mark == self._mark:
            return
        named = _read_named(self._folder)
        if named.model != self._model:
            return
        is_same_base = self._pair and self._named and self._named.base == named.base
        base = (
            self._pair.base
            if is_same_base and self._pair
            else _opened(self._folder / named.base, self._width, mapped=True)
        )
        delta = _Delta.load(self._folder / named.delta, self._width)
        self._pair, self._named, self._mark = _Pair(base, delta), named, mark


class PicturesHeld(RuntimeError):
    """Another process holds the writer of this index."""


class PictureIndexWriter:
    """The one writer of an index folder; raises PicturesHeld where there is another already.

    `is_new` tells that the folder held nothing of this model, so every offer on sale has to be put in.
    """

    def __init__(self, folder: Path, model: str, width: int) -> None:
        self._folder = folder
        self._model = model
        self._width = width
        try:
            self.close = hold(folder, self)
            """Lets another process write."""
        except FolderHeld as error:
            raise PicturesHeld(str(folder)) from error
        named = _named_or_none(folder)
        self.is_new = named is None or named.model != model
        if named is None or self.is_new:
            self._base_name = _fresh("base")
            self._pair = _Pair(_empty(width), _Delta({}, width))
            self._pair.base.save(str(folder / self._base_name))
        else:
            self._base_name = named.base
            self._pair = _Pair(
                _opened(folder / named.base, width, mapped=True), _Delta.load(folder / named.delta, width)
            )

    def put(self, wanted: Mapping[int, Vectors]) -> int:
        """Gives these offers these vectors, none to those that are gone; tells how many differ from what was there."""
        changed = {
            offer_id: rows
            for offer_id, rows in wanted.items()
            if not _alike(self._pair.vectors(offer_id, self._width), rows)
        }
        if changed:
            self._pair = _Pair(self._pair.base, _Delta({**self._pair.delta.of, **changed}, self._width))
        return len(changed)

    def commit(self) -> None:
        """Shows what was put to readers; where much has changed, the graph is made anew."""
        if len(self._pair.delta.of) > max(DELTA_MIN, len(self._pair.base) // DELTA_SHARE):
            self._merge()
        delta = _fresh("delta")
        self._pair.delta.save(self._folder / delta)
        named = _Named(self._model, self._base_name, delta)
        draft = self._folder / f"{_CURRENT}.new"
        draft.write_bytes(msgspec.json.encode(named))
        draft.replace(self._folder / _CURRENT)
        self.is_new = False
        self._sweep({named.base, named.delta})

    def _merge(self) -> None:
        """Makes base and delta one new base. Blocks: a second for some ten thousand vectors that changed."""
        merged = _opened(self._folder / self._base_name, self._width, mapped=False)
        delta = self._pair.delta
        gone = [offer_id for offer_id in delta.of if offer_id in merged]
        if gone:
            merged.remove(np.array(gone, dtype=np.uint64))
        if len(delta.rows):
            merged.add(delta.keys.astype(np.uint64), delta.rows, threads=1)
        self._base_name = _fresh("base")
        merged.save(str(self._folder / self._base_name))
        base = _opened(self._folder / self._base_name, self._width, mapped=True)
        self._pair = _Pair(base, _Delta({}, self._width))

    def _sweep(self, kept: set[str]) -> None:
        for file in self._folder.iterdir():
            if file.name.startswith(("base-", "delta-")) and file.name not in kept:
                file.unlink(missing_ok=True)


def _near_base(pair: _Pair, vector: Vectors, limit: int) -> Iterable[tuple[int, int]]:
    if not len(pair.base):
        return []
    # Offers that changed are left out afterwards, so as many more are asked for.
    found = pair.base.search(vector, min(len(pair.base), limit + limit // 4 + 8))
    return [
        (int(key), round((1 - float(distance)) * LIKENESS_MAX))
        for key, distance in zip(found.keys, found.distances, strict=True)
        if int(key) not in pair.delta.of
    ]


def _alike(one: Vectors, other: Vectors) -> bool:
    return len(one) == len(other) and sorted(row.tobytes() for row in one) == sorted(
        row.tobytes() for row in other
    )


def _empty(width: int) -> Any:
    return Index(
        ndim=width, metric="cos", dtype="i8", connectivity=CONNECTIONS, expansion_add=EFFORT_WRITING,
        expansion_search=EFFORT_READING, multi=True,
    )  # fmt: skip


def _opened(file: Path, width: int, *, mapped: bool) -> Any:
    index = _empty(width)
    (index.view if mapped else index.load)(str(file))
    return index


def _fresh(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(4)}"


def _read_named(folder: Path) -> _Named:
    return msgspec.json.decode((folder / _CURRENT).read_bytes(), type=_Named)


def _named_or_none(folder: Path) -> _Named | None:
    """What the folder says is in use, where all of it is there."""
    with contextlib.suppress(FileNotFoundError, msgspec.MsgspecError):
        named = _read_named(folder)
        if (folder / named.base).exists() and (folder / named.delta).exists():
            return named
    return None
