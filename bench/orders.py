"""A cart of three SKUs, quoted, placed and paid, over HTTP: what one order costs every process."""

import asyncio
import random
import statistics
import time
import uuid
from typing import Any

import asyncpg

from bench.buyers import Buyer, make_buyers
from bench.limit import bare_orders_per_second, prepare_limit
from bench.outside import OutsideParties
from bench.process import Market

CLIENTS = 8
WARM_ORDERS = 150
LIMIT_SECONDS = 5
PATIENCE_SECONDS = 60
OURS = ("web", "worker", "postgres")


async def measure_orders(market: Market, *, orders: int, rounds: int) -> dict[str, Any]:
    """The cost of a placed-and-paid order: median of `rounds` rounds of `orders` orders each."""
    buyers = await make_buyers(market.url, CLIENTS)
    carts = await _carts(market)
    payer = OutsideParties(market.home)
    await prepare_limit(market)
    await _play(market, buyers, carts, payer, WARM_ORDERS)
    measured = [await _round(market, buyers, carts, payer, orders) for _ in range(rounds)]
    return {
        "what": "cart of 3 SKUs, quote, place, pay, until the money is in escrow",
        "clients": CLIENTS,
        "orders": orders,
        "rounds": rounds,
        **{key: round(statistics.median(r[key] for r in measured), 3) for key in measured[0]},
    }


async def _round(
    market: Market, buyers: list[Buyer], carts: list[list[Any]], payer: OutsideParties, orders: int
) -> dict[str, float]:
    limit = await asyncio.to_thread(bare_orders_per_second, market, clients=CLIENTS, seconds=LIMIT_SECONDS)
    before, begun, calls = market.cpu_seconds(), time.perf_counter(), sum(b.client.calls for b in buyers)
    await _play(market, buyers, carts, payer, orders)
    took = time.perf_counter() - begun
    after = market.cpu_seconds()
    spent = {role: (after.get(role, 0.0) - seconds) * 1000 / orders for role, seconds in before.items()}
    return {
        "cpu_ms_per_order": sum(spent[role] for role in OURS),
        **{f"{role}_cpu_ms": spent[role] for role in (*OURS, "outside")},
        "calls_per_order": (sum(b.client.calls for b in buyers) - calls) / orders,
        "orders_per_second": orders / took,
        "bare_sql_orders_per_second": limit,
        "share_of_bare_limit": orders / took / limit,
    }


async def _play(
    market: Market, buyers: list[Buyer], carts: list[list[Any]], payer: OutsideParties, orders: int
) -> None:
    left = iter(range(orders))
    payments: asyncio.Queue[str | None] = asyncio.Queue()
    db = await asyncpg.connect(market.database_url)
    paid_before = await _paid(db)

    async def buy(buyer: Buyer) -> None:
        for _ in left:
            await payments.put(await _order(buyer, random.choice(carts)))

    paying = asyncio.create_task(_pay_as_they_open(db, payments, payer))
    await asyncio.gather(*(buy(buyer) for buyer in buyers))
    await payments.put(None)
    await paying
    deadline = time.monotonic() + PATIENCE_SECONDS
    while await _paid(db) - paid_before < orders:
        assert time.monotonic() < deadline, "not all orders were paid"
        await asyncio.sleep(0.05)
    await db.close()


async def _pay_as_they_open(
    db: asyncpg.Connection, payments: asyncio.Queue[str | None], payer: OutsideParties
) -> None:
    """Pays each payment once the channel knows it."""
    waiting: list[str] = []
    more = True
    while more or waiting:
        while more and (not payments.empty() or not waiting):
            payment = await payments.get()
            more = payment is not None
            if payment:
                waiting.append(payment)
            if not waiting:
                break
        rows = await db.fetch(
            "SELECT payment_id::text AS id FROM payment WHERE payment_id = ANY ($1::bigint[]) AND state <> 'opening'",
            [int(payment) for payment in waiting],
        )
        open_now = {row["id"] for row in rows}
        for payment in open_now:
            await payer.pay(payment)
        waiting = [payment for payment in waiting if payment not in open_now]
        if waiting:
            await asyncio.sleep(0.02)


async def _order(buyer: Buyer, lines: list[Any]) -> str:
    """One purchase as a client makes it; returns the payment's id."""
    client = buyer.client
    await client.ask("POST", "/api/v1/cart", {"lines": lines})
    asked = {"address_id": buyer.address_id, "lines": lines}
    quoted = await client.ask("POST", "/api/v1/quote", asked)
    placed = await client.ask(
        "POST",
        "/api/v1/orders",
        {**asked, "quote_hash": quoted["quote_hash"], "from_cart": True},
        key=uuid.uuid4().hex,
    )
    ids = [order["order_id"] for order in placed["orders"]]
    paying = await client.ask("POST", "/api/v1/payments", {"order_ids": ids}, key=uuid.uuid4().hex)
    return str(paying["payment_id"])


async def _carts(market: Market) -> list[list[Any]]:
    """Carts of three SKUs of one offer that is well stocked."""
    db = await asyncpg.connect(market.database_url)
    rows = await db.fetch(
        "SELECT array_agg(s.sku_id ORDER BY s.sku_id) AS skus, max(o.moq) AS moq, max(o.lot) AS lot"
        "  FROM sku s JOIN offer o USING (offer_id) GROUP BY offer_id HAVING count(*) >= 3 ORDER BY offer_id LIMIT 200"
    )
    await db.execute("UPDATE stock SET on_hand = 1000000000 WHERE stripe = 0")
    await db.close()
    return [
        [
            {"sku_id": str(sku), "quantity": -(-max(row["moq"], 1) // row["lot"]) * row["lot"]}
            for sku in row["skus"][:3]
        ]
        for row in rows
    ]


async def _paid(db: asyncpg.Connection) -> int:
    return int(await db.fetchval("SELECT count(*) FROM payment WHERE state = 'paid'"))
