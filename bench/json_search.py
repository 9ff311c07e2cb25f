"""What a search costs that is asked and answered in JSON, beside the bare query of the library for the same words in the same run."""

import asyncio
import itertools
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import asyncpg
import msgspec
import tantivy

from bench.http import Client
from bench.pages import CLIENTS, WARM_PAGES, WORDS, await_index, idle_cpu
from bench.process import Market
from huozhan.kernel.rules import RuleBook, load_rules
from huozhan.search import OfferIndex
from huozhan.search.filters import fields_of
from huozhan.search.finding import FACETS, FEW, PAGE_OFFERS, FindOffers, look_for
from huozhan.search.ranking.arranging import Arrangement
from huozhan.search.segmenting import asked_words

FILTERS = {"province": ["330000", "440000", "350000"], "moq_to": 100, "price_to_e4": 100_000_000}
AIM_TIMES, AIM_MORE_MS = 1.3, 1.5
NOTHING_ASKED = "/health/live"
ENVIRONMENT = {"HUOZHAN_API_CALLS_PER_MINUTE": "1000000000"}
"""For the market that is measured: one caller asks more than any may."""


async def measure_json_search(market: Market, *, searches: int, rounds: int) -> dict[str, Any]:
    """CPU of web processes and database for a JSON search, of our engine and of the bare query; with and without filters.

    Ten words are asked again and again, of which the processes know the hits; then words that nobody asked before, those
    that find a page of goods and those that find next to nothing.
    """
    await await_index(market)
    clients = [Client(market.url) for _ in range(CLIENTS)]
    again = [FindOffers(q=word) for word in WORDS]
    again_filtered = [FindOffers(q=word, **FILTERS) for word in WORDS]
    warm = max(WARM_PAGES, 10 * len(WORDS))
    every = warm + searches * rounds
    titles = await _titles(market)
    new, rare = _found_often(titles, 2 * every), _found_seldom(titles, every)
    figures = {
        "what": "one search over HTTP in JSON, 40 offers with their facets, all processes warm, beside the library's bare query",
        "searches": searches,
        "rounds": rounds,
        "nothing_asked_web_cpu_ms": await _nothing_asked(market, clients, searches, rounds),
        "words_alone": await _measure(market, clients, _repeated(again, every), warm, rounds),
        "words_and_three_filters": await _measure(
            market, clients, _repeated(again_filtered, every), warm, rounds
        ),
        "words_never_asked": await _measure(
            market, clients, [FindOffers(q=words) for words in new[:every]], warm, rounds
        ),
        "words_never_asked_and_three_filters": await _measure(
            market, clients, [FindOffers(q=words, **FILTERS) for words in new[every:]], warm, rounds
        ),
        "words_never_asked_that_find_few": await _measure(
            market, clients, [FindOffers(q=words) for words in rare], warm, rounds
        ),
    }
    for client in clients:
        await client.close()
    return figures


def _repeated(asks: list[FindOffers], times: int) -> list[FindOffers]:
    return [asks[n % len(asks)] for n in range(times)]


async def _titles(market: Market) -> list[list[str]]:
    """The words of each title of goods on sale, in either language."""
    db = await asyncpg.connect(market.database_url)
    rows = await db.fetch("SELECT title_zh, title_en FROM offer WHERE state = 'on_sale'")
    await db.close()
    return [asked_words(title) for row in rows for title in row if title]


def _found_often(titles: list[list[str]], count: int) -> list[str]:
    """So many queries of two and three words in any order, none twice, of which each finds a page of goods at least."""
    together: Counter[tuple[str, ...]] = Counter()
    for words in titles:
        for some in (2, 3):
            together.update(itertools.combinations(dict.fromkeys(words), some))
    often = sorted(
        " ".join(turned)
        for words, found in together.items()
        if found >= PAGE_OFFERS
        for turned in itertools.permutations(words)
    )
    return random.Random(count).sample(often, count)


def _found_seldom(titles: list[list[str]], count: int) -> list[str]:
    """So many queries of two words that stand side by side in a few titles: they are corrected, loosened and looked for by meaning."""
    together: Counter[str] = Counter()
    for words in titles:
        together.update(set(map(" ".join, itertools.pairwise(words))))
    seldom = sorted(words for words, found in together.items() if found < FEW)
    return random.Random(count).sample(seldom, count)


