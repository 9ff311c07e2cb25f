"""How well identical goods are told by their titles: our judge, a plain floor, and what marked pairs would add.

The set may only be measured with, so nothing learnt here is kept. Titles that occur in several pairs stay on one side.
"""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import numpy as np

from bench.relevance import resampled
from huozhan.search.same.gathering import BLOCK_MAX
from huozhan.search.same.grouping import connected
from huozhan.search.same.judge import SAME, Sign, judged, overlap
from huozhan.search.same.traits import TITLE_MAX, Rarity, Traits, keys_of, text_traits, words_counted
from huozhan.search.segmenting import asked_words, plain

SEED = 1
TEST_SHARE = 0.5
PENALTY = 1.0
ROUNDS = 3_000
STEP = 0.1
SIGNS = (Sign.model, Sign.words, Sign.figures, Sign.marks, Sign.kind, Sign.said)


class Pair(NamedTuple):
    """Two titles and whether people marked them as the same item."""

    one: Traits
    other: Traits
    words: tuple[frozenset[str], frozenset[str]]
    is_same: bool


Scored = tuple[float, bool]


def measure_same_item(data: Path) -> dict[str, Any]:
    """Precision, recall, F1 and AUC on the half that is kept apart, each with its interval."""
    folder = data / "zh-product-understanding"
    rows = duckdb.sql(
        f"SELECT DISTINCT title_a, title_b, same_item = 'same' FROM '{folder / 'same_item_pairs.parquet'}' ORDER BY ALL"
    ).fetchall()
    shown, asked = _halves(rows)
    titles = duckdb.sql(f"SELECT DISTINCT title FROM '{folder / 'items.parquet'}' ORDER BY ALL").fetchall()
    said = [_traits(title).zh for (title,) in titles]
    rarity = Rarity(offers=len(said), counts=words_counted(said))
    learnt = _learnt(shown, rarity)
    taught = [learnt(pair) for pair in asked]
    floor = [_jaccard(pair) for pair in asked]
    of_shown = [(_jaccard(pair), pair.is_same) for pair in shown]
    ours = [_points(pair, rarity) for pair in asked]
    return {
        "what": f"{len(asked)} pairs asked, {sum(pair.is_same for pair in asked)} of them the same; {len(shown)} pairs shown to what learns;"
        f" rarities of {len(said)} titles",
        "ours": _figures(asked, ours, SAME),
        "floor_jaccard": _figures(asked, floor, _best(of_shown)),
        "floor_jaccard_as_careful": _figures(asked, floor, _careful(floor, ours)),
        "learnt_from_marked_pairs": _figures(asked, taught, 0.0),
        "learnt_as_careful": _figures(asked, taught, _careful(taught, ours)),
        "a_catalogue_that_lists_each_once": _measure_catalogue(data / "icecat-search"),
    }  # fmt: skip


def _measure_catalogue(folder: Path) -> dict[str, Any]:
    """Goods of one catalogue are all different, however alike they are described: whoever is called the same there is so wrongly.

    Most of these are variants (a colour, a bundle, a newer number of one make) whose titles say nothing else.
    """
    rows = duckdb.sql(
        f"SELECT doc_id::bigint, title, supplier FROM '{folder / 'products.parquet'}' ORDER BY 1"
    ).fetchall()
    goods = {
        doc_id: msgspec.structs.replace(
            text_traits(doc_id, doc_id, "", plain(title or "")[: 2 * TITLE_MAX]),
            brands=(plain(brand),) if brand else (),
        )
        for doc_id, title, brand in rows
    }
    rarity = Rarity(offers=len(goods), counts=words_counted([one.en for one in goods.values()]))
    blocks: dict[str, list[int]] = defaultdict(list)
    for doc_id, one in goods.items():
        for key in keys_of(one, rarity):
            blocks[key].append(doc_id)
    pairs = {pair for block in blocks.values() if len(block) <= BLOCK_MAX for pair in combinations(block, 2)}
    began = time.process_time()
    same = sum(judged(goods[one], goods[other], rarity).is_same for one, other in pairs)
    return {
        "goods": len(goods),
        "compared": len(pairs),
        "said_same": same,
        "cpu_us_a_pair": round(1_000_000 * (time.process_time() - began) / len(pairs), 1),
    }


