"""Filters narrow to what they say, count what else could be chosen, and refuse what there is not."""

# ruff: noqa: F811 -- the little market of the neighbouring tests is a fixture here too

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from huozhan import catalogue, credit, invoicing, search
from huozhan.catalogue.customisation import Customisation, CustomKind
from huozhan.catalogue.dropship import Packing
from huozhan.catalogue.freight import ChargeBy, FreightRegion, Tariff
from huozhan.catalogue.freighting import EditFreight, FreightTerms
from huozhan.catalogue.goods import MixRule, QuoteType, Step
from huozhan.catalogue.offer import AttributeValue, Axis, Name, PublishOffer, SkuAsk
from huozhan.catalogue.services import Service
from huozhan.catalogue.shop import EditShop
from huozhan.catalogue.terms import CreditTerms
from huozhan.credit.asks import SayOpenCredit
from huozhan.invoicing.asks import SaveRates
from huozhan.invoicing.invoice import Kind
from huozhan.kernel.actor import Actor, anonymous
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.scenes.views import Bands, Basis, ServiceFace
from huozhan.search import FILTERS, FilterValueUnknown, FindOffers
from huozhan.search.fields import FACETS as COUNTED_FIELDS
from huozhan.search.filters import attribute_facets, filter_terms, filters_of, price_ranges
from tests.catalogue.making import shirts
from tests.search.test_finding import Market, market  # noqa: F401

BANDED = ("pickup_48", "pickup_24", "score")
CARD = catalogue.IndexCard(
    offer_id=1, offer_code="A", seller_id=1, title=Bilingual("杯"), category_id="aa", category_path=("aa",), category_names=(),
    attribute_texts=(), description=Bilingual(), option_texts=(), sku_codes=(), price_low_e4=1, moq=1, mixable=False,
    promise_hours=48, published_at=datetime(2026, 1, 1, tzinfo=UTC), has_picture=False, free=1, sold=0,
)  # fmt: skip
POST = Tariff(first_unit=1_000, first_fee_minor=600, next_unit=1_000, next_fee_minor=200)


async def publish(market: Market, seller: Actor, *asks: PublishOffer) -> None:
    for ask in asks:
        await market.hall.run(catalogue.publish_offer, ask, seller)
    await market.index()


def counts(facet: list) -> dict[str, int]:
    return {choice.value: choice.count for choice in facet}


def test_every_filter_can_be_asked_for_and_is_counted_by_the_index() -> None:
    fields = {field.name for field in msgspec.structs.fields(FindOffers)}
    assert [row.name for row in FILTERS if row.name not in fields] == []
    assert [row.name for row in FILTERS if row.facet not in COUNTED_FIELDS] == []
    assert filters_of(FindOffers()).terms == {}


async def test_marks_of_offer_shop_and_supplier_narrow_one_after_the_other(market: Market) -> None:
    await market.hall.run(
        catalogue.edit_shop,
        EditShop(mix=MixRule(pieces=30), services=(Service.no_reason,)),
        market.people.yunzhi,
    )
    await publish(
        market,
        market.people.yunzhi,
        shirts(offer_code="SAMPLE", sample_price_e4=10_000, mixable=True),
        shirts(offer_code="ONE", moq=1, ladder=(Step(1, 200_000),)),
        shirts(offer_code="LOTS", lot=6, moq=6),
    )

    assert set(await market.codes(has=["mixed"])) == {"SAMPLE"}
    assert set(await market.codes(has=["one_piece"])) == {"ONE"}
    assert "LOTS" not in await market.codes(has=["single"], limit=60)
    assert await market.codes(has=["no_reason", "sample"]) == ["SAMPLE"]
    assert await market.codes(has=["one_piece", "sample"]) == []
    found = counts((await market.find(has=["no_reason"])).facets["has"])
    assert found["no_reason"] == 4
    assert (found["sample"], found["one_piece"], found["mixed"]) == (1, 1, 1)


