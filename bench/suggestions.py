"""What a suggestion costs while one types, among the phrases of real queries and titles, beside the library's bare look-up."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import tantivy
from pypinyin import lazy_pinyin

from bench.relevance import card_document
from huozhan.search.builds import build_in_use
from huozhan.search.index import OfferIndex
from huozhan.search.understanding.suggesting import PREFIXES_MAX, begun
from huozhan.search.writer import writing

TYPED = 200
AT_ONCE = 5_000
_BESIDE = {"是": "事", "时": "石", "机": "鸡", "子": "紫", "包": "宝", "鞋": "协", "衣": "依", "水": "税"}

Shortens = Callable[[str, random.Random], str]


def _chinese(text: str, chance: random.Random) -> str:
    return text[: chance.randint(1, 3)]


def _wrong_signs(text: str, chance: random.Random) -> str:
    return "".join(_BESIDE.get(sign, sign) for sign in text[: chance.randint(2, 5)])


def _pinyin(text: str, chance: random.Random) -> str:
    return "".join(lazy_pinyin(text))[: chance.randint(2, 8)]


def _first_letters(text: str, chance: random.Random) -> str:
    return "".join(syllable[:1] for syllable in lazy_pinyin(text))[: chance.randint(2, 4)]


def _english(text: str, chance: random.Random) -> str:
    return text[: chance.randint(2, 8)]


def _slipped(text: str, chance: random.Random) -> str:
    """A beginning in which two letters changed places, which costs most: every slip is tried."""
    start = text[: chance.randint(5, 9)]
    at = chance.randrange(1, len(start) - 1) if len(start) > 2 else 0
    return start[:at] + start[at : at + 2][::-1] + start[at + 2 :]


CHINESE: dict[str, Shortens] = {
    "chinese": _chinese, "chinese_with_wrong_signs": _wrong_signs, "pinyin": _pinyin, "first_letters": _first_letters,
}  # fmt: skip
ENGLISH: dict[str, Shortens] = {"english": _english, "english_with_a_slip": _slipped}


def measure_suggestions(data: Path, rounds: int) -> dict[str, Any]:
    """CPU of a suggestion by what is typed, and of the library's look-up of the same beginning alone, in milliseconds."""
    chinese = _texts(f"SELECT query FROM '{data / 'zh-ecom-queries' / 'queries.parquet'}' ORDER BY qid")
    english = _texts(f"SELECT title FROM '{data / 'icecat-search' / 'products.parquet'}' ORDER BY doc_id")
    with tempfile.TemporaryDirectory() as home:
        _make(Path(home), [*chinese, *english])
        index = OfferIndex(Path(home))
        phrases = _phrases(Path(home))
        of = {name: (shortens, chinese) for name, shortens in CHINESE.items()}
        of |= {name: (shortens, english) for name, shortens in ENGLISH.items()}
        typed = {name: _typed(shortens, texts) for name, (shortens, texts) in of.items()}
        figures = {name: _measured(index, begins, rounds) for name, begins in typed.items()}
    return {"what": "CPU milliseconds of a suggestion, beside a bare look-up", "phrases": phrases, **figures}


def _phrases(home: Path) -> int:
    searcher = tantivy.Index.open(str(home / build_in_use(home))).searcher()
    return len(searcher.terms_with_prefix("suggest", "", limit=10**8))


def _texts(sql: str) -> list[str]:
    with duckdb.connect() as db:
        return [text for (text,) in db.execute(sql).fetchall()]


def _typed(shortens: Shortens, texts: Sequence[str]) -> list[str]:
    """What is typed on the way to some texts."""
    chance = random.Random(1)
    return [shortens(text.lower(), chance) for text in chance.sample(list(texts), TYPED)]


def _make(home: Path, texts: Sequence[str]) -> None:
    with writing(home, rebuild=True) as writer:
        writer.begin(1)  # so that each lends its phrases
        for at in range(0, len(texts), AT_ONCE):
            writer.add([
                card_document(number, text) for number, text in enumerate(texts[at : at + AT_ONCE], at + 1)
            ])  # fmt: skip
        writer.take_over()


def _measured(index: OfferIndex, begins: Sequence[str], rounds: int) -> dict[str, float]:
    def bare(begin: str) -> None:
        index.suggestions(begin, PREFIXES_MAX)

    def whole(begin: str) -> None:
        begun(index, begin)

    ours = np.median([_spent(whole, begins) for _ in range(rounds)], axis=0)
    limit = np.median([_spent(bare, begins) for _ in range(rounds)], axis=0)
    told = {"p50": (ours, 50), "p95": (ours, 95), "bare_p50": (limit, 50), "bare_p95": (limit, 95)}
    return {name: round(float(np.percentile(spent, at)), 3) for name, (spent, at) in told.items()}


def _spent(asks: Callable[[str], None], begins: Sequence[str]) -> list[float]:
    spent = []
    for begin in begins:
        began = time.process_time()
        asks(begin)
        spent.append((time.process_time() - began) * 1_000)
    return spent
