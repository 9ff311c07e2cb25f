"""Levels by rule: come by what was bought, lost with time, and silent where the shop's people spoke."""

import pytest

from huozhan import ordering, pricebook
from huozhan.doors.jobs.ordering import rank, rank_daily
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.refusals import Invalid
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import LineQuantity, RefundUnshipped
from huozhan.ordering.views import PlacedOrder
from huozhan.pricebook.asks import PriceMembers, SetLevelRule
from tests.ordering.trading import Trade
from tests.pricebook import booking


async def say(trade: Trade, level: str, **rule: int) -> None:
    """晨光 says what brings a buyer to a level."""
    ask = SetLevelRule(level=pricebook.Level(level), **rule)
    await trade.hall.run(pricebook.set_level_rule, ask, trade.chenguang)


async def work(trade: Trade) -> int:
    """Facts are told, and buyers looked at as often as that was wanted; tells how often."""
    while await relay_once(trade.hall):
        pass
    async with trade.hall.pool.acquire() as db:
        jobs = await db.fetch(
            "DELETE FROM job WHERE kind = $1 RETURNING (payload->>'seller_id')::bigint AS seller_id,"
            " (payload->>'buyer_id')::bigint AS buyer_id",
            pricebook.RANK_JOB,
        )
    for job in jobs:
        await rank(trade.hall, **job)
    return len(jobs)


async def bought(trade: Trade, **goods: int) -> PlacedOrder:
    """小李 receives an order of 晨光's goods."""
    order = await trade.paid(**goods)
    await trade.ship(order)
    await trade.confirm(order)
    return order


async def level(trade: Trade) -> tuple[str, bool] | None:
    """小李's level in 晨光's shop, and whether it came by rule."""
    members = (await trade.hall.run(pricebook.price_members, PriceMembers(), trade.chenguang)).items
    return next(
        ((one.level, one.is_by_rule) for one in members if one.buyer.org_id == str(trade.li.org_id)), None
    )


async def test_who_bought_enough_comes_to_a_level_at_receipt_and_leaves_it_with_time(trade: Trade) -> None:
    await booking.level(trade, "vip", 500)
    await say(trade, "vip", least_minor=10_800, days=30)
    await work(trade)
    order = await trade.paid(red=10)
    await trade.ship(order)
    assert await work(trade) == 0, "nothing is bought before it is received"

    await trade.confirm(order)
    assert await work(trade) == 1
    assert await level(trade) == ("vip", True)
    assert (await booking.unit(trade))[:2] == (95_000, "member")
    assert await rank_daily(trade.hall) == 0, "once a day"

    trade.clock.pass_(days=29)
    assert await rank_daily(trade.hall) == 1
    await work(trade)
    assert await level(trade) == ("vip", True)
    trade.clock.pass_(days=2)
    await rank_daily(trade.hall)
    await work(trade)

    assert await level(trade) is None
    assert await booking.unit(trade) == (100_000, "ladder", 0)
    assert await booking.findings(trade) == []


async def test_a_fen_less_is_not_enough(trade: Trade) -> None:
    await say(trade, "vip", least_minor=10_801, days=30)
    await bought(trade, red=10)
    await work(trade)

    assert await level(trade) is None


async def test_the_highest_level_counts_and_orders_count_too(trade: Trade) -> None:
    await say(trade, "advanced", least_orders=2, days=90)
    await say(trade, "basic", least_orders=1, days=90)
    await bought(trade, red=1)
    await work(trade)
    assert await level(trade) == ("basic", True)

    await bought(trade, red=1)
    await work(trade)

    assert await level(trade) == ("advanced", True)


async def test_what_went_back_was_not_bought(trade: Trade) -> None:
    await say(trade, "vip", least_minor=10_000, days=90)
    order = await trade.paid(red=10)
    ask = RefundUnshipped(order_id=order.order_id, lines=(LineQuantity(1, 4),), reason="多了")
    await trade.hall.run(ordering.refund_unshipped, ask, trade.li)
    await trade.ship(order)
    await trade.confirm(order)
    await work(trade)

    assert await level(trade) is None


async def test_what_people_said_by_hand_counts_before_any_rule(trade: Trade) -> None:
    await booking.assign(trade, "normal")
    await say(trade, "vip", least_orders=1, days=90)
    await bought(trade, red=1)
    await work(trade)
    assert await level(trade) == ("normal", False)

    await booking.assign(trade, None)
    await bought(trade, red=1)
    await work(trade)

    assert await level(trade) is None, "taken away by hand, it stays away"


async def test_a_rule_that_is_taken_away_takes_its_levels_along(trade: Trade) -> None:
    await say(trade, "vip", least_orders=1, days=90)
    await bought(trade, red=1)
    await work(trade)
    shown = (await trade.hall.run(pricebook.levels, Nothing(), trade.chenguang)).levels
    assert [one.rule.least_orders for one in shown if one.rule] == [1]

    await say(trade, "vip", days=90)
    await work(trade)

    assert await level(trade) is None
    await bought(trade, red=1)
    assert await work(trade) == 0, "a shop without rules costs nothing"


async def test_a_rule_asks_for_one_thing_within_a_time_that_can_be(trade: Trade) -> None:
    with pytest.raises(Invalid):
        await say(trade, "vip", least_minor=1, least_orders=1, days=90)
    with pytest.raises(Invalid):
        await say(trade, "vip", least_orders=1, days=1_097)
