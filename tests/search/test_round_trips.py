"""How often a search asks the database, and that what it does not ask again is never what decides whether goods are shown."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from huozhan import catalogue, parties, search
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.parties.organisation import EditOrganisation
from huozhan.search.sellers import SELLERS_MAX, Sellers
from tests import world
from tests.conftest import make_hall
from tests.search.test_hidden import EVERYBODY, GONG, shop_restricted
from tests.search.test_same import KETTLE, SameMarket, goods

__all__ = ["goods"]


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[SameMarket]:
    """A market that commits, as a web process sees it: two suppliers of one kettle, and a gong."""
    pool = await open_pool(open_dsn, size_min=2, size_max=2)
    hall = await make_hall(pool, clock, tmp_path)
    hall.index = search.open_index(hall.settings.index)
    market = SameMarket(hall, await world.make(hall))
    await market.publish(market.people.yunzhi, "K-1", KETTLE, 200_000)
    await market.publish(market.people.hongfa, "K-9", f"厂家直销 {KETTLE} 新款", 150_000)
    await hall.run(catalogue.publish_offer, GONG, market.people.hongfa)
    await market.settle()
    try:
        yield market
    finally:
        await pool.close()


async def asked(market: SameMarket, doing: Callable[[], Awaitable[Any]]) -> list[str]:
    """What something asks the database."""
    told: list[str] = []

    def note(record: Any) -> None:
        told.append(record.query)

    pool = market.hall.pool
    async with pool.acquire() as one, pool.acquire() as other:
        for db in (one, other):
            db.add_query_logger(note)
    await doing()
    await asyncio.sleep(0)  # the driver tells of a query a moment after it
    async with pool.acquire() as one, pool.acquire() as other:
        for db in (one, other):
            db.remove_query_logger(note)
    return told


async def test_a_search_asked_again_asks_for_cards_and_nothing_else(
    busy: SameMarket, clock: MovableClock
) -> None:
    first = await busy.find("电热水壶")
    assert first.offers[0].same is not None, "identical goods stand behind the card"

    (cards,) = await asked(busy, lambda: busy.find("电热水壶"))
    assert "FROM offer o" in cards
    assert await busy.find("电热水壶") == first

    # Other words: the group and the cards; the sellers are read, and the category has a name already.
    assert len(await asked(busy, lambda: busy.find("自动断电 电热水壶"))) == 2

    await say_of_itself(busy, "百年老厂")
    assert await abouts(busy) == {""}
    clock.pass_(seconds=1)
    assert len(await asked(busy, lambda: busy.find("电热水壶"))) == 3, (
        "sellers and how they serve are read anew"
    )
    assert await abouts(busy) == {"百年老厂"}

    async with busy.hall.pool.acquire() as db:
        await db.execute("UPDATE offer SET state = 'paused' WHERE offer_code = 'K-1'")
    assert [one.same for one in (await busy.find("电热水壶")).offers if one.same] == [], (
        "nothing stands behind"
    )
    await shop_restricted(busy)
    assert (await busy.find("开道锣")).offers == [], "neither the relay nor the indexer has heard of it yet"


async def test_what_a_transaction_sees_is_not_told_to_others(busy: SameMarket) -> None:
    seller_id = busy.people.hongfa.org_id
    sellers = Sellers()

    async with busy.hall.pool.acquire() as db:
        undone = db.transaction()
        await undone.start()
        await db.execute("UPDATE organisation SET about_zh = '没有发生' WHERE org_id = $1", seller_id)
        work = busy.hall.work(db, system())
        inside = (await sellers.faces(work, [seller_id]))[seller_id].face
        await undone.rollback()
        outside = (await sellers.faces(work, [seller_id]))[seller_id].face
        assert inside is not None
        assert outside is not None
        assert (inside.about.zh, outside.about.zh) == ("没有发生", "")

        for first in range(0, 2 * SELLERS_MAX, 1_000):
            found = await sellers.faces(work, range(first + 1, first + 1_001))
            assert len(found) == 1_000
            assert len(sellers._faces) <= SELLERS_MAX


@pytest.mark.parametrize("hide", EVERYBODY)
async def test_what_is_kept_of_a_page_shows_nothing_that_is_gone(
    goods: SameMarket, hide: Callable[[Any], Awaitable[None]]
) -> None:
    await goods.hall.run(catalogue.publish_offer, GONG, goods.people.hongfa)
    await goods.index()
    for _ in range(2):
        assert await goods.codes("开道锣") == ["GONG"]

    await hide(goods)

    assert await goods.codes("开道锣") == []


async def abouts(market: SameMarket) -> set[str]:
    """What the suppliers of what is found say of themselves."""
    return {one.seller.about.zh for one in (await market.find("开道锣")).offers if one.seller}


async def say_of_itself(market: SameMarket, about: str) -> None:
    """A supplier says something else of itself."""
    who = market.people.hongfa
    async with market.hall.pool.acquire() as db:
        row = await db.fetchrow("SELECT name_zh, name_en FROM organisation WHERE org_id = $1", who.org_id)
    ask = EditOrganisation(name_zh=row["name_zh"], name_en=row["name_en"], about_zh=about)
    await market.hall.run(parties.edit_organisation, ask, who)
