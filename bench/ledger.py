"""Transfers a second through the ledger and CPU of each, beside bare SQL in the same minute, among few and many entries."""

import asyncio
import multiprocessing
import random
import re
import resource
import statistics
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from bench.ground import Ground, empty_market
from bench.stored_entries import ACCOUNTS, store_entries
from huozhan.doors.hall import Hall
from huozhan.doors.settings import Settings
from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.ledger import BLOCK_ENTRIES_MAX, post, seal_chain, verify, write_entry
from huozhan.main import open_hall
from huozhan.supervisor.programs import find_programs

CLIENTS = (1, 32)
FEW = 2 * ACCOUNTS
WARM_SECONDS = 1.0
_HERE = Path(__file__).parent
_TPS = re.compile(r"tps = ([0-9.]+)")


class Spent(msgspec.Struct, frozen=True):
    """What one process of clients did."""

    transfers: int
    cpu_seconds: float
    seconds: float


def measure_ledger(*, seconds: int, rounds: int, stored: int) -> dict[str, Any]:
    """Every number of clients among 20,000 entries, and again among `stored` where there are to be more."""
    figures: dict[str, Any] = {
        "what": "transfers of one posting between two of 20,000 accounts that are checked, each in a transaction of its own",
        "bare_what": "the same rows by pgbench's prepared statements, one after another and as one pipeline",
        "seconds": seconds,
        "rounds": rounds,
    }
    for there in sorted({FEW, max(FEW, stored)}):
        with empty_market() as ground:
            begun = time.monotonic()
            asyncio.run(store_entries(ground.dsn, there))
            measured: dict[str, Any] = {"storing_seconds": round(time.monotonic() - begun)}
            for clients in CLIENTS:
                runs = [_round(ground, clients, seconds) for _ in range(rounds)]
                measured[f"clients_{clients}"] = {
                    key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]
                }
            measured |= asyncio.run(_seal_and_verify(ground, verified=there == FEW))
            measured["database_mib"] = asyncio.run(_size_mib(ground.dsn))
            figures[f"among_{there}"] = measured
    return figures


def _round(ground: Ground, clients: int, seconds: int) -> dict[str, float]:
    """Ours and the bare ones, one after another on the same server."""
    plain = _bare(ground, clients, seconds, "reference_transfer.sql")
    piped = _bare(ground, clients, seconds, "reference_transfer_piped.sql")
    ours = _ours(ground, clients, seconds)
    return {
        **ours,
        "bare_transfers_per_second": plain["rate"],
        "bare_cpu_ms": plain["cpu_ms"],
        "share_of_bare_limit": ours["transfers_per_second"] / plain["rate"],
        "bare_pipeline_transfers_per_second": piped["rate"],
        "bare_pipeline_cpu_ms": piped["cpu_ms"],
        "share_of_bare_pipeline": ours["transfers_per_second"] / piped["rate"],
    }


def _ours(ground: Ground, clients: int, seconds: int) -> dict[str, float]:
    processes = min(ground.settings.processes, clients)
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes + 1)
    with ProcessPoolExecutor(processes, context, _take_barrier, (start,)) as pool:
        promised = [
            pool.submit(_transfer, ground.settings, clients // processes, seconds) for _ in range(processes)
        ]
        start.wait()
        before = ground.postgres_cpu_seconds()
        spent = [one.result() for one in promised]
        postgres = ground.postgres_cpu_seconds() - before
    transfers = sum(one.transfers for one in spent)
    client_cpu = sum(one.cpu_seconds for one in spent)
    return {
        "transfers_per_second": transfers / max(one.seconds for one in spent),
        "cpu_ms_per_transfer": (client_cpu + postgres) * 1000 / transfers,
        "client_cpu_ms": client_cpu * 1000 / transfers,
        "postgres_cpu_ms": postgres * 1000 / transfers,
    }


_start: Any = None


def _take_barrier(start: Any) -> None:
    global _start  # noqa: PLW0603 -- a process of a pool gets it no other way
    _start = start


def _transfer(settings: Settings, clients: int, seconds: float) -> Spent:
    """One process of clients, each with a connection of its own."""
    return asyncio.run(_transfer_for(settings, clients, seconds))


async def _transfer_for(settings: Settings, clients: int, seconds: float) -> Spent:
    async with open_hall(settings) as hall:
        hall.pool = await database.open_pool(settings.database_url, size_min=clients, size_max=clients)
        await _play(hall, clients, WARM_SECONDS)
        await asyncio.to_thread(_start.wait)
        cpu, begun = time.process_time(), time.perf_counter()
        transfers = await _play(hall, clients, seconds)
        spent = Spent(transfers, time.process_time() - cpu, time.perf_counter() - begun)
        await hall.pool.close()
    return spent


async def _play(hall: Hall, clients: int, seconds: float) -> int:
    until = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(_client(hall, until) for _ in range(clients))))


async def _client(hall: Hall, until: float) -> int:
    actor, chance, done = system("bench"), random.Random(), 0
    while time.perf_counter() < until:
        async with hall.working(actor) as work:
            order, refund = chance.randint(1, ACCOUNTS), chance.randint(1, ACCOUNTS)
            entry = write_entry(
                "E7a",
                business_key=f"E7a:{work.new_id()}",
                about_id=order,
                owners={202: order, 206: refund},
                amounts={"buyer": 1},
            )
            await post(work, [entry])
        done += 1
    return done


def _bare(ground: Ground, clients: int, seconds: int, script: str) -> dict[str, float]:
    asyncio.run(_execute(ground.dsn, (_HERE / "reference_ledger.sql").read_text()))
    before, client_before = ground.postgres_cpu_seconds(), _children_seconds()
    said = subprocess.run(
        [
            find_programs()["pgbench"], "--no-vacuum", "--protocol=prepared", f"--client={clients}",
            f"--jobs={min(2, clients)}", f"--time={seconds}", f"--file={_HERE / script}", ground.dsn,
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = _TPS.search(said.stdout)
    assert found, said.stdout
    cpu = ground.postgres_cpu_seconds() - before + _children_seconds() - client_before
    return {"rate": float(found[1]), "cpu_ms": cpu * 1000 / (float(found[1]) * seconds)}


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _execute(dsn: str, sql: str) -> None:
    db = await asyncpg.connect(dsn)
    await db.execute(sql)
    await db.close()


async def _seal_and_verify(ground: Ground, *, verified: bool) -> dict[str, Any]:
    """What the worker's sealing of the transfers costs, and whether the book agrees with itself afterwards."""
    async with open_hall(ground.settings) as hall:
        sealed, spent, postgres = 0, time.process_time(), ground.postgres_cpu_seconds()
        more = BLOCK_ENTRIES_MAX
        while more == BLOCK_ENTRIES_MAX:
            async with hall.working(system("sealer")) as work:
                more = await seal_chain(work)
            sealed += more
        figures: dict[str, Any] = {
            "transfers": sealed,
            "sealing_worker_cpu_ms": round((time.process_time() - spent) * 1000 / sealed, 4),
            "sealing_postgres_cpu_ms": round((ground.postgres_cpu_seconds() - postgres) * 1000 / sealed, 4),
        }
        if verified:
            async with hall.working(system("bench")) as work:
                figures["verify_findings"] = [finding.code for finding in await verify(work)]
            assert not figures["verify_findings"], figures
    return figures


async def _size_mib(dsn: str) -> int:
    db = await asyncpg.connect(dsn)
    size = int(await db.fetchval("SELECT pg_database_size(current_database())")) >> 20
    await db.close()
    return size
