"""What a search page and an offer page cost the web processes and the database, beside the engine's own time and beside
a bare look-up of the same size by the same driver on the same server."""

import asyncio
import random
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from bench.http import Client
from bench.process import Market
from huozhan.catalogue.store.goods import STOCK
from huozhan.search import OfferIndex
from huozhan.search.index import Filters
from huozhan.search.segmenting import asked_words
from huozhan.search.wording import Asked

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
NEVER_SEEN_PAGES = 40
BARE_LOOKUPS = 2_000
INDEX_SECONDS_MAX = 120
HTML = "text/html"
_HERE = Path(__file__).parent
_BARE = """
SELECT g.id, g.title, g.about, g.price, g.facts,
       (SELECT json_agg(json_build_array(v.no, v.name, v.stock) ORDER BY v.no) FROM bare.variant v WHERE v.goods_id = g.id)
  FROM bare.goods g WHERE g.id = $1
"""


async def measure_search(market: Market, *, pages: int, rounds: int) -> dict[str, Any]:
    """CPU of a search page over HTTP, and of the engine alone for the same questions."""
    await await_index(market)
    never_seen = await _never_seen_ms(market)
    paths = [f"/search?q={quote(word)}" for word in WORDS]
    figures = await _measure(market, paths, pages=pages, rounds=rounds)
    engine = _engine_ms(market, rounds * len(WORDS) * 5)
    return {"what": "search page with 40 cards and facets", **figures, "engine_cpu_ms": engine,
            "cpu_ms_beyond_engine": round(figures["cpu_ms_per_page"] - engine, 3),
            "cpu_ms_of_cards_never_seen": never_seen}  # fmt: skip


async def measure_offer_page(market: Market, *, pages: int, rounds: int) -> dict[str, Any]:
    """CPU of an offer page over HTTP."""
    db = await asyncpg.connect(market.database_url)
    rows = await db.fetch(
        "SELECT offer_id FROM offer WHERE state = 'on_sale' ORDER BY hashint8(offer_id) LIMIT 400"
    )
    await db.close()
    await await_index(market)
    paths = [f"/offers/{row['offer_id']}" for row in rows]
    return {"what": "offer page", **await _measure(market, paths, pages=pages, rounds=rounds)}


async def await_index(market: Market) -> None:
    """Waits until every offer that can be bought can be found and the worker has nothing more to index."""
    index = OfferIndex(market.home / "index")
    db = await asyncpg.connect(market.database_url)
    deadline = time.monotonic() + INDEX_SECONDS_MAX
    while True:
        waiting = await db.fetchval(
            "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM search_feed)"
        )
        on_sale = await db.fetchval(
            f"SELECT count(*) FROM offer o LEFT JOIN shop h USING (seller_id) {STOCK} WHERE o.state = 'on_sale' AND s.can_be_had"
        )
        if not waiting and index.count() == on_sale:
            break
        assert time.monotonic() < deadline, f"{index.count()} of {on_sale} offers indexed, {waiting} waiting"
        await asyncio.sleep(0.2)
    await db.close()


async def _never_seen_ms(market: Market) -> float:
    """CPU of a result page whose cards no process has shown before."""
    client = Client(market.url)
    for word in WORDS:
        await client.get(f"/search?q={quote(word)}&sort=newest", accept=HTML)
    before = market.cpu_seconds()
    for number in range(1, NEVER_SEEN_PAGES + 1):
        await client.get(f"/search?sort=newest&page={number}", accept=HTML)
    after = market.cpu_seconds()
    await client.close()
    spent = sum(after[role] - before[role] for role in ("web", "postgres"))
    return round(spent * 1000 / NEVER_SEEN_PAGES, 3)


async def _bare_ms(market: Market) -> float:
    """CPU of the driver and the server for a bare look-up."""
    db = await asyncpg.connect(market.database_url)
    await db.execute("DROP SCHEMA IF EXISTS bare CASCADE")
    await db.execute((_HERE / "reference_page.sql").read_text())
    await db.fetchrow(_BARE, 1)
    server, own = market.cpu_seconds()["postgres"], time.process_time()
    for n in range(BARE_LOOKUPS):
        await db.fetchrow(_BARE, n % 1_000 + 1)
    spent = market.cpu_seconds()["postgres"] - server + time.process_time() - own
    await db.close()
    return round(spent * 1000 / BARE_LOOKUPS, 3)


async def _measure(market: Market, paths: list[str], *, pages: int, rounds: int) -> dict[str, Any]:
    clients = [Client(market.url) for _ in range(CLIENTS)]
    await _read(clients, paths, WARM_PAGES)
    idle = await idle_cpu(market, seconds=2.0)
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
        "bare_lookup_cpu_ms": await _bare_ms(market),
    }  # fmt: skip


async def idle_cpu(market: Market, *, seconds: float) -> dict[str, float]:
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
