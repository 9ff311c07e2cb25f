"""How well search ranks: real queries with people's ratings beside plain BM25, and Chinese queries beside titles that fit or do not."""

import contextlib
import json
import math
import random
import re
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from huozhan.catalogue import IndexCard
from huozhan.kernel.shapes import Bilingual
from huozhan.parties import OrgFace
from huozhan.search.documents import document_of
from huozhan.search.fields import OfferDocument
from huozhan.search.finding import FindOffers, look_for, what_is_asked
from huozhan.search.index import Filters, OfferIndex, among_these
from huozhan.search.segmenting import wanted_words
from huozhan.search.understanding.loosening import fewer_ways, whole_ways
from huozhan.search.wording import Asked
from huozhan.search.writer import writing

TOP = 10
DEPTH = 1_000
RESAMPLES = 2_000
_K1, _B = 1.2, 0.75
_PART = 6
"""So small a part of the words and signs gives a title its score; a search asks for more before it shows anything."""

Ratings = Mapping[str, Mapping[int, int]]
Choice = tuple[str, Sequence[str], str]
"""A query, titles, and the one of them that fits."""


class Product(msgspec.Struct, frozen=True):
    """One of the rated goods as its source gives it."""

    doc_id: int
    name: str
    title: str
    summary: str
    brand: str
    price_cents: int
    moq: int
    attributes: Mapping[str, Any]


def measure_relevance(data: Path) -> dict[str, Any]:
    """nDCG@10 over the rated queries of icecat-search, AUC and accuracy over the pairs of zh-product-understanding."""
    return {
        "rated_queries": _measure_rated(data / "icecat-search"),
        "chinese_titles": _measure_chinese(data / "zh-product-understanding"),
    }


def _measure_rated(folder: Path) -> dict[str, Any]:
    products, ratings = _products(folder), _ratings(folder)
    floor = Bm25({one.doc_id: f"{one.title} {one.brand} {one.summary}" for one in products})
    with _index_of(_document(one) for one in products) as index:
        found = {query: ranked(index, query) for query in ratings}
    return {
        "what": f"{len(ratings)} real queries, {sum(map(len, ratings.values()))} ratings, {len(products)} goods",
        "search": _scores(ratings, lambda query: found[query]),
        "plain_bm25": _scores(ratings, floor.search),
        "by_query": {query: round(_ndcg(ratings[query], found[query]), 3) for query in sorted(ratings)},
    }


def _measure_chinese(folder: Path) -> dict[str, Any]:
    """How often a title that fits scores above one that does not (AUC), and stands first among its candidates."""
    pairs = duckdb.sql(
        f"SELECT query, title, relevant FROM '{folder / 'query_title_pairs.parquet'}'"
    ).fetchall()
    groups = duckdb.sql(
        f"SELECT query, candidates, correct FROM '{folder / 'query_candidates.parquet'}'"
    ).fetchall()
    choices = [(query, [*_titles_of(joined), right], right) for query, joined, right in groups]
    titles = sorted({title for _, title, _ in pairs} | {title for _, some, _ in choices for title in some})
    number = {title: at for at, title in enumerate(titles, 1)}
    with _index_of(card_document(at, title) for title, at in number.items()) as index:
        scores = {query: _scores_of(index, query) for query in {one[0] for one in (*pairs, *groups)}}
        shown = _shown_among(index, choices, number)

    def score(query: str, title: str) -> float:
        return scores[query].get(number[title], 0.0)

    fitting = [score(query, title) for query, title, fits in pairs if fits]
    others = [score(query, title) for query, title, fits in pairs if not fits]
    above = sum((good > bad) + 0.5 * (good == bad) for good in fitting for bad in others)
    first = [
        all(score(query, right) > score(query, title) for title in some if title != right)
        for query, some, right in choices
    ]
    return {
        "pairs": len(pairs),
        "auc": round(above / len(fitting) / len(others), 4),
        "groups": len(groups),
        "first_of_candidates": round(statistics.fmean(first), 4),
        "shown_of_candidates": shown,
    }


