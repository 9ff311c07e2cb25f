"""Who alone answers for an organisation is not erased while it owes somebody money or an answer."""

from typing import Any

import pytest

from huozhan import ledger, operations, ordering, parties, payments
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.operations.closing import OwesFreight
from huozhan.operations.erasing import (
    AnswersForCases,
    MoneyUnderWay,
    OwesBills,
    OwesLender,
    OwesMarket,
    OwnCasesOpen,
)
from huozhan.ordering.asks import LineQuantity, RefundUnshipped
from huozhan.payments import Compensation
from tests import world
from tests.aftersales.complaining import Desk
from tests.carriage.hauling import open_haul
from tests.credit.lending import open_lending
from tests.finance.later import open_later
from tests.ordering.trading import Trade


async def refused(hall: Hall, actor: Actor) -> tuple[type[Refusal], dict[str, Any]]:
    """Why somebody is not erased, and with which facts."""
    with pytest.raises(Refusal) as why:
        await hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), actor)
    assert hall.say_refusal(why.value, "zh") != why.value.code
    facts = dict(why.value.facts)
    assert facts.pop("org_id") == str(actor.org_id)
    return type(why.value), facts


async def test_who_owes_a_lender_repays_first(trade: Trade) -> None:
    later = await open_later(trade)
    order = await later.received(red=10)
    owed = (await later.loans()).owed_minor
    assert owed == order.amount_minor

    assert await refused(trade.hall, later.li) == (OwesLender, {"amount_minor": owed})

    await later.repay(order)
    await later.errands()
    await trade.hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), later.li)


async def test_who_owes_bills_pays_them_first_interest_and_all(trade: Trade) -> None:
    lending = await open_lending(trade)
    await lending.receive(1_000)
    assert await refused(trade.hall, lending.li) == (OwesBills, {"amount_minor": 3_500})

    await lending.pass_days(40)
    owed = await lending.line()
    assert owed.interest_minor
    assert await refused(trade.hall, lending.li) == (OwesBills, {"amount_minor": 3_500 + owed.interest_minor})

    await lending.repay()
    await trade.hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), lending.li)


async def test_who_owes_the_market_settles_it_first(trade: Trade) -> None:
    async with trade.hall.working(system()) as work:
        await payments.compensate(
            work,
            Compensation(
                order_id=5, seller_id=trade.chenguang.org_id, buyer_id=trade.li.org_id, cause="late", amount_minor=700
            ),
        )  # fmt: skip

    assert await refused(trade.hall, trade.chenguang) == (OwesMarket, {"amount_minor": 700})


async def test_a_seller_answers_its_buyers_first(trade: Trade) -> None:
    lending = await open_lending(trade)
    desk = Desk(lending.trade)
    order = await lending.receive(1_000)
    case = await desk.apply(order, l1=100)

    assert await refused(trade.hall, lending.hongfa) == (AnswersForCases, {"n": 1})

    await desk.cancel(case)
    await trade.hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), lending.hongfa)


async def test_a_buyer_with_a_case_waits_for_its_money(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)
    desk = Desk(trade)
    case = await desk.apply(order, l1=3)

    assert await refused(trade.hall, trade.li) == (OwnCasesOpen, {"n": 1})

    await desk.cancel(case)
    await trade.hall.run(operations.erase_me, parties.EraseMe(password=world.PASSWORD), trade.li)


async def test_who_owes_freight_for_goods_that_were_given_back_pays_it_first(trade: Trade) -> None:
    haul = await open_haul(trade)
    order, _ = await haul.hauled(1_500, red=100)
    desk = Desk(haul.trade)
    case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=100)
    await desk.answer(case, agree=True)

    assert await refused(trade.hall, haul.trade.chenguang) == (OwesFreight, {"amount_minor": 1_000})
    with pytest.raises(OwesFreight):
        await trade.hall.run(operations.close_shop, Nothing(), haul.trade.chenguang)

    await haul.trade.let_pass(days=16)
    assert await refused(trade.hall, haul.trade.chenguang) == (OwesMarket, {"amount_minor": 1_000})


async def test_who_has_a_refund_on_its_way_waits_for_its_end(trade: Trade) -> None:
    order = await trade.paid(red=10)
    wanted = (LineQuantity(line_no=1, quantity=10),)
    ask = RefundUnshipped(order_id=order.order_id, reason="不要了", lines=wanted)
    await trade.hall.run(ordering.refund_unshipped, ask, trade.li)

    assert await refused(trade.hall, trade.li) == (MoneyUnderWay, {"n": 1})


async def test_who_has_a_withdrawal_at_the_bank_waits_for_its_end(trade: Trade) -> None:
    li = trade.li
    async with trade.hall.working(system()) as work:
        entry = ledger.write_entry(
            "E13e",
            business_key="E13e:1",
            about_id=1,
            owners={103: 1, 201: li.org_id},
            amounts={"excess": 3_000},
        )
        await ledger.post(work, [entry])
    add = payments.asks.AddBankAccount(number="6222020200112233", holder="小李杂货店", bank_name="工商银行")
    account_id = (await trade.hall.run(payments.add_bank_account, add, li)).accounts[0].account_id
    trade.clock.pass_(days=4)
    ask = payments.asks.Withdraw(account_id=account_id, amount_minor=3_000, source="wallet")
    await trade.hall.run(payments.withdraw, ask, li, key="w1")

    assert await refused(trade.hall, li) == (MoneyUnderWay, {"n": 1})
