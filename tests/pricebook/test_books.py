"""Books, members and versions: who may say what, what replaces what, and what each side sees."""

from datetime import timedelta

import asyncpg
import pytest

from huozhan import messaging, pricebook
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.pricebook.asks import AnswerContract, AssignLevel, BookRef, EndPrices, PriceBooks, PriceMembers
from huozhan.pricebook.book import Level
from huozhan.pricebook.contracting import OtherPrices
from huozhan.pricebook.judging import BadSpan, NotYourGoods, OwnPrices, StepsDoNotFall
from huozhan.pricebook.views import BookPage
from tests.ordering.trading import Trade
from tests.pricebook import booking


async def page(trade: Trade, book_id: str, *, seller: bool = False) -> BookPage:
    asked = BookRef(book_id=book_id)
    return await trade.hall.run(pricebook.price_book, asked, trade.chenguang if seller else trade.li)


def states(shown: BookPage) -> list[tuple[int, str]]:
    return [(one.version, one.state) for one in shown.versions]


async def test_a_contract_waits_for_its_buyer_and_the_old_one_goes_on(trade: Trade) -> None:
    first = await booking.agree(trade, red=80_000)
    second = await booking.offer(trade, red=70_000)
    shown = await page(trade, first.book_id)
    assert (shown.shown.version, shown.can, states(shown)) == (
        2, ["accept", "decline"], [(2, "offered"), (1, "in_force")],
    )  # fmt: skip
    assert await booking.unit(trade) == (80_000, "contract", 1)

    third = await booking.offer(trade, red=60_000)
    with pytest.raises(OtherPrices):
        await booking.accept(trade, second)
    await trade.hall.run(
        pricebook.decline_contract, AnswerContract(book_id=third.book_id, version=3), trade.li
    )

    assert await booking.unit(trade) == (80_000, "contract", 1)
    assert states(await page(trade, first.book_id, seller=True)) == [
        (3, "declined"), (2, "replaced"), (1, "in_force"),
    ]  # fmt: skip


async def test_a_list_that_begins_later_leaves_the_old_one_until_then(trade: Trade) -> None:
    await booking.agree(trade, red=80_000)
    await booking.agree(trade, starts=10, days=10, red=70_000)
    assert await booking.unit(trade) == (80_000, "contract", 1)
    trade.clock.pass_(days=10)
    assert await booking.unit(trade) == (70_000, "contract", 2)
    trade.clock.pass_(days=10)
    assert await booking.unit(trade) == (100_000, "ladder", 0)


async def test_a_list_for_the_time_after_outlives_a_shorter_one_that_comes_later(trade: Trade) -> None:
    await booking.agree(trade, days=20, red=80_000)
    await booking.agree(trade, starts=20, days=20, red=75_000)
    await booking.agree(trade, starts=5, days=5, red=70_000)

    shown = await page(trade, (await booking.offer(trade, red=60_000)).book_id)
    assert states(shown) == [(4, "offered"), (3, "in_force"), (2, "in_force"), (1, "in_force")]
    prices = []
    for _ in range(6):
        prices.append(await booking.unit(trade))
        trade.clock.pass_(days=5)
    assert prices == [
        (80_000, "contract", 1), (70_000, "contract", 3), (100_000, "ladder", 0), (100_000, "ladder", 0),
        (75_000, "contract", 2), (75_000, "contract", 2),
    ]  # fmt: skip


async def test_only_the_buyer_ends_a_contract(trade: Trade) -> None:
    agreed = await booking.agree(trade, red=80_000)
    assert (await page(trade, agreed.book_id, seller=True)).can == []
    ask = EndPrices(book_id=agreed.book_id, reason="改走现货")
    for stranger in (trade.chenguang, trade.hongfa, trade.people.hengxin):
        with pytest.raises((NotFound, Forbidden)):
            await trade.hall.run(pricebook.end_contract, ask, stranger)

    await trade.hall.run(pricebook.end_contract, ask, trade.li)

    assert await booking.unit(trade) == (100_000, "ladder", 0)
    assert states(await page(trade, agreed.book_id)) == [(1, "ended")]
    with pytest.raises(NotFound):
        await trade.hall.run(pricebook.end_contract, ask, trade.li)
    assert await booking.findings(trade) == []


