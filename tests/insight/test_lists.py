"""Lists of the day: what comes first and why, against plain counting; what is left out; kept with the rules, once a day."""

import random
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from huozhan import catalogue, insight, scenes, search
from huozhan.doors.jobs.insight import make_lists
from huozhan.insight.asks import ListScopes, ShowList
from huozhan.insight.lists import Candidate, ListRules, growth_of, places_of
from huozhan.kernel.actor import anonymous
from huozhan.kernel.refusals import NotFound
from huozhan.search import Spans, Tally
from tests.insight.lists_oracle import Bought, Sold, standing
from tests.interest.looking import bolts, cups
from tests.ordering.trading import Trade

TODAY = date(2026, 3, 1)
SPANS = Spans(
    bought=timedelta(days=30),
    recent=timedelta(days=7),
    before=timedelta(days=28),
    back=timedelta(days=90),
    cap=3,
)
RULES = ListRules(
    places=50, of_shop=5, buyers=2, new_span=timedelta(days=30), recent=SPANS.recent, before=SPANS.before,
    smooth=5, rising_least_bp=12_000, back_buyers=10,
)  # fmt: skip


async def note(db: Any, bought: list[Bought]) -> None:
    """Writes what was bought, as a day's counting does."""
    columns = [list(column) for column in zip(*bought, strict=True)]
    await db.execute(
        "INSERT INTO offer_buyer (offer_id, buyer_id, on_day, orders, category_id)"
        " SELECT *, '' FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::int[])",
        *columns,
    )


def some_purchases(chance: random.Random) -> tuple[list[Bought], dict[int, Sold]]:
    """A small market with everything in it: own purchases, regulars, one-off buyers, days at every edge."""
    sold = {
        offer: Sold(
            seller=chance.randint(1, 3),
            scopes=("", f"c:{chance.choice('ab')}", *(["b:义乌"] if chance.random() < 0.5 else [])),
            since=TODAY - timedelta(chance.choice([1, 29, 30, 200])),
        )
        for offer in range(100, 130)
    }
    edges = [0, 1, 6, 7, 29, 30, 34, 35, 60, 89, 90, 91]
    found = {
        (
            chance.choice(list(sold)),
            chance.randint(1, 14),
            TODAY - timedelta(chance.choice(edges)),
        ): chance.randint(1, 6)
        for _ in range(1_500)
    }
    return [Bought(offer, buyer, on, orders) for (offer, buyer, on), orders in found.items()], sold


@pytest.mark.parametrize("seed", range(4))
async def test_lists_say_what_plain_counting_says(trade: Trade, db: Any, seed: int) -> None:
    bought, sold = some_purchases(random.Random(seed))
    await note(db, bought)
    async with trade.hall.working(trade.system) as work:
        found = await search.tallies(work, [(offer, one.seller) for offer, one in sold.items()], TODAY, SPANS)
    candidates = [
        Candidate(
            tally=one,
            seller_id=sold[one.offer_id].seller,
            scopes=sold[one.offer_id].scopes,
            published_on=sold[one.offer_id].since,
        )
        for one in found
    ]
    places = places_of(candidates, RULES, TODAY)

    lists = {
        (kind, scope): [one.offer_id for one in places if (one.kind, one.scope) == (kind, scope)]
        for kind in ("hot", "new", "rising", "back")
        for scope in ("", "c:a", "c:b", "b:义乌")
    }
    assert lists == {(kind, scope): standing(kind, scope, bought, sold, TODAY) for kind, scope in lists}
    assert all(lists[kind, ""] for kind in ("hot", "new", "rising", "back"))


def test_one_purchase_after_none_is_no_leap() -> None:
    assert growth_of(1, 0, RULES) == 12_000
    assert growth_of(60, 40, RULES) > growth_of(2, 0, RULES) > growth_of(0, 0, RULES) == 10_000
    assert growth_of(10, 40, RULES) == 10_000


def test_many_who_mostly_come_back_stand_above_few_who_all_do() -> None:
    many, few = returning(100, 300, 240), returning(101, 10, 10)

    first, second = [one.offer_id for one in places_of([few, many], RULES, TODAY) if one.kind == "back"]

    assert (first, second) == (100, 101)


def returning(offer_id: int, of_buyers: int, came_back: int) -> Candidate:
    tally = Tally(
        offer_id=offer_id, buyers=0, orders=0, weighed=0, recent=0, recent_buyers=0, before=0,
        of_buyers=of_buyers, came_back=came_back,
    )  # fmt: skip
    return Candidate(tally=tally, seller_id=offer_id, scopes=("",), published_on=TODAY)