def _shown_among(index: OfferIndex, choices: Sequence[Choice], number: Mapping[str, int]) -> dict[str, int]:
    """What a search would show were the candidates all there is, and were the right one not there either."""
    told: Counter[str] = Counter()
    for query, some, right in choices:
        shown = _first_shown(index, query, [number[title] for title in some])
        told["nothing" if shown is None else "right_first" if shown == number[right] else "wrong_first"] += 1
        others = [number[title] for title in some if title != right]
        told["something_where_none_fits"] += _first_shown(index, query, others) is not None
    return dict(sorted(told.items()))


def _first_shown(index: OfferIndex, query: str, offer_ids: Sequence[int]) -> int | None:
    asked = what_is_asked(index, FindOffers(q=query))
    for way in (*whole_ways(asked), *fewer_ways(asked)):
        hits = index.search(
            way, among_these(Filters(), offer_ids), sort="best", offset=0, limit=1, counted=()
        )
        if hits.total:
            return hits.offer_ids[0]
    return None


def _titles_of(joined: str) -> list[str]:
    """The candidates of a group, which its source joins by commas."""
    return joined.removesuffix(".").split(", ")


def _scores_of(index: OfferIndex, query: str) -> dict[int, float]:
    """What titles score that have any of the words or a part of their signs."""
    words = wanted_words(query)
    if not words:
        return {}
    asked = Asked(words=words, code=query, missing=len(words), part=_PART)
    hits = index.search(asked, Filters(), sort="best", offset=0, limit=DEPTH, counted=())
    return dict(zip(hits.offer_ids, hits.scores, strict=True))


@contextlib.contextmanager
def _index_of(documents: Iterable[OfferDocument]) -> Iterator[OfferIndex]:
    with tempfile.TemporaryDirectory() as home:
        with writing(Path(home), rebuild=True) as writer:
            made = list(documents)
            writer.begin(len(made))
            writer.add(made)
            writer.take_over()
        yield OfferIndex(Path(home))


def ranked(index: OfferIndex, query: str) -> list[int]:
    """What the first page shows for a query, were it as long as DEPTH."""
    look = look_for(index, FindOffers(q=query, limit=DEPTH))
    return [*look.hits.offer_ids, *look.others]


def _scores(ratings: Ratings, search: Callable[[str], Sequence[int]]) -> dict[str, Any]:
    """Mean nDCG@10 of the queries that have a relevant product, unrated goods as 0 and left out."""
    answered = {query: search(query) for query in ratings}
    useful = [query for query in ratings if any(ratings[query].values())]
    strict = [_ndcg(ratings[query], answered[query]) for query in useful]
    rated = [_ndcg(ratings[query], [i for i in answered[query] if i in ratings[query]]) for query in useful]
    return {
        "queries": len(useful),
        "ndcg10_unrated_as_0": with_interval(strict),
        "ndcg10_rated_only": with_interval(rated),
        "share_of_top_rated": round(
            statistics.fmean(
                sum(i in ratings[query] for i in answered[query][:TOP]) / TOP for query in useful
            ),
            3,
        ),
    }


def _ndcg(rating: Mapping[int, int], ranked: Sequence[int]) -> float:
    """Gain 2^rating - 1, discount log2(rank + 1); Järvelin and Kekäläinen 2002 with the exponential gain of Burges 2005."""
    best = _dcg(sorted(rating.values(), reverse=True))
    return _dcg([rating.get(i, 0) for i in ranked]) / best if best else 0.0


def _dcg(values: Sequence[int]) -> float:
    return sum((2**value - 1) / math.log2(at + 2) for at, value in enumerate(values[:TOP]))


def with_interval(values: Sequence[float]) -> dict[str, float]:
    """The mean, and between what 95 of 100 means of resampled queries lie."""
    return resampled(values, statistics.fmean)