async def test_goods_are_found_by_how_they_are_sent_on_and_customised(market: Market) -> None:
    def custom(*kinds: CustomKind) -> Customisation:
        return Customisation(kinds=kinds, days=7)

    piece = {"moq": 1, "ladder": (Step(1, 200_000),)}
    await publish(
        market,
        market.people.yunzhi,
        shirts(offer_code="SENT", dropship=Packing.plain, customisation=custom(CustomKind.logo), **piece),
        shirts(offer_code="ONE", customisation=custom(CustomKind.logo, CustomKind.label), **piece),
        shirts(offer_code="DRAWN", customisation=custom(CustomKind.to_drawing)),
    )

    assert await market.codes(has=["dropship"]) == ["SENT"]
    assert set(await market.codes(has=["one_piece"])) == {"SENT", "ONE"}
    assert set(await market.codes(custom=["label", "to_drawing"])) == {"ONE", "DRAWN"}
    facets = (await market.find(custom=["label"])).facets
    assert counts(facets["custom"]) == {"logo": 2, "label": 1, "to_drawing": 1}
    assert counts(facets["has"])["one_piece"] == 1
    with pytest.raises(FilterValueUnknown):
        await market.find(custom=["tattoo"])

    await publish(market, market.people.yunzhi, shirts(offer_code="SENT", **piece))
    assert await market.codes(has=["dropship"]) == []
    assert await market.codes(custom=["logo"]) == ["ONE"]


async def test_goods_are_found_by_the_invoices_and_the_credit_of_their_shop(market: Market) -> None:
    hongfa, yunzhi = market.people.hongfa, market.people.yunzhi

    async def say(seller: Actor, days: int | None, *issues: Kind) -> None:
        await market.hall.run(invoicing.save_rates, SaveRates(rate_bp=1300, issues=issues), seller)
        await market.hall.run(
            credit.say_open_credit, SayOpenCredit(term_days=days, yearly_from_minor=500), seller
        )
        await market.index()

    await say(hongfa, 45, Kind.special, Kind.ordinary)
    await say(yunzhi, 7, Kind.ordinary)

    assert set(await market.codes(invoice=["special"])) == {"MUG-500", "BOX"}
    assert set(await market.codes(invoice=["ordinary"])) == {"MUG-500", "BOX", "TEE"}
    assert set(await market.codes(credit=["30"])) == {"MUG-500", "BOX"}
    assert await market.codes(credit=["60", "90"]) == []
    facets = (await market.find()).facets
    assert counts(facets["credit"]) == {"7": 3, "30": 2}
    assert counts(facets["invoice"]) == {"ordinary": 3, "special": 2}
    found = await market.find(credit=["30"], limit=1)
    page = await market.hall.run(
        catalogue.offer_page, catalogue.ShowOffer(offer_id=found.offers[0].card.offer_id), anonymous()
    )
    assert (page.invoices, page.credit) == (
        ("ordinary", "special"),
        CreditTerms(days=45, yearly_from_minor=500),
    )

    await say(hongfa, None)
    assert await market.codes(invoice=["special"]) == []
    assert await market.codes(credit=["30"]) == []
    assert (await market.hall.run(credit.my_open_credit, Nothing(), hongfa)).terms is None
    assert (await market.hall.run(credit.my_open_credit, Nothing(), yunzhi)).terms.days == 7


async def test_a_shop_that_changes_its_promises_is_found_by_the_new_ones(market: Market) -> None:
    assert await market.codes(has=["fast_refund"]) == []

    await market.hall.run(
        catalogue.edit_shop, EditShop(services=(Service.fast_refund,)), market.people.hongfa
    )
    await market.index()

    assert set(await market.codes(has=["fast_refund"])) == {"MUG-500", "BOX"}


async def test_belts_are_counted_with_their_names_as_if_none_was_chosen(market: Market) -> None:
    found = await market.find(belt=["佛山五金"])

    assert {one.card.offer_code for one in found.offers} == {"MUG-500", "BOX"}
    assert counts(found.facets["belt"]) == {"佛山五金": 2, "杭州女装": 1}
    assert {choice.name.zh for choice in found.facets["belt"]} == {"佛山五金", "杭州女装"}
    assert (await market.find(belt=["没有的产业带"])).total == 0