def _traits(title: str) -> Traits:
    return text_traits(0, 0, plain(title), "")


def _halves(rows: Sequence[tuple[str, str, bool]]) -> tuple[list[Pair], list[Pair]]:
    """Pairs that learning sees and pairs that are asked; no title is on both sides."""
    ids = {title: at for at, title in enumerate(sorted({title for row in rows for title in row[:2]}))}
    edges = [(ids[one], ids[other]) for one, other, _ in rows]
    parts: dict[int, int] = {}
    for at in ids.values():
        if at not in parts:
            parts |= dict.fromkeys(connected([at], edges), at)
    order = sorted(set(parts.values()))
    random.Random(SEED).shuffle(order)
    kept = set(order[: round(len(order) * TEST_SHARE)])
    halves: tuple[list[Pair], list[Pair]] = ([], [])
    for one, other, is_same in rows:
        words = (frozenset(asked_words(one)), frozenset(asked_words(other)))
        halves[parts[ids[one]] in kept].append(Pair(_traits(one), _traits(other), words, is_same))
    return halves


def _points(pair: Pair, rarity: Rarity) -> float:
    return judged(pair.one, pair.other, rarity).points


def _jaccard(pair: Pair) -> float:
    one, other = pair.words
    return len(one & other) / max(len(one | other), 1)


def _signs(pair: Pair, rarity: Rarity) -> list[float]:
    """What the judge reads of two titles, as numbers."""
    told = dict(judged(pair.one, pair.other, rarity).evidence)
    share, whole = overlap(pair.one, pair.other, rarity)
    return [
        1.0,
        share / 1_000,
        whole / 1_000,
        _jaccard(pair),
        *(told.get(sign, 0) / 1_000 for sign in SIGNS),
    ]


def _learnt(pairs: Sequence[Pair], rarity: Rarity) -> Callable[[Pair], float]:
    """A logistic regression over the judge's signs, learnt from marked pairs."""
    rows = np.array([_signs(pair, rarity) for pair in pairs])
    right = np.array([float(pair.is_same) for pair in pairs])
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        missed = 1 / (1 + np.exp(-rows @ weights)) - right
        weights -= (
            STEP * (rows.T @ missed + PENALTY * weights * (np.arange(len(weights)) > 0)) / len(rows) * 10
        )
    return lambda pair: float(np.array(_signs(pair, rarity)) @ weights)


def _best(scored: Sequence[Scored]) -> float:
    """The score from which F1 is highest on what may be looked at."""
    return max(
        (score for score, _ in scored), key=lambda least: _f1([(s >= least, same) for s, same in scored])
    )


def _careful(scores: Sequence[float], ours: Sequence[float]) -> float:
    """The score that as many pairs reach as ours calls the same: both then say yes equally often."""
    count = sum(points >= SAME for points in ours)
    return sorted(scores, reverse=True)[max(count - 1, 0)]


def _figures(pairs: Sequence[Pair], scores: Sequence[float], least: float) -> dict[str, Any]:
    told = [(score >= least, pair.is_same) for score, pair in zip(scores, pairs, strict=True)]
    scored = [(score, pair.is_same) for score, pair in zip(scores, pairs, strict=True)]
    return {
        "said_same": sum(said for said, _ in told),
        "precision": resampled(told, _precision),
        "recall": resampled(told, _recall),
        "f1": resampled(told, _f1),
        "auc": resampled(scored, _auc),
    }


def _precision(told: Sequence[tuple[bool, bool]]) -> float:
    said = [same for said, same in told if said]
    return statistics.fmean(said) if said else 1.0


def _recall(told: Sequence[tuple[bool, bool]]) -> float:
    same = [said for said, same in told if same]
    return statistics.fmean(same) if same else 0.0


def _f1(told: Sequence[tuple[bool, bool]]) -> float:
    precision, recall = _precision(told), _recall(told)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _auc(scored: Sequence[Scored]) -> float:
    """How often the same pair of two has the higher score; equal ones count half."""
    yes = np.array([score for score, same in scored if same])
    no = np.array([score for score, same in scored if not same])
    if not len(yes) or not len(no):
        return 0.5
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)
