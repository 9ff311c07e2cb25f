"""Publishing offers: whole or not at all, in versions that stay."""

import asyncpg
import msgspec
import pytest

from huozhan import catalogue
from huozhan.catalogue import (
    HintKind,
    OfferState,
    OwnOffer,
    PublishAs,
    PublishOffer,
    QuoteType,
    ShowOffer,
    SkuAsk,
    Step,
    offer_page,
    offer_to_edit,
    publish_offer,
)
from huozhan.catalogue.offer import (
    CategoryUnknown,
    ChoiceUnknown,
    LadderUnsound,
    Name,
    NoTitle,
    PricesDoNotFit,
    SkuTwice,
)
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.refusals import Forbidden, NotFound
from tests.catalogue.making import grid, shirts

RED, BLUE = shirts().skus


async def facts_of(hall: Hall, ask: PublishOffer, seller: Actor) -> list[str]:
    """The facts that a publication records."""
    async with hall.working(seller) as work:
        await publish_offer(work, ask)
        return [fact.name for fact in work.facts]


async def test_a_published_offer_stands_and_the_same_again_changes_nothing(hall: Hall, mei: Actor) -> None:
    first = await hall.run(publish_offer, shirts(), mei)
    again = await hall.run(publish_offer, shirts(), mei)

    assert (first.state, first.version, first.changed) == (OfferState.on_sale, 1, True)
    assert (again.offer_id, again.version, again.changed) == (first.offer_id, 1, False)
    assert await facts_of(hall, shirts(), mei) == []


async def test_an_edit_makes_a_new_version_and_the_old_one_stays_readable(hall: Hall, mei: Actor) -> None:
    first = await hall.run(publish_offer, shirts(), mei)
    edited = await hall.run(publish_offer, shirts(ladder=(Step(2, 160_000),)), mei)

    assert edited.version == 2
    async with hall.working(system()) as work:
        old = await catalogue.offer_version(work, int(first.offer_id), 1)
        new = await catalogue.offer_version(work, int(first.offer_id), 2)
    assert (old.shown["ladder"][0]["price_e4"], new.shown["ladder"][0]["price_e4"]) == (150_000, 160_000)
    assert {"sku_id", "sku_code", "choice"} <= old.shown["skus"][0].keys()


async def test_a_version_cannot_be_altered_even_by_hand(hall: Hall, mei: Actor) -> None:
    await hall.run(publish_offer, shirts(), mei)

    for sql in ("UPDATE offer_version SET snapshot = '{}'", "DELETE FROM offer_version"):
        async with hall.pool.acquire() as db:
            with pytest.raises(asyncpg.RaiseError):
                async with db.transaction():
                    await db.execute(sql)


async def test_each_change_tells_the_index_what_it_was(hall: Hall, mei: Actor) -> None:
    assert await facts_of(hall, shirts(), mei) == ["catalogue.stock_changed", "catalogue.offer_published"]
    assert await facts_of(hall, shirts(moq=3), mei) == ["catalogue.offer_changed"]
    dearer = shirts(moq=3, ladder=(Step(2, 160_000),))
    assert await facts_of(hall, dearer, mei) == ["catalogue.offer_changed", "catalogue.price_changed"]
    recounted = msgspec.structs.replace(dearer, skus=(msgspec.structs.replace(RED, stock=7), BLUE))
    assert await facts_of(hall, recounted, mei) == ["catalogue.stock_changed"]


async def test_a_count_said_before_does_not_undo_what_was_sold_since(hall: Hall, mei: Actor) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)
    page = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())
    claim = catalogue.Claim(order_id=1, line_no=1, sku_id=int(page.skus[0].sku_id), quantity=40)
    async with hall.working(system()) as work:
        await catalogue.reserve(work, [claim])

    await hall.run(publish_offer, shirts(title=Name("改了标题", "New title")), mei)
    page = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())

    assert (page.title.en, page.skus[0].free) == ("New title", 60)


async def test_a_sku_that_comes_back_is_the_same_sku(hall: Hall, mei: Actor) -> None:
    offer = await hall.run(publish_offer, shirts(), mei)
    before = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())

    await hall.run(publish_offer, shirts(skus=(BLUE,)), mei)
    without = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())
    async with hall.working(system()) as work:
        [gone] = (await catalogue.goods_for(work, [int(before.skus[0].sku_id)])).values()
    await hall.run(publish_offer, shirts(), mei)
    after = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())

    assert [sku.sku_code for sku in without.skus] == ["TEE-1-B"]
    assert not gone.on_sale
    assert [sku.sku_id for sku in after.skus] == [sku.sku_id for sku in before.skus]


async def test_a_grid_of_forty_by_twelve_is_saved_and_read_whole(hall: Hall, mei: Actor) -> None:
    offer = await hall.run(publish_offer, grid(40, 12), mei)
    dearer = tuple(msgspec.structs.replace(sku, price_e4=sku.price_e4 + 100) for sku in grid(40, 12).skus)
    again = await hall.run(publish_offer, grid(40, 12, skus=dearer), mei)
    page = await hall.run(offer_page, ShowOffer(offer_id=offer.offer_id), anonymous())

    assert again.version == 2
    assert [(sku.sku_code, sku.price_e4, sku.free) for sku in page.skus] == [
        (sku.sku_code, sku.price_e4, 10) for sku in dearer
    ]