async def test_prices_and_their_bounds_are_those_of_my_quantity(market: Market) -> None:
    await publish(
        market,
        market.people.hongfa,
        shirts(
            offer_code="STEEP",
            title=Name("阶梯水壶", "Kettle"),
            moq=1,
            ladder=(Step(1, 500_000), Step(10, 400_000), Step(100, 200_000)),
        ),
        shirts(offer_code="FLAT", title=Name("平价水壶", "Kettle"), moq=1, ladder=(Step(1, 300_000),)),
    )

    async def priced(**asked: int) -> dict[str, int]:
        found = await market.find("水壶", **asked)
        return {one.card.offer_code: one.at.low_e4 if one.at else 0 for one in found.offers}

    assert await priced(n=1) == {"STEEP": 500_000, "FLAT": 300_000}
    assert await priced(n=99) == {"STEEP": 400_000, "FLAT": 300_000}
    assert await priced(n=100) == {"STEEP": 200_000, "FLAT": 300_000}
    assert await priced(n=1, price_to_e4=400_000) == {"FLAT": 300_000}
    assert await priced(n=10, price_from_e4=350_000) == {"STEEP": 400_000}
    assert await priced(n=100, price_to_e4=250_000) == {"STEEP": 200_000}
    # Without a quantity the lowest price of the ladder counts.
    assert await market.codes("水壶", price_to_e4=250_000) == ["STEEP"]
    assert await market.codes("水壶", n=1, sort="price_up") == ["FLAT", "STEEP"]
    assert await market.codes("水壶", n=500, sort="price_up") == ["STEEP", "FLAT"]


async def test_goods_whose_minimum_is_above_my_quantity_are_left_out(market: Market) -> None:
    assert "MUG-500" in await market.codes(n=20)
    assert "MUG-500" not in await market.codes(n=19)


async def test_each_option_has_its_own_price_at_my_quantity(market: Market) -> None:
    skus = (
        SkuAsk(sku_code="A", choice=(0,), stock=100, ladder=(Step(1, 90_000), Step(50, 60_000))),
        SkuAsk(sku_code="B", choice=(1,), stock=100, ladder=(Step(1, 80_000), Step(50, 70_000))),
    )
    await publish(
        market,
        market.people.hongfa,
        shirts(
            offer_code="TWO", title=Name("双规格夹子", "Clip"), quote_type=QuoteType.sku_ladder, ladder=(),
            skus=skus, moq=1,
        ),
    )  # fmt: skip
    (few,) = (await market.find("双规格夹子", n=2)).offers
    (many,) = (await market.find("双规格夹子", n=60)).offers

    assert few.at is not None
    assert (few.at.low_e4, few.at.high_e4) == (80_000, 90_000)
    assert many.at is not None
    assert (many.at.low_e4, many.at.high_e4) == (60_000, 70_000)


def test_bounds_of_the_index_let_nothing_pass_that_is_outside() -> None:
    assert price_ranges(1, 2, None) == {"price_low": (1, 2)}
    assert price_ranges(1, 2, 50) == {"price_at_50": (1, 2)}
    assert price_ranges(1, 2, 60) == {"price_at_50": (None, 2), "price_at_100": (1, None)}
    assert price_ranges(1, 2, 5_000) == {"price_at_1000": (None, 2), "price_low": (1, None)}
    assert price_ranges(None, None, 7) == {}


async def test_attributes_of_a_category_are_counted_once_it_is_clear(market: Market) -> None:
    def said(value: Name) -> tuple[AttributeValue, ...]:
        return (AttributeValue(handle="material", value=value),)

    await publish(
        market,
        market.people.yunzhi,
        shirts(offer_code="COTTON", title=Name("衬衣甲", "Blouse"), attributes=said(Name("棉", "Cotton"))),
        shirts(offer_code="COTTON2", title=Name("衬衣乙", "Blouse"), attributes=said(Name("棉", ""))),
        shirts(offer_code="LINEN", title=Name("衬衣丙", "Blouse"), attributes=said(Name("", "Linen"))),
        shirts(
            offer_code="OWN", title=Name("衬衣丁", "Blouse"), attributes=said(Name("香云纱", "")),
            options=(Axis(name=Name("颜色", ""), values=(Name("红色", ""), Name("黑色", ""))),),
        ),
    )  # fmt: skip
    found = await market.find("衬衣", category=["aa-1-13-8"])
    by_handle = {one.handle: one for one in found.attributes}

    assert counts(by_handle["material"].choices) == {
        "material:cotton": 2, "material:linen": 1, "material:香云纱": 1,
    }  # fmt: skip
    assert by_handle["material"].choices[0].name.zh == "棉"
    assert by_handle["color"].name.zh == "颜色"
    assert set(await market.codes("衬衣", attr=["material:cotton"])) == {"COTTON", "COTTON2"}
    assert set(await market.codes("衬衣", attr=["material:cotton", "material:linen"])) == {
        "COTTON", "COTTON2", "LINEN",
    }  # fmt: skip
    assert await market.codes("衬衣", attr=["material:香云纱", "color:black"]) == ["OWN"]
    assert await market.codes("衬衣", attr=["material:cotton", "color:black"]) == []
    # What is chosen of an attribute counts as if it were not, so that another value can be chosen.
    chosen = await market.find("衬衣", attr=["material:cotton"], category=["aa-1-13-8"])
    assert counts(chosen.attributes[0].choices)["material:linen"] == 1


