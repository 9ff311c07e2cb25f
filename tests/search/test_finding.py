"""Buyers find offers by words, filters and order."""

import gc
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from huozhan import catalogue, search
from huozhan.catalogue.listing import JudgeOffer
from huozhan.catalogue.offer import Name
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.search import Indexer
from huozhan.kernel.actor import anonymous, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shapes import Bilingual
from huozhan.search import FindOffers, Suggest, index, wording
from huozhan.search.understanding.loosening import TRIES
from tests import world
from tests.catalogue.making import shirts

TEES = shirts(
    offer_code="TEE",
    title=Name(zh="夏季新款纯棉短袖T恤男 一件代发", en="Cotton Short Sleeve T-Shirts for Men"),
)
MUGS = shirts(
    offer_code="MUG-500", title=Name(zh="不锈钢保温杯500毫升", en="Stainless Steel Vacuum Mug 500 ml"), moq=20
)
BOXES = shirts(
    offer_code="BOX", title=Name(zh="桌面收纳盒大号", en="Large Desk Storage Boxes"), promise_hours=120
)


class Market:
    """A market with an indexer that works when told."""

    def __init__(self, hall: Hall, people: world.World) -> None:
        self.hall = hall
        self.people = people
        self._indexer = Indexer()

    async def index(self) -> None:
        """Lets the relay and the indexer catch up."""
        while await relay_once(self.hall):
            pass
        while await self._indexer.round(self.hall):
            pass
        self.hall.index._looked_at = 0.0

    async def find(self, q: str = "", **asked: Any) -> search.Results:
        """What a visitor finds."""
        return await self.hall.run(search.find_offers, FindOffers(q=q, **asked), anonymous())

    async def codes(self, q: str = "", **asked: Any) -> list[str]:
        """The codes of what a visitor finds, in order."""
        return [offer.card.offer_code for offer in (await self.find(q, **asked)).offers]


@pytest_asyncio.fixture(loop_scope="session")
async def market(hall: Hall, tmp_path: Path) -> Market:
    """Three offers of two suppliers, indexed."""
    hall.index = search.open_index(hall.settings.index)
    people = await world.make(hall)
    await hall.run(catalogue.publish_offer, TEES, people.yunzhi)
    await hall.run(catalogue.publish_offer, MUGS, people.hongfa)
    await hall.run(catalogue.publish_offer, BOXES, people.hongfa)
    market = Market(hall, people)
    await market.index()
    return market


async def test_finds_chinese_and_english_words_and_codes(market: Market) -> None:
    assert await market.codes("短袖T恤") == ["TEE"]
    assert (await market.codes("t-shirt"))[0] == "TEE"
    assert await market.codes("一件代发") == ["TEE"]
    assert await market.codes("mug-500") == ["MUG-500"]


async def test_reads_width_script_and_units_the_same(market: Market) -> None:
    assert await market.codes("５００ｍｌ 保溫杯") == ["MUG-500"]
    assert await market.codes("storage box") == ["BOX"]


async def test_every_word_must_be_there_until_nothing_has_them_all(market: Market) -> None:
    assert await market.codes("保温杯 大号") != []
    assert (await market.find("保温杯 大号")).relaxed
    assert not (await market.find("保温杯 500ml")).relaxed


async def test_few_offers_with_all_words_are_followed_by_those_that_lack_one(market: Market) -> None:
    found = await market.find("不锈钢 保温杯 500ml")
    assert [offer.card.offer_code for offer in found.offers] == ["MUG-500"]
    assert (found.total, found.others) == (1, [])

    found = await market.find("一件代发 短袖 收纳盒")
    assert found.relaxed
    found = await market.find("cotton short t-shirt")
    assert [offer.card.offer_code for offer in found.offers] == ["TEE"]
    found = await market.find("large storage")
    assert [offer.card.offer_code for offer in found.offers] == ["BOX"]
    # None lacks just one of two words here, and a page that others would not begin has none.
    assert found.others == []
    assert (await market.find("steel boxes")).relaxed