async def test_what_is_opened_for_editing_publishes_as_it_stands(hall: Hall, mei: Actor) -> None:
    for ask in (shirts(), grid(2, 3)):
        offer = await hall.run(publish_offer, ask, mei)
        opened = await hall.run(offer_to_edit, OwnOffer(offer_id=offer.offer_id), mei)
        assert opened.offer == ask
        assert not (await hall.run(publish_offer, opened.offer, mei)).changed


async def test_a_draft_is_seen_by_its_seller_only_and_goes_on_sale_later(
    hall: Hall, mei: Actor, bolt_works: Actor
) -> None:
    draft = await hall.run(publish_offer, shirts(publish_as=PublishAs.draft), mei)
    ask = ShowOffer(offer_id=draft.offer_id)
    assert draft.state is OfferState.draft
    assert (await hall.run(offer_page, ask, mei)).title.zh == "纯棉T恤"
    for stranger in (anonymous(), bolt_works):
        with pytest.raises(NotFound):
            await hall.run(offer_page, ask, stranger)

    published = await hall.run(publish_offer, shirts(), mei)

    assert (published.state, published.version) == (OfferState.on_sale, 2)
    assert (await hall.run(offer_page, ask, anonymous())).version == 2


async def test_two_shops_may_use_one_code(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    one, other = [await hall.run(publish_offer, shirts(), seller) for seller in (mei, bolt_works)]

    assert one.offer_id != other.offer_id


async def test_what_an_offer_lacks_is_hinted_and_does_not_stop_it(hall: Hall, mei: Actor) -> None:
    published = await hall.run(publish_offer, shirts(title=Name("纯棉T恤")), mei)

    kinds = {hint.kind for hint in published.hints}
    [attributes] = [hint for hint in published.hints if hint.kind is HintKind.attributes_missing]
    assert {HintKind.no_english, HintKind.no_picture, HintKind.no_size, HintKind.no_description} <= kinds
    assert HintKind.no_weight not in kinds
    assert attributes.facts["missing"] == attributes.facts["all"] == len(attributes.handles) > 0


def changed(sku: SkuAsk, **changes) -> SkuAsk:
    return msgspec.structs.replace(sku, **changes)


@pytest.mark.parametrize(
    ("ask", "refusal"),
    [
        (shirts(title=Name()), NoTitle),
        (shirts(category_id="no-such"), CategoryUnknown),
        (shirts(ladder=(Step(2, 100), Step(2, 90))), LadderUnsound),
        (shirts(ladder=(Step(2, 100), Step(5, 101))), LadderUnsound),
        (shirts(ladder=()), PricesDoNotFit),
        (shirts(quote_type=QuoteType.sku_price), PricesDoNotFit),
        (shirts(quote_type=QuoteType.fixed), PricesDoNotFit),
        (shirts(skus=(changed(RED, price_e4=5), BLUE)), PricesDoNotFit),
        (shirts(quote_type=QuoteType.sku_ladder, ladder=()), PricesDoNotFit),
        (shirts(skus=(changed(RED, choice=(2,)), BLUE)), ChoiceUnknown),
        (shirts(skus=(changed(RED, choice=()), BLUE)), ChoiceUnknown),
        (shirts(skus=(RED, changed(BLUE, choice=(0,)))), SkuTwice),
        (shirts(skus=(RED, changed(BLUE, sku_code="TEE-1-R"))), SkuTwice),
    ],
)
async def test_parts_that_contradict_one_another_are_refused(
    hall: Hall, mei: Actor, ask: PublishOffer, refusal: type
) -> None:
    with pytest.raises(refusal) as refused:
        await hall.run(publish_offer, ask, mei)

    for lang in ("zh", "en"):
        assert "–" not in hall.say_refusal(refused.value, lang)
    async with hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM offer") == 0


async def test_who_may_not_sell_may_not_publish(hall: Hall, mei: Actor) -> None:
    with pytest.raises(Forbidden):
        await hall.run(publish_offer, shirts(), mei.using(permissions=frozenset({"public"})))


@pytest.mark.parametrize(
    "broken",
    [
        {"moq": 0},
        {"lot": 100_000},
        {"skus": []},
        {"ladder": [{"from_quantity": 1, "price_e4": 0}]},
        {"title": {"zh": "x" * 201}},
        {"title": {"zh": "x", "fr": "y"}},
        {"colour_of_the_sky": "blue"},
        {"pictures": ["../../etc/passwd"]},
        {"offer_code": " "},
        {"origin_code6": "35"},
    ],
)
def test_an_ask_out_of_shape_cannot_be_made(broken: dict[str, object]) -> None:
    shape = msgspec.to_builtins(shirts())
    assert msgspec.convert(shape, PublishOffer) == shirts()

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(shape | broken, PublishOffer)
