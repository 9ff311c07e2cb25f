"""A supplier reads why an offer stands where it stands: the place is the one that buyers see, the figures are the index's."""

from typing import Any

import pytest
import pytest_asyncio

from huozhan import catalogue, search
from huozhan.catalogue.goods import Step
from huozhan.catalogue.offer import Name
from huozhan.doors.jobs.measures import rank_some
from huozhan.kernel.actor import Actor
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal
from huozhan.search import ExplainRank
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market
from tests.search.test_measures import Watched, visitor

__all__ = ["market"]
STOOLS = 60


@pytest_asyncio.fixture(loop_scope="session")
async def stools(market: Market, clock: MovableClock) -> Watched:
    """Sixty stools of two shops, of which some were bought."""
    watched = Watched(market)
    for n in range(STOOLS):
        made = shirts(
            offer_code=f"STOOL-{n}",
            title=Name(
                zh="实木圆凳" if n % 3 else "实木圆凳 加高款", en="Wooden round stool" if n % 2 else ""
            ),
            ladder=(Step(1, 500_000 + n),),
        )
        seller = market.people.hongfa if n % 2 else market.people.yunzhi
        await market.hall.run(catalogue.publish_offer, made, seller)
    await market.index()
    ids = await _ids(watched)
    for n, offer_id in enumerate(ids):
        for who in range(n % 7):
            await watched.look(visitor(f"v{who}"), offer_id)
    clock.pass_(days=1)
    await watched.count(*(search.Paid(one, market.people.li.org_id, 1) for one in sorted(ids)[::5]))
    while await rank_some(market.hall):
        pass
    await market.index()
    return watched


async def _ids(watched: Watched) -> list[int]:
    return [
        int(one.card.offer_id)
        for page in (1, 2)
        for one in (await watched.market.find("圆凳", page=page)).offers
    ]


async def explain(watched: Watched, actor: Actor, offer_id: int, q: str = "圆凳") -> search.RankView:
    return await watched.hall.run(search.explain_rank, ExplainRank(offer_id=str(offer_id), q=q), actor)


async def test_the_place_is_the_one_that_buyers_see(stools: Watched) -> None:
    seen = await _ids(stools)
    sellers = {
        stools.people.hongfa.org_id: stools.people.hongfa,
        stools.people.yunzhi.org_id: stools.people.yunzhi,
    }
    homes = {one.card.offer_id: int(one.card.seller_id) for page in (1, 2)
             for one in (await stools.market.find("圆凳", page=page)).offers}  # fmt: skip
    assert len(seen) == STOOLS
    for at in (*range(0, 40, 7), 19, 39, 45, STOOLS - 1):
        told = await explain(stools, sellers[homes[str(seen[at])]], seen[at])
        assert (told.position, told.page) == (at + 1, at // 40 + 1)
        assert told.is_found
        assert told.total == STOOLS


async def test_figures_come_with_their_size_and_what_would_lift(stools: Watched, market: Market) -> None:
    own = [int(o.card.offer_id) for o in (await market.find("圆凳", page=2)).offers
           if int(o.card.seller_id) == market.people.hongfa.org_id]  # fmt: skip
    told = await explain(stools, market.people.hongfa, own[-1], "实木圆凳 升降")
    by_name = {one.name: one for one in told.factors}
    assert [(one.name, one.weight_bp) for one in told.factors] == [
        ("conversion", 5_500), ("service", 2_500), ("repurchase", 1_000), ("freshness", 1_000)
    ]  # fmt: skip
    assert told.missing_words == ["升降"]
    assert by_name["service"].value == 600
    assert told.composite_e2 is None

    told = await explain(stools, market.people.hongfa, own[-1])
    conversion = told.factors[0]
    assert conversion.rate_e6 is None or (conversion.of or 0) >= 5
    if conversion.value < conversion.first_ten:
        assert conversion.would_be is not None
        assert told.position is not None
        assert conversion.would_be < told.position


async def test_what_most_of_the_first_have_is_named(stools: Watched, market: Market) -> None:
    made = shirts(
        offer_code="DEAR", title=Name(zh="实木圆凳"), ladder=(Step(1, 9_000_000),), promise_hours=240, moq=50
    )
    published = await market.hall.run(catalogue.publish_offer, made, market.people.hongfa)
    await market.index()

    told = await explain(stools, market.people.hongfa, int(published.offer_id))

    lacks = {one.what: one for one in told.lacks}
    assert {"promise", "minimum", "price"} <= lacks.keys()
    assert lacks["price"].own == 9_000_000
    assert (lacks["price"].theirs or 0) in range(500_000, 600_000)


@pytest.mark.parametrize(("who", "refused"), [("li", Forbidden), ("yunzhi", NotFound)])
async def test_others_offers_are_not_explained(
    stools: Watched, market: Market, who: str, refused: type[Refusal]
) -> None:
    own: Any = next(
        one
        for one in (await market.find("圆凳")).offers
        if int(one.card.seller_id) == market.people.hongfa.org_id
    )
    with pytest.raises(refused):
        await explain(stools, getattr(market.people, who), int(own.card.offer_id))


async def test_an_offer_that_the_words_do_not_find_has_no_place(stools: Watched, market: Market) -> None:
    (mug,) = [one for one in (await market.find("保温杯")).offers if one.card.offer_code == "MUG-500"]
    told = await explain(stools, market.people.hongfa, int(mug.card.offer_id), "圆凳")
    assert (told.is_found, told.position, told.page) == (False, None, None)
    assert told.missing_words == ["圆凳"]
