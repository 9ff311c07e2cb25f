"""A buyer keeps searches under names; watched ones tell of new goods, each offer once and in one notice a day."""

# ruff: noqa: F811 -- the little market of the neighbouring tests is a fixture here too

from typing import Any

import pytest

from huozhan import catalogue, messaging, search
from huozhan.catalogue.listing import OwnOffer
from huozhan.catalogue.offer import Name
from huozhan.catalogue.shop import EditShop
from huozhan.doors.jobs.search import watch_searches
from huozhan.kernel.actor import Actor
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.search import EditSearch, FilterValueUnknown, FindOffers, SaveSearch, SearchRef
from huozhan.search.saving import NothingToSave, TooManySaved, TooManyWatched
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market  # noqa: F401

KETTLES = FindOffers(q="水壶", has=["sample"])


async def save(
    market: Market, ask: FindOffers = KETTLES, *, by: Actor | None = None, **more: Any
) -> search.SavedSearchView:
    """小李 keeps a search."""
    wanted = SaveSearch(search=ask, **{"name": "水壶", **more})
    return await market.hall.run(search.save_search, wanted, by or market.people.li)


async def kept(market: Market, by: Actor | None = None) -> list[search.SavedSearchView]:
    return (await market.hall.run(search.saved_searches, Nothing(), by or market.people.li)).items


async def publish_kettle(market: Market, code: str, **changes: Any) -> str:
    ask = shirts(
        **{"offer_code": code, "title": Name(f"水壶{code}", ""), "sample_price_e4": 10_000, **changes}
    )
    published = await market.hall.run(catalogue.publish_offer, ask, market.people.hongfa)
    await market.index()
    return published.offer_id


async def watch_round(market: Market) -> int:
    return await watch_searches(market.hall)


async def notices(market: Market) -> list[tuple[str, dict[str, Any]]]:
    """小李's notices about searches, the latest first."""
    listed = await market.hall.run(messaging.notices, messaging.Notices(), market.people.li)
    return [(one.kind, one.facts) for one in listed.items if one.kind.startswith("search_")]


async def test_a_search_is_kept_without_its_page_and_the_same_one_once(market: Market) -> None:
    first = await save(market, FindOffers(q=" 水壶 ", has=["sample", "mixed"], page=7, sort="newest"))
    again = await save(market, FindOffers(q="水壶", has=["mixed", "sample", "sample"]), name="壶")

    assert again.search_id == first.search_id
    assert [(one.name, one.search) for one in await kept(market)] == [
        ("壶", FindOffers(q="水壶", has=["mixed", "sample"]))
    ]
    assert again.watched_until is None


async def test_a_search_is_renamed_watched_let_be_and_forgotten(market: Market, clock: MovableClock) -> None:
    ref = (await save(market)).search_id
    run = market.hall.run
    watched = await run(
        search.edit_search, EditSearch(search_id=ref, name="好水壶", watch=True), market.people.li
    )

    assert watched.name == "好水壶"
    assert watched.watched_until is not None
    assert (watched.watched_until - clock.now()).days == 90
    let_be = await run(search.edit_search, EditSearch(search_id=ref, watch=False), market.people.li)
    assert (let_be.name, let_be.watched_until) == ("好水壶", None)
    await run(search.drop_search, SearchRef(search_id=ref), market.people.li)
    assert await kept(market) == []


async def test_the_buyers_of_one_organisation_share_searches_and_nobody_else_sees_them(
    market: Market,
) -> None:
    ref = (await save(market, by=market.people.hengxin)).search_id

    assert [one.search_id for one in await kept(market, market.people.hengxin_buyer)] == [ref]
    assert await kept(market) == []
    for use_case, ask in (
        (search.saved_search, SearchRef(search_id=ref)),
        (search.drop_search, SearchRef(search_id=ref)),
        (search.edit_search, EditSearch(search_id=ref, name="x")),
    ):
        with pytest.raises(NotFound):
            await market.hall.run(use_case, ask, market.people.li)


