"""What the filters count is what the database holds, counted one by one."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest_asyncio

from huozhan import catalogue, parties, search
from huozhan.catalogue import Step
from huozhan.catalogue.offer import Name
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from tests import world
from tests.catalogue.making import shirts
from tests.search.test_finding import Market

OFFERS = 40
QUESTIONS = 60
CATEGORIES = ("aa-1-13-8", "aa-1-13-7", "aa-1-4")
PROMISES = (24, 48, 72, 120)
WORDS = ("杯", "瓶")


@pytest_asyncio.fixture(loop_scope="session")
async def many(hall: Hall, tmp_path: Path) -> Market:
    """Forty offers of two suppliers that differ in all that can be filtered by."""
    hall.index = search.open_index(hall.settings.index)
    people = await world.make(hall)
    chance = random.Random(7)
    for n in range(OFFERS):
        offer = shirts(
            offer_code=f"M-{n}",
            title=Name(zh=f"玻璃{chance.choice(WORDS)}", en="Glass"),
            category_id=chance.choice(CATEGORIES),
            promise_hours=chance.choice(PROMISES),
            moq=chance.choice((1, 5, 20)),
            ladder=(Step(1, chance.choice((50_000, 100_000, 200_000))),),
        )
        await hall.run(catalogue.publish_offer, offer, chance.choice((people.yunzhi, people.hongfa)))
    market = Market(hall, people)
    await market.index()
    return market


async def rows_of(hall: Hall) -> list[dict[str, Any]]:
    """Every offer as the database holds it."""
    async with hall.working(system()) as work:
        rows = [dict(row) for row in await work.db.fetch("SELECT * FROM offer WHERE state = 'on_sale'")]
        faces = await parties.org_faces(work, {row["seller_id"] for row in rows})
    return [
        {
            "q": row["title_zh"][-1],
            "category": {row["category_id"]},
            "province": {faces[row["seller_id"]].province_code},
            "supplier_kind": {faces[row["seller_id"]].supplier_kind},
            "promise": {str(hours) for hours in (24, 48, 72) if row["promise_hours"] <= hours},
            "price": row["price_low_e4"],
            "moq": row["moq"],
        }
        for row in rows
    ]


def passes(row: dict[str, Any], asked: dict[str, Any], *, but: str = "") -> bool:
    """Whether a row is what was asked for, a facet left out."""
    return (
        asked.get("q", row["q"])[-1] == row["q"]
        and all(
            but == facet or facet not in asked or row[facet] & set(asked[facet])
            for facet in ("category", "province", "supplier_kind", "promise")
        )
        and asked.get("price_from_e4", 0) <= row["price"] <= asked.get("price_to_e4", 10**12)
        and row["moq"] <= asked.get("moq_to", 10**9)
    )


def a_question(chance: random.Random, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A random search with some of the filters."""
    asked: dict[str, Any] = {
        facet: sorted({value for row in chance.sample(rows, 2) for value in row[facet]})[:2]
        for facet in ("category", "province", "supplier_kind", "promise")
        if chance.random() < 0.4
    }
    if chance.random() < 0.5:
        asked["q"] = f"玻璃{chance.choice(WORDS)}"
    if chance.random() < 0.3:
        asked["price_from_e4"] = 60_000
    if chance.random() < 0.3:
        asked["price_to_e4"] = 150_000
    if chance.random() < 0.3:
        asked["moq_to"] = 5
    return {name: value for name, value in asked.items() if value}


async def test_every_count_is_what_one_would_count_by_hand(many: Market) -> None:
    rows, chance = await rows_of(many.hall), random.Random(11)
    assert len(rows) == OFFERS

    for _ in range(QUESTIONS):
        asked = a_question(chance, rows)
        found = await many.find(**asked)
        wanted = sum(passes(row, asked) for row in rows)
        assert found.total == wanted or (found.relaxed and not wanted), asked
        if not wanted:
            continue
        assert len(found.offers) == wanted
        for facet in ("category", "province", "supplier_kind", "promise"):
            by_hand = Counter(value for row in rows if passes(row, asked, but=facet) for value in row[facet])
            assert {c.value: c.count for c in found.facets[facet]} == dict(by_hand), (facet, asked)
