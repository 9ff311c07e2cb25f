"""Goodwill: a seller gives of its own accord what it may withdraw, within the limits of a day, and it cannot be used to move money."""

import pytest

from huozhan import aftersales, ledger
from huozhan.aftersales.asks import GiveGoodwill, ListGoodwill
from huozhan.aftersales.goodwill import OrderNeverPaid
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.parties.two_step import SecondStepMissing
from huozhan.payments.goodwill import GoodwillOverLimit
from huozhan.payments.withdrawing import NotEnoughAvailable, OwesFirst
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade


async def confirmed(trade: Trade):
    """Ten cups for 100.00 and 8.00 of freight, confirmed: the seller has 106.00 of it."""
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)
    return order


async def give(trade: Trade, order_id: str | None, amount_minor: int, by: Actor | None = None, **more: str):
    ask = GiveGoodwill(order_id=order_id, amount_minor=amount_minor, reason="补运费差价", **more)
    return await trade.hall.run(aftersales.give_goodwill, ask, by or trade.chenguang)


def allow(trade: Trade, code: str, most_minor: int) -> None:
    """From now on so much."""
    rule = Rule(code=code, version=2, value=most_minor, unit="minor", effective_from=trade.hall.clock.now())
    trade.hall.rules = RuleBook([*trade.hall.rules, rule])


async def wallet(trade: Trade, buyer: Actor) -> int:
    async with trade.hall.pool.acquire() as db:
        return (await ledger.balance(trade.hall.work(db, system()), ledger.wallet(buyer.org_id))).posted_minor


async def test_what_a_seller_gives_is_in_the_buyers_wallet_at_once_and_listed_on_both_sides(
    trade: Trade,
) -> None:
    order = await confirmed(trade)

    given = await give(trade, order.order_id, 600)

    assert (given.amount_minor, given.order_number) == (600, order.number)
    assert await trade.owed_to(trade.chenguang) == 10_600 - 600
    assert await wallet(trade, trade.li) == 600
    sold = await trade.hall.run(aftersales.goodwill_given, ListGoodwill(selling=True), trade.chenguang)
    came = await trade.hall.run(aftersales.goodwill_given, ListGoodwill(), trade.li)
    assert [one.goodwill_id for one in sold.items] == [one.goodwill_id for one in came.items]
    assert came.items[0].reason == "补运费差价"
    assert await Desk(trade).findings() == []


async def test_an_order_that_was_never_paid_gives_no_reason_to_give(trade: Trade) -> None:
    await confirmed(trade)
    order = await trade.one(red=10)

    with pytest.raises(OrderNeverPaid):
        await give(trade, order.order_id, 600)
    await trade.let_pass(days=5)
    assert (await trade.page(order)).state == "closed"
    with pytest.raises(OrderNeverPaid):
        await give(trade, order.order_id, 600)

    assert await wallet(trade, trade.li) == 0


async def test_nobody_gives_more_than_may_be_withdrawn(trade: Trade) -> None:
    order = await confirmed(trade)
    with pytest.raises(NotEnoughAvailable) as refused:
        await give(trade, order.order_id, 10_601)
    assert refused.value.facts == {"available_minor": 10_600, "amount_minor": 10_601}


async def test_what_is_held_for_a_case_is_not_given_away(trade: Trade) -> None:
    order = await confirmed(trade)
    case = await Desk(trade).apply(order, l1=10)
    with pytest.raises(NotEnoughAvailable) as refused:
        await give(trade, order.order_id, 1)
    assert refused.value.facts["available_minor"] == max(10_600 - case.asked_minor, 0)


async def test_who_owes_pays_that_first(trade: Trade) -> None:
    order = await confirmed(trade)
    owed = ledger.write_entry(
        "E9", business_key="E9:t", about_id=1, owners={105: trade.chenguang.org_id, 201: trade.li.org_id},
        amounts={"debt": 100},
    )  # fmt: skip
    async with trade.hall.working(system("test")) as work:
        await ledger.post(work, [owed])
    with pytest.raises(OwesFirst):
        await give(trade, order.order_id, 1)


async def test_a_day_has_its_limit_and_without_an_order_nothing_is_given(trade: Trade) -> None:
    order = await confirmed(trade)
    allow(trade, "goodwill.day_most", 700)
    await give(trade, order.order_id, 600)
    with pytest.raises(GoodwillOverLimit) as refused:
        await give(trade, order.order_id, 101)
    assert refused.value.facts == {"amount_minor": 101, "most_minor": 700, "used_minor": 600}
    with pytest.raises(GoodwillOverLimit):
        await give(trade, None, 1, buyer_id=str(trade.li.org_id))

    allow(trade, "goodwill.no_order_day_most", 50)
    await give(trade, None, 50, buyer_id=str(trade.li.org_id))
    with pytest.raises(GoodwillOverLimit):
        await give(trade, None, 1, buyer_id=str(trade.li.org_id))


async def test_only_the_seller_of_an_order_gives_for_it_and_never_to_itself(trade: Trade) -> None:
    order = await confirmed(trade)
    for stranger in (trade.li, trade.hongfa):
        with pytest.raises(NotFound):
            await give(trade, order.order_id, 1, by=stranger)
    with pytest.raises(NotFound):
        await give(trade, None, 1, buyer_id=str(trade.chenguang.org_id))
    with pytest.raises(NotFound):
        await give(trade, None, 1, buyer_id="12345")
    for both_or_none in ({}, {"buyer_id": str(trade.li.org_id)}):
        with pytest.raises(Invalid):
            await give(trade, order.order_id if both_or_none else None, 1, **both_or_none)


async def test_a_large_gift_needs_the_second_step_as_a_withdrawal_does(trade: Trade) -> None:
    order = await confirmed(trade)
    allow(trade, "withdraw.second_step_from", 500)
    await give(trade, order.order_id, 499)
    with pytest.raises(SecondStepMissing):
        await give(trade, order.order_id, 500)
