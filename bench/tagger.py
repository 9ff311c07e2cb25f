"""A tagger of titles that learns from several marked sets at once: conditional random fields, and the chance of each span.

The sets mark by rules of their own (one marks what a thing is made of, another does not), so what is learnt is learnt for all
and for each set besides.
"""

import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pycrfsuite

from bench.phrases import Asked, Called, Marked, Signs, Spans, longest_of_lists, place_of, together
from huozhan.search.segmenting import words_with_places

LEARNING = {"c1": 0.1, "c2": 0.3, "max_iterations": 60}
SPAN_MAX = 25
CHANCE_MIN = 0.03
LOG_MIN = math.log(CHANCE_MIN)
NEVER = -1e9
CHANCE_TAKEN = 0.38
"""Of the sets of spans, the one with the best F1 to be expected takes each whose chance is over half that F1."""
SHARED_ONLY = "35679g"
"""First letters of the signs that are learnt for all sets only: neighbours at a distance, and the lists."""

_RUN = re.compile(r"[a-z0-9][a-z0-9.\-+/*_]*")
_STOPS = re.compile(r"[,，、/ .。;；!！()（）【】\[\]]")

Chances = dict[tuple[int, int, str], float]
Numbers = npt.NDArray[np.float64]


class Told:
    """What is known of titles before any is tagged: queries, lists, and what the marked titles call each phrase."""

    def __init__(
        self, asked: Asked, lists: Mapping[str, frozenset[str]], sets: Mapping[str, Sequence[Marked]]
    ) -> None:
        self._asked, self._lists = asked, lists
        self._called = [Called(titles, f"m{number}") for number, titles in enumerate(sets.values())]

    def signs(self, text: str) -> Signs:
        """All signs of a title."""
        lower = text.lower()
        return together(
            _letters(lower, longest_of_lists(lower, self._lists)),
            _runs(lower),
            _places(lower),
            self._asked.signs(lower),
            *(called.signs(text) for called in self._called),
        )


