"""What is said after a review, what the market decides about it, and what stays when people leave."""

from typing import Any

import asyncpg
import pytest

from huozhan import messaging, reviews
from huozhan.kernel.actor import system
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.messaging import Notices
from huozhan.reviews.asks import (
    AppealHiding,
    FollowUp,
    ListOwnWords,
    ReplyToReview,
    ReviewPicture,
    ShopReviews,
)
from huozhan.reviews.judging import AlreadyJudged, AppealOver, ReportIsOpen
from huozhan.reviews.review import (
    FollowedBefore,
    NothingSaid,
    RepliedBefore,
    WindowOver,
    fingerprint_of,
)
from tests.aftersales.complaining import Desk
from tests.reviews.reviewing import PICTURE, Reviewing


async def test_time_tells_more_and_is_said_once(shop: Reviewing) -> None:
    said = await shop.write(await shop.completed(), 5)
    shop.clock.pass_(days=60)
    with pytest.raises(NothingSaid):
        await shop.hall.run(reviews.follow_up, FollowUp(review_id=said.review_id, text="  "), shop.trade.li)
    ask = FollowUp(review_id=said.review_id, text="两个月了，没有掉色", pictures=(PICTURE,))
    await shop.hall.run(reviews.follow_up, ask, shop.trade.li)

    page = await shop.of(said.offer_id, followed=True)
    later = page.items[0].follow_up
    assert later is not None
    assert (later.text, later.pictures) == ("两个月了，没有掉色", [PICTURE])
    assert (page.summary.followed, page.summary.pictured, page.summary.reviews) == (1, 1, 1)
    with pytest.raises(FollowedBefore):
        await shop.hall.run(reviews.follow_up, ask, shop.trade.li)


async def test_a_follow_up_has_its_time_and_its_author(shop: Reviewing) -> None:
    said = await shop.write(await shop.completed(), 5)
    ask = FollowUp(review_id=said.review_id, text="补充")
    with pytest.raises(NotFound):
        await shop.hall.run(reviews.follow_up, ask, shop.trade.people.hengxin)
    shop.clock.pass_(days=180)
    with pytest.raises(WindowOver):
        await shop.hall.run(reviews.follow_up, ask, shop.trade.li)


async def test_the_supplier_replies_once_and_the_buyer_hears_of_it(shop: Reviewing) -> None:
    said = await shop.write(await shop.completed(), 2, text="有磕碰")
    ask = ReplyToReview(review_id=said.review_id, text="抱歉，已加固包装")
    with pytest.raises(NotFound):
        await shop.hall.run(reviews.reply_to_review, ask, shop.trade.hongfa)
    wanted = ShopReviews(unanswered=True, bad=True)
    waiting = await shop.hall.run(reviews.shop_reviews, wanted, shop.trade.chenguang)
    assert [one.can for one in waiting.items] == [["reply"]]
    await shop.hall.run(reviews.reply_to_review, ask, shop.trade.chenguang)
    await shop.told()

    (one,) = (await shop.of(said.offer_id)).items
    assert one.reply is not None
    assert one.reply.text == "抱歉，已加固包装"
    with pytest.raises(RepliedBefore):
        await shop.hall.run(reviews.reply_to_review, ask, shop.trade.chenguang)
    told = await shop.hall.run(messaging.notices, Notices(), shop.trade.li)
    assert "review_replied" in {notice.kind for notice in told.items}
    waiting = await shop.hall.run(reviews.shop_reviews, wanted, shop.trade.chenguang)
    assert waiting.items == []


async def test_a_hidden_review_shows_nothing_and_makes_no_points(shop: Reviewing) -> None:
    order = await shop.completed()
    said = await shop.write(order, 1, pictures=(PICTURE,))
    await shop.report(said, shop.trade.chenguang)
    with pytest.raises(ReportIsOpen):
        await shop.report(said, shop.trade.chenguang)
    (doubt,) = await shop.doubts()
    await shop.judge(doubt, "upheld")

    page = await shop.of(said.offer_id)
    assert (page.items, page.summary.reviews, page.summary.points_e2, page.summary.pictured) == (
        [],
        0,
        None,
        0,
    )
    with pytest.raises(NotFound):
        ask = ReviewPicture(review_id=said.review_id, picture_id=PICTURE)
        await shop.hall.run(reviews.review_picture, ask, shop.trade.people.hengxin)
    (line,) = await shop.lines(order)
    assert (line.state, line.hidden_why, line.can) == ("hidden", "与商品无关", ["appeal"])
    with pytest.raises(AlreadyJudged):
        await shop.judge(doubt, "dismissed")
    with pytest.raises(NoSuchMove):
        await shop.hall.run(reviews.follow_up, FollowUp(review_id=said.review_id, text="补充"), shop.trade.li)


async def test_a_report_that_is_dismissed_leaves_it(shop: Reviewing) -> None:
    said = await shop.write(await shop.completed(), 1)
    await shop.report(said, shop.trade.people.hengxin)
    await shop.judge((await shop.doubts())[0], "dismissed")

    assert (await shop.of(said.offer_id)).summary.reviews == 1
    assert await shop.doubts() == []
    await shop.report(said, shop.trade.people.hengxin)


@pytest.mark.parametrize(("outcome", "state", "points"), [("upheld", "shown", 1), ("dismissed", "hidden", 0)])
async def test_a_buyer_appeals_once(shop: Reviewing, outcome: str, state: str, points: int) -> None:
    order = await shop.completed()
    said = await shop.hidden(order)
    ask = AppealHiding(review_id=said.review_id, reason="确实磕碰，有照片")
    await shop.hall.run(reviews.appeal_hiding, ask, shop.trade.li)
    (doubt,) = await shop.doubts()
    assert (doubt.kind, doubt.note) == ("appeal", "确实磕碰，有照片")
    await shop.judge(doubt, outcome)

    (line,) = await shop.lines(order)
    assert (line.state, line.appeal, "appeal" in line.can) == (state, outcome, False)
    assert (await shop.of(said.offer_id)).summary.by_points == [points, 0, 0, 0, 0]
    with pytest.raises(NoSuchMove if state == "shown" else AppealOver):
        await shop.hall.run(reviews.appeal_hiding, ask, shop.trade.li)


async def test_an_appeal_has_its_time(shop: Reviewing) -> None:
    said = await shop.hidden(await shop.completed())
    shop.clock.pass_(days=15)
    with pytest.raises(AppealOver):
        await shop.hall.run(
            reviews.appeal_hiding, AppealHiding(review_id=said.review_id, reason="确实磕碰"), shop.trade.li
        )


async def test_the_same_words_again_are_noted(shop: Reviewing) -> None:
    words = "质量很好，做工精细，下次还来，推荐大家购买"
    await shop.write(await shop.completed(red=1), 5, text=words)
    await shop.write(await shop.completed(red=1), 5, text="好评")
    await shop.write(await shop.completed(blue=1), 5, text="好评")
    assert await shop.doubts() == []
    again = " 质量很好!做工精细, 下次还来。推荐大家购买 "
    await shop.write(await shop.completed(red=1), 5, text=again)

    (doubt,) = await shop.doubts()
    assert (doubt.kind, doubt.raised_by.zh, doubt.review.text) == ("duplicate", "", again.strip())


def test_a_fingerprint_is_of_letters_only() -> None:
    assert fingerprint_of("ＡＢＣ　１２３", 6) == fingerprint_of("abc-123", 6) != ""
    assert fingerprint_of("abc-123", 7) == ""


async def test_money_that_all_came_back_takes_the_points_along(shop: Reviewing) -> None:
    order = await shop.completed(red=10, blue=10)
    said = await shop.write(order, 1)
    desk = Desk(shop.trade)
    for line in ("l1", "l2"):
        await desk.answer(await desk.apply(order, **{line: 10}), agree=True)
    await shop.told()

    page = await shop.of(said.offer_id)
    assert (page.summary.reviews, page.items[0].counts) == (0, False)
    first, second = await shop.lines(order)
    assert (first.state, second.state, second.can) == ("shown", "lapsed", [])