async def test_a_level_is_taken_away_and_its_members_are_listed(trade: Trade) -> None:
    await booking.level(trade, "vip", 500)
    await booking.assign(trade, "vip")
    await booking.assign(trade, "normal", trade.people.hengxin)
    listed = await trade.hall.run(pricebook.price_members, PriceMembers(size=1), trade.chenguang)
    assert [(one.level, one.is_by_rule) for one in listed.items] == [("normal", False)]
    assert listed.next_cursor is not None
    rest = await trade.hall.run(
        pricebook.price_members, PriceMembers(cursor=listed.next_cursor), trade.chenguang
    )
    assert [one.level for one in rest.items] == ["vip"]
    mine = await trade.hall.run(pricebook.my_levels, Nothing(), trade.li)
    assert [(one.seller.org_id, one.level, one.off_bp) for one in mine.items] == [
        (str(trade.chenguang.org_id), "vip", 500)
    ]
    shown = (await trade.hall.run(pricebook.levels, Nothing(), trade.chenguang)).levels
    assert {one.level: one.members for one in shown if one.members} == {"normal": 1, "vip": 1}

    await booking.assign(trade, None)

    assert await booking.unit(trade) == (100_000, "ladder", 0)


async def test_prices_that_cannot_be_meant_are_refused(trade: Trade) -> None:
    with pytest.raises(NotYourGoods):
        await booking.agree(trade, bolt=200)
    with pytest.raises(StepsDoNotFall):
        await booking.give(trade, red=((1, 80_000), (50, 80_001)))
    with pytest.raises(StepsDoNotFall):
        await booking.give(trade, red=((5, 80_000), (5, 70_000)))
    with pytest.raises(NotYourGoods):
        await booking.level(trade, "vip", bolt=200)
    for days in (0, 1_097):
        with pytest.raises(BadSpan):
            await booking.give(trade, days=days, red=80_000)
    with pytest.raises(OwnPrices):
        await booking.assign(trade, "vip", trade.chenguang)
    ask = AssignLevel(buyer_id=str(trade.chenguang.org_id), level=Level.vip)
    with pytest.raises(Forbidden):
        await trade.hall.run(pricebook.assign_level, ask, trade.li)


async def test_a_list_that_ran_out_before_the_answer_is_not_accepted(trade: Trade) -> None:
    offered = await booking.offer(trade, days=2, red=80_000)
    trade.clock.pass_(days=2)

    assert (await page(trade, offered.book_id)).can == ["decline"]
    with pytest.raises(BadSpan):
        await booking.accept(trade, offered)


async def test_each_side_lists_its_books_and_hears_of_them(trade: Trade) -> None:
    given = await booking.give(trade, red=((1, 101_000), (50, 90_000)))
    await booking.offer(trade, red=80_000)
    while await relay_once(trade.hall):
        pass

    for side, actor in (("buyer", trade.li), ("seller", trade.chenguang)):
        asked = PriceBooks(side=side)  # type: ignore[arg-type]
        listed = (await trade.hall.run(pricebook.price_books, asked, actor)).items
        assert [(one.kind, one.version, one.waiting, one.rows) for one in listed] == [
            ("contract", 0, 1, 1), ("negotiated", 1, 0, 2),
        ]  # fmt: skip
    rows = (await page(trade, given.book_id)).rows
    assert [(row.from_quantity, row.is_above_list) for row in rows] == [(1, True), (50, False)]
    heard = await trade.hall.run(messaging.notices, messaging.Notices(), trade.li)
    assert {"price_given", "price_contract_offered"} <= {one.kind for one in heard.items}


async def test_verify_sees_a_mark_that_is_missing(trade: Trade, db: asyncpg.Connection) -> None:
    await booking.agree(trade, red=80_000)
    await db.execute("UPDATE shop_buyer SET booked_until = $1", trade.clock.now() + timedelta(days=1))

    assert [one.code for one in await booking.findings(trade)] == ["pricebook.mark_apart"]