class Tagger:
    """A linear chain that learnt.

    `ends_are_told` gives the last letter of a span a label of its own; `sets_apart` lets each set take the signs in its own way.
    """

    def __init__(
        self,
        sets: Mapping[str, Sequence[tuple[Signs, Spans]]],
        *,
        ends_are_told: bool,
        sets_apart: bool = True,
    ) -> None:
        self._ends_are_told, self._sets_apart = ends_are_told, sets_apart
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False, params=LEARNING)
        for name, titles in sets.items():
            for signs, spans in titles:
                trainer.append(self._of_set(signs, name), _labels(len(signs), spans, ends_are_told))
        tagger = pycrfsuite.Tagger()
        with tempfile.TemporaryDirectory() as home:
            file = str(Path(home) / "chain")
            trainer.train(file)
            tagger.open(file)
        self._read(tagger.info())

    def _read(self, learnt: "pycrfsuite._dumpparser.ParsedDump") -> None:
        """Takes the weights over: the library tells the best labels, but not the chance of a span."""
        self._kinds = sorted({label[2:] for label in learnt.labels if label != "O"})
        places = "SBIE" if self._ends_are_told else "BI"
        labels = ["O", *(f"{place} {kind}" for kind in self._kinds for place in places)]
        self._at = {label: number for number, label in enumerate(labels)}
        self._bare = np.array([0.0 if label in learnt.labels else NEVER for label in labels])
        self._steps = np.zeros((len(labels), len(labels)))
        for (one, other), weight in learnt.transitions.items():
            self._steps[self._at[one], self._at[other]] = weight
        self._weights: dict[str, Numbers] = {}
        for (sign, label), weight in learnt.state_features.items():
            self._weights.setdefault(sign, np.zeros(len(labels)))[self._at[label]] = weight

    def _of_set(self, signs: Signs, name: str) -> Signs:
        """The signs for all sets, and those that each set may take in its own way; else only which set it is."""
        if not self._sets_apart:
            return [[*letter, f"{name}:b"] for letter in signs]
        return [
            [*letter, *(f"{name}:{sign}" for sign in letter if sign[0] not in SHARED_ONLY)]
            for letter in signs
        ]

    def chances(self, signs: Signs, of_set: str) -> Chances:
        """The chance of each span that is not out of the question, as the set would mark it."""
        if not signs:
            return {}
        here = np.array([self._worth(letter) for letter in self._of_set(signs, of_set)])
        before, after = self._forwards(here), self._backwards(here)
        whole = _log_sum(before[-1], 0)
        return dict(one for kind in self._kinds for one in self._of_kind(kind, here, before, after, whole))

    def _worth(self, letter: Sequence[str]) -> Numbers:
        return sum((self._weights[sign] for sign in letter if sign in self._weights), start=self._bare)

    def _forwards(self, here: Numbers) -> Numbers:
        """For each letter and label what all ways to it are worth, the letter among them."""
        worth = here.copy()
        for at in range(1, len(here)):
            worth[at] += _log_sum(worth[at - 1][:, None] + self._steps, 0)
        return worth

    def _backwards(self, here: Numbers) -> Numbers:
        """For each letter and label what all ways on from it are worth."""
        worth = np.zeros_like(here)
        for at in range(len(here) - 2, -1, -1):
            worth[at] = _log_sum(self._steps + here[at + 1] + worth[at + 1], 1)
        return worth

    def _of_kind(
        self, kind: str, here: Numbers, before: Numbers, after: Numbers, whole: float
    ) -> Iterator[tuple[tuple[int, int, str], float]]:
        """Every way through a span of this kind goes to its first letter, through it, and on where it has ended."""
        ended = after if self._ends_are_told else self._not_on(self._at[f"I {kind}"], here, after)
        for start in range(len(here)):
            worth, label = 0.0, -1
            for end in range(start, min(start + SPAN_MAX, len(here))):
                last = self._at[_label(kind, end - start, end - start + 1, self._ends_are_told)]
                inner = self._at[f"{'I' if end > start else 'B'} {kind}"]
                through = before[start] if end == start else worth + self._steps[label] + here[end]
                chance = float(np.exp(through[last] + ended[end, last] - whole))
                if chance > CHANCE_MIN:
                    yield (start, end + 1, kind), chance
                worth, label = through[inner], inner
                if worth + after[end, inner] - whole < LOG_MIN:
                    break

    def _not_on(self, inner: int, here: Numbers, after: Numbers) -> Numbers:
        """What the ways on are worth that do not go on inside the span."""
        worth = np.zeros_like(after)
        ways = self._steps + (here[1:] + after[1:])[:, None, :]
        worth[:-1] = _log_sum(np.delete(ways, inner, axis=2), 2)
        return worth


def mean_of(chances: Sequence[Chances]) -> Chances:
    """The chances that several taggers give, each heard alike."""
    found: Chances = {}
    for one in chances:
        for span, chance in one.items():
            found[span] = found.get(span, 0.0) + chance / len(chances)
    return found


def taken(chances: Chances, least: float = CHANCE_TAKEN) -> Spans:
    """The spans, none over another, with the most chance over what each must have at least."""
    best: list[tuple[float, Spans]] = [(0.0, set())]
    by_end: dict[int, list[tuple[int, str, float]]] = {}
    for (start, end, kind), chance in chances.items():
        if chance > least:
            by_end.setdefault(end, []).append((start, kind, chance - least))
    for end in range(1, max(by_end, default=0) + 1):
        ways = [(best[start][0] + gain, start, kind) for start, kind, gain in by_end.get(end, [])]
        sum_, start, kind = max(ways, default=(0.0, 0, ""))
        best.append((sum_, best[start][1] | {(start, end, kind)}) if sum_ > best[-1][0] else best[-1])
    return best[-1][1]


