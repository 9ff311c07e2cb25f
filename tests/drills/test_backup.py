"""A backup taken while a market trades opens in an empty folder with everything that was acknowledged before it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.drills.lives import Lives
from bench.little_market import books_of, open_little_market
from bench.outside import OutsideParties
from bench.process import Market, market, own_environment

from huozhan.supervisor import PostgresServer

PASSPHRASE = {"HUOZHAN_BACKUP_PASSPHRASE": "seven bolts of cloth"}
RECEIVED_BEFORE = 3
DAY_SECONDS = 86_400


async def test_a_market_that_trades_is_restored_whole_into_an_empty_folder() -> None:
    with TemporaryDirectory(prefix="huozhan-") as name:
        folder = Path(name)
        with market(home=folder, empty=True) as served:
            before = await trade_and_back_up(served, folder / "market.backup")
        # Whoever needs a backup needs it some time later.
        (folder / "clock").write_text(str(DAY_SECONDS))
        later = {**PASSPHRASE, "HUOZHAN_CLOCK_FILE": str(folder / "clock")}

        told = json.loads(
            await huozhan(
                "restore", folder / "market.backup", "--home", folder / "again", "--json", more=later
            )
        )

        assert told == {"is_clean": True, "findings": []}
        with PostgresServer(folder / "again") as server:
            restored = Market(home=folder / "again", url="", supervisor=0, database_url=server.dsn)
            async with books_of(restored) as db:
                rows = await db.fetch("SELECT order_id::text AS id, state FROM trade_order")
        states = {row["id"]: row["state"] for row in rows}
        assert before.keys() <= states.keys()
        assert {states[order_id] for order_id, stage in before.items() if stage == "received"} == {"success"}


async def trade_and_back_up(served: Market, target: Path) -> dict[str, str]:
    """Backs up in the middle of trade; what had become of the orders when the backup was begun."""
    little = await open_little_market(served, buyers=3)
    lives = Lives(served.url, little, OutsideParties(served.home), seed=1)
    await lives.open_accounts()
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(lives.trade(over))
        while lives.stage["received"] < RECEIVED_BEFORE:
            await asyncio.sleep(0.1)
        before = dict(lives.placed)
        await huozhan("backup", target, "--home", served.home, more=PASSPHRASE)
        over.set()
    await lives.close()
    assert len(lives.placed) > len(before), "nothing was traded during the backup"
    return before


async def huozhan(*words: str | Path, more: Mapping[str, str]) -> str:
    """What the command prints."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "huozhan", *map(str, words)],
        env=own_environment(more), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout
