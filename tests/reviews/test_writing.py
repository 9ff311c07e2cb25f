"""Reviews are written by whoever bought, once, within the window, and shown to everybody."""

import asyncpg
import pytest

from huozhan import catalogue, messaging, parties
from huozhan.catalogue.showing import ShowOffer
from huozhan.doors.jobs.table import TIMERS
from huozhan.kernel.actor import anonymous, system
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.messaging import Notices
from huozhan.reviews.inviting import WindowDue
from huozhan.reviews.review import WINDOW_TIMER, WindowOver, WrittenBefore
from tests import world
from tests.reviews.reviewing import PICTURE, Reviewing


async def test_a_buyer_reviews_a_line_and_everybody_reads_it(shop: Reviewing) -> None:
    order = await shop.completed(red=10)

    said = await shop.write(order, 4, text=" 釉面很匀，没有破损 ", pictures=(PICTURE,))
    page = await shop.of(said.offer_id)

    (one,) = page.items
    assert (one.points, one.text, one.pictures, one.quantity) == (4, "釉面很匀，没有破损", [PICTURE], 10)
    assert (one.options.zh, one.is_mine, one.is_anonymous) == ("红", False, False)
    assert one.buyer.zh == "小李杂货店"
    assert (page.summary.reviews, page.summary.points_e2, page.summary.good_bp) == (1, 400, 10_000)
    assert (page.summary.by_points, page.summary.pictured) == ([0, 0, 0, 1, 0], 1)


async def test_points_and_count_stand_on_card_and_page(shop: Reviewing) -> None:
    order = await shop.completed(red=10, blue=5)
    offer_id = (await shop.lines(order))[0].offer_id
    before = await shop.hall.run(catalogue.offer_page, ShowOffer(offer_id=offer_id), anonymous())
    assert (before.reviews, before.points_e2) == (0, None)

    await shop.write(order, 5)
    await shop.write(order, 2, line_no=2)

    after = await shop.hall.run(catalogue.offer_page, ShowOffer(offer_id=offer_id), anonymous())
    async with shop.hall.pool.acquire() as db:
        (card,) = await catalogue.offer_cards(shop.hall.work(db, anonymous()), [int(offer_id)])
    assert (after.reviews, after.points_e2) == (card.reviews, card.points_e2) == (2, 350)
    assert (await shop.of(offer_id)).summary.good_bp == 5_000


async def test_a_line_is_reviewed_once(shop: Reviewing) -> None:
    order = await shop.completed()
    await shop.write(order, 5)

    with pytest.raises(WrittenBefore):
        await shop.write(order, 1)
    assert (await shop.of((await shop.lines(order))[0].offer_id)).summary.by_points == [0, 0, 0, 0, 1]


async def test_nobody_else_reviews_and_nobody_before_the_end(shop: Reviewing) -> None:
    paid = await shop.trade.paid(red=10)
    await shop.told()
    with pytest.raises(NotFound):
        await shop.write(paid)

    order = await shop.completed()
    for stranger in (shop.trade.people.hengxin, shop.trade.chenguang):
        with pytest.raises(NotFound):
            await shop.write(order, actor=stranger)
    viewer = await world.member(shop.hall, shop.trade.li, "looks@example.cn", parties.Role.viewer)
    with pytest.raises(Forbidden):
        await shop.write(order, actor=viewer)


async def test_the_window_closes_without_a_word_of_its_own(shop: Reviewing) -> None:
    order = await shop.completed()
    assert ((await shop.mine()).to_write, (await shop.lines(order))[0].can) == (1, ["write"])

    await shop.trade.let_pass(days=30)

    (line,) = await shop.lines(order)
    assert (line.state, line.can, line.review) == ("lapsed", [], None)
    assert ((await shop.mine()).to_write, (await shop.of(line.offer_id)).summary.reviews) == (0, 0)
    with pytest.raises(WindowOver):
        await shop.write(order)


