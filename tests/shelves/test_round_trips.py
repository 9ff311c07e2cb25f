"""How often the home page asks the database for its shelves: goods of all of them are loaded together."""

import asyncio
from collections.abc import Awaitable

import asyncpg

from huozhan import shelves
from huozhan.kernel.actor import anonymous
from huozhan.kernel.shapes import Nothing
from tests.search.test_finding import Market
from tests.shelves.test_shelves import arrange, ids, market

__all__ = ["market"]


async def test_the_home_page_loads_the_goods_of_all_shelves_together(
    market: Market, db: asyncpg.Connection
) -> None:
    one = next(iter((await ids(market)).values()))
    few = await asked(db, market.hall.run(shelves.entrances, Nothing(), anonymous()))
    for place in range(3):
        await arrange(market, shelf_key=f"gifts{place}", position=9 - place, pinned=[one])
    many = await asked(db, market.hall.run(shelves.entrances, Nothing(), anonymous()))

    assert (few, many) == (5, 5)


async def asked(db: asyncpg.Connection, doing: Awaitable[object]) -> int:
    """How many statements something takes, those of the transaction itself left out."""
    told: list[str] = []
    with db.query_logger(lambda record: told.append(record.query)):
        await doing
        await asyncio.sleep(0)  # the driver tells of a query a moment after it
    return len([query for query in told if not query.startswith(("SAVEPOINT", "RELEASE"))])
