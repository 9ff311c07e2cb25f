"""How well recommendations guess what buyers take next: a time split of real baskets, beside popularity and beside what a buyer bought before."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import numpy as np

from huozhan.insight.neighbours import Matrix, ease, gram_of, shown_only

TOP = 20
RESAMPLES = 1_000
LEAST_BUYERS = 3
KEPT = 50
REGULAR = 300
ITEMS_MOST = 3_000
SHRINK = 10
HALF_LIFE = timedelta(days=180)
BLENDS = ((0.0, 0.0), (0.25, 0.0), (0.5, 0.0), (1.0, 0.0), (0.25, 0.25), (0.5, 0.25))

Ranked = Mapping[int, Sequence[int]]


class Event(msgspec.Struct, frozen=True):
    """Somebody took an item, in an order."""

    who: int
    item: int
    order: str
    at: datetime


class Split(msgspec.Struct, frozen=True):
    """What was known at a moment, and what came after it."""

    at: datetime
    known: dict[int, dict[int, float]]
    popular: list[int]
    next_order: dict[int, set[int]]
    new_items: dict[int, set[int]]


def measure_recommend(data: Path) -> dict[str, Any]:
    """Recall and nDCG at 20 on both sets, each with the confidence interval of the difference to its floor."""
    retail, taobao = _retail(data), _taobao(data)
    return {
        "top": TOP,
        "resamples": RESAMPLES,
        "least_buyers": LEAST_BUYERS,
        "online-retail-uk": _measured(
            retail,
            cut=datetime.fromisoformat("2011-02-01"),
            tune=datetime.fromisoformat("2010-11-01"),
            recent_days=90,
        ),
        "taobao-behavior items": _measured(
            taobao[0],
            cut=datetime.fromisoformat("2017-12-01"),
            tune=datetime.fromisoformat("2017-11-30"),
            recent_days=9,
        ),
        "taobao-behavior categories": _measured(
            taobao[1],
            cut=datetime.fromisoformat("2017-12-01"),
            tune=datetime.fromisoformat("2017-11-30"),
            recent_days=9,
        ),
    }


def _retail(data: Path) -> list[Event]:
    """Sales lines of known customers, of goods (five digits); credit notes and fees left out."""
    rows = duckdb.sql(
        "SELECT customer_id, upper(trim(stock_code)), invoice_no, invoice_ts"
        f" FROM read_parquet('{data / 'online-retail-uk' / 'lines.parquet'}')"
        " WHERE customer_id IS NOT NULL AND quantity > 0 AND unit_price_gbp > 0"
        " AND regexp_matches(stock_code, '^[0-9]{5}') AND NOT starts_with(invoice_no, 'C') ORDER BY invoice_ts, invoice_no"
    ).fetchall()
    numbers = {code: n for n, code in enumerate(sorted({row[1] for row in rows}))}
    return [Event(who, numbers[code], order, at) for who, code, order, at in rows]


def _taobao(data: Path) -> tuple[list[Event], list[Event]]:
    """Page views, favourites, carts and purchases, by item and by category; a day counts as an order."""
    rows = duckdb.sql(
        "SELECT user_id, item_id, category_id, time_cst"
        f" FROM read_parquet('{data / 'taobao-behavior' / 'events.parquet'}') ORDER BY time_cst, user_id"
    ).fetchall()
    return (
        [Event(who, item, f"{at:%Y%m%d}", at) for who, item, _, at in rows],
        [Event(who, category, f"{at:%Y%m%d}", at) for who, _, category, at in rows],
    )


def _split(events: Sequence[Event], at: datetime, recent_days: int) -> Split:
    known: dict[int, dict[int, set[tuple[str, datetime]]]] = defaultdict(lambda: defaultdict(set))
    recent: dict[int, set[int]] = defaultdict(set)
    first: dict[int, str] = {}
    coming: dict[int, set[int]] = defaultdict(set)
    later: dict[int, set[int]] = defaultdict(set)
    for event in events:
        if event.at < at:
            known[event.who][event.item].add((event.order, event.at))
            if at - event.at <= timedelta(days=recent_days):
                recent[event.item].add(event.who)
            continue
        later[event.who].add(event.item)
        if first.setdefault(event.who, event.order) == event.order:
            coming[event.who].add(event.item)
    weights = {
        who: {
            item: sum(0.5 ** ((at - moment) / HALF_LIFE) for moment in dict(orders).values())
            for item, orders in items.items()
        }
        for who, items in known.items()
    }
    there = {item for items in known.values() for item in items}
    return Split(
        at=at,
        known=weights,
        popular=sorted(recent, key=lambda item: (-len(recent[item]), item)),
        next_order={who: some & there for who, some in coming.items() if who in weights and some & there},
        new_items={
            who: fresh
            for who, some in later.items()
            if who in weights and (fresh := (some & there) - set(weights[who]))
        },
    )


class _Models:
    """Everything that is learnt from what was known at a split."""

    def __init__(self, split: Split) -> None:
        self.split = split
        counted = Counter(item for items in split.known.values() for item in items)
        ranked = sorted(
            (one for one, n in counted.items() if n >= LEAST_BUYERS), key=lambda one: (-counted[one], one)
        )
        self.items = ranked[:ITEMS_MOST]
        self.places = {item: place for place, item in enumerate(self.items)}
        self.gram = gram_of(split.known, self.items)
        self.weights = {
            "item-kNN (cosine, shrinkage)": self._knn(),
            "EASE^R": ease(self.gram, REGULAR),
        }
        self.weights["EASE^R as shown"] = shown_only(
            self.weights["EASE^R"], self.gram, least_buyers=LEAST_BUYERS, kept=KEPT
        )

    def _knn(self) -> Matrix:
        """Cosine of two items over their buyers, damped where few buyers have both; the nearest neighbours of each."""
        size = np.sqrt(np.diag(self.gram))
        near = self.gram / np.outer(size, size) * (self.gram / (self.gram + SHRINK))
        np.fill_diagonal(near, 0)
        return shown_only(np.asarray(near, dtype=np.float32), self.gram, least_buyers=LEAST_BUYERS, kept=KEPT)

    def scores(self, weights: Matrix, who: int) -> Matrix:
        """What a buyer's stock says about every item."""
        own = [self.places[item] for item in self.split.known[who] if item in self.places]
        return np.asarray(weights[own].sum(axis=0), dtype=np.float32)

    def new(self, weights: Matrix) -> Ranked:
        """Items that a buyer never had, the likeliest first; popular ones where nothing is known."""
        found = {}
        for who in self.split.new_items:
            scores = self.scores(weights, who)
            known = self.split.known[who]
            scores[[self.places[item] for item in known if item in self.places]] = 0
            found[who] = self._topped(_best(scores, self.items), without=known)
        return found

    def next(self, weights: Matrix, near: float, popular: float) -> Ranked:
        """Items of the next order: what was bought before, what goes with it, and what is popular, weighed together."""
        count = max(len(self.split.popular), 1)
        liked = np.zeros(len(self.items), dtype=np.float32)
        for rank, item in enumerate(self.split.popular):
            if item in self.places:
                liked[self.places[item]] = 1 - rank / count
        found = {}
        for who in self.split.next_order:
            known = self.split.known[who]
            most = max(known.values())
            scores = self.scores(weights, who)
            scores = near * scores / (scores.max() or 1) + popular * liked
            for item, worth in known.items():
                if item in self.places:
                    scores[self.places[item]] += worth / most
            others = {item: worth / most for item, worth in known.items() if item not in self.places}
            ranked = _best(scores, self.items)
            mixed = sorted(
                {**{item: float(scores[self.places[item]]) for item in ranked}, **others}.items(),
                key=lambda pair: (-pair[1], pair[0]),
            )
            found[who] = self._topped([item for item, _ in mixed])
        return found

    def before(self) -> Ranked:
        """What a buyer bought before, the oftenest and latest first."""
        return {
            who: self._topped(sorted(known, key=lambda item: (-known[item], item)))
            for who in self.split.next_order
            if (known := self.split.known[who])
        }

    def popular(self, whom: Collection[int], *, without_known: bool) -> Ranked:
        """The same for everybody, without what one has where only new things count."""
        return {who: self._topped([], without=self.split.known[who] if without_known else ()) for who in whom}

    def _topped(self, ranked: Sequence[int], without: Collection[int] = ()) -> list[int]:
        found = list(ranked[:TOP])
        taken = {*found, *without}
        for item in self.split.popular:
            if len(found) >= TOP:
                break
            if item not in taken:
                found.append(item)
        return found


