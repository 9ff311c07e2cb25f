"""What a search page and an offer page cost the web processes and the database, beside the engine's own time."""

import asyncio
import random
import statistics
import time
from typing import Any
from urllib.parse import quote

import asyncpg

from bench.http import Client
from bench.process import Market
from huozhan.search import OfferIndex
from huozhan.search.index import Asked, Filters
from huozhan.search.segmenting import asked_words

WORDS = (
    "T恤",
    "保温杯",
    "收纳盒",
    "纯棉 短袖",
    "mug",
    "cotton bag",
    "打印机 墨盒",
    "红色",
    "雨伞",
    "gift box",
)
CLIENTS = 4
WARM_PAGES = 40
HTML = "text/html"


async def measure_search(market: Market, *, pages: int, rounds: int) -> dict[str, Any]:
    """CPU of a search page over HTTP, and of the engine alone for the same questions."""
    paths = [f"/search?q={quote(word)}" for word in WORDS]
    figures = await _measure(market, paths, pages=pages, rounds=rounds)
    engine = _engine_ms(market, rounds * len(WORDS) * 5)
    return {"what": "search page with 40 cards and facets", **figures, "engine_cpu_ms": engine,
            "cpu_ms_beyond_engine": round(figures["cpu_ms_per_page"] - engine, 3)}  # fmt: skip


async def measure_offer_page(market: Market, *, pages: int, rounds: int) -> dict[str, Any]:
    """CPU of an offer page over HTTP."""
    db = await asyncpg.connect(market.database_url)
    rows = await db.fetch("SELECT offer_id FROM offer WHERE state = 'on_sale' ORDER BY offer_id LIMIT 400")
    await db.close()
    paths = [f"/offers/{row['offer_id']}" for row in rows]
    return {"what": "offer page", **await _measure(market, paths, pages=pages, rounds=rounds)}


async def _measure(market: Market, paths: list[str], *, pages: int, rounds: int) -> dict[str, Any]:
    clients = [Client(market.url) for _ in range(CLIENTS)]
    await _read(clients, paths, WARM_PAGES)
    idle = await _idle(market, seconds=2.0)
    measured = []
    for _ in range(rounds):
        before, begun = market.cpu_seconds(), time.perf_counter()
        read = sum(client.bytes_read for client in clients)
        await _read(clients, paths, pages)
        took, after = time.perf_counter() - begun, market.cpu_seconds()
        spent = {
            role: max(after[role] - before[role] - idle[role] * took, 0.0) * 1000 / pages
            for role in ("web", "postgres")
        }
        measured.append(
            {
                "cpu_ms_per_page": sum(spent.values()),
                "web_cpu_ms": spent["web"],
                "postgres_cpu_ms": spent["postgres"],
                "pages_per_second": pages / took,
                "kib_per_page": (sum(client.bytes_read for client in clients) - read) / pages / 1024,
            }
        )
    return {
        "clients": CLIENTS, "pages": pages, "rounds": rounds,
        **{key: round(statistics.median(m[key] for m in measured), 3) for key in measured[0]},
    }  # fmt: skip


async def _idle(market: Market, *, seconds: float) -> dict[str, float]:
    """CPU seconds a second that each role spends on its own rounds."""
    before = market.cpu_seconds()
    await asyncio.sleep(seconds)
    after = market.cpu_seconds()
    return {role: (after.get(role, spent) - spent) / seconds for role, spent in before.items()}


async def _read(clients: list[Client], paths: list[str], pages: int) -> None:
    left = iter(range(pages))

    async def read(client: Client) -> None:
        for _ in left:
            await client.get(random.choice(paths), accept=HTML)

    await asyncio.gather(*(read(client) for client in clients))


def _engine_ms(market: Market, questions: int) -> float:
    """CPU of the engine alone: hits, order and facets, without a page around them."""
    index = OfferIndex(market.home / "index")
    asked = [Asked(words=asked_words(word), code=word) for word in WORDS]
    index.search(asked[0], Filters(), sort="best", offset=0, limit=40)
    begun = time.process_time()
    for n in range(questions):
        index.search(asked[n % len(asked)], Filters(), sort="best", offset=0, limit=40)
    return round((time.process_time() - begun) * 1000 / questions, 3)
