"""Spans in titles: our rules beside a tagger that learns from marked titles (conditional random fields), on titles kept apart."""

import gzip
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pycrfsuite

from bench.relevance import resampled
from huozhan.search.segmenting import words_with_places
from huozhan.search.understanding.spans import spans_in

ROUNDS = 12
PHRASE_MAX = 10
TYPES = {"HCCX": "product", "HC": "product", "HPPX": "brand", "HP": "brand", "XH": "model", "MISC": "other"}
OURS = {
    "领型": "neckline",
    "图案": "pattern",
    "材质": "material",
    "颜色": "colour",
    "袖长": "sleeve",
    "袖型": "sleeve",
}
"""Kinds of attributes that both the set and our rules know."""

Spans = set[tuple[int, int, str]]
Lists = Mapping[str, frozenset[str]]


class Entity(msgspec.Struct):
    """One marked span."""

    start: int
    end: int
    type: str


class Title(msgspec.Struct):
    """A title with what people marked in it."""

    text: str
    entities: list[Entity]

    def spans(self) -> Spans:
        """The marked spans under our names."""
        return {(one.start, one.end, TYPES[one.type]) for one in self.entities}


def measure_spans(data: Path) -> dict[str, Any]:
    """Exact spans on the development halves: by our rules, and by a tagger that saw the training halves."""
    folder = data / "zh-title-ner"
    lists = {
        kind: frozenset(
            word
            for file in sorted(folder.glob(f"gazetteer_{kind}*.txt"))
            for word in file.read_text().lower().split("\n")
            if len(word) > 1
        )
        for kind in ("brand", "product")
    }
    sets = {
        name: (_titles(folder, f"{name}_train"), _titles(folder, f"{name}_dev"))
        for name in ("taobao_titles", "brand_product")
    }
    figures = {name: _of_set(train, dev, lists) for name, (train, dev) in sets.items()}
    return {
        **figures,
        "attributes_by_rules": _attributes(data / "zh-product-understanding" / "attribute_spans.parquet"),
    }


def _of_set(train: Sequence[Title], dev: Sequence[Title], lists: Lists) -> dict[str, Any]:
    seen = {title.text for title in dev}
    train = [title for title in train if title.text not in seen]
    kinds = {kind for title in train for _, _, kind in title.spans()}
    with tempfile.TemporaryDirectory() as home:
        tag = _learnt(train, lists, Path(home) / "tagger")
        learnt = [(title.spans(), tag(title.text)) for title in dev]
    ruled = [(title.spans(), {one for one in _by_rules(title.text) if one[2] in kinds}) for title in dev]
    return {
        "titles": [len(train), len(dev)],
        "our_rules": _scores(ruled),
        "with_marked_titles": _scores(learnt),
    }


def _scores(answers: Sequence[tuple[Spans, Spans]]) -> dict[str, Any]:
    counts = [(len(told & right), len(told), len(right)) for right, told in answers]
    by_kind: dict[str, Any] = {}
    for kind in sorted({kind for right, _ in answers for _, _, kind in right}):
        of_kind = [
            ({s for s in right if s[2] == kind}, {s for s in told if s[2] == kind}) for right, told in answers
        ]
        by_kind[kind] = round(_f1([(len(told & right), len(told), len(right)) for right, told in of_kind]), 3)
    return {"f1": resampled(counts, _f1), "by_kind": by_kind}


def _f1(counts: Iterable[tuple[int, int, int]]) -> float:
    hits, told, right = (sum(column) for column in zip(*counts, strict=True))
    return 2 * hits / (told + right) if told + right else 0.0


def _by_rules(text: str) -> Spans:
    lower = text.lower()
    return {(one.start, one.end, one.kind) for one in spans_in(lower)}


