"""How Chinese sounds: pinyin without tones, a phrase read as a phrase.

The tables are pypinyin's and so is the answer; the library itself keeps them as some ten thousand lists of lists, fifty MiB in
every process that imports it. Here they are packed: one text of all phrases in order, and beside each of its signs the number of
a syllable.
"""

import importlib.util
import re
import unicodedata
from array import array
from bisect import bisect_left
from functools import cache
from itertools import accumulate
from pathlib import Path

import msgspec

_HAN = re.compile(
    r"[\u3007\ue815-\ue864\ufa18\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002A6DF\U0002A703-\U0002B73F"
    r"\U0002B740-\U0002B81D\U0002B825-\U0002BF6E\U0002C029-\U0002CE93\U0002D016\U0002D11B-\U0002EBD9\U0002F80A-\U0002FA1F"
    r"\U00030000-\U0003134A\U000300F7-\U00031288\U00030EDD\U00030EDE\U00031350-\U00032389]+"
)
_TONES = {"\u0300", "\u0301", "\u0304", "\u030c"}
_NONE = 0xFFFF
_ALL_SIGNS = 0x33480


class _Table:
    """The readings of signs and phrases."""

    def __init__(self, folder: Path) -> None:
        signs = msgspec.json.decode((folder / "pinyin_dict.json").read_bytes(), type=dict[int, str])
        phrases = msgspec.json.decode(
            (folder / "phrases_dict.json").read_bytes(), type=dict[str, list[list[str]]]
        )
        numbers: dict[str, int] = {}

        def number(said: str) -> int:
            return numbers.setdefault(said, len(numbers))

        said = {text: _toneless(text) for text in {one[0] for reading in phrases.values() for one in reading}}
        self._signs = array("H", [_NONE]) * _ALL_SIGNS
        for sign, readings in signs.items():
            self._signs[sign] = number(_toneless(readings.partition(",")[0]))
        ordered = sorted(phrases)
        self._text = "".join(ordered)
        self._starts = array("I", accumulate(map(len, ordered), initial=0))
        self._readings = array("H", [number(said[one[0]]) for phrase in ordered for one in phrases[phrase]])
        self._syllables = list(numbers)
        assert len(self._readings) == len(self._text), "a phrase has a syllable for each of its signs"

    def sign(self, sign: str) -> str:
        """How a sign sounds that stands alone; one without a known sound stands for itself."""
        number = self._signs[ord(sign)]
        return sign if number == _NONE else self._syllables[number]

    def longest(self, text: str, at: int) -> tuple[int, int]:
        """The longest phrase that the text from here on begins with, by its number, and whether all of the text begins one.

        -1 where it begins with none.
        """
        found, place = -1, 0
        for end in range(at + 1, len(text) + 1):
            start = text[at:end]
            place = bisect_left(range(len(self._starts) - 1), start, place, key=self._phrase)
            known = self._phrase(place) if place < len(self._starts) - 1 else ""
            if known == start:
                found = place
            elif not known.startswith(start):
                return found, False
        return found, True

    def _phrase(self, number: int) -> str:
        return self._text[self._starts[number] : self._starts[number + 1]]

    def phrase(self, number: int) -> list[str]:
        """How a phrase sounds, sign by sign."""
        return [
            self._syllables[one] for one in self._readings[self._starts[number] : self._starts[number + 1]]
        ]


def sounds(text: str) -> list[str]:
    """A syllable for each Chinese sign; whatever stands between them stays as it is, in one piece."""
    found: list[str] = []
    at = 0
    for run in _HAN.finditer(text):
        if run.start() > at:
            found.append(text[at : run.start()])
        found += _of_run(run[0])
        at = run.end()
    return [*found, text[at:]] if at < len(text) else found


def load_sounds() -> None:
    """Reads the tables now: processes forked afterwards share them."""
    _table()


@cache
def _table() -> _Table:
    # The folder alone: importing the library would read its tables its own way.
    library = importlib.util.find_spec("pypinyin")
    assert library is not None
    assert library.origin is not None
    return _Table(Path(library.origin).parent)


def _of_run(run: str) -> list[str]:
    """Cut from the front into the longest phrases; what begins a phrase but ends before it is read sign by sign to the end."""
    table = _table()
    found: list[str] = []
    while len(found) < len(run):
        at = len(found)
        number, is_open = table.longest(run, at)
        if number >= 0:
            found += table.phrase(number)
        elif is_open:
            found += map(table.sign, run[at:])
        else:
            found.append(table.sign(run[at]))
    return found


def _toneless(syllable: str) -> str:
    """As it is typed: without its tone, ü as v."""
    apart = unicodedata.normalize("NFD", syllable)
    kept = "".join(sign for sign in apart if sign not in _TONES)
    return unicodedata.normalize("NFC", kept).replace("ü", "v")
