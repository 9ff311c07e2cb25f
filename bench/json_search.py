"""What a search costs that is asked and answered in JSON, beside the bare query of the library for the same words in the same run."""

import asyncio
import statistics
import time
from typing import Any
from urllib.parse import urlencode

import tantivy

from bench.http import Client
from bench.pages import CLIENTS, WARM_PAGES, WORDS, await_index, idle_cpu
from bench.process import Market
from huozhan.search import OfferIndex
from huozhan.search.filters import fields_of
from huozhan.search.finding import FACETS, FindOffers, look_for
from huozhan.search.segmenting import asked_words

FILTERS = {"province": ["330000", "440000", "350000"], "moq_to": 100, "price_to_e4": 100_000_000}
AIM_TIMES, AIM_MORE_MS = 1.3, 1.5
ENVIRONMENT = {"HUOZHAN_API_CALLS_PER_MINUTE": "1000000000"}
"""For the market that is measured: one caller asks more than any may."""


async def measure_json_search(market: Market, *, searches: int, rounds: int) -> dict[str, Any]:
    """CPU of web processes and database for a JSON search, of our engine and of the bare query; with and without filters."""
    await await_index(market)
    return {
        "what": "one search over HTTP in JSON, 40 offers with their facets, all processes warm, beside the library's bare query",
        "searches": searches,
        "rounds": rounds,
        "words_alone": await _measure(market, {}, searches, rounds),
        "words_and_three_filters": await _measure(market, FILTERS, searches, rounds),
    }


async def _measure(market: Market, filters: dict[str, Any], searches: int, rounds: int) -> dict[str, Any]:
    asks = [FindOffers(q=word, **filters) for word in WORDS]
    paths = [f"/api/v1/search?{urlencode({'q': word, **filters}, doseq=True)}" for word in WORDS]
    clients = [Client(market.url) for _ in range(CLIENTS)]
    await _ask(clients, paths, max(WARM_PAGES, 10 * len(paths)))
    idle = await idle_cpu(market, seconds=2.0)
    measured = []
    for _ in range(rounds):
        before, begun = market.cpu_seconds(), time.perf_counter()
        await _ask(clients, paths, searches)
        took, after = time.perf_counter() - begun, market.cpu_seconds()
        spent = {
            role: max(after[role] - before[role] - idle[role] * took, 0.0) * 1000 / searches
            for role in ("web", "postgres")
        }
        bare = _bare(market, asks, searches)
        measured.append(
            {
                "cpu_ms": sum(spent.values()),
                "web_cpu_ms": spent["web"],
                "postgres_cpu_ms": spent["postgres"],
                "engine_cpu_ms": _engine(market, asks, searches),
                **bare,
                "aim_cpu_ms": AIM_TIMES * bare["bare_query_cpu_ms"] + AIM_MORE_MS,
            }
        )
    for client in clients:
        await client.close()
    return {name: round(statistics.median(one[name] for one in measured), 3) for name in measured[0]}


async def _ask(clients: list[Client], paths: list[str], searches: int) -> None:
    left = iter(range(searches))

    async def ask(client: Client) -> None:
        for n in left:
            await client.get(paths[n % len(paths)])

    await asyncio.gather(*(ask(client) for client in clients))


def _engine(market: Market, asks: list[FindOffers], questions: int) -> float:
    """Our own engine for the same, without HTTP, goods and names around it."""
    index = OfferIndex(market.home / "index")
    for ask in asks:
        look_for(index, ask)
    begun = time.process_time()
    for n in range(questions):
        look_for(index, asks[n % len(asks)])
    return (time.process_time() - begun) * 1000 / questions


def _bare(market: Market, asks: list[FindOffers], questions: int) -> dict[str, float]:
    """The library alone: its parser's query for the words, forty hits by weight; and with filters and the same counts."""
    folder = market.home / "index"
    index = tantivy.Index.open(str(folder / (folder / "current").read_text().strip()))
    searcher = index.searcher()
    fields = ["title", "options", "names", "details"]
    counts = {one: {"terms": {"field": one, "size": 60}} for one in fields_of(FACETS)}
    queries = [
        index.parse_query(f"+({' '.join(asked_words(ask.q))}) {_conditions(ask)}", fields) for ask in asks
    ]
    hits = counted = 0.0
    for n in range(questions):
        query = queries[n % len(queries)]
        began = time.process_time()
        searcher.search(query, 40, weight_by_field="weight")
        hits += time.process_time() - began
        began = time.process_time()
        searcher.aggregate(query, counts)
        counted += time.process_time() - began
    return {
        "bare_query_cpu_ms": hits * 1000 / questions,
        "bare_query_and_counts_cpu_ms": (hits + counted) * 1000 / questions,
    }


def _conditions(ask: FindOffers) -> str:
    any_of = " ".join(f"province:{one}" for one in ask.province)
    return f"+({any_of})" if any_of else ""
