"""How well a query is understood: categories of titles that nobody showed before, and what the words of titles are.

The market's own way (names of categories, then the goods' titles) is measured beside what marked titles would add. The sets
may only be measured with, so nothing learnt here is kept.
"""

import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from bench.relevance import with_interval
from bench.tagging import measure_spans
from huozhan.search.understanding.categories import Profiles
from huozhan.search.understanding.profiles import Learner

SEED = 1
TEST_SHARE = 0.3

Item = tuple[str, str, str]


def measure_understanding(data: Path) -> dict[str, Any]:
    """Category of a title, and the spans in it, with the training halves and without."""
    return {
        "categories": _measure_categories(data / "zh-product-understanding" / "items.parquet"),
        "spans": measure_spans(data),
    }


def _measure_categories(file: Path) -> dict[str, Any]:
    """Fine categories of Chinese titles; no title is on both sides, whatever is learnt is learnt from one side."""
    rows: list[Item] = duckdb.sql(
        f"SELECT DISTINCT title, category_coarse, category_fine FROM '{file}' WHERE category_fine <> '' ORDER BY ALL"
    ).fetchall()
    random.Random(SEED).shuffle(rows)
    cut = round(len(rows) * TEST_SHARE)
    test, train = rows[:cut], rows[cut:]
    assert not {row[0] for row in test} & {row[0] for row in train}
    fine = sorted({row[2] for row in rows})
    return {
        "what": f"{len(fine)} fine categories in {len({row[1] for row in rows})}; {len(test)} titles asked, {len(train)} shown",
        "from_names_alone": _guessed(fine, [], test),
        "from_names_and_titles": _guessed(fine, train, test),
    }


def _guessed(names: Sequence[str], train: Sequence[Item], test: Sequence[Item]) -> dict[str, Any]:
    coarse = {row[2]: row[1] for row in (*train, *test)}
    with tempfile.TemporaryDirectory() as home:
        learner = Learner()
        for name in names:
            learner.name(name, [name])
        for title, _, category in train:
            learner.title(category, title)
        file = Path(home) / "profiles"
        learner.write(file)
        profiles = Profiles(file)
        began = time.process_time()
        answers = [profiles.ranked(title, 3) for title, _, _ in test]
        spent = time.process_time() - began
        size = file.stat().st_size
    return {
        "top_1": with_interval(
            [float(answer[:1] == [row[2]]) for answer, row in zip(answers, test, strict=True)]
        ),
        "top_3": with_interval([float(row[2] in answer) for answer, row in zip(answers, test, strict=True)]),
        "coarse_top_1": with_interval(
            [
                float(bool(answer) and coarse.get(answer[0]) == row[1])
                for answer, row in zip(answers, test, strict=True)
            ]
        ),
        "ms_each": round(spent / len(test) * 1_000, 3),
        "file_bytes": size,
    }
