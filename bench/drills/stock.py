"""Ten thousand attempts on a hundred units of one SKU over HTTP: exactly a hundred are sold."""

import asyncio
import time
from collections import Counter
from typing import Any

from bench.drills.patient import DrillFailed
from bench.drills.reckoning import verify_findings
from bench.http import Client, Refused
from bench.little_market import LittleBuyer, books_of, open_little_market
from bench.process import Market, market

BUYERS = 10
CONNECTIONS = 200
BUSY_PAUSE_SECONDS = 0.05
BUSY_STATUS = 503


def stock_drill(*, attempts: int, units: int) -> dict[str, Any]:
    """Lets a crowd loose on a few units and tells what was sold; raises where it is not exactly what there was."""
    with market(environment={"HUOZHAN_API_CALLS_PER_MINUTE": "1000000"}, empty=True) as served:
        figures = asyncio.run(_crowd(served, attempts, units))
        found = verify_findings(served, {})
    if found:
        raise DrillFailed("\n".join(found))
    return figures


async def _crowd(served: Market, attempts: int, units: int) -> dict[str, Any]:
    little = await open_little_market(served, buyers=BUYERS, stock=units)
    sku_id = little.shops[0].sku_ids[0]
    tries = iter(range(attempts))
    said: Counter[str] = Counter()
    took: list[float] = []
    start = asyncio.Event()

    async def buy(buyer: LittleBuyer) -> None:
        client = Client(served.url, buyer.token)
        asked = {
            "address_id": buyer.address_id,
            "lines": [{"sku_id": str(sku_id), "quantity": 1}],
        }
        quoted = await client.ask("POST", "/api/v1/quote", asked)
        placing = {**asked, "quote_hash": quoted["quote_hash"], "from_cart": False}
        await start.wait()
        for number in tries:
            begun = time.perf_counter()
            said[await _place(client, placing, f"try-{number}")] += 1
            took.append(time.perf_counter() - begun)
        await client.close()

    async with asyncio.TaskGroup() as group:
        for n in range(CONNECTIONS):
            group.create_task(buy(little.buyers[n % BUYERS]))
        start.set()
    async with books_of(served) as db:
        orders = await db.fetchval("SELECT count(*) FROM order_line WHERE sku_id = $1", sku_id)
        reserved = await db.fetchval("SELECT sum(reserved) FROM stock WHERE sku_id = $1", sku_id)
    if not said["sold"] == orders == reserved == units:
        raise DrillFailed(f"{units} units: {dict(said)}, {orders} orders, {reserved} reserved")
    took.sort()
    return {
        "what": "concurrent attempts to order one unit of one SKU over HTTP",
        "attempts": attempts,
        "units": units,
        "connections": CONNECTIONS,
        "sold": said["sold"],
        "sold_over": 0,
        "sold_under": 0,
        "refused": {code: times for code, times in said.items() if code != "sold"},
        "verify_findings": 0,
        "answer_seconds": {
            "median": round(took[len(took) // 2], 3),
            "p99": round(took[len(took) * 99 // 100], 3),
        },
    }


async def _place(client: Client, placing: dict[str, Any], key: str) -> str:
    """One attempt, until it is answered with yes or no; what the answer was."""
    while True:
        try:
            await client.ask("POST", "/api/v1/orders", placing, key=key)
        except Refused as refused:
            if refused.status != BUSY_STATUS:
                return refused.code
            await asyncio.sleep(BUSY_PAUSE_SECONDS)
        else:
            return "sold"
