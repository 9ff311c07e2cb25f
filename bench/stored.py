"""Fills a market with finished orders, so that the next order can be measured among many.

A handful of orders is traded to its end through the use cases; their rows are then multiplied, shifted in id and time,
with everything that belongs to them: lines, moves, payments, parcels, entries, postings, claims, balances and notices.
The new entries are sealed into the chain like any others, so `huozhan verify` proves the result. Idempotency keys are
not multiplied: a market forgets them after four days.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from bench.drills.reckoning import verify_findings
from bench.orders import measure_orders
from bench.process import Market
from huozhan import fulfilment
from huozhan.fulfilment.asks import ConfirmReceipt, ParcelAsk, Ship
from huozhan.kernel.actor import Actor, ActorKind
from huozhan.ledger.entry import SealedEntry, block_hash
from huozhan.ledger.sealing import BLOCK_ENTRIES_MAX
from huozhan.main import open_hall, read_settings

FEW = 1_000
ORIGINALS = 20
STEP_SECONDS = 17
STEP = STEP_SECONDS * 1000 << 22
"""How far apart, in ids, two copies of one order lie: so many seconds."""
COPIES_PER_CHUNK = 500
QUIET_SECONDS = 0.2

_ORDERS = "order_id IN (SELECT order_id FROM like_order)"
_PAYMENTS = "payment_id IN (SELECT payment_id FROM like_order)"
_ENTRIES = "entry_id IN (SELECT entry_id FROM like_entry)"
_NOTICES = "EXISTS (SELECT FROM like_order o WHERE link LIKE '%' || o.order_id)"
_TABLES = {
    "trade_order": _ORDERS,
    "order_line": _ORDERS,
    "order_move": _ORDERS,
    "order_payment": _ORDERS,
    "payment": _PAYMENTS,
    "payment_part": _PAYMENTS,
    "payment_move": _PAYMENTS,
    "channel_txn_claim": _PAYMENTS,
    "parcel": _ORDERS,
    "parcel_line": _ORDERS,
    "ledger_entry": _ENTRIES,
    "ledger_posting": _ENTRIES,
    "ledger_claim": _ENTRIES,
    "ledger_balance": "code = 202 AND owner_id IN (SELECT order_id FROM like_order)",
    "notice": _NOTICES,
}
_OWN_IDS = {"order_id", "payment_id", "move_id", "parcel_id", "entry_id", "notice_id", "about_id"}
_OWNERS = {"debit_owner": "debit_code", "credit_owner": "credit_code", "owner_id": "code"}
_TEXTS = {"business_key", "channel_txn", "number", "link"}


def measure_among_stored(market: Market, *, stored: int, orders: int, rounds: int) -> dict[str, Any]:
    """What an order costs among 1,000 stored ones and among `stored`."""
    asyncio.run(measure_orders(market, orders=ORIGINALS, rounds=1))
    asyncio.run(trade_to_the_end(market, ORIGINALS))
    among = {}
    for total in (FEW, stored):
        begun = time.monotonic()
        there = asyncio.run(store_orders(market, total))
        seconds = round(time.monotonic() - begun)
        measured = asyncio.run(measure_orders(market, orders=orders, rounds=rounds))
        among[f"among_{total}"] = {"stored": there, "storing_seconds": seconds, **measured}
    few, many = (among[f"among_{total}"]["cpu_ms_per_order"] for total in (FEW, stored))
    return {
        "what": "CPU of web, worker and PostgreSQL per placed-and-paid order, among few and among many stored orders",
        "cpu_ratio": round(many / few, 3),
        "verify_findings": verify_findings(market, {}),
        **among,
    }


class Template(msgspec.Struct, frozen=True):
    """One statement per table that writes the copies numbered $1 to $2."""

    statements: Sequence[str]
    orders: int


async def trade_to_the_end(market: Market, orders: int) -> None:
    """Ships and confirms so many paid orders, as their seller and their buyer."""
    async with open_hall(read_settings(home=market.home, database_url=market.database_url)) as hall:
        async with hall.pool.acquire() as db:
            rows = await db.fetch(
                "SELECT order_id::text, buyer_id, seller_id FROM trade_order WHERE state = 'wait_send' LIMIT $1",
                orders,
            )
        for row in rows:
            seller, buyer = _hand(row["seller_id"], "sale.ship"), _hand(row["buyer_id"], "order.confirm")
            parcels = (ParcelAsk(kind="own_delivery"),)
            await hall.run(fulfilment.ship, Ship(order_id=row["order_id"], parcels=parcels), seller)
            await hall.run(fulfilment.confirm_receipt, ConfirmReceipt(order_id=row["order_id"]), buyer)


async def store_orders(market: Market, total: int) -> int:
    """Multiplies the finished orders until there are `total`; returns how many there are."""
    db = await asyncpg.connect(market.database_url)
    try:
        await _await_quiet(db)
        stored = await db.fetchval("SELECT count(*) FROM trade_order")
        if total <= stored:
            return int(stored)
        # Copies are what the originals are: constraints between rows are proved by `verify`, not row by row.
        await db.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        template = await _template(db)
        copies = -(-(total - stored) // template.orders)
        first = 1 + await db.fetchval("SELECT coalesce(max(copies), 0) FROM copying.done")
        for begin in range(first, first + copies, COPIES_PER_CHUNK):
            await _write(db, template, begin, min(begin + COPIES_PER_CHUNK, first + copies) - 1)
        await db.execute("INSERT INTO copying.done VALUES ($1)", first + copies - 1)
        await db.execute("VACUUM (ANALYZE)")
        return int(await db.fetchval("SELECT count(*) FROM trade_order"))
    finally:
        await db.close()


async def _template(db: asyncpg.Connection) -> Template:
    await db.execute(
        "CREATE SCHEMA IF NOT EXISTS copying; CREATE TABLE IF NOT EXISTS copying.done (copies int);"
        "CREATE TABLE IF NOT EXISTS copying.originals AS SELECT order_id, payment_id FROM trade_order WHERE state = 'success';"
        "CREATE TEMP TABLE like_order AS SELECT * FROM copying.originals;"
        "CREATE TEMP TABLE like_entry AS SELECT entry_id, about_id AS order_id, payment_id"
        " FROM ledger_entry e JOIN like_order o ON o.order_id = e.about_id"
    )
    statements = []
    for table, where in _TABLES.items():
        await db.execute(f"CREATE TEMP TABLE like_{table} AS SELECT * FROM {table} WHERE {where}")
        columns = await db.fetch(
            "SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute"
            " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            table,
        )
        names = ", ".join(column["name"] for column in columns)
        values = ", ".join(_copied(column["name"], column["type"]) for column in columns)
        statements.append(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM like_{table} t, generate_series($1::int, $2::int) AS n"
        )
    orders = await db.fetchval("SELECT count(*) FROM like_order")
    assert orders, "there is no finished order to multiply"
    return Template(statements, orders)


def _copied(name: str, type_: str) -> str:
    if name in _OWN_IDS:
        return f"t.{name} - n * {STEP}::bigint"
    if name in _OWNERS:
        return f"CASE WHEN t.{_OWNERS[name]} = 202 THEN t.{name} - n * {STEP}::bigint ELSE t.{name} END"
    if name in _TEXTS:
        return f"t.{name} || '-' || n"
    if type_ == "timestamp with time zone":
        return f"t.{name} - n * interval '{STEP_SECONDS} seconds'"
    return f"t.{name}"


async def _write(db: asyncpg.Connection, template: Template, begin: int, end: int) -> None:
    """Writes the copies from `begin` to `end` and seals their entries, in one transaction."""
    async with db.transaction():
        for statement in template.statements:
            await db.execute(statement, begin, end)
        await db.execute(_KEEP_BALANCES, end - begin + 1)
        last = await db.fetchrow("SELECT block_no, hash FROM ledger_block ORDER BY block_no DESC LIMIT 1")
        entries = [SealedEntry(**dict(row)) for row in await db.fetch(_COPIED_ENTRIES, begin, end, STEP)]
        block_no, previous = last["block_no"], last["hash"]
        blocks = []
        for at in range(0, len(entries), BLOCK_ENTRIES_MAX):
            sealed = entries[at : at + BLOCK_ENTRIES_MAX]
            block_no += 1
            hash_ = block_hash(previous, block_no, sealed)
            sealed_at = sealed[-1].happened_at
            blocks.append((block_no, previous, hash_, [entry.entry_id for entry in sealed], sealed_at))
            previous = hash_
        await db.copy_records_to_table("ledger_block", records=blocks)
        await db.execute(_KEEP_CHECKPOINTS, end - begin + 1, block_no)


_KEEP_BALANCES = """
UPDATE ledger_balance b SET posted_minor = b.posted_minor + $1::int * m.change FROM (
    SELECT code, owner_id, sum(change)::bigint AS change FROM (
        SELECT credit_code AS code, credit_owner AS owner_id, amount_minor AS change FROM like_ledger_posting
         UNION ALL SELECT debit_code, debit_owner, -amount_minor FROM like_ledger_posting) AS moved
     WHERE code IN (203, 204) GROUP BY 1, 2) AS m
 WHERE b.code = m.code AND b.owner_id = m.owner_id
