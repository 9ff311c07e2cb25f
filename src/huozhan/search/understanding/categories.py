"""In which category a text belongs, by the profiles that the market learnt."""

import mmap
import struct
from collections.abc import Sequence
from pathlib import Path

import msgspec

from huozhan.search.understanding.profiles import ALL, ENTRY, HEADER, MAGIC, UNIT, hash_of, pieces_of

GUESSES_MAX = 3
AMONG = 10
"""A guess is weighed against so many others."""
KNOWN_MIN = 0.25
"""So much of what is telling in a text must have been said in some category: nonsense belongs nowhere."""
SHARE_MIN = 0.2


class Guess(msgspec.Struct, frozen=True):
    """A category that a text may belong to, and its share of all that speak for one."""

    category_id: str
    share: float


class Profiles:
    """The learnt profiles as one process reads them; a file that was learnt anew is taken up at the next question."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._mark: tuple[int, int] | None = None
        self._data: mmap.mmap | None = None
        self._categories: list[str] = []
        self._starts: Sequence[int] = ()
        self._entries_at = 0

    @property
    def mark(self) -> tuple[int, int] | None:
        """What tells these profiles from those that are learnt next."""
        self._follow()
        return self._mark

    def guesses(self, text: str) -> list[Guess]:
        """The likeliest categories, the likeliest first; none where too little of the text is known."""
        scores, known = self._scores(text)
        if not scores or known < KNOWN_MIN:
            return []
        best = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:AMONG]
        whole = sum(score * score for _, score in best)
        shares = [(self._categories[category], score * score / whole) for category, score in best]
        return [Guess(category, share) for category, share in shares[:GUESSES_MAX] if share >= SHARE_MIN]

    def ranked(self, text: str, limit: int) -> list[str]:
        """The nearest categories, whatever they are worth."""
        scores, _ = self._scores(text)
        best = sorted(scores, key=lambda category: (-scores[category], category))[:limit]
        return [self._categories[category] for category in best]

    def _scores(self, text: str) -> tuple[dict[int, float], float]:
        """What each category scores, and how much of what is telling in the text is known."""
        self._follow()
        scores: dict[int, float] = {}
        data, known, whole = self._data, 0.0, 0.0
        if data is None:
            return scores, 0.0
        for piece, share in pieces_of(text).items():
            found = self._find(data, piece)
            telling = next((weight for category, weight in found if category == ALL), 0)
            whole += share
            if telling:
                known += share
            for category, weight in found:
                if category != ALL:
                    scores[category] = scores.get(category, 0.0) + share * telling * weight / UNIT / UNIT
        return scores, known / whole if whole else 0.0

    def _find(self, data: mmap.mmap, piece: str) -> list[tuple[int, int]]:
        where, rest = hash_of(piece)
        at = where % (len(self._starts) - 1)
        begin, end = (self._entries_at + ENTRY.size * self._starts[n] for n in (at, at + 1))
        return [
            (category, weight)
            for other, category, weight in ENTRY.iter_unpack(data[begin:end])
            if other == rest
        ]

    def _follow(self) -> None:
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return
        mark = (stat.st_mtime_ns, stat.st_ino)
        if mark == self._mark:
            return
        with self.file.open("rb") as opened:
            data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        magic, _, ids_size, buckets = HEADER.unpack_from(data)
        self._mark = mark
        if magic != MAGIC:
            return
        begin = HEADER.size + ids_size
        self._categories = data[HEADER.size : begin].decode().split("\n")
        self._starts = struct.unpack_from(f"<{buckets + 1}I", data, begin)
        self._entries_at = begin + 4 * (buckets + 1)
        self._data = data
