"""Favourites: shared by colleagues, limited, with the price they were kept at; and what a browser kept before."""

import pytest

from huozhan import catalogue, interest
from huozhan.interest.asks import Favourites, Keep, KeptAmong, TakeAlong
from huozhan.interest.keeping import FavouritesFull
from huozhan.kernel.actor import anonymous
from huozhan.kernel.refusals import Forbidden, NotFound, Unauthenticated
from huozhan.kernel.rules import Rule, RuleBook
from tests import world
from tests.conftest import OPENING
from tests.interest.looking import bolts, cups
from tests.ordering.trading import CUPS, Trade


async def test_colleagues_see_what_one_of_them_keeps(trade: Trade) -> None:
    hall, people = trade.hall, trade.people
    cup, shop = await cups(trade), str(trade.chenguang.org_id)

    kept = await hall.run(interest.keep_favourites, Keep(offers=(cup,), shops=(shop,)), people.hengxin)
    offers = await hall.run(interest.favourite_offers, Favourites(), people.hengxin_buyer)
    shops = await hall.run(interest.favourite_shops, Favourites(), people.hengxin_buyer)

    assert (kept.offers, kept.shops) == ([cup], [shop])
    (one,) = offers.items
    assert (one.offer_id, one.title.zh, one.kept_price_e4, one.fallen_e4) == (cup, "陶瓷杯", 90_000, 0)
    assert one.shown is not None
    assert one.shown.card.seller_id == shop
    assert [each.seller_id for each in shops.items] == [shop]
    assert (await hall.run(interest.favourite_offers, Favourites(), trade.li)).items == []


async def test_a_fall_of_the_price_is_seen_and_goods_off_sale_say_so(trade: Trade) -> None:
    hall, cup = trade.hall, await cups(trade)
    await hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.li)

    cheaper = catalogue.EditPrices(
        offer_id=cup, ladder=(catalogue.Step(1, 100_000), catalogue.Step(100, 85_000))
    )
    await hall.run(catalogue.edit_prices, cheaper, trade.chenguang)
    (fallen,) = (await hall.run(interest.favourite_offers, Favourites(), trade.li)).items
    await hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=cup), trade.chenguang)
    (gone,) = (await hall.run(interest.favourite_offers, Favourites(), trade.li)).items

    assert fallen.fallen_e4 == 5_000
    assert (gone.shown, gone.title.zh, gone.fallen_e4) == (None, CUPS.title.zh, 0)


async def test_keeping_twice_keeps_the_first_price_and_dropping_lets_go(trade: Trade) -> None:
    hall, cup = trade.hall, await cups(trade)
    await hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.li)
    dearer = catalogue.EditPrices(offer_id=cup, ladder=(catalogue.Step(1, 110_000),))
    await hall.run(catalogue.edit_prices, dearer, trade.chenguang)

    await hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.li)
    (one,) = (await hall.run(interest.favourite_offers, Favourites(), trade.li)).items
    await hall.run(interest.drop_favourites, Keep(offers=(cup,)), trade.li)

    assert one.kept_price_e4 == 90_000
    assert (await hall.run(interest.favourites_among, KeptAmong(offers=(cup,)), trade.li)).offers == []


async def test_no_more_are_kept_than_the_rule_says(trade: Trade) -> None:
    hall, cup, bolt = trade.hall, await cups(trade), await bolts(trade)
    one = Rule(code="interest.favourites_most", version=9, value=1, unit="count", effective_from=OPENING)
    hall.rules = RuleBook([*hall.rules, one])
    await hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.li)

    with pytest.raises(FavouritesFull) as refused:
        await hall.run(interest.keep_favourites, Keep(offers=(bolt,)), trade.li)
    again = await hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.li)

    assert refused.value.facts == {"most": 1}
    assert again.offers == [cup]
    assert len((await hall.run(interest.favourite_offers, Favourites(), trade.li)).items) == 1


async def test_only_what_is_on_sale_can_be_kept(trade: Trade) -> None:
    hall, cup = trade.hall, await cups(trade)
    await hall.run(catalogue.pause_offer, catalogue.OwnOffer(offer_id=cup), trade.chenguang)

    for ask in (Keep(offers=(cup,)), Keep(offers=("123",)), Keep(shops=(str(trade.li.org_id),))):
        with pytest.raises(NotFound):
            await hall.run(interest.keep_favourites, ask, trade.li)


async def test_finance_and_strangers_keep_nothing(trade: Trade) -> None:
    cup = await cups(trade)

    with pytest.raises(Forbidden):
        await trade.hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.people.hengxin_finance)
    with pytest.raises(Unauthenticated):
        await trade.hall.run(interest.keep_favourites, Keep(offers=(cup,)), anonymous())


async def test_a_page_of_favourites_goes_on_where_the_last_one_ended(trade: Trade) -> None:
    hall, cup, bolt = trade.hall, await cups(trade), await bolts(trade)
    await hall.run(interest.keep_favourites, Keep(offers=(cup,)), trade.li)
    await hall.run(interest.keep_favourites, Keep(offers=(bolt,)), trade.li)

    first = await hall.run(interest.favourite_offers, Favourites(size=1), trade.li)
    second = await hall.run(
        interest.favourite_offers, Favourites(size=1, cursor=first.next_cursor or ""), trade.li
    )

    assert [one.offer_id for one in first.items] == [bolt]
    assert [one.offer_id for one in second.items] == [cup]
    assert second.next_cursor is None


async def test_what_a_browser_kept_comes_along_once_somebody_buys(trade: Trade) -> None:
    hall, cup, bolt = trade.hall, await cups(trade), await bolts(trade)
    newcomer = await world.person(hall, "newcomer@example.cn")
    remembered = TakeAlong(offers=(cup, "123"), shops=(str(trade.hongfa.org_id),), seen=(bolt, cup, "123"))

    waits = await hall.run(interest.take_along, remembered, newcomer)
    buyer = await world.buyer(hall, "新开杂货店", "shop@example.cn")
    taken = await hall.run(interest.take_along, remembered, buyer)

    assert (waits.kept, waits.offers, waits.seen) == (False, 0, 2)
    assert (taken.kept, taken.offers, taken.shops, taken.seen) == (True, 1, 1, 2)
    kept = await hall.run(interest.favourite_offers, Favourites(), buyer)
    assert [one.offer_id for one in kept.items] == [cup]
