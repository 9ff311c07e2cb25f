"""Whatever is typed is answered calmly: any length, any script."""

import time

import pytest

from huozhan import search
from huozhan.kernel.actor import anonymous
from huozhan.search import ShowRelated, Suggest
from tests.search.test_finding import Market, market

__all__ = ["market"]

CPU_SECONDS_MAX = 0.25
"""Five times what an answer may take, as other tests' work may fall into the same process."""
ODD = {
    "letters": "a" * 100,
    "one sign": "的" * 100,
    "other signs": "".join(chr(0x4E00 + 37 * n) for n in range(100)),
    "words": " ".join("abcdefghijklmnopqrstuvwxyz"[n % 26] + "x" for n in range(33)),
    "slips": "satinless vaccum stroage bxo cototn shiort " * 2,
    "pairs": "ab " * 33,
    "expands": "\ufdfa" * 100,
    "arabic": "مرحبا بالعالم " * 7,
    "thai": "กระเป๋าเดินทาง" * 7,
    "emoji": "🧧👨‍👩‍👧‍👦" * 12,
    "combining": "e\u0301\u0302\u0303" * 25,
    "nothing seen": "\u200b\u200e\u202e" * 30,
    "controls": "\x01\x02\t\n\r\x7f" * 16,
    "query signs": '+-&&||!(){}[]^"~*?:\\/ AND OR NOT' * 2,
    "sql": "'; DROP TABLE offer; --" * 4,
    "two short words that nobody says": "zz qqxj",
    "digits": "1234567890" * 10,
    "mixed": "保温杯abc不锈钢500ml-XL/3件" * 5,
}


@pytest.mark.parametrize("q", ODD.values(), ids=ODD.keys())
async def test_odd_words_are_answered_calmly(market: Market, q: str) -> None:
    await market.find("保温杯 slpis")
    q = q[:100]
    began = time.process_time()
    found = await market.find(q)
    suggested = await market.hall.run(search.suggest, Suggest(q=q), anonymous())
    related = await market.hall.run(search.related_words, ShowRelated(q=q), anonymous())
    assert time.process_time() - began < CPU_SECONDS_MAX
    assert 0 <= found.total <= 3
    assert len(suggested.suggestions) <= 10
    assert len(related.words) <= 8
