"""The seller's own list, edits in place, and the moves of an offer."""

import msgspec
import pytest

from huozhan import catalogue
from huozhan.catalogue import (
    EditPrices,
    EditShop,
    JudgeOffer,
    MixRule,
    MyOffers,
    OfferState,
    OwnOffer,
    ShowOffer,
    SkuEdit,
    Step,
    edit_prices,
    edit_shop,
    my_offers,
    my_shop,
    offer_counts,
    offer_page,
    offer_to_edit,
    pause_offer,
    publish_offer,
    restore_offer,
    resume_offer,
    take_down_offer,
)
from huozhan.catalogue.listing import SkuUnknown
from huozhan.catalogue.offer import MOVES, PricesDoNotFit
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from tests.catalogue.making import grid, shirts, sku_ids_of


async def test_the_list_is_paged_filtered_and_ones_own(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    for n in range(5):
        await hall.run(publish_offer, shirts(offer_code=f"TEE-{n}"), mei)
    await hall.run(publish_offer, grid(2, 2), mei)
    await hall.run(publish_offer, shirts(offer_code="BOLT"), bolt_works)

    first = await hall.run(my_offers, MyOffers(size=4), mei)
    second = await hall.run(my_offers, MyOffers(size=4, cursor=first.next_cursor), mei)
    found = await hall.run(my_offers, MyOffers(words="tee-3"), mei)

    assert [offer.offer_code for offer in first.items] == ["GRID", "TEE-4", "TEE-3", "TEE-2"]
    assert [offer.offer_code for offer in second.items] == ["TEE-1", "TEE-0"]
    assert second.next_cursor is None
    assert [offer.offer_code for offer in found.items] == ["TEE-3"]
    assert (await hall.run(my_offers, MyOffers(category_id="aa"), mei)).items[0].skus == 4
    assert (await hall.run(my_offers, MyOffers(category_id="ap"), mei)).items == []
    assert (await hall.run(my_offers, MyOffers(sold_out=True), mei)).items == []
    assert len((await hall.run(my_offers, MyOffers(hinted=True), mei)).items) == 6
    assert (await hall.run(offer_counts, Nothing(), mei)).on_sale == 6


async def test_goods_run_low_at_the_rules_count_and_are_sold_out_at_none(hall: Hall, mei: Actor) -> None:
    for code, stock in (("NONE", 0), ("LOW", 20), ("ENOUGH", 21)):
        ask = shirts(offer_code=code)
        skus = tuple(
            msgspec.structs.replace(sku, sku_code=f"{code}-{at}", stock=stock if at == 0 else 0)
            for at, sku in enumerate(ask.skus)
        )
        await hall.run(publish_offer, msgspec.structs.replace(ask, skus=skus), mei)

    low = await hall.run(my_offers, MyOffers(low_stock=True), mei)
    none = await hall.run(my_offers, MyOffers(sold_out=True, low_stock=True), mei)

    assert [offer.offer_code for offer in low.items] == ["LOW", "NONE"]
    assert [offer.offer_code for offer in none.items] == ["NONE"]


async def test_prices_and_stock_are_changed_in_place(hall: Hall, mei: Actor) -> None:
    offer = await hall.run(publish_offer, grid(2, 2), mei)
    edit = EditPrices(
        offer_id=offer.offer_id,
        skus=(SkuEdit(sku_code="G-0-1", price_e4=99), SkuEdit(sku_code="G-1-0", stock=3)),
    )

    edited = await hall.run(edit_prices, edit, mei)
    page = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())

    assert edited.version == 2
    assert [(sku.price_e4, sku.free) for sku in page.skus] == [
        (100_000, 10),
        (99, 10),
        (100_000, 3),
        (100_001, 10),
    ]
    assert (page.price_low_e4, page.price_high_e4) == (99, 100_001)


async def test_stock_alone_makes_no_new_version(hall: Hall, mei: Actor) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)
    edit = EditPrices(offer_id=offer.offer_id, skus=(SkuEdit(sku_code="TEE-1-R", stock=3),))

    edited = await hall.run(edit_prices, edit, mei)

    assert (edited.version, edited.changed) == (1, True)


async def test_edits_that_do_not_fit_are_refused(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)

    for edit, refusal in (
        (EditPrices(offer_id=offer.offer_id, skus=(SkuEdit(sku_code="X", stock=1),)), SkuUnknown),
        (
            EditPrices(offer_id=offer.offer_id, skus=(SkuEdit(sku_code="TEE-1-R", price_e4=5),)),
            PricesDoNotFit,
        ),
    ):
        with pytest.raises(refusal):
            await hall.run(edit_prices, edit, mei)
    with pytest.raises(NotFound):
        await hall.run(edit_prices, EditPrices(offer_id=offer.offer_id, ladder=(Step(1, 1),)), bolt_works)