def _best(scores: Matrix, items: Sequence[int]) -> list[int]:
    some = np.argpartition(-scores, min(3 * TOP, len(scores) - 1))[: 3 * TOP]
    return [
        items[place]
        for place in sorted(some, key=lambda place: (-scores[place], items[place]))
        if scores[place] > 0
    ]


def _measured(events: Sequence[Event], *, cut: datetime, tune: datetime, recent_days: int) -> dict[str, Any]:
    near, popular = _tuned([event for event in events if event.at < cut], tune, recent_days)
    split = _split(events, cut, recent_days)
    models = _Models(split)
    floor = models.popular(split.new_items, without_known=True)
    also = {name: models.new(weights) for name, weights in models.weights.items()}
    before = models.before()
    shipped = models.weights["EASE^R as shown"]
    nexts = {
        "popularity": models.popular(split.next_order, without_known=False),
        "popularity, what was bought before, what goes with it": models.next(shipped, near, popular),
    }
    return {
        "cut": f"{cut:%Y-%m-%d}",
        "items": len(models.items),
        "what buyers had not bought before": {
            "buyers": len(split.new_items),
            "popularity": _told(floor, split.new_items),
            **{name: _told(ranked, split.new_items, floor, "popularity") for name, ranked in also.items()},
        },
        "the next order": {
            "buyers": len(split.next_order),
            "tuned_on": f"{tune:%Y-%m-%d}",
            "weight_of_what_goes_with_it": near,
            "weight_of_popularity": popular,
            "what was bought before": _told(before, split.next_order),
            **{
                name: _told(ranked, split.next_order, before, "what was bought before")
                for name, ranked in nexts.items()
            },
        },
    }


