"""Real invoices through the use cases in one process: lines and orders a second, and the CPU of an invoice."""

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from bench.limit import bare_orders_per_second, prepare_limit
from bench.process import Market
from huozhan.doors.logs import log_to_stderr
from huozhan.doors.market.replay import REPLAY_TERMS, hurried, replay
from huozhan.doors.market.replay_report import Replayed
from huozhan.doors.market.replay_trading import LANES
from huozhan.doors.settings import Settings
from huozhan.main import found_market, migrate, open_hall
from huozhan.supervisor import PostgresServer
from huozhan.supervisor.home import prepare_home

LIMIT_SECONDS = 5


class Spent(msgspec.Struct, frozen=True):
    """What was spent until a moment."""

    seconds: float
    market_cpu: float
    postgres_cpu: float


class Stopwatch:
    """Runs while invoices are played and rests while goods are published and received."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._last: Spent | None = None
        self.spent = Spent(0.0, 0.0, 0.0)

    def __call__(self, stage: str, _done: int, _total: int) -> None:
        """Hears of progress: what passed since the last word is counted if both were about invoices."""
        now = Spent(time.perf_counter(), _own_cpu(), self._market.cpu_seconds().get("postgres", 0.0))
        if stage == "invoices" and self._last is not None:
            sums = zip(msgspec.structs.astuple(self.spent), _since(now, self._last), strict=True)
            self.spent = Spent(*(before + more for before, more in sums))
        self._last = now if stage == "invoices" else None


def _since(now: Spent, last: Spent) -> list[float]:
    pairs = zip(msgspec.structs.astuple(now), msgspec.structs.astuple(last), strict=True)
    return [after - before for after, before in pairs]


def measure_replay(file: Path, invoices: int) -> dict[str, Any]:
    """Plays the first invoices of a file in a fresh home, beside the bare limit of the same server."""
    log_to_stderr("warning")
    with tempfile.TemporaryDirectory(prefix="huozhan-bench-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        prepare_home(home)
        first = _first_invoices(file, invoices, Path(folder) / "lines.parquet")
        with PostgresServer(home) as server:
            market = Market(home=home, url="", supervisor=os.getpid(), database_url=server.dsn)
            outcome, spent = asyncio.run(_play(market, first))
            asyncio.run(prepare_limit(market))
            limit = bare_orders_per_second(market, clients=LANES, seconds=LIMIT_SECONDS)
    assert outcome.is_exact, outcome.differences
    orders = outcome.invoices
    return {
        "what": "real invoices: quote, place, amend, pay, hear the channel, ship, confirm; the trading days only",
        "invoices": orders,
        "rows": outcome.rows_played,
        "lanes": LANES,
        "seconds": round(spent.seconds, 1),
        "rows_per_second": round(outcome.rows_played / spent.seconds, 1),
        "orders_per_second": round(orders / spent.seconds, 2),
        "cpu_ms_per_order": round(1000 * (spent.market_cpu + spent.postgres_cpu) / orders, 2),
        "market_cpu_ms": round(1000 * spent.market_cpu / orders, 2),
        "postgres_cpu_ms": round(1000 * spent.postgres_cpu / orders, 2),
        "bare_sql_orders_per_second": round(limit, 1),
        "share_of_bare_limit": round(orders / spent.seconds / limit, 3),
    }


async def _play(market: Market, file: Path) -> tuple[Replayed, Spent]:
    settings = Settings(home=market.home, database_url=market.database_url)
    await migrate(settings)
    await found_market(settings, REPLAY_TERMS)
    watch = Stopwatch(market)
    quick = msgspec.structs.replace(settings, database_url=hurried(settings.database_url))
    async with open_hall(quick) as hall:
        return await replay(hall, file, watch), watch.spent


def _first_invoices(file: Path, invoices: int, into: Path) -> Path:
    db = duckdb.connect()
    db.execute("CREATE TABLE line AS SELECT * FROM read_parquet($file)", {"file": str(file)})
    db.execute(
        "CREATE TABLE first AS SELECT invoice_no FROM line WHERE quantity > 0 AND unit_price_gbp > 0"
        " AND invoice_no NOT LIKE 'C%' GROUP BY 1 ORDER BY min(invoice_ts), 1 LIMIT $invoices",
        {"invoices": invoices},
    )
    db.execute(f"COPY (SELECT * FROM line JOIN first USING (invoice_no)) TO '{into}' (FORMAT parquet)")
    return into


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