def _attributes(file: Path) -> dict[str, Any]:
    rows = duckdb.sql(f"SELECT text, values_json FROM '{file}'").fetchall()
    answers = []
    for text, marked in rows:
        right = {
            (one["start"], one["end"], OURS[one["type"]]) for one in json.loads(marked) if one["type"] in OURS
        }
        told = {one for one in _by_rules(text) if one[2] in set(OURS.values())}
        answers.append((right, told))
    return {"texts": len(rows), **_scores(answers)}


def _titles(folder: Path, name: str) -> list[Title]:
    with gzip.open(folder / f"{name}.jsonl.gz") as lines:
        return [msgspec.json.decode(line, type=Title) for line in lines]


def _learnt(titles: Sequence[Title], lists: Lists, file: Path) -> Callable[[str], Spans]:
    """A tagger of characters that learnt these titles (averaged perceptron over a linear chain)."""
    trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
    for title in titles:
        trainer.append(_features(title.text, lists), _labels(title))
    trainer.set_params({"max_iterations": ROUNDS})
    trainer.train(str(file))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(file))
    return lambda text: _spans(tagger.tag(_features(text, lists)))


def _labels(title: Title) -> list[str]:
    labels = ["O"] * len(title.text)
    for start, end, kind in title.spans():
        labels[start:end] = [f"B {kind}", *[f"I {kind}"] * (end - start - 1)]
    return labels


def _spans(labels: Sequence[str]) -> Spans:
    found: Spans = set()
    start = None
    for at, label in enumerate([*labels, "O"]):
        if start is not None and label != f"I {labels[start][2:]}":
            found.add((start, at, labels[start][2:]))
            start = None
        if start is None and label != "O":
            start = at
    return found


def _features(text: str, lists: Lists) -> list[list[str]]:
    """What is known of each sign: its neighbours, the word it stands in and those beside, and lists that hold a phrase here."""
    text = text.lower()
    word_of: list[tuple[int, str, str]] = [(0, text[at], "S") for at in range(len(text))]
    words: list[str] = []
    for start, word in words_with_places(text):
        for at in range(len(word)):
            place = "S" if len(word) == 1 else "B" if at == 0 else "E" if at == len(word) - 1 else "M"
            word_of[start + at] = (len(words), word, place)
        words.append(word)
    listed = _listed(text, lists)

    def sign(at: int) -> str:
        return text[at] if 0 <= at < len(text) else "^" if at < 0 else "$"

    rows = []
    for at in range(len(text)):
        number, word, place = word_of[at]
        before = words[number - 1] if number else "^"
        after = words[number + 1] if number + 1 < len(words) else "$"
        a, b, c, d, e = (sign(at + step) for step in (-2, -1, 0, 1, 2))
        rows.append([
            "b", f"0{c}", f"1{b}", f"2{d}", f"3{a}", f"4{e}", f"5{b}{c}", f"6{c}{d}", f"7{a}{b}", f"8{d}{e}", f"9{b}{c}{d}",
            f"w{word}", f"p{place}", f"wp{place}{word}", f"wb{before}", f"wa{after}", f"e{word[-1]}{place}", f"ae{after[-1]}",
            f"s{_shape(b)}{_shape(c)}{_shape(d)}", *listed[at], *(f"{one}{place}" for one in listed[at]),
        ])  # fmt: skip
    return rows


def _shape(sign: str) -> str:
    return (
        "d"
        if sign.isdigit()
        else "a"
        if sign.isascii() and sign.isalpha()
        else "c"
        if sign >= "\u3400"
        else "p"
    )


def _listed(text: str, lists: Lists) -> list[list[str]]:
    """For each sign whether a phrase of a list begins, goes on or ends there."""
    marks: list[list[str]] = [[] for _ in text]
    for kind, phrases in lists.items():
        at = 0
        while at < len(text):
            length = next(
                (n for n in range(min(PHRASE_MAX, len(text) - at), 1, -1) if text[at : at + n] in phrases), 1
            )
            for step in range(length if length > 1 else 0):
                place = "B" if step == 0 else "E" if step == length - 1 else "I"
                marks[at + step].append(f"g{kind}{place}{min(length, 4)}")
            at += length
    return marks
