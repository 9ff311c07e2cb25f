"""Which brands a query names, by what the market's own offers name as theirs.

The worker writes down what brands are called: a brand of two scripts (爱普生Epson) by each of its names too. A name that many
more titles say than offers have for a brand is a word like others: Original, 竹.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from huozhan.catalogue import APART
from huozhan.search.segmenting import asked_words, plain

HANDLE = f"brand{APART}"
BRANDS_MAX = 20_000
OFFERS_MIN = 2
"""A name that one offer gives may be anything."""
WORDS_MAX = 3
SAID_ELSE_MAX = 4
"""So many times as many titles as offers of the brand may say its name."""
NAMED_MAX = 3
AT_ONCE = 1_000
_SCRIPT = re.compile(r"[\u3400-\u9fff]+|[0-9a-z][0-9a-z .&'+-]*")
_Names = dict[str, list[str]]


class Offers(Protocol):
    """What offers on sale say."""

    def values(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Values of attributes that begin so, with their offers, the commonest first."""

    def titled(self, word: str) -> int:
        """How many offers say this word in their title."""

    def expect(self, words: Collection[str], starts: Collection[str]) -> None:
        """What will be asked for next: these words of titles."""


def learn_brands(offers: Offers, file: Path) -> int:
    """Writes down anew what brands are called; returns how many names there are."""
    names: _Names = {}
    brands = [(term, count) for term, count in offers.values(HANDLE, BRANDS_MAX) if count >= OFFERS_MIN]
    called = [(term, count, said) for term, count in brands for said in _names_of(term)]
    for at in range(0, len(called), AT_ONCE):
        some = called[at : at + AT_ONCE]
        offers.expect({word for _, _, said in some for word in said}, ())
        for term, count, said in some:
            if min(map(offers.titled, said)) <= SAID_ELSE_MAX * count:
                names.setdefault(" ".join(said), []).append(term)
    draft = file.with_name(f"{file.name}.new")
    draft.write_bytes(msgspec.json.encode(names))
    draft.replace(file)
    return len(names)


def _names_of(term: str) -> list[tuple[str, ...]]:
    """The words of a brand's name, whole and by its scripts."""
    brand = plain(term.removeprefix(HANDLE))
    parts = [part for part in _SCRIPT.findall(brand) if len(part) > 1]
    words = dict.fromkeys(tuple(asked_words(name)) for name in (brand, *parts))
    return [said for said in words if 1 <= len(said) <= WORDS_MAX]


class BrandBook:
    """The names as one process reads them; a file that was written anew is taken up at the next question."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._mark: tuple[int, int] | None = None
        self._names: _Names = {}

    @property
    def mark(self) -> tuple[int, int] | None:
        """What tells these names from those that are learnt next."""
        self._follow()
        return self._mark

    def named(self, words: Sequence[str]) -> list[str]:
        """The brands that the words name, as the index knows them; of names within one another the longest counts."""
        self._follow()
        found: dict[str, None] = {}
        at = 0
        while at < len(words):
            runs = (" ".join(words[at : at + length]) for length in range(WORDS_MAX, 0, -1))
            name = next((run for run in runs if run in self._names), "")
            found.update(dict.fromkeys(self._names.get(name, ())))
            at += name.count(" ") + 1
        return list(found)[:NAMED_MAX]

    def _follow(self) -> None:
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return
        mark = (stat.st_mtime_ns, stat.st_ino)
        if mark != self._mark:
            self._mark = mark
            self._names = msgspec.json.decode(self.file.read_bytes(), type=_Names)
