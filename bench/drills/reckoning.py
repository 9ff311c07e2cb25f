"""Compares what was acknowledged with the market's books and with the outside parties' own truth."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import asyncpg

from bench.drills.lives import Lives
from bench.drills.patient import DrillFailed
from bench.little_market import books_of
from bench.outside import OutsideParties
from bench.process import Market, own_environment

QUIET_SECONDS_MAX = 180
LOOK_SECONDS = 1.0
ENDS = {"received": ("success",), "refunded": ("closed", "terminated")}

_UNDONE = """
SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM job WHERE NOT is_dead)
     + (SELECT count(*) FROM ledger_unsealed)
     + (SELECT count(*) FROM payment_refund WHERE state = 'asked') + (SELECT count(*) FROM withdrawal WHERE state = 'asked')
"""


async def await_quiet(market: Market, jump: Callable[[], None]) -> None:
    """Waits until nothing is left to do, moving the clock past leases and patience."""
    deadline = time.monotonic() + QUIET_SECONDS_MAX
    async with books_of(market) as db:
        while undone := await db.fetchval(_UNDONE):
            if time.monotonic() > deadline:
                jobs = [
                    dict(row) for row in await db.fetch("SELECT kind, attempts, last_error FROM job LIMIT 5")
                ]
                raise DrillFailed(f"{undone} things were still undone after {QUIET_SECONDS_MAX} s: {jobs}")
            jump()
            await asyncio.sleep(LOOK_SECONDS)


async def reckon(
    market: Market, lives: Lives, outside: OutsideParties, environment: Mapping[str, str]
) -> list[str]:
    """Every difference there is; an empty list means that nothing was lost and nothing happened twice."""
    async with books_of(market) as db:
        found = await _orders(db, lives)
        found += await _charges(db, lives, await outside.truth("channel"))
        found += await _transfers(db, lives, await outside.truth("bank"))
        found += [f"a job lies on the shelf: {dict(row)}" for row in await db.fetch(
            "SELECT kind, attempts, last_error FROM job WHERE is_dead"
        )]  # fmt: skip
    return found + await asyncio.to_thread(verify_findings, market, environment)


async def _orders(db: asyncpg.Connection, lives: Lives) -> list[str]:
    rows = await db.fetch(
        "SELECT o.order_id::text AS id, o.state, o.paid_minor, o.refunded_minor, o.released_minor,"
        " o.goods_minor + o.freight_minor AS amount_minor,"
        " (SELECT count(*) FROM parcel p WHERE p.order_id = o.order_id) AS parcels,"
        " (SELECT count(*) FROM order_move m WHERE m.order_id = o.order_id AND m.state = 'success') AS receipts"
        " FROM trade_order o"
    )
    known = {row["id"]: row for row in rows}
    found = _apart("orders", lives.placed, known)
    for order_id in lives.placed.keys() & known.keys():
        row, stage = known[order_id], lives.placed[order_id]
        received = stage == "received"
        wanted = {
            "state": row["state"]
            if row["state"] in ENDS.get(stage, ())
            else "/".join(ENDS.get(stage, ("an end",))),
            "paid_minor": row["amount_minor"],
            "refunded_minor": 0 if received else row["amount_minor"],
            "released_minor": row["amount_minor"] if received else 0,
            "parcels": int(received),
            "receipts": int(received),
        }
        found += [
            f"order {order_id} ({stage}): {name} is {row[name]}, not {value}"
            for name, value in wanted.items()
            if row[name] != value
        ]
    return found


async def _charges(db: asyncpg.Connection, lives: Lives, truth: list[dict[str, Any]]) -> list[str]:
    paid = await db.fetch("SELECT payment_id::text AS id, state, amount_minor FROM payment")
    found = _apart("payments", lives.payments, {row["id"] for row in paid})
    found += [f"payment {row['id']} is {row['state']}" for row in paid if row["state"] != "paid"]
    found += _same("charges", truth, "charge", {row["id"]: (1, row["amount_minor"]) for row in paid})
    refunds = await db.fetch(
        "SELECT payment_id::text AS id, count(*) AS times, sum(channel_minor)::bigint AS amount_minor"
        " FROM payment_refund WHERE channel_minor > 0 GROUP BY payment_id"
    )
    return found + _same(
        "refunds", truth, "refund", {r["id"]: (r["times"], r["amount_minor"]) for r in refunds}
    )


async def _transfers(db: asyncpg.Connection, lives: Lives, truth: list[dict[str, Any]]) -> list[str]:
    rows = await db.fetch("SELECT org_id || '-' || withdrawal_id AS ref, state, amount_minor FROM withdrawal")
    booked = {row["ref"]: row["amount_minor"] for row in rows}
    found = [f"withdrawal {row['ref']} is {row['state']}" for row in rows if row["state"] != "done"]
    found += _apart("withdrawals", lives.withdrawals.items(), booked.items())
    wanted = {ref: (1, amount_minor) for ref, amount_minor in booked.items()}
    return found + _same("transfers", truth, "transfer", wanted)


def _apart(what: str, acknowledged: Iterable[Any], known: Iterable[Any]) -> list[str]:
    said, kept = set(acknowledged), set(known)
    return [f"{what} acknowledged and lost: {one}" for one in said - kept] + [
        f"{what} that nobody was told of: {one}" for one in kept - said
    ]


def _same(
    what: str, truth: list[dict[str, Any]], kind: str, booked: Mapping[str, tuple[int, int]]
) -> list[str]:
    """What a party did, by reference, against what we booked: how many times and how much."""
    done = {row["reference"]: (row["count"], row["amount_minor"]) for row in truth if row["kind"] == kind}
    return [
        f"{what} of {ref}: outside (times, amount) {done.get(ref)}, in the books {booked.get(ref)}"
        for ref in sorted(done.keys() | booked.keys())
        if done.get(ref) != booked.get(ref)
    ]


def verify_findings(market: Market, environment: Mapping[str, str]) -> list[str]:
    """What `huozhan verify` finds while the market is served."""
    said = subprocess.run(
        [sys.executable, "-m", "huozhan", "verify", "--json", "--home", str(market.home)],
        env=own_environment(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode == 0:
        return []
    try:
        return [f"verify: {finding}" for finding in json.loads(said.stdout)["findings"]]
    except ValueError:
        return [f"verify failed: {said.stderr[-1_000:]}"]
