"""Shelves are filled by rule and by hand, and show only what can be bought."""

from typing import Any

import msgspec
import pytest

from huozhan import catalogue, operations, scenes, search, shelves
from huozhan.catalogue import Customisation, CustomKind, Packing, Step
from huozhan.catalogue.listing import JudgeOffer, OwnOffer
from huozhan.kernel.actor import anonymous, system
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.search import FindOffers
from huozhan.shelves.asks import ArrangeShelf, PreviewShelf, ShowArranged, ShowShelf
from huozhan.shelves.shelf import PickedTwice, Place, ShelfChanged, read_rule, write_rule
from huozhan.shelves.views import ArrangedShelf, FilledShelf
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market

__all__ = ["market"]


async def arrange(market: Market, **changed: Any) -> ArrangedShelf:
    """A shelf of the home page as the operator makes it."""
    ask = ArrangeShelf(
        **{
            "shelf_key": "gifts", "version": 0, "place": Place.home, "position": 9, "title_zh": "礼品", "title_en": "Gifts",
            "reason": "节前备货", **changed,
        }
    )  # fmt: skip
    return await market.hall.run(operations.arrange_shelf, ask, market.people.operator)


async def shown(market: Market, key: str = "gifts", page: int = 1) -> FilledShelf:
    return await market.hall.run(shelves.shelf, ShowShelf(shelf_key=key, page=page), anonymous())


def codes(filled: FilledShelf) -> list[str]:
    return [one.card.offer_code for one in filled.offers]


async def ids(market: Market) -> dict[str, str]:
    found = await market.find()
    return {one.card.offer_code: one.card.offer_id for one in found.offers}


async def test_the_market_opens_with_entrances_that_work(market: Market) -> None:
    laid = await market.hall.run(shelves.entrances, Nothing(), anonymous())
    assert [one.shelf_key for one in laid.entrances] == [
        "dropship",
        "small",
        "bulk",
        "custom",
        "trial",
        "factory",
    ]
    assert all(one.title.zh and one.title.en and one.line.zh and one.line.en for one in laid.entrances)
    assert {one.shelf.shelf_key for one in laid.shelves} == {"selected", "hot", "fresh"}
    every = await market.hall.run(shelves.arranged_shelves, Nothing(), market.people.operator)
    assert all(one.rule is not None for one in every.items)
    assert all(one.sign in shelves.SIGNS for one in every.items)


async def test_a_new_markets_entrances_lead_to_goods_that_say_so(market: Market) -> None:
    piece = {"moq": 1, "ladder": (Step(1, 200_000),)}
    logo = Customisation(kinds=(CustomKind.logo,), days=7)
    for offer in (
        shirts(offer_code="SENT", dropship=Packing.plain, **piece),
        shirts(offer_code="LOGO", customisation=logo, **piece),
    ):
        await market.hall.run(catalogue.publish_offer, offer, market.people.yunzhi)
    await market.index()

    assert codes(await shown(market, "dropship")) == ["SENT"]
    assert codes(await shown(market, "custom")) == ["LOGO"]


async def test_a_rule_fills_a_shelf_and_picks_stand_first(market: Market) -> None:
    known = await ids(market)
    await arrange(market, rule=FindOffers(q="保温杯"), pinned=[known["BOX"]])
    assert codes(await shown(market)) == ["BOX", "MUG-500"]

    await arrange(market, version=1, pinned=[known["MUG-500"], known["BOX"]], hidden=[known["TEE"]])
    filled = await shown(market)
    assert codes(filled) == ["MUG-500", "BOX"]
    # Picks stand on the first page only, and what was picked is not shown again.
    assert codes(await shown(market, page=2)) == []