async def _nothing_asked(market: Market, clients: list[Client], calls: int, rounds: int) -> float:
    """CPU of the web processes for an answer that asks nobody: what HTTP and our entrance take alone."""
    measured = []
    await _ask(clients, [NOTHING_ASKED] * WARM_PAGES)
    for _ in range(rounds):
        before = market.cpu_seconds()["web"]
        await _ask(clients, [NOTHING_ASKED] * calls)
        measured.append((market.cpu_seconds()["web"] - before) * 1000 / calls)
    return round(statistics.median(measured), 3)


async def _measure(
    market: Market, clients: list[Client], asks: list[FindOffers], warm: int, rounds: int
) -> dict[str, Any]:
    rules = await _rules(market)
    await _ask(clients, [_path(ask) for ask in asks[:warm]])
    idle = await idle_cpu(market, seconds=2.0)
    measured = []
    each = (len(asks) - warm) // rounds
    for first in range(warm, len(asks), each):
        some = asks[first : first + each]
        before, begun = market.cpu_seconds(), time.perf_counter()
        await _ask(clients, [_path(ask) for ask in some])
        took, after = time.perf_counter() - begun, market.cpu_seconds()
        spent = {
            role: max(after[role] - before[role] - idle[role] * took, 0.0) * 1000 / len(some)
            for role in ("web", "postgres")
        }
        bare = _bare(market, some)
        measured.append(
            {
                "cpu_ms": sum(spent.values()),
                "web_cpu_ms": spent["web"],
                "postgres_cpu_ms": spent["postgres"],
                "engine_cpu_ms": _engine(market, some, rules),
                **bare,
                "aim_cpu_ms": AIM_TIMES * bare["bare_query_cpu_ms"] + AIM_MORE_MS,
            }
        )
    return {name: round(statistics.median(one[name] for one in measured), 3) for name in measured[0]}


async def _rules(market: Market) -> RuleBook:
    db = await asyncpg.connect(market.database_url)
    rules = await load_rules(db)
    await db.close()
    return rules


def _path(ask: FindOffers) -> str:
    asked = {name: value for name in ("q", *FILTERS) if (value := getattr(ask, name))}
    return f"/api/v1/search?{urlencode(asked, doseq=True)}"


async def _ask(clients: list[Client], paths: list[str]) -> None:
    left = iter(paths)

    async def ask(client: Client) -> None:
        for path in left:
            await client.get(path)

    await asyncio.gather(*(ask(client) for client in clients))


def _engine(market: Market, asks: Sequence[FindOffers], rules: RuleBook) -> float:
    """Our own engine for the same, its pages arranged as the market arranges them, without HTTP, goods and names around it."""
    index = OfferIndex(market.home / "index")
    now = datetime.now(UTC)
    usual = Arrangement(
        of_one_shop=rules.at("search.of_one_shop", now).value,
        first_look_bp=rules.at("search.first_look", now).value,
        is_grouped=True,
    )
    hows = [msgspec.structs.replace(usual, seed=f"{now.date()}:{ask.q}") for ask in asks]
    for ask, how in zip(asks[:WARM_PAGES], hows, strict=False):
        look_for(index, ask, how)
    begun = time.process_time()
    for ask, how in zip(asks, hows, strict=True):
        look_for(index, ask, how)
    return (time.process_time() - begun) * 1000 / len(asks)


def _bare(market: Market, asks: Sequence[FindOffers]) -> dict[str, float]:
    """The library alone: its parser's query for the words, forty hits by weight; and with filters and the same counts."""
    folder = market.home / "index"
    index = tantivy.Index.open(str(folder / (folder / "current").read_text().strip()))
    searcher = index.searcher()
    fields = ["title", "options", "names", "details"]
    counts = {one: {"terms": {"field": one, "size": 60}} for one in fields_of(FACETS)}
    queries = [
        index.parse_query(f"+({_quoted(asked_words(ask.q))}) {_conditions(ask)}", fields) for ask in asks
    ]
    for query in queries[:WARM_PAGES]:
        searcher.search(query, 40, weight_by_field="weight")
    hits = counted = 0.0
    for query in queries:
        began = time.process_time()
        searcher.search(query, 40, weight_by_field="weight")
        hits += time.process_time() - began
        began = time.process_time()
        searcher.aggregate(query, counts)
        counted += time.process_time() - began
    return {
        "bare_query_cpu_ms": hits * 1000 / len(asks),
        "bare_query_and_counts_cpu_ms": (hits + counted) * 1000 / len(asks),
    }


def _quoted(words: Sequence[str]) -> str:
    """Words as the library's parser reads them, whatever signs they have."""
    return " ".join('"' + word.replace('"', "") + '"' for word in words)


def _conditions(ask: FindOffers) -> str:
    any_of = " ".join(f"province:{one}" for one in ask.province)
    return f"+({any_of})" if any_of else ""