def _labels(length: int, spans: Spans, ends_are_told: bool) -> list[str]:  # noqa: FBT001 - one of two ways of writing labels
    labels = ["O"] * length
    for start, end, kind in spans:
        labels[start:end] = [_label(kind, step, end - start, ends_are_told) for step in range(end - start)]
    return labels


def _label(kind: str, step: int, length: int, ends_are_told: bool) -> str:  # noqa: FBT001 - as above
    if ends_are_told:
        return f"{place_of(step, length)} {kind}"
    return f"{'I' if step else 'B'} {kind}"


def _log_sum(values: Numbers, axis: int) -> Numbers:
    most = values.max(axis)
    return np.log(np.exp(values - np.expand_dims(most, axis)).sum(axis)) + most


def _letters(text: str, listed: Signs) -> Signs:
    """Each letter's neighbours, the word it stands in and those beside, and whether a list holds a phrase here."""
    word_of: list[tuple[int, str, str]] = [(0, letter, "S") for letter in text]
    words: list[str] = []
    for start, word in words_with_places(text):
        for at in range(len(word)):
            word_of[start + at] = (len(words), word, place_of(at, len(word)))
        words.append(word)
    padded = f"^^{text}$$"
    rows = []
    for at in range(len(text)):
        number, word, place = word_of[at]
        before = words[number - 1] if number else "^"
        after = words[number + 1] if number + 1 < len(words) else "$"
        a, b, c, d, e = padded[at : at + 5]
        rows.append([
            "b", f"0{c}", f"1{b}", f"2{d}", f"3{a}", f"4{e}", f"5{b}{c}", f"6{c}{d}", f"7{a}{b}", f"8{d}{e}", f"9{b}{c}{d}",
            f"w{word}", f"p{place}", f"wp{place}{word}", f"wb{before}", f"wa{after}", f"e{word[-1]}{place}", f"ae{after[-1]}",
            f"s{_shape(b)}{_shape(c)}{_shape(d)}", *listed[at], *(f"{one}{place}" for one in listed[at]),
        ])  # fmt: skip
    return rows


def _shape(letter: str) -> str:
    if letter.isdigit():
        return "d"
    if letter.isascii() and letter.isalpha():
        return "a"
    return "c" if letter >= "\u3400" else "p"


def _runs(text: str) -> Signs:
    """Latin letters and digits that stand together, by their shape: models and amounts are told by it."""
    found: Signs = [[] for _ in text]
    for run in _RUN.finditer(text):
        said, start = run[0], run.start()
        shape = re.sub(r"\d+", "0", re.sub("[a-z]+", "a", said))
        before, after = text[start - 1] if start else "^", text[run.end() : run.end() + 1]
        for step in range(len(said)):
            place = f"R{place_of(step, len(said))}"
            found[start + step] += (
                f"{place}{shape[:8]}", f"{place}{re.sub(r'[0-9]', '0', said)[:8]}", f"{place}{min(len(said), 9)}",
                f"Ra{place}{shape[:4]}{after}", f"Rb{place}{shape[:4]}{before}", f"Rw{said}",
            )  # fmt: skip
    return found


def _places(text: str) -> Signs:
    """Whether a letter stands in a phrase that comes again in the title, and how far it is to the ends of title and clause."""
    found: Signs = [[] for _ in text]
    for at in range(len(text)):
        again = next((n for n in (4, 3, 2) if at + n <= len(text) and text.count(text[at : at + n]) > 1), 0)
        for step in range(again):
            found[at + step].append(f"P{place_of(step, again)}{again if step in (0, again - 1) else ''}")
        since, until = len(_STOPS.split(text[:at])[-1]), len(_STOPS.split(text[at:], maxsplit=1)[0])
        found[at] += (
            f"L{min(at, 3)}", f"M{min(len(text) - 1 - at, 3)}", f"C{min(since, 3)}", f"D{min(until, 4)}",
        )  # fmt: skip
    return found