async def test_a_part_that_came_back_leaves_them(shop: Reviewing) -> None:
    order = await shop.completed(red=10)
    said = await shop.write(order, 2)
    desk = Desk(shop.trade)
    case = await desk.apply(order, l1=10, goods_minor=3_000, freight_minor=0)
    await desk.answer(case, agree=True)
    await shop.told()

    assert (await shop.of(said.offer_id)).summary.by_points == [0, 1, 0, 0, 0]


async def test_who_leaves_takes_the_name_along(shop: Reviewing) -> None:
    said = await shop.write(await shop.completed(), 5, text="很好")
    (own,) = (await shop.hall.run(reviews.my_words, ListOwnWords(), shop.trade.li)).items
    assert (own.text, own.points) == ("很好", 5)
    async with shop.hall.pool.acquire() as db:
        await reviews.forget_author(shop.hall.work(db, shop.trade.li), shop.trade.li.person_id)

    (one,) = (await shop.of(said.offer_id)).items
    assert (one.text, one.buyer.zh, one.is_anonymous) == ("很好", "小***", True)
    assert (await shop.hall.run(reviews.my_words, ListOwnWords(), shop.trade.li)).items == []


async def test_the_tally_is_what_the_rows_say(shop: Reviewing) -> None:
    for points in (5, 1, 4):
        await shop.write(await shop.completed(red=1), points, pictures=(PICTURE,))
    await shop.report(await shop.write(await shop.completed(blue=1), 3), shop.trade.chenguang)
    await shop.judge((await shop.doubts())[0], "upheld")

    (tally,) = await shop.rows("SELECT * FROM review_tally")
    (rows,) = await shop.rows(
        "SELECT count(*) FILTER (WHERE points = 1) AS p1, count(*) FILTER (WHERE points = 3) AS p3, count(*) AS n,"
        " count(*) FILTER (WHERE pictures <> '{}') AS pictured FROM review WHERE state = 'shown' AND counts"
    )
    (esteem,) = await shop.rows("SELECT reviews, points_sum FROM offer_esteem")
    assert (tally["points_1"], tally["points_3"], tally["pictured"]) == (
        rows["p1"],
        rows["p3"],
        rows["pictured"],
    )
    assert (esteem["reviews"], esteem["points_sum"]) == (rows["n"], 10) == (3, 10)


async def test_verify_names_offers_whose_tally_is_apart(shop: Reviewing, db: asyncpg.Connection) -> None:
    red = await shop.write(await shop.completed(red=1), 5, pictures=(PICTURE,))
    await shop.hall.run(
        reviews.follow_up, FollowUp(review_id=red.review_id, text="用了一个月，还好"), shop.trade.li
    )
    await shop.hidden(await shop.completed(blue=1))

    async def found() -> list[dict[str, Any]]:
        return [one.facts for one in await reviews.verify(shop.hall.work(db, system()))]

    assert await found() == []
    for column in ("points_2", "pictured", "followed"):
        await db.execute(f"UPDATE review_tally SET {column} = {column} + 1")
        assert await found() == [{"offer_id": int(red.offer_id)}], column
        await db.execute(f"UPDATE review_tally SET {column} = {column} - 1")
    await db.execute("DELETE FROM review_tally")
    assert await found() == [{"offer_id": int(red.offer_id)}]


async def test_the_database_takes_no_second_appeal(shop: Reviewing) -> None:
    said = await shop.hidden(await shop.completed())
    ask = AppealHiding(review_id=said.review_id, reason="确实磕碰")
    await shop.hall.run(reviews.appeal_hiding, ask, shop.trade.li)
    async with shop.hall.pool.acquire() as db:
        with pytest.raises(asyncpg.UniqueViolationError):
            async with db.transaction():
                await db.execute(
                    "INSERT INTO review_doubt (order_id, line_no, doubt_id, kind, org_id, person_id, cause, note, raised_at)"
                    " SELECT order_id, line_no, 1, kind, org_id, person_id, cause, note, raised_at FROM review_doubt"
                    " WHERE kind = 'appeal'"
                )
        with pytest.raises(asyncpg.CheckViolationError):
            async with db.transaction():
                await db.execute("UPDATE review SET hidden_why = ''")
