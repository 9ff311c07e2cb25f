"""What each category's goods are called, learnt from the market itself: the names of its categories and the titles in them.

A profile weighs the pieces of titles (runs of one to three Chinese signs, Latin words and pairs of them) by how often the
category says them and how few others do, as the centroids of Rocchio's classifier; names count as titles said twice. The file
is read through memory shared by all processes: a header, the ids of the categories, where each bucket of pieces begins, and
for each piece the categories that say it with their weights. Nothing but the market's own words goes in, so nothing is shipped.
"""

import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from huozhan.search.segmenting import plain, words_in

MAGIC = b"huozhan-profiles-1"
HEADER = struct.Struct("<18sIII")
ENTRY = struct.Struct("<IHH")
"""Another 32 bits of the piece's hash, the number of the category, the weight in 1/4096."""
ALL = 0xFFFF
"""In the place of a category: how telling the piece is."""
UNIT = 4_096
NAME_TIMES = 2
FREQUENCY_POWER, LENGTH_POWER = 0.7, 0.8
"""Of how often a piece is said, and of a profile's length: measured by `bin/bench understanding` on its training half."""
PIECES_MAX = 400
"""Of a category; the lightest are left out."""
CATEGORIES_MAX = 64
"""Of a piece; what more say tells little."""
ONE_SIGN_SHARE = 0.3
TEXT_MAX = 120
_RUN = re.compile(r"[\u3400-\u9fff]+|[0-9a-z][0-9a-z.+-]*")
_NAMES = re.compile(r"[/（）()、,，&]|\band\b|\s-\s")


def pieces_of(text: str) -> dict[str, float]:
    """The pieces of a text and what each is worth by its kind; a text too long counts by its beginning."""
    pieces: dict[str, float] = {}
    words: list[str] = []
    for run in _RUN.findall(plain(text[:TEXT_MAX])):
        if run.isascii():
            words += words_in(run)
            continue
        for length in (1, 2, 3):
            share = ONE_SIGN_SHARE if length == 1 else 1.0
            pieces.update((run[at : at + length], share) for at in range(len(run) - length + 1))
    pieces.update(dict.fromkeys(words, 1.0))
    pieces.update((f"{one} {other}", 1.0) for one, other in pairwise(words))
    return pieces


def hash_of(piece: str) -> tuple[int, int]:
    """Where a piece stands and how it is told from others there; the same on every machine."""
    digest = blake2b(piece.encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


class Learner:
    """Counts what categories say and writes their profiles."""

    def __init__(self) -> None:
        self._said: dict[str, Counter[str]] = {}

    def name(self, category_id: str, names: Iterable[str]) -> None:
        """Tells how a category is called: each part of a name by itself."""
        for name in names:
            for part in filter(str.strip, _NAMES.split(plain(name))):
                self._say(category_id, part, NAME_TIMES)

    def title(self, category_id: str, title: str) -> None:
        """Tells a title of the category."""
        self._say(category_id, title, 1)

    def _say(self, category_id: str, text: str, times: int) -> None:
        said = self._said.setdefault(category_id, Counter())
        for piece in pieces_of(text):
            said[piece] += times

    def write(self, file: Path) -> int:
        """Puts the profiles in the place of older ones; returns how many categories they are."""
        categories = sorted(self._said)[:ALL]
        entries = sorted(self._entries(categories))
        size = max(1, len(entries) // 4)
        buckets: list[list[bytes]] = [[] for _ in range(size)]
        for where, rest, category, weight in entries:
            buckets[where % size].append(ENTRY.pack(rest, category, weight))
        ids = "\n".join(categories).encode()
        starts = [0]
        for bucket in buckets:
            starts.append(starts[-1] + len(bucket))
        draft = file.with_name(f"{file.name}.new")
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as out:
            out.write(HEADER.pack(MAGIC, len(categories), len(ids), size))
            out.write(ids)
            out.write(struct.pack(f"<{size + 1}I", *starts))
            for bucket in buckets:
                out.write(b"".join(bucket))
        draft.replace(file)
        return len(categories)

    def _entries(self, categories: list[str]) -> Iterator[tuple[int, int, int, int]]:
        in_categories = Counter(piece for category in categories for piece in self._said[category])
        telling = {piece: math.log(1 + len(categories) / n) for piece, n in in_categories.items()}
        having: dict[str, list[tuple[float, int]]] = {}
        for at, category in enumerate(categories):
            for piece, weight in self._profile(category, telling):
                having.setdefault(piece, []).append((weight, at))
        for piece, weights in having.items():
            where, rest = hash_of(piece)
            yield where, rest, ALL, min(round(telling[piece] * UNIT), ALL)
            for weight, at in sorted(weights, reverse=True)[:CATEGORIES_MAX]:
                yield where, rest, at, min(round(weight * UNIT), ALL)

    def _profile(self, category: str, telling: dict[str, float]) -> list[tuple[str, float]]:
        """The weightiest pieces of a category; many pieces make each worth less."""
        weights = {
            piece: times**FREQUENCY_POWER * telling[piece] * _share(piece)
            for piece, times in self._said[category].items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) ** LENGTH_POWER
        kept = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:PIECES_MAX]
        return [(piece, weight / length) for piece, weight in kept]


def _share(piece: str) -> float:
    return ONE_SIGN_SHARE if len(piece) == 1 and not piece.isascii() else 1.0