async def counted(trade: Trade, db: Any) -> tuple[int, int]:
    """Cups and bolts were bought by several, and the day is counted."""
    cup, bolt = int(await cups(trade)), int(await bolts(trade))
    async with trade.hall.working(trade.system) as work:
        day = await search.day_to_count(work)
        assert day is not None
        paid = [search.Paid(cup, buyer, 2) for buyer in (901, 902, 903)]
        paid += [search.Paid(bolt, buyer, 1) for buyer in (901, 902)]
        assert await search.count_day(work, day.on, paid)
    return cup, bolt


async def shown(trade: Trade, kind: Any = "hot", **where: Any) -> Any:
    return await trade.hall.run(insight.daily_list, ShowList(kind=kind, **where), anonymous())


async def test_a_new_market_has_calmly_no_lists(trade: Trade) -> None:
    assert await make_lists(trade.hall) == 0
    empty = await shown(trade)
    assert (empty.on_day, empty.places) == (None, [])
    assert (await trade.hall.run(insight.filled_lists, ListScopes(), anonymous())).lists == []


async def test_the_lists_of_a_day_are_made_once_and_say_why(trade: Trade, db: Any) -> None:
    cup, bolt = await counted(trade, db)

    assert await make_lists(trade.hall) == 1
    assert await make_lists(trade.hall) == 0

    hot = await shown(trade)
    assert [(one.place, int(one.found.card.offer_id), one.buyers, one.many) for one in hot.places] == [
        (1, cup, 3, 6),
        (2, bolt, 2, 2),
    ]
    assert hot.rules["insight.hot_cap"] == 1
    assert hot.spans["insight.hot_days"] == 30
    assert [int(one.found.card.offer_id) for one in (await shown(trade, "new")).places] == [cup, bolt]
    assert (await shown(trade, "back")).places == []
    of_category = await shown(trade, category="aa-1-13-8")
    assert len(of_category.places) == 2
    assert of_category.name.zh
    filled = (await trade.hall.run(insight.filled_lists, ListScopes(category="aa"), anonymous())).lists
    assert [(one.kind, one.category, one.places) for one in filled] == [
        ("hot", "aa", 2),
        ("new", "aa", 2),
        ("rising", "aa", 2),
    ]
    with pytest.raises(NotFound):
        await shown(trade, category="nothing")
    with pytest.raises(NotFound):
        await shown(trade, belt="nowhere")


async def test_what_cannot_be_bought_is_on_no_list(trade: Trade, db: Any) -> None:
    cup, bolt = await counted(trade, db)
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=str(bolt)), trade.hongfa)
    await make_lists(trade.hall)
    assert [int(one.found.card.offer_id) for one in (await shown(trade)).places] == [cup]

    await trade.hall.run(catalogue.edit_shop, catalogue.EditShop(not_sold_to=("51",)), trade.chenguang)
    mine = await trade.hall.run(insight.daily_list, ShowList(kind="hot"), trade.li)
    assert mine.places == [], "it is not sent to the reader"
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=str(cup)), trade.chenguang)
    assert (await shown(trade)).places == [], "it is off sale since"


async def test_suppliers_below_the_floor_of_service_are_on_no_list(
    trade: Trade, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bolt = await counted(trade, db)
    served = scenes.service_of

    async def below(work: Any, sellers: Any) -> Any:
        found = await served(work, sellers)
        return {
            one: msgspec.structs.replace(face, standing="below" if one == trade.chenguang.org_id else "good")
            for one, face in found.items()
        }

    monkeypatch.setattr(scenes, "service_of", below)
    await make_lists(trade.hall)
    assert [int(one.found.card.offer_id) for one in (await shown(trade)).places] == [bolt]


async def test_lists_of_past_days_go_in_their_time(trade: Trade, db: Any) -> None:
    await counted(trade, db)
    await make_lists(trade.hall)
    for _ in range(20):
        trade.clock.pass_(days=1)
        async with trade.hall.working(trade.system) as work:
            day = await search.day_to_count(work)
            assert day is not None
            await search.count_day(work, day.on, [])
        await make_lists(trade.hall)

    assert await db.fetchval("SELECT count(*) FROM list_day") == 15
    assert await db.fetchval("SELECT count(DISTINCT on_day) FROM list_place") == 15
