"""Identical goods are told, gathered, found as one and kept apart."""

import contextlib
import random
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from huozhan import catalogue, operations, search
from huozhan.catalogue.goods import Step
from huozhan.catalogue.offer import Name
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.search import gather_same
from huozhan.kernel.refusals import Refusal
from huozhan.search.index import Filters
from huozhan.search.ranking import arranging, explaining, paging
from huozhan.search.same import gathering
from huozhan.search.same.grouping import connected, grouped, pair_of
from huozhan.search.wording import Asked
from tests import world
from tests.catalogue.making import shirts
from tests.search.test_finding import Market

KETTLE = "苏泊尔电热水壶家用1.7升大容量304不锈钢自动断电保温烧水壶"


class SameMarket(Market):
    """A market that also gathers identical goods when told."""

    async def settle(self) -> None:
        """Lets relay, indexer and comparing catch up."""
        await self.index()
        while await gather_same(self.hall):
            pass
        await self.index()

    async def publish(self, seller: Any, code: str, zh: str, price_e4: int = 100_000, **more: Any) -> str:
        """Publishes an offer and tells its id."""
        offer = shirts(
            offer_code=code,
            title=Name(zh=zh, en=""),
            ladder=(Step(1, price_e4), Step(100, price_e4 * 9 // 10)),
            moq=1,
            **more,
        )
        page = await self.hall.run(catalogue.publish_offer, offer, seller)
        return page.offer_id


@pytest_asyncio.fixture(loop_scope="session")
async def goods(hall: Hall, tmp_path: Path) -> SameMarket:
    """A market of two suppliers without goods."""
    hall.index = search.open_index(hall.settings.index)
    return SameMarket(hall, await world.make(hall))


async def test_identical_goods_of_two_suppliers_are_one_card_that_names_the_cheapest(
    goods: SameMarket,
) -> None:
    dear = await goods.publish(goods.people.yunzhi, "K-1", KETTLE, 200_000)
    cheap = await goods.publish(goods.people.hongfa, "K-9", f"厂家直销 {KETTLE} 新款", 150_000)
    other = await goods.publish(goods.people.hongfa, "K-5", "手冲咖啡壶细口壶滴滤式云朵壶玻璃分享壶", 150_000)
    await goods.settle()

    found = await goods.find("电热水壶")

    assert found.total == 2, "offers count, not cards"
    (card,) = found.offers
    assert card.same is not None
    assert (card.same.offers, card.same.suppliers) == (2, 2)
    assert (card.same.cheapest_id, card.same.price_e4) == (cheap, 135_000)
    assert {one.card.offer_id for one in (await goods.find("电热水壶", each=True)).offers} == {dear, cheap}
    assert [one.same for one in (await goods.find("咖啡壶")).offers if one.card.offer_id == other] == [None]


TITLES = (
    KETTLE,
    f"{KETTLE} 新款 包邮",
    "苏泊尔电热水壶家用1.8升大容量304不锈钢自动断电保温烧水壶",
    "苏泊尔电热水壶家用大容量304不锈钢自动断电保温烧水壶办公室",
    "手冲咖啡壶细口壶滴滤式云朵壶玻璃分享壶",
    "手冲咖啡壶细口壶滴滤式玻璃分享壶套装",
)


async def _rows(market: SameMarket) -> list[Any]:
    async with market.hall.pool.acquire() as db:
        return [
            tuple(row)
            for row in await db.fetch(
                "SELECT offer_id, goods_id, centre_id, points FROM same_member ORDER BY offer_id"
            )
        ]


async def _indexed(market: SameMarket) -> list[set[int]]:
    """The groups as the index holds them."""
    hits = market.hall.index.search(
        Asked(words=[]), Filters(), sort="newest", offset=0, limit=100, counted=()
    )
    groups: dict[int, set[int]] = {}
    for offer_id, goods in zip(hits.offer_ids, hits.goods, strict=True):
        groups.setdefault(goods, set()).add(offer_id)
    return sorted((group for goods, group in groups.items() if goods), key=min)


@pytest.mark.parametrize("seed", range(3))
async def test_what_changed_bit_by_bit_is_grouped_as_from_nothing_and_the_index_follows(
    goods: SameMarket, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(gathering, "BLOCK_MAX", 4)  # so that blocks grow too large and shrink again
    dice = random.Random(seed)
    sellers, offers = (goods.people.yunzhi, goods.people.hongfa), []
    for at in range(12):
        seller = dice.choice(sellers)
        offers.append(
            (seller, await goods.publish(seller, f"G-{at}", dice.choice(TITLES), dice.randint(1, 9) * 50_000))
        )
        if dice.random() < 0.4:
            owner, offer_id = dice.choice(offers)
            move = dice.choice((catalogue.pause_offer, catalogue.resume_offer))
            with contextlib.suppress(Refusal):
                await goods.hall.run(move, catalogue.OwnOffer(offer_id=offer_id), owner)
        await goods.settle()

    bit_by_bit, indexed = await _rows(goods), await _indexed(goods)
    async with goods.hall.pool.acquire() as db:
        for table in ("same_traits", "same_key", "same_pair", "same_member"):
            await db.execute(f"DELETE FROM {table}")
        await db.execute("INSERT INTO same_feed SELECT offer_id, now() FROM offer ON CONFLICT DO NOTHING")
    await goods.settle()

    assert await _rows(goods) == bit_by_bit
    groups: dict[int, set[int]] = {}
    for offer_id, goods_id, *_ in bit_by_bit:
        groups.setdefault(goods_id, set()).add(offer_id)
    assert sorted(groups.values(), key=min) == indexed


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_group_is_gathered_around_one_offer_and_depends_on_its_pairs_alone(data: st.DataObject) -> None:
    ids = range(1, 10)
    pair = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda two: two[0] < two[1])
    sellers = {one: data.draw(st.integers(1, 3)) for one in ids}
    same = data.draw(st.dictionaries(pair, st.integers(0, 5), max_size=14))
    joined, forbidden = data.draw(st.sets(pair, max_size=2)), data.draw(st.sets(pair, max_size=3))

    places = grouped(sellers, same, joined, forbidden)

    backwards = grouped(
        dict(reversed(sellers.items())), dict(reversed(same.items())), sorted(joined, reverse=True), forbidden
    )
    assert places == backwards
    groups: dict[int, set[int]] = {}
    for offer_id, place in places.items():
        groups.setdefault(place.goods_id, set()).add(offer_id)
    for number, group in groups.items():
        assert min(group) == number
        assert len({sellers[one] for one in group}) > 1
        assert not {(a, b) for a in group for b in group} & forbidden
        (centre,) = {places[one].centre_id for one in group}
        if not joined:
            assert all(pair_of(one, centre) in same for one in group - {centre})
    for part in groups.values():
        connected_ = connected(part, [*same, *joined])
        assert {one: place for one, place in places.items() if one in connected_} == grouped(
            {one: sellers[one] for one in connected_}, same, joined, forbidden
        ), "what nothing connects does not matter"


async def test_a_supplier_reads_that_another_offer_stands_for_its_own(goods: SameMarket) -> None:
    people = goods.people
    first = await goods.publish(people.yunzhi, "K-1", KETTLE)
    second = await goods.publish(people.hongfa, "K-9", f"{KETTLE} 包邮")
    await goods.settle()
    (card,) = (await goods.find("电热水壶")).offers
    hidden, owner = (second, people.hongfa) if card.card.offer_id == first else (first, people.yunzhi)

    told = await goods.hall.run(search.explain_rank, search.ExplainRank(offer_id=hidden, q="电热水壶"), owner)

    assert (told.behind_id, told.position, told.page, told.is_found) == (card.card.offer_id, 1, 1, True)
    assert told.standing == "good"


async def test_a_group_has_one_card_over_all_pages_whatever_the_order_and_it_tells_of_the_others(
    goods: SameMarket,
) -> None:
    people = goods.people
    first = await goods.publish(people.yunzhi, "K-1", KETTLE, 100_000)
    for at in range(9):
        await goods.publish(
            people.hongfa, f"B-{at}", f"电热水壶底座配件{at}号零件{'甲乙丙丁戊己庚辛壬'[at]}", 200_000 + at
        )
    last = await goods.publish(people.hongfa, "K-9", f"{KETTLE} 包邮", 900_000)
    await goods.settle()

    for sort in ("price_up", "price_down"):
        pages = [await goods.find("电热水壶", sort=sort, limit=5, page=page) for page in (1, 2, 3)]
        shown = [one for page in pages for one in page.offers]
        cards = [one for one in shown if one.card.offer_id in (first, last)]
        assert [one.card.offer_id for one in cards] == [first if sort == "price_up" else last]
        assert cards[0].same is not None
        assert (cards[0].same.offers, cards[0].same.cheapest_id) == (2, first)
        assert len(shown) == 10
        assert {page.total for page in pages} == {11}


async def test_a_supplier_reads_that_an_offer_of_an_earlier_block_stands_for_its_own(
    goods: SameMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arranging, "BLOCK", 8)
    monkeypatch.setattr(paging, "LIMIT_LEAST", 2)
    monkeypatch.setattr(explaining, "PAGE_OFFERS", 4)
    people = goods.people
    best = await goods.publish(people.yunzhi, "K-1", "电热水壶")
    for at in range(12):
        await goods.publish(people.hongfa, f"B-{at}", f"电热水壶{at}号零件{'甲乙丙丁戊己庚辛壬癸子丑'[at]}")
    last = await goods.publish(
        people.hongfa, "K-9", "家用大容量自动断电保温食品级双层防烫宿舍办公室烧水泡茶煮面两用电热水壶套装"
    )
    await goods.settle()
    join = search.JoinSame(offer_id=best, other_id=last, reason="同一厂家")
    await goods.hall.run(operations.join_same, join, people.operator)
    await goods.settle()

    pages = [await goods.find("电热水壶", limit=4, page=page) for page in range(1, 5)]

    cards = [one for page in pages for one in page.offers if one.card.offer_id in (best, last)]
    assert [one.card.offer_id for one in cards] == [best]
    assert cards[0].same is not None
    assert cards[0] in pages[0].offers
    each = [await goods.find("电热水壶", limit=4, page=page, each=True) for page in range(1, 5)]
    assert last in {one.card.offer_id for page in each[2:] for one in page.offers}, (
        "it comes in the second block"
    )
    ask = search.ExplainRank(offer_id=last, q="电热水壶")
    told = await goods.hall.run(search.explain_rank, ask, people.hongfa)
    assert (told.behind_id, told.position, told.page, told.is_found) == (best, 1, 1, True)