async def test_what_makes_no_search_is_not_kept(market: Market) -> None:
    with pytest.raises(NothingToSave):
        await save(market, FindOffers(sort="newest", page=3))
    with pytest.raises(FilterValueUnknown):
        await save(market, FindOffers(has=["gold"]))


async def test_a_person_keeps_and_watches_only_so_many(market: Market, db: Any) -> None:
    await db.execute("UPDATE rule_version SET value = 2 WHERE code = 'search.saved_most'")
    await db.execute("UPDATE rule_version SET value = 1 WHERE code = 'search.watched_most'")
    await market.hall.reread_rules()
    await save(market, FindOffers(q="甲"), watch=True)
    with pytest.raises(TooManyWatched):
        await save(market, FindOffers(q="乙"), watch=True)
    await save(market, FindOffers(q="乙"))
    await save(market, FindOffers(q="乙"), name="同一个")
    with pytest.raises(TooManySaved):
        await save(market, FindOffers(q="丙"))
    assert len(await kept(market)) == 2


async def test_new_goods_are_told_of_once_and_at_most_once_a_day(market: Market, clock: MovableClock) -> None:
    await publish_kettle(market, "OLD")
    clock.pass_(minutes=5)
    ref = (await save(market, watch=True)).search_id
    assert await watch_round(market) == 1
    assert await notices(market) == []

    clock.pass_(hours=1)
    new = await publish_kettle(market, "NEW1")
    await publish_kettle(market, "PLAIN", sample_price_e4=None)
    clock.pass_(minutes=1)
    await watch_round(market)
    assert await notices(market) == [("search_found", {"name": "水壶", "count": 1})]
    assert await watch_round(market) == 0, "it is looked at once an hour"

    clock.pass_(hours=1)
    await publish_kettle(market, "NEW2")
    clock.pass_(hours=1)
    await watch_round(market)
    assert len(await notices(market)) == 1, "one a day"

    clock.pass_(hours=24)
    # The first one comes anew: it was told of.
    for use_case in (catalogue.pause_offer, catalogue.resume_offer):
        await market.hall.run(use_case, OwnOffer(offer_id=new), market.people.hongfa)
    await publish_kettle(market, "NEW3")
    clock.pass_(minutes=1)
    await watch_round(market)
    assert (await notices(market))[0] == ("search_found", {"name": "水壶", "count": 2})
    assert len(await notices(market)) == 2
    clock.pass_(hours=25)
    await watch_round(market)
    assert len(await notices(market)) == 2, "nothing new, nothing said"
    assert [(one.search_id, one.found) for one in await kept(market)] == [(ref, 3)]


async def test_goods_that_came_while_nobody_looked_are_told_of_later(
    market: Market, clock: MovableClock
) -> None:
    await save(market, watch=True)
    await watch_round(market)
    clock.pass_(hours=2)
    await publish_kettle(market, "MISSED")
    clock.pass_(days=5)

    await watch_round(market)

    assert await notices(market) == [("search_found", {"name": "水壶", "count": 1})]


async def test_goods_that_do_not_reach_the_buyer_are_not_told_of(market: Market, clock: MovableClock) -> None:
    await save(market, watch=True)
    await market.hall.run(catalogue.edit_shop, EditShop(not_sold_to=("51",)), market.people.hongfa)
    clock.pass_(minutes=5)
    await publish_kettle(market, "FAR")
    clock.pass_(hours=1)

    await watch_round(market)

    assert await notices(market) == []


async def test_a_watch_ends_and_says_so(market: Market, clock: MovableClock) -> None:
    await save(market, watch=True)
    clock.pass_(days=90, minutes=1)

    await watch_round(market)

    assert await notices(market) == [("search_watch_ended", {"name": "水壶"})]
    assert (await kept(market))[0].watched_until is None
    clock.pass_(days=1)
    assert await watch_round(market) == 0
