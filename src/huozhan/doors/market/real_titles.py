"""Titles, names and prices of real goods, read from a folder of data sets when a market of made-up offers is filled.

Nothing of the sets is kept in the program, and a set that is missing is done without. Which licence each has is in its own
README: some may be used for tests and benchmarks only, so such a market is nothing to show to the public.
"""

import gzip
import hashlib
import random
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import duckdb
import msgspec

from huozhan import search

TITLE_LENGTH = range(4, 61)
"""Shorter ones say nothing, longer ones leave no room for what a seller adds."""
NAMES_A_CATEGORY = 400
BRANDED_OF_TEN, CROSSED_OF_TEN = 3, 5
USD_CENTS_IN_FEN = 7
_ZH = "zh-product-understanding/items.parquet"
_GOODS = "zh-catalogue/goods.parquet"
_EN = "icecat-search/products.parquet"
_LINES = "online-retail-uk/lines.parquet"
_MARKED = ("zh-title-ner/taobao_titles_train.jsonl.gz", "zh-title-ner/brand_product_train.jsonl.gz")
_PRODUCTS = "zh-title-ner/gazetteer_product?.txt"
_BRANDS = "zh-title-ner/gazetteer_brand?.txt"


class Leaf(Protocol):
    """A category that goods lie in."""

    @property
    def category_id(self) -> str:
        """See the category tree."""

    @property
    def name_zh(self) -> str:
        """Several names have strokes between them."""

    @property
    def name_en(self) -> str:
        """One name."""


class _Marked(msgspec.Struct):
    text: str


class Pool(msgspec.Struct):
    """What is known of the real goods of one category."""

    zh: list[str] = []
    en: list[str] = []
    names: list[str] = []
    """What sellers call such a thing in one word."""
    prices_fen: list[int] = []


class RealTitles:
    """Real titles by category; every folder gives the same ones in the same order."""

    def __init__(self, folder: Path, leaves: Sequence[Leaf]) -> None:
        self.pools: dict[str, Pool] = defaultdict(Pool)
        self._by_name = _by_name(leaves)
        self._brands = sorted(_lines(folder, _BRANDS))
        self._sort_titles(folder)
        self._sort_names(folder)
        self.digest = hashlib.sha256(
            msgspec.json.encode([self._brands, sorted(self.pools.items())])
        ).hexdigest()[:12]

    def titles(self, category_id: str, chance: random.Random) -> tuple[str, str] | None:
        """A Chinese and an English title as sellers of this category write them, either may be empty; None where none is known."""
        pool = self.pools.get(category_id)
        if pool is None:
            return None
        zh = _crossed(pool.zh, chance) if pool.zh else ""
        en = chance.choice(pool.en) if pool.en else ""
        if pool.names and not zh:
            zh = chance.choice(pool.names)
        if zh and self._brands and chance.randrange(10) < BRANDED_OF_TEN:
            zh = f"{chance.choice(self._brands)} {zh}"
        return zh, en

    def middle_yuan(self, category_id: str) -> int | None:
        """What such goods cost in the middle, in yuan; None where no set says it."""
        prices = self.pools[category_id].prices_fen if category_id in self.pools else []
        return max(1, round(statistics.median(prices) / 100)) if prices else None

    def _sort_titles(self, folder: Path) -> None:
        """Puts each title where it belongs by the name of its kind."""
        zh = [title for name in (_ZH, _GOODS) for (title, *_) in _rows(folder / name, _TITLES[name])]
        zh += [marked.text for name in _MARKED for marked in _marked(folder / name)]
        for title in dict.fromkeys(zh):
            if (leaf := self._leaf_of(title)) and len(title) in TITLE_LENGTH and _is_clean(title):
                self.pools[leaf].zh.append(title)
        for name in (_EN, _LINES):
            for title, cents in _rows(folder / name, _TITLES[name]):
                if leaf := self._leaf_of(title):
                    self.pools[leaf].en.append(title)
                    self.pools[leaf].prices_fen.append(cents * USD_CENTS_IN_FEN)

    def _sort_names(self, folder: Path) -> None:
        """Puts words for things where a longer one ends as a category is called: 高档茶具 with 茶具."""
        for name in sorted(_lines(folder, _PRODUCTS)):
            leaf = next(
                (self._by_name[name[at:]] for at in range(len(name) - 1) if name[at:] in self._by_name), None
            )
            if leaf and len(self.pools[leaf].names) < NAMES_A_CATEGORY:
                self.pools[leaf].names.append(name)

    def _leaf_of(self, title: str) -> str | None:
        words = search.asked_words(title)
        pairs = list(pairwise(words))
        said = [
            *reversed([" ".join(pair) for pair in pairs]),
            *reversed(["".join(pair) for pair in pairs]),
            *reversed(words),
        ]
        return next((self._by_name[one] for one in said if one in self._by_name), None)


def _by_name(leaves: Sequence[Leaf]) -> dict[str, str]:
    """Which category each name belongs to, as words are cut; of two that share a name the first has it."""
    found: dict[str, str] = {}
    for leaf in leaves:
        for name in (*leaf.name_zh.split("/"), leaf.name_en):
            words = search.asked_words(name)
            key = (" " if name.isascii() else "").join(words)
            if len(key) > 1:
                found.setdefault(key, leaf.category_id)
    return found


def _is_clean(title: str) -> bool:
    """Whether nothing of it was lost where it was copied from."""
    return title.isprintable() and "\N{REPLACEMENT CHARACTER}" not in title


def _crossed(titles: Sequence[str], chance: random.Random) -> str:
    """A title, or one with a part in the place of another's: sellers of the same goods write much the same."""
    title = chance.choice(titles)
    parts = title.split()
    if len(parts) < 2 or chance.randrange(10) >= CROSSED_OF_TEN:
        return title
    other = chance.choice(titles).split()
    parts[chance.randrange(len(parts))] = chance.choice(other)
    return " ".join(dict.fromkeys(parts))[: TITLE_LENGTH.stop]


_TITLES = {
    _ZH: "SELECT title FROM read_parquet($1) WHERE title IS NOT NULL ORDER BY title",
    _GOODS: "SELECT name FROM read_parquet($1) WHERE name IS NOT NULL ORDER BY name",
    _EN: "SELECT title, price_usd_cents FROM read_parquet($1) WHERE title <> '' AND price_usd_cents > 0 AND length(title) < 100"
    " ORDER BY title",
    _LINES: "SELECT trim(description), CAST(1.3 * 100 * median(unit_price_gbp) AS BIGINT) FROM read_parquet($1)"
    " WHERE description IS NOT NULL AND unit_price_gbp > 0 GROUP BY 1 HAVING count(*) > 20 ORDER BY 1",
}


def _rows(file: Path, sql: str) -> Iterable[Any]:
    if not file.exists():
        return []
    with duckdb.connect() as db:
        return db.execute(sql, [str(file)]).fetchall()


def _marked(file: Path) -> list[_Marked]:
    if not file.exists():
        return []
    return msgspec.json.Decoder(_Marked).decode_lines(gzip.decompress(file.read_bytes()))


def _lines(folder: Path, pattern: str) -> set[str]:
    return {
        word
        for file in folder.glob(pattern)
        for line in file.read_text().splitlines()
        if 1 < len(word := line.strip()) < 12 and not word.isdigit()
    }
