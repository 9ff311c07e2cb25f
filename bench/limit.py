"""The bare limit: the reference order in SQL, through pgbench, on the same server in the same minute."""

import re
import subprocess
from pathlib import Path

import asyncpg

from bench.process import Market
from huozhan.supervisor.programs import find_programs

_HERE = Path(__file__).parent
_TPS = re.compile(r"tps = ([0-9.]+)")


async def prepare_limit(market: Market) -> None:
    """Makes the reference tables."""
    db = await asyncpg.connect(market.database_url)
    await db.execute("DROP SCHEMA IF EXISTS bare CASCADE")
    await db.execute((_HERE / "reference.sql").read_text())
    await db.close()


def bare_orders_per_second(market: Market, *, clients: int, seconds: int) -> float:
    """How many reference orders the server takes a second."""
    said = subprocess.run(
        [
            find_programs()["pgbench"], "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=2",
            f"--time={seconds}", f"--file={_HERE / 'reference_order.sql'}", market.database_url,
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = _TPS.search(said.stdout)
    assert found, said.stdout
    return float(found[1])
