"""What others see: goods for carts, cards for results, the index's view, shops and categories."""

import pytest

from huozhan import catalogue
from huozhan.catalogue import (
    Categories,
    ChargeBy,
    EditFreight,
    FindCategories,
    FreightTerms,
    FreightTo,
    MyOffers,
    ShowCategory,
    ShowOffer,
    ShowShop,
    Tariff,
    categories,
    category,
    edit_freight,
    find_categories,
    offer_page,
    publish_offer,
    shop_page,
)
from huozhan.catalogue.offer import AttributeValue, Name
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.refusals import NotFound
from tests import world
from tests.catalogue.making import grid, shirts, sku_ids_of


async def test_goods_carry_all_that_a_price_needs(hall: Hall, mei: Actor) -> None:
    red, blue = await sku_ids_of(hall, shirts(length_mm=300, width_mm=200, height_mm=20), mei)

    async with hall.working(system()) as work:
        found = await catalogue.goods_for(work, [red, blue, 404])

    assert set(found) == {red, blue}
    goods = found[red]
    assert (goods.options.zh, goods.options.en, goods.free, goods.weight_g) == ("红", "Red", 100, 180)
    assert (goods.volume_cm3, goods.moq, goods.vertical_id, goods.offer_version) == (1_200, 2, "aa", 1)
    priced = catalogue.price([catalogue.Demand(goods=goods, quantity=20)])
    assert priced.amount_minor == 28_000


async def test_cards_show_what_the_database_holds(hall: Hall, mei: Actor) -> None:
    offer = await hall.run(publish_offer, grid(2, 3), mei)

    async with hall.working(system()) as work:
        [card] = await catalogue.offer_cards(work, [int(offer.offer_id)])
        [indexed] = await catalogue.index_cards(work, [int(offer.offer_id)])

    assert (card.price_low_e4, card.price_high_e4, card.free, card.skus) == (100_000, 100_002, 60, 6)
    assert indexed.category_path[0] == "aa"
    assert len(indexed.category_path) == len(indexed.category_names)
    assert "色0" in indexed.option_texts
    assert len(indexed.sku_codes) == 6


async def test_an_attribute_is_shown_by_its_name(hall: Hall, mei: Actor) -> None:
    attributes = (
        AttributeValue(handle="material", value=Name("棉", "Cotton")),
        AttributeValue(handle="fibre-count", value=Name("40支", "40s")),
        AttributeValue(handle="", name=Name("洗涤", "Care"), value=Name("机洗", "Machine wash")),
    )
    offer = await hall.run(publish_offer, shirts(attributes=attributes), mei)

    page = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())

    assert [(one.name.say("en"), one.value.say("en")) for one in page.attributes] == [
        ("Material", "Cotton"),
        ("Fibre count", "40s"),
        ("Care", "Machine wash"),
    ]


async def test_an_offer_says_what_freight_to_a_place_comes_to(hall: Hall, mei: Actor) -> None:
    tariff = Tariff(first_unit=1_000, first_fee_minor=600, next_unit=1_000, next_fee_minor=200)
    terms = FreightTerms(
        charge_by=ChargeBy.weight, tariff=tariff, undeliverable=("81",), free_over_minor=50_000
    )
    await hall.run(edit_freight, EditFreight(code="EXP", name=Name("快递", "Express"), terms=terms), mei)
    charged = await hall.run(publish_offer, shirts(freight_code="EXP"), mei)
    paid = await hall.run(publish_offer, shirts(offer_code="TEE-2"), mei)

    async def freight(offer_id: str, quantity: int | None, to: str) -> FreightTo | None:
        ask = ShowOffer(offer_id=offer_id, quantity=quantity, to=to)
        return (await hall.run(offer_page, ask, anonymous())).freight

    # Ten shirts weigh 1,800 g; the smallest order is two; forty cost 560.00 at the second step, which sends them free.
    assert await freight(charged.offer_id, 10, "510000") == FreightTo(
        region="510000", quantity=10, fee_minor=800
    )
    assert await freight(charged.offer_id, None, "510000") == FreightTo(
        region="510000", quantity=2, fee_minor=600
    )
    assert await freight(charged.offer_id, 40, "510000") == FreightTo(
        region="510000", quantity=40, fee_minor=0
    )
    assert await freight(charged.offer_id, 10, "810000") == FreightTo(
        region="810000", quantity=10, fee_minor=None
    )
    assert await freight(paid.offer_id, 10, "810000") == FreightTo(region="810000", quantity=10, fee_minor=0)
    assert (await hall.run(offer_page, ShowOffer(offer_id=charged.offer_id), anonymous())).freight is None