async def test_what_cannot_be_bought_stands_on_no_shelf(market: Market) -> None:
    known = await ids(market)
    await arrange(market, rule=FindOffers(q="保温杯"), pinned=[known["BOX"], known["MUG-500"]])
    take_down = JudgeOffer(offer_id=known["BOX"], reason="涉嫌侵权")
    await market.hall.run(operations.take_down_offer, take_down, market.people.operator)
    assert codes(await shown(market)) == ["MUG-500"]
    await market.hall.run(catalogue.pause_offer, OwnOffer(offer_id=known["MUG-500"]), market.people.hongfa)
    assert codes(await shown(market)) == []


async def test_a_shelf_that_is_not_shown_is_not_found(market: Market) -> None:
    await arrange(market, is_shown=False)
    with pytest.raises(NotFound):
        await shown(market)
    with pytest.raises(NotFound):
        await shown(market, "nothing")
    ask = ShowArranged(shelf_key="gifts")
    assert not (await market.hall.run(shelves.arranged_shelf, ask, market.people.operator)).is_shown


async def test_nobody_overwrites_what_they_did_not_see(market: Market) -> None:
    await arrange(market)
    for seen in (0, 2):
        with pytest.raises(ShelfChanged):
            await arrange(market, version=seen, title_zh="别的")
    assert (await arrange(market, version=1, title_zh="伴手礼")).version == 2
    with pytest.raises(ShelfChanged):
        await arrange(market, version=1)


async def test_what_makes_no_sense_is_refused(market: Market) -> None:
    known = await ids(market)
    with pytest.raises(PickedTwice):
        await arrange(market, pinned=[known["BOX"]], hidden=[known["BOX"]])
    with pytest.raises(Invalid):
        await arrange(market, title_zh=" ", title_en="")
    with pytest.raises(Invalid):
        await arrange(market, sign="bomb")


async def test_a_preview_shows_what_buyers_would_see_and_changes_nothing(market: Market) -> None:
    known = await ids(market)
    ask = PreviewShelf(rule=FindOffers(q="收纳盒"), pinned=[known["TEE"]])
    seen = await market.hall.run(shelves.preview_shelf, ask, market.people.operator)
    assert codes(seen) == ["TEE", "BOX"]
    with pytest.raises(Forbidden):
        await market.hall.run(shelves.preview_shelf, ask, market.people.hongfa)


async def test_who_arranged_it_and_why_is_on_record(market: Market) -> None:
    await arrange(market)
    log = await market.hall.run(
        operations.audit_log, operations.ListAudit(act="shelf.arrange"), market.people.operator
    )
    assert [(one.about, one.reason) for one in log.items] == [("gifts", "节前备货")]


def test_a_rule_says_only_what_is_not_usual_and_reads_back() -> None:
    rule = FindOffers(q="杯", moq_to=12, sort="newest", page=3, limit=7)
    assert write_rule(rule) == {"q": "杯", "moq_to": 12, "sort": "newest"}
    assert read_rule(msgspec.json.encode(write_rule(rule))) == FindOffers(q="杯", moq_to=12, sort="newest")
    assert write_rule(FindOffers()) == {}
    assert read_rule(b'{"filter_that_is_gone": 1}') is None


async def test_selected_goods_are_those_of_suppliers_who_pass_by_scores_once_anybody_does(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(codes(await shown(market, "selected"))) == {"TEE", "MUG-500", "BOX"}, "all are verified"
    passes, told = market.people.yunzhi.org_id, scenes.service_of

    async def service_of(work: Any, seller_ids: Any) -> dict[int, scenes.views.ServiceFace]:
        faces = await told(work, seller_ids)
        return {one: msgspec.structs.replace(face, is_selected=one == passes) for one, face in faces.items()}

    monkeypatch.setattr(scenes, "service_of", service_of)
    async with market.hall.working(system()) as work:
        await search.note_changed(work, [int(one) for one in (await ids(market)).values()])
    await market.index()

    assert codes(await shown(market, "selected")) == ["TEE"]
    assert [one.card.offer_code for one in (await market.find(has=["selected"])).offers] == ["TEE"]