async def test_a_value_that_there_is_not_is_refused_by_its_name(market: Market) -> None:
    for asked in (
        {"has": ["gold"]}, {"province": ["990000"]}, {"supplier_kind": ["bank"]}, {"promise": ["1"]}, {"attr": ["no-such:x"]},
        {"attr": ["material"]}, {"category": ["no-such"]}, {"count": ["gold"]}, {"to": "990000"},
    ):  # fmt: skip
        with pytest.raises(FilterValueUnknown) as refused:
            await market.find(**asked)
        assert refused.value.facts["filter"] == next(iter(asked))


async def test_only_the_facets_asked_for_are_counted(market: Market) -> None:
    assert set((await market.find(count=["vertical"])).facets) == {"vertical"}
    assert (await market.find(count=[])).facets == {}
    assert set((await market.find()).facets) == {row.name for row in FILTERS if row.name != "attr"}


async def test_goods_that_do_not_reach_me_are_left_out(market: Market) -> None:
    terms = FreightTerms(
        charge_by=ChargeBy.weight,
        tariff=POST,
        undeliverable=("650000", "510100"),
        regions=(FreightRegion(codes=("GB",), tariff=POST),),
    )
    await market.hall.run(
        catalogue.edit_freight, EditFreight(code="post", name=Name("快递"), terms=terms), market.people.hongfa
    )
    await market.hall.run(catalogue.edit_shop, EditShop(not_sold_to=("11",)), market.people.yunzhi)
    await publish(
        market,
        market.people.hongfa,
        shirts(offer_code="POSTED", title=Name("水桶", "Bucket"), freight_code="post"),
    )

    async def to(region: str) -> set[str]:
        return {code for code in await market.codes(to=region) if code in ("POSTED", "TEE", "BOX")}

    assert await to("any") == {"POSTED", "TEE", "BOX"}
    assert await to("650000") == {"TEE", "BOX"}
    assert await to("510104") == {"TEE", "BOX"}
    assert await to("513300") == {"POSTED", "TEE", "BOX"}
    assert await to("110000") == {"POSTED", "BOX"}
    assert await to("GB") == {"POSTED", "TEE", "BOX"}
    assert await to("FR") == {"TEE", "BOX"}
    # The buyer's first address is in Chengdu.
    mine = await market.hall.run(search.find_offers, FindOffers(), market.people.li)
    assert mine.to == "510104"
    assert "POSTED" not in {one.card.offer_code for one in mine.offers}


def test_who_keeps_the_higher_rate_is_found_by_the_lower_one_too() -> None:
    def held(**bands: str) -> dict[str, Any]:
        basis = Basis(days=30, least=5, plain=30)
        face = ServiceFace(seller_id="1", basis=basis, bands=Bands(**bands))
        return {name: value for name, value in filter_terms(CARD, None, face).items() if name in BANDED}

    assert held() == {"pickup_48": [], "pickup_24": [], "score": []}
    assert held(pickup_48="99", pickup_24="95", composite="4.5") == {
        "pickup_48": ["99", "95"], "pickup_24": ["95"], "score": ["4.5"],
    }  # fmt: skip
    assert held(pickup_48="below", composite="5")["pickup_48"] == ["below"]


def test_what_each_offer_has_of_its_own_is_nothing_to_choose_by() -> None:
    counts_of = {"material:cotton": 6, "material:linen": 1} | {f"model:{n}": 1 for n in range(9)}

    assert [one.handle for one in attribute_facets(counts_of, [])] == ["material"]
    assert [one.handle for one in attribute_facets(counts_of, ["model:3"])] == ["model", "material"]
