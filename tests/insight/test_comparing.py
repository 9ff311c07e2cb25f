"""Comparing: what checkout would ask, at what can really be ordered, to the reader's door; differences lit."""

import asyncpg
import msgspec

from huozhan import catalogue, insight
from huozhan.catalogue import NamedValue
from huozhan.insight.asks import CompareOffers
from huozhan.insight.comparing import aligned
from huozhan.insight.views import Comparison
from huozhan.kernel.actor import Actor, anonymous
from huozhan.kernel.shapes import Bilingual
from tests.interest.looking import bolts, cups
from tests.ordering.trading import BOLTS, CUPS, Trade
from tests.shelves.test_round_trips import asked

CHENGDU = "510100"


async def compared(trade: Trade, *offers: str, who: Actor | None = None, **more: object) -> Comparison:
    ask = CompareOffers(offers=offers, **{"quantity": 120, "to": CHENGDU, **more})  # type: ignore[arg-type]
    return await trade.hall.run(insight.compare_offers, ask, who or anonymous())


async def test_every_amount_is_what_checkout_asks(trade: Trade) -> None:
    shown = await compared(trade, await cups(trade), await bolts(trade), who=trade.li)
    quoted = await trade.quote(*trade.want(red=120, bolt=120))

    cup, bolt = shown.offers
    by_seller = {share.supplier.org_id: share for share in quoted.shares}
    share = by_seller[cup.seller_id]
    assert (cup.price_e4, cup.goods_minor, cup.freight_minor) == (90_000, 108_000, 3_500)
    assert (share.goods_minor, share.freight_minor) == (cup.goods_minor, cup.freight_minor)
    assert cup.landed_minor == 111_500
    assert cup.landed_e4 == 92_917  # 1,115.00 over 120 pieces
    assert (bolt.goods_minor, bolt.freight_minor) == (420, 0)
    assert by_seller[bolt.seller_id].amount_minor == bolt.landed_minor == 420
    assert shown.cheapest == bolt.offer_id


async def test_an_offer_is_reckoned_at_its_minimum_and_in_whole_lots(trade: Trade) -> None:
    boxed = msgspec.structs.replace(BOLTS, offer_code="BOXED", moq=50, lot=12)
    made = await trade.hall.run(catalogue.publish_offer, boxed, trade.hongfa)

    few, more = [
        (await compared(trade, made.offer_id, quantity=quantity)).offers[0].pieces for quantity in (1, 61)
    ]

    assert (few, more) == (60, 72)


async def test_the_option_that_costs_least_and_has_enough_is_taken_unless_one_is_named(trade: Trade) -> None:
    cup = await cups(trade)

    (cheap,) = (await compared(trade, cup, quantity=600)).offers
    (named,) = (await compared(trade, cup, quantity=600, skus=(str(trade.skus["blue"]),))).offers

    assert (cheap.sku_id, cheap.is_enough) == (str(trade.skus["red"]), True)
    assert (named.sku_id, named.is_enough, named.free) == (str(trade.skus["blue"]), False, 500)


async def test_what_is_not_on_sale_is_named_and_left_out(trade: Trade) -> None:
    cup, bolt = await cups(trade), await bolts(trade)
    await trade.hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=cup), trade.chenguang)

    shown = await compared(trade, cup, bolt, "123", who=trade.chenguang)

    assert [one.offer_id for one in shown.offers] == [bolt]
    assert shown.missing == [cup, "123"]
    assert shown.cheapest is None


async def test_goods_that_do_not_go_there_have_no_price_at_the_door(trade: Trade) -> None:
    (abroad,) = (await compared(trade, await cups(trade), to="GB")).offers
    (nowhere,) = (await compared(trade, await cups(trade), to="")).offers

    assert (abroad.is_delivered, abroad.freight_minor, abroad.landed_minor) == (False, None, None)
    assert (nowhere.is_delivered, nowhere.goods_minor, nowhere.landed_minor) == (True, 108_000, None)


async def test_sold_out_goods_are_shown_without_an_amount(trade: Trade) -> None:
    empty = msgspec.structs.replace(
        BOLTS, offer_code="EMPTY", skus=(msgspec.structs.replace(BOLTS.skus[0], sku_code="E", stock=0),)
    )
    made = await trade.hall.run(catalogue.publish_offer, empty, trade.hongfa)

    (one,) = (await compared(trade, made.offer_id)).offers

    assert (one.is_enough, one.price_e4, one.goods_minor, one.landed_minor) == (False, 350, 0, None)


def test_attributes_stand_in_rows_and_differences_are_lit() -> None:
    def said(**values: str) -> list[NamedValue]:
        return [
            NamedValue(handle=handle, name=Bilingual(zh=handle), value=Bilingual(zh=value))
            for handle, value in values.items()
        ]

    rows = aligned(
        [said(odd="x", material="棉", size="L"), said(size=" l", material="麻"), said(material="棉")]
    )

    assert [row.handle for row in rows] == ["material", "size", "odd"]
    assert [[value.zh if value else None for value in row.values] for row in rows] == [
        ["棉", "麻", "棉"],
        ["L", " l", None],
        ["x", None, None],
    ]
    assert [row.differs for row in rows] == [True, False, False]


def test_the_scene_is_what_the_sums_say() -> None:
    assert CUPS.ladder[1].price_e4 * 120 // 100 == 108_000


async def test_six_are_compared_in_as_many_questions_as_two(trade: Trade, db: asyncpg.Connection) -> None:
    few = [await cups(trade), await bolts(trade)]
    many = [*few]
    for code in ("B2", "B3", "B4", "B5"):
        more = msgspec.structs.replace(
            BOLTS, offer_code=code, skus=(msgspec.structs.replace(BOLTS.skus[0], sku_code=code),)
        )
        many.append((await trade.hall.run(catalogue.publish_offer, more, trade.hongfa)).offer_id)

    of_two = await asked(db, compared(trade, *few))
    of_six = await asked(db, compared(trade, *many))

    assert (of_two, of_six) == (5, 5)
