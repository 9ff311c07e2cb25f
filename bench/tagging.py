"""Spans in titles: our rules beside taggers that learn from marked titles, on titles kept apart."""

import gzip
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from bench.phrases import Asked, Marked, Signs, Spans
from bench.relevance import resampled
from bench.tagger import Chances, Tagger, Told, mean_of, taken
from huozhan.search.understanding.spans import spans_in

SEED = 1
SHARES = (0.25, 0.5)
"""Of the marked titles; what more of them would bring is told from how the figure grows."""
WAYS = (
    {"ends_are_told": False, "sets_apart": True},
    {"ends_are_told": True, "sets_apart": True},
    {"ends_are_told": True, "sets_apart": False},
)
"""How the taggers differ that are heard together; the first is the one that is heard alone."""
SETS = ("taobao_titles", "brand_product")
KINDS_OF_BOTH = frozenset({"product", "brand"})
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
OTHER = ("size", "place")
"""Our kinds that the marked titles have under one name."""

Sets = Mapping[str, Sequence[Marked]]
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

    def marked(self) -> Marked:
        """The title and its marked spans under our names."""
        return self.text, {(one.start, one.end, TYPES[one.type]) for one in self.entities}


def measure_spans(data: Path) -> dict[str, Any]:
    """Exact spans on the development halves: by our rules, and by taggers that saw the training halves of both sets."""
    folder = data / "zh-title-ner"
    dev = {name: _titles(folder, f"{name}_dev") for name in SETS}
    train = {name: _apart(_titles(folder, f"{name}_train"), dev) for name in SETS}
    asked = Asked(
        query
        for (query,) in duckdb.sql(f"SELECT query FROM '{data}/zh-ecom-queries/queries.parquet'").fetchall()
    )
    lists = _lists(folder)
    learnt = _learnt(train, dev, asked, lists, all_ways=True)
    curve = [_learnt(_share(train, share), dev, asked, lists, all_ways=False)["one"] for share in SHARES]
    return {
        **{
            name: {
                "titles": [len(train[name]), len(dev[name])],
                "our_rules": _scores(dev[name], _ruled(dev[name], train[name])),
                "one_tagger": {
                    **{
                        f"of_{share:g}_of_the_titles": _scores(dev[name], one[name])["f1"]["mean"]
                        for share, one in zip(SHARES, curve, strict=True)
                    },
                    "of_all": _scores(dev[name], learnt["one"][name])["f1"]["mean"],
                },
                "with_marked_titles": _scores(dev[name], learnt["all"][name]),
            }
            for name in SETS
        },
        "titles_in_both_sets": _agreement(folder),
        "attributes_by_rules": _attributes(data / "zh-product-understanding" / "attribute_spans.parquet"),
    }


def _learnt(
    train: Sets, dev: Sets, asked: Asked, lists: Lists, *, all_ways: bool
) -> dict[str, dict[str, list[Spans]]]:
    """What one tagger says of the titles of each set and, if asked, what it says together with those that learn otherwise."""
    told = Told(asked, lists, train)
    shown = {name: [(told.signs(text), spans) for text, spans in titles] for name, titles in train.items()}
    questions = {name: [told.signs(text) for text, _ in titles] for name, titles in dev.items()}
    chances = [_asked(shown, questions, way) for way in WAYS[: len(WAYS) if all_ways else 1]]
    return {
        way: {
            name: [taken(mean_of(each)) for each in zip(*(one[name] for one in heard), strict=True)]
            for name in questions
        }
        for way, heard in (("one", chances[:1]), ("all", chances))
    }


def _asked(
    shown: Mapping[str, Sequence[tuple[Signs, Spans]]],
    questions: Mapping[str, Sequence[Signs]],
    way: Mapping[str, bool],
) -> dict[str, list[Chances]]:
    tagger = Tagger(shown, **way)
    return {name: [tagger.chances(signs, name) for signs in titles] for name, titles in questions.items()}


def _apart(titles: Sequence[Marked], dev: Sets) -> list[Marked]:
    """Each title once, without those that are asked in either set."""
    asked = {text for marked in dev.values() for text, _ in marked}
    return [(text, spans) for text, spans in dict(titles).items() if text not in asked]


def _share(train: Sets, share: float) -> Sets:
    return {
        name: random.Random(SEED).sample(titles, round(share * len(titles))) for name, titles in train.items()
    }


def _lists(folder: Path) -> Lists:
    return {
        kind: frozenset(
            word
            for file in sorted(folder.glob(f"gazetteer_{kind}*.txt"))
            for word in file.read_text().lower().split("\n")
            if len(word) > 1
        )
        for kind in ("brand", "product")
    }


def _agreement(folder: Path) -> dict[str, Any]:
    """How far two sets that mark the same titles agree in their products and brands: more no tagger can be right."""
    one, other = (
        dict(title for half in ("train", "dev") for title in _titles(folder, f"{name}_{half}"))
        for name in SETS
    )
    texts = sorted(set(one) & set(other))
    right = [(text, {span for span in one[text] if span[2] in KINDS_OF_BOTH}) for text in texts]
    return {"titles": len(texts), **_scores(right, [other[text] for text in texts])}


def _ruled(titles: Sequence[Marked], train: Sequence[Marked]) -> list[Spans]:
    kinds = {kind for _, spans in train for _, _, kind in spans}
    told = [_by_rules(text) for text, _ in titles]
    named = [{(start, end, "other" if kind in OTHER else kind) for start, end, kind in one} for one in told]
    return [{one for one in spans if one[2] in kinds} for spans in named]


def _scores(titles: Sequence[Marked], told: Sequence[Spans]) -> dict[str, Any]:
    answers = [(right, said) for (_, right), said in zip(titles, told, strict=True)]
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
    kinds = set(OURS.values())
    titles = [
        (
            text,
            {
                (one["start"], one["end"], OURS[one["type"]])
                for one in json.loads(marked)
                if one["type"] in OURS
            },
        )
        for text, marked in rows
    ]
    told = [{one for one in _by_rules(text) if one[2] in kinds} for text, _ in titles]
    return {"texts": len(rows), **_scores(titles, told)}


def _titles(folder: Path, name: str) -> list[Marked]:
    with gzip.open(folder / f"{name}.jsonl.gz") as lines:
        return [msgspec.json.decode(line, type=Title).marked() for line in lines]
