"""How soon a changed price is found: from the commit until every web process finds the offer at its new price."""

import asyncio
import time
from typing import Any

from bench.http import Client
from bench.pages import HTML, await_index
from bench.process import Market
from huozhan import catalogue
from huozhan.catalogue import EditPrices, Step
from huozhan.doors.hall import Hall
from huozhan.doors.market.accounts import DEMO_SUPPLIER
from huozhan.doors.market.people import open_person
from huozhan.kernel.actor import Actor
from huozhan.main import open_hall, read_settings

READERS = 8  # connections, so that every web process answers some
PAUSE_SECONDS = 0.01
PATIENCE_SECONDS = 20
FIRST_PRICE_E4 = 90_000_000  # above every price of the demo
STEP_E4 = 100


async def measure_freshness(market: Market, *, changes: int, load: int) -> dict[str, Any]:
    """Seconds from commit until found, without other changes and while so many others a second are made."""
    await await_index(market)
    async with open_hall(read_settings(home=market.home, database_url=market.database_url)) as hall:
        actor = (await open_person(hall, DEMO_SUPPLIER)).actor
        offer_ids = await _ladders_of(hall, actor)
        prices = iter(range(FIRST_PRICE_E4, 10**9, STEP_E4))
        watched, others = offer_ids[0], offer_ids[1:]
        alone = [
            await _seconds_until_found(market, hall, actor, watched, next(prices)) for _ in range(changes)
        ]
        async with asyncio.TaskGroup() as group:
            busy = group.create_task(_keep_changing(hall, actor, others, load))
            loaded = [
                await _seconds_until_found(market, hall, actor, watched, next(prices)) for _ in range(changes)
            ]
            busy.cancel()
    return {
        "what": "milliseconds from a price's commit until every web process finds it",
        "changes": changes,
        "readers": READERS,
        "alone": _spread(alone),
        f"beside_{load}_changes_a_second": _spread(loaded),
    }


async def _ladders_of(hall: Hall, actor: Actor) -> list[str]:
    """The shop's offers that have one ladder."""
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT offer_id FROM offer WHERE seller_id = $1 AND state = 'on_sale'"
            " AND quote_type IN ('fixed', 'offer_ladder') ORDER BY offer_id",
            actor.org_id,
        )
    return [str(row["offer_id"]) for row in rows]


async def _change(hall: Hall, actor: Actor, offer_id: str, price_e4: int) -> None:
    await hall.run(catalogue.edit_prices, EditPrices(offer_id=offer_id, ladder=(Step(1, price_e4),)), actor)


async def _seconds_until_found(
    market: Market, hall: Hall, actor: Actor, offer_id: str, price_e4: int
) -> float:
    clients = [Client(market.url) for _ in range(READERS)]
    amount = f"{price_e4 // 10_000}.{price_e4 % 10_000:04d}"
    path, sign = f"/search?price_from={amount}&price_to={amount}", offer_id.encode()

    async def until_found(client: Client) -> None:
        while sign not in await client.get(path, accept=HTML):  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(PAUSE_SECONDS)

    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(client.get("/health/live") for client in clients))
        await _change(hall, actor, offer_id, price_e4)
        committed = time.perf_counter()
        await asyncio.gather(*(until_found(client) for client in clients))
    took = time.perf_counter() - committed
    for client in clients:
        await client.close()
    return took


async def _keep_changing(hall: Hall, actor: Actor, offer_ids: list[str], a_second: int) -> None:
    """Changes one offer after the other, evenly, whether or not the ones before are done."""
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n in range(10**9):
            price_e4 = 1_000_000 + n * STEP_E4
            group.create_task(_change(hall, actor, offer_ids[n % len(offer_ids)], price_e4))
            await asyncio.sleep(max(begun + (n + 1) / a_second - time.perf_counter(), 0))


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
    }