def resampled(rows: Sequence[Any], figure: Callable[[Sequence[Any]], float]) -> dict[str, float]:
    """A figure of rows, and between what 95 of 100 figures of resampled rows lie."""
    chance = random.Random(1)
    figures = sorted(figure(chance.choices(rows, k=len(rows))) for _ in range(RESAMPLES))
    low, high = figures[int(RESAMPLES * 0.025)], figures[int(RESAMPLES * 0.975)]
    return {"mean": round(figure(rows), 4), "low": round(low, 4), "high": round(high, 4)}


class Bm25:
    """Plain BM25 (k1 1.2, b 0.75), plural s cut off: what any engine should beat."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._lengths = {}
        self._postings: dict[str, dict[int, int]] = defaultdict(dict)
        for doc_id, text in texts.items():
            words = list(_plain_words(text))
            self._lengths[doc_id] = len(words)
            for word, times in Counter(words).items():
                self._postings[word][doc_id] = times
        self._mean = statistics.fmean(self._lengths.values())

    def search(self, query: str) -> list[int]:
        """The best goods for a query, best first."""
        scores: dict[int, float] = defaultdict(float)
        for word in _plain_words(query):
            having = self._postings.get(word, {})
            rarity = math.log(1 + (len(self._lengths) - len(having) + 0.5) / (len(having) + 0.5))
            for doc_id, times in having.items():
                norm = _K1 * (1 - _B + _B * self._lengths[doc_id] / self._mean)
                scores[doc_id] += rarity * times * (_K1 + 1) / (times + norm)
        return sorted(scores, key=lambda i: (-scores[i], i))[:DEPTH]


def _plain_words(text: str) -> Iterator[str]:
    for word in re.findall(r"[a-z0-9]+", text.lower()):
        yield word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _products(folder: Path) -> list[Product]:
    rows = duckdb.sql(
        "SELECT doc_id::bigint, coalesce(name, ''), coalesce(title, ''), coalesce(short_description, ''),"
        " coalesce(supplier, ''), coalesce(price_usd_cents, 0), coalesce(moq, 1)::int, attrs_json"
        f" FROM '{folder / 'products.parquet'}' ORDER BY 1"
    ).fetchall()
    return [Product(*row[:7], json.loads(row[7] or "{}")) for row in rows]


def _ratings(folder: Path) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    rows = duckdb.sql(
        f"SELECT query, doc_id::bigint, rating FROM '{folder / 'judgments.parquet'}' ORDER BY 1, 2"
    )
    for query, doc_id, rating in rows.fetchall():
        found[query][doc_id] = rating
    return dict(found)


def _document(product: Product) -> OfferDocument:
    """The document that an offer with these texts has: of attributes the market indexes what they say, not what they are called."""
    attributes = [str(value) for name, value in product.attributes.items() if name.startswith(("t_", "n_"))]
    return card_document(
        product.doc_id,
        product.title,
        attribute_texts=tuple(attributes),
        description=Bilingual(en=product.summary),
        price_low_e4=product.price_cents * 100,
        moq=product.moq,
        seller=product.brand,
    )


def card_document(doc_id: int, title: str, *, seller: str = "", **facts: Any) -> OfferDocument:
    """The document of an offer of which hardly anything but its title is known."""
    named = Bilingual(en=title) if title.isascii() else Bilingual(zh=title)
    card = {
        "offer_code": "", "seller_id": 1, "title": named, "category_id": "", "category_path": (), "category_names": (),
        "attribute_texts": (), "description": Bilingual(), "option_texts": (), "sku_codes": (), "price_low_e4": 0, "moq": 1,
        "mixable": False, "promise_hours": 48, "published_at": datetime(2026, 1, 1, tzinfo=UTC), "has_picture": True,
        "free": 1, "sold": 0,
    }  # fmt: skip
    face = OrgFace(
        org_id=1, name=Bilingual(en=seller), about=Bilingual(), supplier_kind="", province_code="", city_code="",
        belt=Bilingual(), since_on=None, verified=False, can_buy=False, can_sell=True, country="",
    )  # fmt: skip
    return document_of(IndexCard(**{**card, "offer_id": doc_id, **facts}), face)