async def test_a_paused_offer_cannot_be_bought_until_it_is_resumed(hall: Hall, mei: Actor) -> None:
    [red, _] = await sku_ids_of(hall, shirts(), mei)
    own = OwnOffer(offer_id=(await hall.run(my_offers, MyOffers(), mei)).items[0].offer_id)

    async def on_sale() -> bool:
        async with hall.working(system()) as work:
            [goods] = (await catalogue.goods_for(work, [red])).values()
            assert bool(await catalogue.offer_cards(work, [goods.offer_id])) == goods.on_sale
            assert (await catalogue.offer_ids_after(work, 0, 10) == [goods.offer_id]) == goods.on_sale
            return goods.on_sale

    assert (await hall.run(pause_offer, own, mei)).state is OfferState.paused
    assert not await on_sale()
    with pytest.raises(NoSuchMove):
        await hall.run(pause_offer, own, mei)
    assert (await hall.run(resume_offer, own, mei)).state is OfferState.on_sale
    assert await on_sale()


async def test_an_operator_takes_goods_down_and_the_seller_learns_why(
    hall: Hall, mei: Actor, bolt_works: Actor, operator: Actor
) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)
    judged = JudgeOffer(offer_id=offer.offer_id, reason="疑似侵权，请提供授权书")
    with pytest.raises(Forbidden):
        await hall.run(take_down_offer, judged, mei)

    await hall.run(take_down_offer, judged, operator)

    opened = await hall.run(offer_to_edit, OwnOffer(offer_id=offer.offer_id), mei)
    assert (opened.state, opened.reason) == (OfferState.taken_down, "疑似侵权，请提供授权书")
    for stranger in (anonymous(), bolt_works):
        with pytest.raises(NotFound):
            await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), stranger)
    with pytest.raises(NoSuchMove):
        await hall.run(resume_offer, OwnOffer(offer_id=offer.offer_id), mei)
    edited = await hall.run(publish_offer, shirts(moq=5), mei)
    assert edited.state is OfferState.taken_down

    restored = await hall.run(restore_offer, JudgeOffer(offer_id=offer.offer_id, reason="已核实"), operator)
    resumed = await hall.run(resume_offer, OwnOffer(offer_id=offer.offer_id), mei)
    assert (restored.state, resumed.state) == (OfferState.paused, OfferState.on_sale)


async def test_nobody_moves_the_offer_of_another_shop(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)

    for use_case in (pause_offer, resume_offer, offer_to_edit):
        with pytest.raises(NotFound):
            await hall.run(use_case, OwnOffer(offer_id=offer.offer_id), bolt_works)


def test_where_the_table_is_silent_nothing_moves() -> None:
    events = {event for _, event in MOVES.table}

    allowed = {(state, event) for state in OfferState for event in events if MOVES.allows(state, event)}

    assert allowed == set(MOVES.table)
    assert (len(allowed), len(OfferState) * len(events)) == (10, 28)


async def test_a_shops_mixed_batch_is_what_its_goods_carry(hall: Hall, mei: Actor) -> None:
    [red, _] = await sku_ids_of(hall, shirts(mixable=True), mei)
    rule = MixRule(amount_minor=30_000, pieces=30)

    await hall.run(edit_shop, EditShop(mix=rule), mei)

    async with hall.working(system()) as work:
        [goods] = (await catalogue.goods_for(work, [red])).values()
    assert goods.shop_mix == rule
    assert (await hall.run(my_shop, Nothing(), mei)).mix == rule
    await hall.run(edit_shop, EditShop(), mei)
    assert (await hall.run(my_shop, Nothing(), mei)).mix is None


async def test_a_seller_whose_goods_were_taken_down_gets_a_notice(
    hall: Hall, mei: Actor, operator: Actor
) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)
    await hall.run(take_down_offer, JudgeOffer(offer_id=offer.offer_id, reason="疑似侵权"), operator)

    await relay_once(hall)

    async with hall.pool.acquire() as db:
        told = await db.fetch("SELECT * FROM notice WHERE org_id = $1", mei.org_id)
    assert [(row["kind"], row["link"]) for row in told] == [
        ("offer_taken_down", f"/desk/offers/{offer.offer_id}/edit")
    ]
