"""Goods never appear where they cannot be bought: not among results, counts, suggestions, nor in their shop."""

# ruff: noqa: F811 -- the little market of the neighbouring tests is a fixture here too

from collections.abc import Awaitable, Callable

import pytest

from huozhan import catalogue, search
from huozhan.catalogue.claims import Claim
from huozhan.catalogue.listing import JudgeOffer, OwnOffer
from huozhan.catalogue.offer import Name, PublishAs
from huozhan.catalogue.shop import EditShop
from huozhan.catalogue.stock import AdjustStock
from huozhan.kernel.actor import anonymous, system
from huozhan.search import FindOffers, Suggest
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market  # noqa: F401

GONG = shirts(offer_code="GONG", title=Name("黄铜开道锣", "Brass procession gong"), moq=10)
ORDER = 7 << 22


async def offer_id(market: Market) -> int:
    async with market.hall.pool.acquire() as db:
        return int(await db.fetchval("SELECT offer_id FROM offer WHERE offer_code = 'GONG'"))


async def skus(market: Market) -> list[int]:
    async with market.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT sku_id FROM sku WHERE offer_id = $1 ORDER BY position", await offer_id(market)
        )
    return [row["sku_id"] for row in rows]


async def paused(market: Market) -> None:
    await market.hall.run(
        catalogue.pause_offer, OwnOffer(offer_id=str(await offer_id(market))), market.people.hongfa
    )


async def taken_down(market: Market) -> None:
    ask = JudgeOffer(offer_id=str(await offer_id(market)), reason="违禁品")
    await market.hall.run(catalogue.take_down_offer, ask, market.people.operator)


async def counted_away(market: Market) -> None:
    for sku_id, left in zip(await skus(market), (-95, -46), strict=True):
        ask = AdjustStock(sku_id=str(sku_id), quantity=left, reason="盘点")
        await market.hall.run(catalogue.adjust_stock, ask, market.people.hongfa)


async def reserved_by_orders(market: Market) -> None:
    red, blue = await skus(market)
    async with market.hall.working(system()) as work:
        claims = [
            Claim(order_id=ORDER, line_no=1, sku_id=red, quantity=95),
            Claim(order_id=ORDER, line_no=2, sku_id=blue, quantity=46),
        ]
        await catalogue.reserve(work, claims)


async def withdrawn_option(market: Market) -> None:
    """What is left of stock belongs to an option that is not offered any more."""
    async with market.hall.pool.acquire() as db:
        await db.execute("UPDATE sku SET is_offered = false WHERE sku_id = $1", (await skus(market))[0])
        await db.execute("UPDATE stock SET on_hand = 9 WHERE sku_id = $1", (await skus(market))[1])
    async with market.hall.working(system()) as work:
        await search.note_changed(work, [await offer_id(market)])


async def shop_restricted(market: Market) -> None:
    async with market.hall.working(system()) as work:
        await catalogue.restrict_shops(work, [market.people.hongfa.org_id], "deposit")


async def not_sold_here(market: Market) -> None:
    await market.hall.run(catalogue.edit_shop, EditShop(not_sold_to=("510000",)), market.people.hongfa)


HIDING = (
    paused,
    taken_down,
    counted_away,
    reserved_by_orders,
    withdrawn_option,
    shop_restricted,
    not_sold_here,
)
EVERYBODY = HIDING[:-1]


async def where_it_appears(market: Market) -> set[str]:
    """Every place that shows goods, for a buyer in Chengdu."""
    find, li = search.find_offers, market.people.li
    seller = str(market.people.hongfa.org_id)
    found = await market.hall.run(find, FindOffers(q="开道锣"), li)
    suggested = await market.hall.run(search.suggest, Suggest(q="gong"), anonymous())
    everything = await market.hall.run(find, FindOffers(limit=60), li)
    in_shop = await market.hall.run(find, FindOffers(seller_id=seller, limit=60), li)
    places = {
        "results": any(one.card.offer_code == "GONG" for one in (*found.offers, *found.others)),
        "everything": any(one.card.offer_code == "GONG" for one in everything.offers),
        "shop": any(one.card.offer_code == "GONG" for one in in_shop.offers),
        "total": everything.total == 4,
        "counts": {c.value: c.count for c in everything.facets["belt"]}.get("佛山五金") == 3,
        "suggestions": any("gong" in one.text for one in suggested.suggestions),
    }
    return {place for place, it_does in places.items() if it_does}


@pytest.mark.parametrize("hide", HIDING)
async def test_what_cannot_be_bought_appears_nowhere(
    market: Market,
    hide: Callable[[Market], Awaitable[None]],
) -> None:
    await market.hall.run(catalogue.publish_offer, GONG, market.people.hongfa)
    await market.index()
    everywhere = {"results", "everything", "shop", "total", "counts", "suggestions"}
    assert await where_it_appears(market) == everywhere

    await hide(market)
    # The catalogue is asked again, so that nothing is shown even before the index knows.
    assert not {"results", "everything", "shop"} & await where_it_appears(market)

    await market.index()
    # A visitor elsewhere may be suggested what is not sold here.
    assert await where_it_appears(market) <= (set() if hide in EVERYBODY else {"suggestions"})
    async with market.hall.working(system()) as work:
        assert await search.verify(work) == []


async def test_a_draft_is_nowhere(market: Market) -> None:
    draft = shirts(offer_code="GONG", title=GONG.title, publish_as=PublishAs.draft)
    await market.hall.run(catalogue.publish_offer, draft, market.people.hongfa)
    await market.index()

    assert await where_it_appears(market) == set()


async def test_goods_that_are_given_back_are_found_again(market: Market) -> None:
    await market.hall.run(catalogue.publish_offer, GONG, market.people.hongfa)
    await reserved_by_orders(market)
    await market.index()
    assert "results" not in await where_it_appears(market)

    async with market.hall.working(system()) as work:
        await catalogue.release(work, ORDER)
    await market.index()

    assert "results" in await where_it_appears(market)


async def test_few_pieces_of_mixable_goods_can_still_be_mixed(market: Market) -> None:
    await market.hall.run(
        catalogue.edit_shop, EditShop(mix=catalogue.MixRule(pieces=30)), market.people.hongfa
    )
    mixable = shirts(offer_code="GONG", title=GONG.title, moq=10, mixable=True)
    await market.hall.run(catalogue.publish_offer, mixable, market.people.hongfa)
    await counted_away(market)
    await market.index()

    assert "results" in await where_it_appears(market)
