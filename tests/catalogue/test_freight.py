"""Freight: the most specific region wins, and the fee is what the template says."""

import pytest

from huozhan.catalogue import (
    ChargeBy,
    DropFreight,
    EditFreight,
    FreightLot,
    FreightRegion,
    FreightTemplate,
    FreightTerms,
    Name,
    Tariff,
    Undeliverable,
    drop_freight,
    edit_freight,
    freight_fee,
    goods_with_freight,
    my_freight,
    publish_offer,
)
from huozhan.catalogue.freight import is_sold_to, volume_cm3
from huozhan.catalogue.freighting import FreightInUse
from huozhan.catalogue.offer import FreightUnknown
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from tests.catalogue.making import shirts, sku_ids_of

CHENGDU = "510104"


def tariff(first_fee_minor: int = 600, next_fee_minor: int = 100, **more: int) -> Tariff:
    """First and next kilogram."""
    return Tariff(
        first_unit=1_000,
        first_fee_minor=first_fee_minor,
        next_unit=1_000,
        next_fee_minor=next_fee_minor,
        **more,
    )


def template(**changes) -> FreightTemplate:
    return FreightTemplate(template_id=1, **({"tariff": tariff()} | changes))


def lot(
    weight_g: int = 500, *, volume_cm3: int = 0, pieces: int = 1, amount_minor: int = 1_000
) -> FreightLot:
    return FreightLot(weight_g=weight_g, volume_cm3=volume_cm3, pieces=pieces, amount_minor=amount_minor)


@pytest.mark.parametrize(("weight_g", "fee"), [(800, 600), (1_000, 600), (1_001, 700), (3_200, 900)])
def test_each_kilogram_begun_is_charged(weight_g: int, fee: int) -> None:
    assert freight_fee(template(), CHENGDU, [lot(weight_g)]) == fee


def test_the_least_charge_holds() -> None:
    assert freight_fee(template(tariff=tariff(300, least_minor=500)), CHENGDU, [lot(500)]) == 500


def test_lots_are_weighed_together() -> None:
    assert freight_fee(template(), CHENGDU, [lot(600), lot(600)]) == 700


def test_bulky_goods_are_charged_by_their_volume_where_the_template_says_so() -> None:
    bulky = lot(500, volume_cm3=18_000)

    assert freight_fee(template(), CHENGDU, [bulky]) == 600
    assert freight_fee(template(volumetric_divisor=6_000), CHENGDU, [bulky]) == 800


def test_pieces_and_volume_are_other_measures() -> None:
    by_piece = template(
        charge_by=ChargeBy.piece,
        tariff=Tariff(first_unit=10, first_fee_minor=500, next_unit=10, next_fee_minor=200),
    )
    by_volume = template(
        charge_by=ChargeBy.volume,
        tariff=Tariff(first_unit=100_000, first_fee_minor=2_500, next_unit=100_000, next_fee_minor=1_800),
    )

    assert freight_fee(by_piece, CHENGDU, [lot(pieces=21)]) == 900
    assert freight_fee(by_volume, CHENGDU, [lot(volume_cm3=100_001)]) == 4_300


@pytest.mark.parametrize(
    ("region", "fee"),
    [("510104", 300), ("510105", 400), ("510700", 500), ("330782", 600), ("510104001", 200), ("", 600)],
)
def test_the_most_specific_region_wins(region: str, fee: int) -> None:
    regions = tuple(
        FreightRegion(codes=(code,), tariff=tariff(first))
        for code, first in (("510000", 500), ("5101", 400), ("510104", 300), ("510104001", 200))
    )

    assert freight_fee(template(regions=regions), region, [lot()]) == fee


def test_what_is_not_named_is_not_delivered_to_where_there_is_no_general_tariff() -> None:
    only_sichuan = template(tariff=None, regions=(FreightRegion(codes=("51",), tariff=tariff()),))

    assert freight_fee(only_sichuan, CHENGDU, [lot()]) == 600
    for region in ("330782", "GB", ""):
        with pytest.raises(Undeliverable):
            freight_fee(only_sichuan, region, [lot()])


def test_an_excluded_region_stands_against_a_wider_row_but_not_a_narrower_one() -> None:
    regions = (
        FreightRegion(codes=("650000",), tariff=tariff(1_800)),
        FreightRegion(codes=("6501",), tariff=tariff(900)),
    )
    one = template(regions=regions, undeliverable=("6501", "653100", "71"))

    assert freight_fee(one, "654000", [lot()]) == 1_800
    for region in ("650102", "653101", "710000"):
        with pytest.raises(Undeliverable):
            freight_fee(one, region, [lot()])
    narrower = template(
        regions=(FreightRegion(codes=("650102",), tariff=tariff(900)),), undeliverable=("65",)
    )
    assert freight_fee(narrower, "650102", [lot()]) == 900