async def test_the_last_moment_is_within_and_an_early_timer_does_nothing(shop: Reviewing) -> None:
    order = await shop.completed()
    shop.clock.pass_(days=29, hours=23, minutes=59)
    await shop.hall.run(TIMERS[WINDOW_TIMER], WindowDue(about_id=order.order_id), system())

    await shop.write(order)
    assert (await shop.lines(order))[0].state == "shown"


async def test_an_anonymous_review_tells_a_first_letter(shop: Reviewing) -> None:
    order = await shop.completed()
    said = await shop.write(order, 3, is_anonymous=True)

    (one,) = (await shop.of(said.offer_id)).items
    (own,) = (await shop.of(said.offer_id, shop.trade.li)).items
    assert (one.buyer.zh, one.is_mine) == ("小***", False)
    assert own.is_mine


async def test_words_of_paying_elsewhere_are_warned_of(shop: Reviewing) -> None:
    order = await shop.completed()
    said = await shop.write(order, 5, text="加微信 cup888 更便宜，电话13800138000")

    (one,) = (await shop.of(said.offer_id)).items
    assert one.is_outside


async def test_the_buyer_is_told_and_told_once(shop: Reviewing) -> None:
    order = await shop.completed()
    await shop.told()

    found = await shop.hall.run(messaging.notices, Notices(), shop.trade.li)
    (notice,) = [one for one in found.items if one.kind == "review_invited"]
    assert notice.facts == {"number": order.number, "days": 30}


async def test_people_who_trade_with_themselves_are_not_asked(shop: Reviewing) -> None:
    async with shop.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO member (org_id, person_id, role, joined_at) SELECT $1, $2, 'viewer', now()",
            shop.trade.li.org_id, shop.trade.chenguang.person_id,
        )  # fmt: skip
    order = await shop.completed()

    assert await shop.lines(order) == []


async def test_what_never_came_is_not_asked_for(shop: Reviewing) -> None:
    order = await shop.trade.paid(red=10, blue=5)
    await shop.trade.ship(order, l1=10)
    await shop.trade.confirm(order)
    await shop.told()
    assert await shop.lines(order) == [], "the order goes on"


async def test_reviews_are_narrowed_and_paged(shop: Reviewing) -> None:
    orders = [await shop.completed(red=1) for _ in range(3)]
    for order, points in zip(orders, (5, 1, 5), strict=True):
        said = await shop.write(order, points, pictures=(PICTURE,) if points == 1 else ())

    first = await shop.of(said.offer_id, size=2)
    rest = await shop.of(said.offer_id, size=2, cursor=first.next_cursor)
    assert [one.points for one in (*first.items, *rest.items)] == [5, 1, 5]
    assert rest.next_cursor is None
    assert [one.points for one in (await shop.of(said.offer_id, pictured=True)).items] == [1]
    assert [one.points for one in (await shop.of(said.offer_id, points=5)).items] == [5, 5]


async def test_the_own_list_is_paged_too(shop: Reviewing) -> None:
    for _ in range(3):
        await shop.completed(red=1)

    first = await shop.mine(size=2)
    rest = await shop.mine(size=2, cursor=first.next_cursor)
    assert len({line.order_id for line in (*first.items, *rest.items)}) == 3
    assert (first.to_write, rest.next_cursor) == (3, None)


async def test_the_database_takes_no_second_opinion(shop: Reviewing) -> None:
    order = await shop.completed()
    async with shop.hall.pool.acquire() as db:
        for breach in (
            "state = 'shown'",
            "points = 5",
            "state = 'shown', points = 6, review_id = 1, written_at = now()",
            "text = '好'",
            "pictures = array_fill('x'::text, ARRAY[7])",
        ):
            with pytest.raises(asyncpg.CheckViolationError):
                async with db.transaction():
                    await db.execute(f"UPDATE review SET {breach} WHERE order_id = $1", int(order.order_id))