"""

_KEEP_CHECKPOINTS = """
UPDATE ledger_checkpoint c SET posted_minor = c.posted_minor + $1::int * m.change, block_no = $2 FROM (
    SELECT code, owner_id, sum(change)::bigint AS change FROM (
        SELECT debit_code AS code, debit_owner AS owner_id, amount_minor AS change FROM like_ledger_posting
         UNION ALL SELECT credit_code, credit_owner, -amount_minor FROM like_ledger_posting) AS moved
     GROUP BY 1, 2) AS m
 WHERE c.code = m.code AND c.owner_id = m.owner_id
"""

_COPIED_ENTRIES = """
SELECT e.entry_id, e.code, e.business_key, e.about_id, e.happened_at, e.actor_kind, e.person_id, e.org_id, e.door, e.memo,
       array(SELECT ARRAY[p.line_no, p.debit_code, p.debit_owner, p.credit_code, p.credit_owner, p.amount_minor]
               FROM ledger_posting p WHERE p.entry_id = e.entry_id ORDER BY p.line_no) AS lines
  FROM like_ledger_entry t, generate_series($1::int, $2::int) AS n, ledger_entry e
 WHERE e.entry_id = t.entry_id - n * $3::bigint
"""


async def _await_quiet(db: asyncpg.Connection) -> None:
    """Nobody else may seal a block meanwhile, so nothing may wait to be sealed."""
    while await db.fetchval(  # noqa: ASYNC110 -- another process's doing
        "SELECT (SELECT count(*) FROM ledger_unsealed) + (SELECT count(*) FROM outbox)"
    ):
        await asyncio.sleep(QUIET_SECONDS)


def _hand(org_id: int, permission: str) -> Actor:
    return Actor(
        kind=ActorKind.person, person_id=1, org_id=org_id, permissions=frozenset({permission}), door="bench"
    )