async def test_two_english_words_may_be_written_as_one(market: Market) -> None:
    assert await market.codes("t shirts") == await market.codes("t-shirt")
    assert await market.codes("vac uum mug") == ["MUG-500"]


async def test_a_thing_of_two_words_written_as_one_comes_before_goods_that_say_both(market: Market) -> None:
    dolls = shirts(offer_code="DOLL", title=Name(zh="娃娃造型头", en="Doll styling head and hair set"))
    ears = shirts(offer_code="EARS", title=Name(zh="头戴耳机", en="Stereo over ear gaming headset"))
    for ask in (dolls, ears):
        await market.hall.run(catalogue.publish_offer, ask, market.people.yunzhi)
    await market.index()

    assert await market.codes("head set") == ["EARS", "DOLL"]


async def test_many_short_words_cost_no_more_than_long_ones(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = "ab cd ef gh ij kl mn op qr st uv wx"
    named = Name(zh="字母贴纸", en=f"Letter stickers {pairs}")
    await market.hall.run(
        catalogue.publish_offer, shirts(offer_code="LETTERS", title=named), market.people.yunzhi
    )
    await market.index()
    queries, counts = [], []
    enough, aggregation = wording._enough_of, index._terms_aggregation
    monkeypatch.setattr(wording, "_enough_of", lambda *it: queries.append(it) or enough(*it))
    monkeypatch.setattr(
        index, "_terms_aggregation", lambda facets: counts.append(facets) or aggregation(facets)
    )

    nothing = await market.find(" ".join("abcdefghijklmnopqrstuvwx"))

    assert nothing.total == 0
    looked = len(queries) / (1 + wording.JOINED_MAX)
    assert looked <= TRIES + 3, "each look asks for the words, and for few pairs of them as one"
    assert counts == [], "nothing found is not counted"


async def test_a_thing_comes_before_what_is_made_for_it(market: Market) -> None:
    stand = shirts(offer_code="STAND", title=Name(zh="显示器支架", en="Monitor Stand for Desks"))
    screen = shirts(offer_code="SCREEN", title=Name(zh="高清显示器", en="Full HD Curved Monitor, Black"))
    for ask in (stand, screen):
        await market.hall.run(catalogue.publish_offer, ask, market.people.yunzhi)
    await market.index()

    assert await market.codes("monitor") == ["SCREEN", "STAND"]
    assert await market.codes("显示器") == ["SCREEN", "STAND"]
    assert (await market.codes("monitor stand"))[0] == "STAND"


async def test_offers_that_lack_fewer_words_come_before_those_that_lack_more(market: Market) -> None:
    found = await market.find("不锈钢 保温杯 雨伞")

    assert found.relaxed
    assert [offer.card.offer_code for offer in found.offers] == ["MUG-500"]


async def test_finds_chinese_words_however_they_are_cut(market: Market) -> None:
    assert await market.codes("钢杯") == ["MUG-500"]
    assert await market.codes("桌") == ["BOX"]
    assert await market.codes("T恤男") == ["TEE"]


async def test_finds_by_another_word_for_the_same(market: Market) -> None:
    assert await market.codes("储物箱") == ["BOX"]
    assert await market.codes("tshirt man") == ["TEE"]
    assert await market.codes("cup") == ["MUG-500"]


async def test_finds_what_was_typed_as_it_sounds(market: Market) -> None:
    by_sound, by_letters = await market.find("baowenbei"), await market.find("bwb")

    assert (by_sound.instead, by_letters.instead) == ("保温杯", "保温杯")
    assert [offer.card.offer_code for offer in by_sound.offers] == ["MUG-500"]
    assert (await market.find("保温杯")).instead == ""


async def test_shows_what_was_meant_where_a_slip_finds_nothing(market: Market) -> None:
    slipped = await market.find("satinless mug")
    assert [one.card.offer_code for one in slipped.offers] == ["MUG-500"]
    assert slipped.instead == "stainless mug"
    as_typed = await market.find("satinless mug", exact=True)
    assert (as_typed.instead, as_typed.relaxed) == ("", True)
    by_ear = await market.find("保文杯")
    assert [one.card.offer_code for one in by_ear.offers] == ["MUG-500"]
    assert by_ear.instead == "保温杯"


async def test_asks_what_was_meant_where_it_finds_much_more(market: Market) -> None:
    odd = shirts(offer_code="ODD", title=Name(zh="奇怪的东西", en="Odd Vacume Thing"))
    await market.hall.run(catalogue.publish_offer, odd, market.people.yunzhi)
    for n in range(10):
        mug = shirts(offer_code=f"MUG-{n}", title=Name(zh=f"保温杯{n}号", en=f"Vacuum Mug no {n}"))
        await market.hall.run(catalogue.publish_offer, mug, market.people.yunzhi)
    await market.index()
    slipped = await market.find("vacume")
    assert (slipped.total, slipped.meant) == (1, "vacuum")
    assert (await market.find("vacuum")).meant == ""


async def test_filters_narrow_and_facets_count_what_else_could_be_chosen(market: Market) -> None:
    from_guangdong = await market.find(province=["440000"])

    assert {offer.card.offer_code for offer in from_guangdong.offers} == {"MUG-500", "BOX"}
    counts = {choice.value: choice.count for choice in from_guangdong.facets["province"]}
    assert counts == {"440000": 2, "330000": 1}
    assert await market.codes(moq_to=19, province=["440000"]) == ["BOX"]
    assert await market.codes(promise=["48"], province=["440000"]) == ["MUG-500"]


async def test_nothing_passes_all_filters_so_the_one_that_costs_most_is_left_out(market: Market) -> None:
    found = await market.find("保温杯", price_to_e4=10_000, moq_to=30, promise=["72"], loosen=True)
    assert [one.card.offer_code for one in found.offers] == ["MUG-500"]
    assert (found.without, found.relaxed) == ("price", False)
    strict = await market.find("保温杯", price_to_e4=10_000)
    assert (strict.total, strict.without) == (0, "")
    two = await market.find("保温杯", price_to_e4=10_000, moq_to=1, loosen=True)
    assert (two.total, two.without) == (0, "")
    by_filters_alone = await market.find(price_to_e4=1, loosen=True)
    assert (by_filters_alone.total, by_filters_alone.without) == (3, "price")


async def test_chinese_that_nothing_has_whole_finds_half_of_its_signs_and_not_fewer(market: Market) -> None:
    found = await market.find("钢温壶桶")
    assert [one.card.offer_code for one in found.offers] == ["MUG-500"]
    assert found.relaxed
    assert (await market.find("钢管温控仪器")).total == 0, "two of its six signs are goods of another kind"
    assert (await market.find("龘靐齉")).total == 0


async def test_a_shop_that_is_named_beside_the_goods_is_not_looked_for_in_them(market: Market) -> None:
    found = await market.find("保温杯 官方旗舰店")
    assert [one.card.offer_code for one in found.offers] == ["MUG-500"]
    assert (found.relaxed, found.words) == (False, ["保温杯"])
    assert (await market.find("旗舰店")).words == ["旗舰店"], "a query of nothing else is asked as it is"


async def test_a_size_is_found_however_it_is_joined_and_whole_before_its_numbers(market: Market) -> None:
    mat = shirts(
        offer_code="MAT", title=Name(zh="隔热防滑北欧风格餐垫 30×40cm", en="Heat proof place mat 30 x 40 cm")
    )
    rug = shirts(offer_code="RUG", title=Name(zh="餐垫 40cm 30片", en="Place mat 40cm 30 pcs"))
    tyre = shirts(offer_code="TYRE", title=Name(zh="雪地轮胎 185 195/50 60r13r14", en="Snow tyres"))
    for ask in (rug, mat, tyre):
        await market.hall.run(catalogue.publish_offer, ask, market.people.yunzhi)
    await market.index()

    for written in ("30*40cm", "30x40厘米", "30 × 40 cm", "餐垫30-40cm"):
        assert set(await market.codes(written)) == {"MAT", "RUG"}, written
    assert await market.codes("30*40cm") == ["MAT", "RUG"]
    assert await market.codes("195-50r13") == ["TYRE"]


async def test_goods_taken_down_are_gone_after_the_next_round(market: Market) -> None:
    mug = (await market.find("保温杯")).offers[0].card
    await market.hall.run(
        catalogue.take_down_offer,
        JudgeOffer(offer_id=mug.offer_id, reason="与描述不符"),
        market.people.operator,
    )

    await market.index()

    assert await market.codes("保温杯") == []


async def test_suggests_in_chinese_english_and_pinyin(market: Market) -> None:
    async def suggested(typed: str) -> list[str]:
        asked = await market.hall.run(search.suggest, Suggest(q=typed), anonymous())
        return [suggestion.text for suggestion in asked.suggestions]

    assert any("保温杯" in text for text in await suggested("保温"))
    assert any("保温杯" in text for text in await suggested("baowen"))
    assert any("保温杯" in text for text in await suggested("bwb"))
    assert any(text.startswith("stor") for text in await suggested("stor"))
    assert await suggested("") == []


async def test_suggests_what_goes_on_from_a_slip_or_a_sign_that_sounds_right(market: Market) -> None:
    async def suggested(typed: str) -> list[str]:
        asked = await market.hall.run(search.suggest, Suggest(q=typed), anonymous())
        return [suggestion.text for suggestion in asked.suggestions]

    assert "stainless steel" in await suggested("satinl")
    assert any("保温杯" in text for text in await suggested("保文"))
    assert any("收纳盒" in text for text in await suggested("shounah"))
    assert await suggested("qqqqqq") == []


async def test_the_index_equals_the_offers_and_says_when_it_does_not(market: Market, db: Any) -> None:
    work = market.hall.work(db, system())
    assert await search.verify(work) == []

    await market.hall.run(catalogue.publish_offer, shirts(offer_code="NEW"), market.people.yunzhi)
    assert await search.verify(market.hall.work(db, system())) == []  # it is on its way
    await db.execute("DELETE FROM outbox")
    findings = await search.verify(market.hall.work(db, system()))

    assert [finding.code for finding in findings] == ["search.not_indexed"]


async def test_an_offer_that_left_behind_the_indexers_back_is_found(market: Market, db: Any) -> None:
    await db.execute("UPDATE offer SET state = 'draft' WHERE offer_code = 'BOX'")

    findings = await search.verify(market.hall.work(db, system()))

    assert [(finding.code, finding.facts) for finding in findings] == [
        ("search.index_differs", {"index": 3, "offers": 2})
    ]


async def test_a_second_worker_leaves_the_index_to_the_first_and_takes_over_from_it(
    market: Market, tmp_path: Path
) -> None:
    second = Indexer()
    await market.hall.run(catalogue.publish_offer, shirts(offer_code="NEW"), market.people.yunzhi)
    while await relay_once(market.hall):
        pass

    assert await second.round(market.hall) == 0
    del market._indexer
    gc.collect()
    assert await second.round(market.hall) == 1


async def test_an_indexer_that_stands_still_is_found(market: Market, db: Any, clock: MovableClock) -> None:
    await market.hall.run(catalogue.publish_offer, shirts(offer_code="NEW"), market.people.yunzhi)
    while await relay_once(market.hall):
        pass
    assert await search.verify(market.hall.work(db, system())) == []

    clock.pass_(seconds=61)
    findings = await search.verify(market.hall.work(db, system()))

    assert [finding.code for finding in findings] == ["search.feed_late"]


async def test_odd_queries_find_nothing_and_break_nothing(market: Market) -> None:
    for odd in ("%", "'; DROP TABLE", "(((", "🙂", "a" * 100, "AND OR NOT", '"', "保温杯*"):
        assert isinstance((await market.find(odd)).total, int)


async def test_finds_words_of_the_description_behind_those_of_titles(market: Market) -> None:
    described = shirts(
        offer_code="APRON",
        title=Name(zh="围裙", en="Apron"),
        description=Bilingual(zh="可与保温杯同购", en="Matches our mug"),
    )
    await market.hall.run(catalogue.publish_offer, described, market.people.yunzhi)
    await market.index()

    assert await market.codes("mug") == ["MUG-500", "APRON"]
    assert await market.codes("同购") == ["APRON"]