def test_abroad_a_country_must_be_named() -> None:
    with pytest.raises(Undeliverable):
        freight_fee(template(), "GB", [lot()])
    to_britain = template(regions=(FreightRegion(codes=("GB",), tariff=tariff(9_900)),))
    assert freight_fee(to_britain, "GB", [lot()]) == 9_900


def test_freight_is_free_over_an_amount_or_pieces_but_never_where_it_never_is() -> None:
    one = template(free_over_minor=19_900, free_over_pieces=50, never_free=("65",))

    assert freight_fee(one, CHENGDU, [lot(amount_minor=10_000), lot(amount_minor=9_900)]) == 0
    assert freight_fee(one, CHENGDU, [lot(amount_minor=19_899)]) == 600
    assert freight_fee(one, CHENGDU, [lot(pieces=50)]) == 0
    assert freight_fee(one, "650102", [lot(pieces=50)]) == 600


@pytest.mark.parametrize(
    ("codes", "region", "is_held"),
    [
        (("510104001000",), "510104001", True),
        (("510104001000",), "510104002", False),
        (("510104001001",), "510104001", False),
        (("510104000",), "510104001", False),
        (("500000",), "500101", True),
        (("50",), "510104", False),
        (("330782",), "330700", False),
        (("GB",), "GB", True),
        (("510104",), "", False),
    ],
)
def test_a_shop_does_not_sell_to_what_a_code_holds(
    codes: tuple[str, ...], region: str, is_held: bool
) -> None:
    assert is_sold_to(codes, region) is (not is_held)


def test_of_several_codes_the_most_specific_one_counts() -> None:
    one = template(
        regions=(FreightRegion(codes=("6501",), tariff=tariff(900)),), undeliverable=("65", "6501")
    )

    with pytest.raises(Undeliverable):
        freight_fee(one, "650102", [lot()])


def test_a_piece_takes_up_its_cube_in_whole_centimetres() -> None:
    assert (volume_cm3(300, 200, 100), volume_cm3(10, 10, 19)) == (6_000, 1)


def express(first_fee_minor: int = 600) -> EditFreight:
    """A template of express by weight."""
    terms = FreightTerms(charge_by=ChargeBy.weight, tariff=tariff(first_fee_minor), undeliverable=("71",))
    return EditFreight(code="express", name=Name("快递", "Express"), terms=terms)


async def test_a_template_is_written_again_under_its_code_and_keeps_its_id(hall: Hall, mei: Actor) -> None:
    first = await hall.run(edit_freight, express(), mei)
    again = await hall.run(edit_freight, express(700), mei)
    listed = await hall.run(my_freight, Nothing(), mei)

    assert first.template_id == again.template_id
    assert listed.items == (again,)


async def test_goods_bring_the_freight_they_are_charged_by(hall: Hall, mei: Actor) -> None:
    template_id = int((await hall.run(edit_freight, express(700), mei)).template_id)
    red, blue = await sku_ids_of(hall, shirts(freight_code="express"), mei)
    paid_by_the_seller = shirts(offer_code="TEE-2")
    free, _ = await sku_ids_of(hall, paid_by_the_seller, mei)

    async with hall.working(system()) as work:
        goods, templates = await goods_with_freight(work, [red, blue, free, 404])

    assert {sku_id: one.freight_template_id for sku_id, one in goods.items()} == {
        red: template_id, blue: template_id, free: 0,
    }  # fmt: skip
    assert list(templates) == [template_id]
    assert freight_fee(templates[template_id], CHENGDU, [lot()]) == 700


async def test_a_template_in_use_stays(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    await hall.run(edit_freight, express(), mei)
    await hall.run(publish_offer, shirts(freight_code="express"), mei)

    with pytest.raises(FreightInUse):
        await hall.run(drop_freight, DropFreight(code="express"), mei)
    with pytest.raises(NotFound):
        await hall.run(drop_freight, DropFreight(code="express"), bolt_works)
    with pytest.raises(FreightUnknown):
        await hall.run(publish_offer, shirts(freight_code="express"), bolt_works)

    await hall.run(publish_offer, shirts(), mei)
    await hall.run(drop_freight, DropFreight(code="express"), mei)
    assert (await hall.run(my_freight, Nothing(), mei)).items == ()
