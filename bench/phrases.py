"""What real queries and marked titles tell of a phrase: signs for a tagger, at each letter of a text."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from sys import intern

PHRASE_MAX = 8
QUERY_PHRASE_MAX = 6
SURE_FROM = 8
"""Marked so often, a phrase is known as well as one marked oftener."""

Spans = set[tuple[int, int, str]]
Signs = list[list[str]]
Marked = tuple[str, Spans]
"""A text, and where people marked what in it."""


class Asked:
    """How often a phrase is a whole query or a part between spaces, begins one, ends one, or stands in one."""

    def __init__(self, queries: Iterable[str]) -> None:
        self._whole: Counter[str] = Counter()
        self._begins: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()
        self._stands: Counter[str] = Counter()
        for query in map(str.lower, queries):
            self._whole.update(query.split())
            for n in range(1, min(PHRASE_MAX, len(query)) + 1):
                self._begins[query[:n]] += 1
                self._ends[query[-n:]] += 1
            self._stands.update(_phrases(query, PHRASE_MAX))

    def signs(self, text: str) -> Signs:
        """What buyers' queries tell of the phrases that begin and end at each letter, and of the longest one around it."""
        found: Signs = [[] for _ in text]
        for start in range(len(text)):
            for n in range(2, min(QUERY_PHRASE_MAX, len(text) - start) + 1):
                phrase = text[start : start + n]
                stands = self._stands.get(phrase, 0)
                if not stands:
                    break  # nor does a longer one
                whole = _about(self._whole.get(phrase, 0))
                begins = _about(10 * self._begins.get(phrase, 0) / (stands + 1))
                ends = _about(10 * self._ends.get(phrase, 0) / (stands + 1))
                for letter, side in ((start, "b"), (start + n - 1, "e")):
                    found[letter] += (f"q{side}{n}w{whole}e{ends}", f"q{side}{n}c{_about(stands)}b{begins}")
            self._longest(text, start, found)
        return found

    def _longest(self, text: str, start: int, found: Signs) -> None:
        for n in range(min(PHRASE_MAX, len(text) - start), 1, -1):
            if text[start : start + n] in self._whole:
                for step in range(n):
                    found[start + step].append(f"qw{place_of(step, n)}{min(n, 5)}")
                return


class Called:
    """What marked titles call a phrase: how often it is marked as which kind, of how often it stands in them."""

    def __init__(self, titles: Sequence[Marked], name: str) -> None:
        self._name = name
        self._kinds: dict[str, Counter[str]] = defaultdict(Counter)
        self._stands: Counter[str] = Counter()
        self._own = dict(titles)
        for text, spans in self._own.items():
            for (phrase, kind), times in _said(text, spans).items():
                self._kinds[phrase][kind] += times
            self._stands.update(_phrases(text.lower(), PHRASE_MAX))

    def signs(self, text: str) -> Signs:
        """What the other titles call each phrase: a title that is learnt from does not tell of itself."""
        lower = text.lower()
        found: Signs = [[] for _ in lower]
        own_spans = self._own.get(text)
        own = _said(text, own_spans) if own_spans is not None else Counter()
        own_stands = Counter(_phrases(lower, PHRASE_MAX)) if own_spans is not None else Counter()
        for start in range(len(lower)):
            for n in range(1, min(PHRASE_MAX, len(lower) - start) + 1):
                phrase = lower[start : start + n]
                for kind, times in self._kinds.get(phrase, {}).items():
                    marked = times - own[phrase, kind]
                    if marked > 0:
                        share = marked / (self._stands[phrase] - own_stands[phrase])
                        self._tell(found, start, n, kind, share, marked)
        return found

    def _tell(self, found: Signs, start: int, n: int, kind: str, share: float, marked: int) -> None:
        sure = "9" if share > 0.8 else "6" if share > 0.5 else "3" if share > 0.2 else "0"
        often = _about(marked) if marked < SURE_FROM else "many"
        for step in range(n):
            place = f"{self._name}{place_of(step, n)}{kind}{sure}"
            found[start + step] += (
                (place,) if 0 < step < n - 1 else (f"{place}t{often}", f"{place}n{min(n, 5)}")
            )


def longest_of_lists(text: str, lists: Mapping[str, frozenset[str]]) -> Signs:
    """For each letter whether a phrase of a list begins, goes on or ends there."""
    found: Signs = [[] for _ in text]
    for kind, phrases in lists.items():
        at = 0
        while at < len(text):
            length = next(
                (n for n in range(min(10, len(text) - at), 1, -1) if text[at : at + n] in phrases), 1
            )
            for step in range(length if length > 1 else 0):
                found[at + step].append(f"g{kind}{place_of(step, length)}{min(length, 4)}")
            at += length
    return found


def place_of(step: int, length: int) -> str:
    """Where a letter stands in its phrase: alone, first, last or between."""
    return "S" if length == 1 else "B" if step == 0 else "E" if step == length - 1 else "I"


def together(*told: Signs) -> Signs:
    """All that is told of each letter; a sign that is said often is kept once."""
    return [[intern(sign) for signs in letter for sign in signs] for letter in zip(*told, strict=True)]


def _said(text: str, spans: Spans) -> Counter[tuple[str, str]]:
    lower = text.lower()
    return Counter((lower[start:end], kind) for start, end, kind in spans)


def _phrases(text: str, longest: int) -> Iterable[str]:
    for n in range(1, longest + 1):
        for start in range(len(text) - n + 1):
            yield text[start : start + n]


def _about(number: float) -> int:
    return min(9, int(math.log2(number + 1)))