def _tuned(events: Sequence[Event], at: datetime, recent_days: int) -> tuple[float, float]:
    """The weights that were best on an earlier split."""
    split = _split(events, at, recent_days)
    models = _Models(split)
    shipped = models.weights["EASE^R as shown"]
    return max(
        BLENDS,
        key=lambda blend: float(
            np.mean(list(_ndcg(models.next(shipped, *blend), split.next_order).values()))
        ),
    )


def _told(
    ranked: Ranked, truth: Mapping[int, set[int]], floor: Ranked | None = None, name: str = ""
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for measure, of in (("recall", _recall), ("ndcg", _ndcg)):
        own = of(ranked, truth)
        told[f"{measure}_at_{TOP}"] = round(float(np.mean(list(own.values()))), 4)
        if floor is not None:
            beside = of(floor, truth)
            told[f"{measure}_above_{name}_95"] = _interval([own[who] - beside[who] for who in truth])
    return told


def _recall(ranked: Ranked, truth: Mapping[int, set[int]]) -> dict[int, float]:
    return {who: len(set(ranked[who][:TOP]) & some) / min(len(some), TOP) for who, some in truth.items()}


def _ndcg(ranked: Ranked, truth: Mapping[int, set[int]]) -> dict[int, float]:
    found = {}
    for who, some in truth.items():
        gained = sum(1 / math.log2(rank + 2) for rank, item in enumerate(ranked[who][:TOP]) if item in some)
        found[who] = gained / sum(1 / math.log2(rank + 2) for rank in range(min(len(some), TOP)))
    return found


def _interval(differences: Sequence[float]) -> list[float]:
    """The bootstrap interval of a mean, resampled by buyers, always with the same seed."""
    values = np.array(differences)
    draws = np.random.default_rng(1).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), (2.5, 97.5))
    return [round(float(low), 4), round(float(high), 4)]