async def test_changed_freight_terms_are_charged_at_once(hall: Hall, mei: Actor) -> None:
    def express(fee_minor: int) -> EditFreight:
        tariff = Tariff(first_unit=1_000, first_fee_minor=fee_minor, next_unit=1_000, next_fee_minor=0)
        terms = FreightTerms(charge_by=ChargeBy.weight, tariff=tariff)
        return EditFreight(code="EXP", name=Name("快递", "Express"), terms=terms)

    await hall.run(edit_freight, express(600), mei)
    offer = await hall.run(publish_offer, shirts(freight_code="EXP"), mei)
    ask = ShowOffer(offer_id=offer.offer_id, to="510000")
    before = await hall.run(offer_page, ask, anonymous())
    await hall.run(edit_freight, express(700), mei)
    after = await hall.run(offer_page, ask, anonymous())

    assert before.freight == FreightTo(region="510000", quantity=2, fee_minor=600)
    assert after.freight == FreightTo(region="510000", quantity=2, fee_minor=700)


async def test_a_shop_shows_its_own_goods_page_by_page(hall: Hall) -> None:
    people = await world.make(hall)
    for n in range(3):
        await hall.run(publish_offer, shirts(offer_code=f"TEE-{n}"), people.yunzhi)
    ask = {"seller_id": str(people.yunzhi.org_id), "size": 2}

    first = await hall.run(shop_page, ShowShop(**ask), anonymous())
    second = await hall.run(shop_page, ShowShop(**ask, cursor=first.next_cursor), anonymous())
    mine = await hall.run(catalogue.my_offers, MyOffers(), people.yunzhi)

    assert first.seller.name.zh == "杭州云织服饰有限公司"
    assert [card.offer_id for card in (*first.offers, *second.offers)] == [row.offer_id for row in mine.items]
    assert second.next_cursor is None
    with pytest.raises(NotFound):
        await hall.run(shop_page, ShowShop(seller_id=str(people.li.org_id)), anonymous())


async def test_the_tree_is_walked_from_the_top_down(hall: Hall) -> None:
    top = await hall.run(categories, Categories(), anonymous())
    apparel = next(one for one in top.items if one.category_id == "aa")
    page = await hall.run(category, ShowCategory(category_id="aa-1-13-8"), anonymous())

    assert apparel.has_children
    assert [one.category_id for one in page.path] == ["aa", "aa-1", "aa-1-13", "aa-1-13-8"]
    assert page.attributes
    assert all(one.name.zh and one.name.en for one in (*top.items, *page.path))
    with pytest.raises(NotFound):
        await hall.run(category, ShowCategory(category_id="no-such"), anonymous())


@pytest.mark.parametrize("words", ["T-Shirts", "t-shirt"])
async def test_a_category_is_found_by_its_name(hall: Hall, words: str) -> None:
    found = await hall.run(find_categories, FindCategories(words=words), anonymous())

    assert "aa-1-13-8" in [one.category_id for one in found.items]


async def test_filling_the_tree_again_changes_nothing(hall: Hall) -> None:
    async with hall.pool.acquire() as db:
        assert not await catalogue.load_categories(db)
