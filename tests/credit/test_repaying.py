"""The months of a line: billed, stated, reminded, paid; late, frozen, ended; questioned."""

from typing import Any

import pytest

from huozhan import credit, ledger, messaging
from huozhan.credit.disputing import MoreThanOpen, TooLateToDispute
from huozhan.credit.granting import StillOverdue
from huozhan.credit.repaying import MoreThanOwed, NothingOwed
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from huozhan.kernel.moves import NoSuchMove
from huozhan.ordering.placing import TradeTypeClosed
from tests.credit.lending import Lending

COMMISSION_AND_VAT = 70  # 2 % of 35.00
"""What the market keeps of the thousand bolts that most of these stories are about."""


async def wallet(lending: Lending, org_id: int) -> int:
    async with lending.hall.pool.acquire() as db:
        return (await ledger.balance(lending.hall.work(db, system()), ledger.wallet(org_id))).posted_minor


async def told(lending: Lending, actor: Any) -> list[str]:
    while await relay_once(lending.hall):
        pass
    notices = await lending.hall.run(messaging.notices, messaging.Notices(limit=100), actor)
    return [one.kind for one in reversed(notices.items) if one.kind.startswith("credit")]


async def test_a_bill_is_stated_seven_days_before_it_is_due(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.receive(2_000)
    await lending.pass_days(22)
    assert (await lending.page()).statements == []

    await lending.pass_days(1)

    (statement,) = (await lending.page()).statements
    assert (statement.amount_minor, statement.bills, statement.open_minor) == (10_500, 2, 10_500)
    assert {bill.state for bill in (await lending.page()).bills} == {"stated"}


async def test_paying_all_pays_the_seller_and_restores_the_limit(lending: Lending) -> None:
    order = await lending.receive(1_000)
    await lending.pass_days(25)

    await lending.repay()

    line = await lending.line()
    assert (line.owed_minor, line.left_minor) == (0, 100_000)
    assert await lending.trade.owed_to(lending.hongfa) == 3_500 - COMMISSION_AND_VAT
    money = (await lending.trade.page(order)).money
    assert (money.where, money.where_minor) == ("seller", 3_500)
    assert await lending.findings() == []


async def test_a_part_is_paid_to_the_oldest_due(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(3)
    await lending.receive(1_000)

    await lending.repay(5_000)

    newer, older = (await lending.page()).bills
    assert (older.state, older.open_minor, newer.open_minor) == ("settled", 0, 2_000)
    assert (await lending.line()).left_minor == 98_000
    await lending.repay(2_000)
    assert await lending.trade.owed_to(lending.hongfa) == 2 * (3_500 - COMMISSION_AND_VAT)
    assert await lending.findings() == []


async def test_more_than_is_owed_is_not_asked_for(lending: Lending) -> None:
    with pytest.raises(NothingOwed):
        await lending.repay()
    await lending.receive(1_000)
    with pytest.raises(MoreThanOwed) as refused:
        await lending.repay(3_501)

    assert refused.value.facts["owed_minor"] == 3_500


async def test_what_was_paid_twice_is_the_buyers_in_the_wallet(lending: Lending) -> None:
    await lending.receive(1_000)
    first = await lending.begin_repaying()
    second = await lending.begin_repaying()

    await lending.trade.settle(second)
    await lending.trade.settle(first)

    assert await wallet(lending, lending.li.org_id) == 3_500
    assert await lending.trade.owed_to(lending.hongfa) == 3_500 - COMMISSION_AND_VAT
    assert await lending.findings() == []


async def test_the_same_word_of_the_channel_pays_once(lending: Lending) -> None:
    await lending.receive(1_000)
    payment_id = await lending.repay(1_000)

    await lending.trade.settle(payment_id)

    assert (await lending.line()).owed_minor == 2_500
    assert await lending.findings() == []


async def test_another_amount_than_was_asked_goes_back(lending: Lending) -> None:
    await lending.receive(1_000)
    payment_id = await lending.begin_repaying(1_000)

    await lending.trade.settle(payment_id, paid_amount_minor=999)

    assert (await lending.line()).owed_minor == 3_500


async def test_a_late_line_reminds_takes_no_orders_costs_interest_and_ends(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(27)
    assert await told(lending, lending.li) == [
        "credit_offered",
        "credit_bill",
        "credit_statement",
        "credit_due",
    ]
    await lending.pass_days(3)
    assert (await told(lending, lending.li))[-1] == "credit_due"
    quote = await lending.trade.quote(*lending.trade.want(bolt=100))
    assert [one.why for one in quote.shares[0].trade_types] == ["", ""]

    await lending.pass_days(1)
    line = await lending.line()
    assert (line.overdue_minor, line.why, line.interest_minor) == (3_500, "overdue", 2)
    assert (await told(lending, lending.li))[-1] == "credit_overdue"
    with pytest.raises(TradeTypeClosed) as refused:
        await lending.order(100)
    assert refused.value.facts["why"] == "overdue"

    await lending.pass_days(13)
    assert (await lending.line()).state == "active"
    await lending.pass_days(1)
    assert (await lending.line()).state == "frozen"
    await lending.pass_days(15)
    assert (await lending.line()).state == "terminated"
    assert [kind for kind in await told(lending, lending.li) if kind == "credit_overdue"] == [
        "credit_overdue"
    ] * 2
    with pytest.raises(StillOverdue):
        await lending.grant()
    await lending.repay()
    assert await lending.trade.owed_to(lending.hongfa) == 3_500 - COMMISSION_AND_VAT + 53
    assert (await lending.grant()).state == "active"
    assert await lending.findings() == []


async def test_paying_what_is_late_lets_a_frozen_line_go_on(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(46)
    assert (await lending.line()).state == "frozen"
    with pytest.raises(NoSuchMove):
        await lending.grant()

    await lending.repay()

    assert (await lending.line()).state == "active"
    assert (await lending.order(100)).state == "wait_send"


async def test_within_the_grace_orders_are_still_taken(lending: Lending) -> None:
    await lending.grant(grace_days=5)
    await lending.receive(1_000)
    await lending.pass_days(35)
    assert (await lending.order(100)).state == "wait_send"

    await lending.pass_days(1)

    with pytest.raises(TradeTypeClosed):
        await lending.order(100)


async def test_days_of_silence_do_not_send_what_they_missed(lending: Lending) -> None:
    await lending.receive(1_000)

    await lending.trade.let_pass(days=50)

    kinds = await told(lending, lending.li)
    assert kinds == [
        "credit_offered",
        "credit_bill",
        "credit_statement",
        "credit_overdue",
        "credit_stopped_late",
    ]
    assert (await lending.line()).state == "frozen"


async def test_a_disputed_part_is_not_due_until_it_is_answered(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(23)
    await lending.dispute(1_000)
    await lending.pass_days(10)
    line = await lending.line()
    assert (line.overdue_minor, line.owed_minor) == (2_500, 3_500)

    await lending.answer(agree=True)

    line = await lending.line()
    assert (line.owed_minor, line.left_minor) == (2_500, 97_500)
    await lending.repay()
    assert (await lending.line()).owed_minor == 0
    assert await lending.findings() == []


async def test_a_dispute_that_is_refused_leaves_the_bill_due(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(23)
    await lending.dispute(3_500)
    await lending.pass_days(9)
    assert (await lending.line()).overdue_minor == 0

    page = await lending.answer(agree=False)

    assert page.line.overdue_minor == 3_500
    assert page.bills[0].dispute
    assert (page.bills[0].dispute.state, page.bills[0].dispute.answer) == ("rejected", "数量无误")
    assert await lending.findings() == []


async def test_a_dispute_comes_in_time_once_and_for_no_more_than_is_open(lending: Lending) -> None:
    await lending.receive(1_000)
    with pytest.raises(TooLateToDispute):
        await lending.dispute(100)
    await lending.pass_days(23)
    with pytest.raises(MoreThanOpen):
        await lending.dispute(3_501)
    await lending.dispute(100)
    with pytest.raises(MoreThanOpen):
        await lending.dispute(100)
    await lending.answer(agree=True)
    await lending.pass_days(8)
    with pytest.raises(TooLateToDispute):
        await lending.dispute(100)


async def test_paying_everything_with_a_question_open_ends_the_bill(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(23)
    await lending.dispute(1_000)

    await lending.repay()
    await lending.answer(agree=True)

    assert (await lending.line()).owed_minor == 0
    assert await lending.trade.owed_to(lending.hongfa) == 3_500 - COMMISSION_AND_VAT
    assert await lending.findings() == []


async def test_no_timer_is_left_when_nothing_is_owed(lending: Lending) -> None:
    await lending.receive(1_000)
    await lending.pass_days(1)
    await lending.repay()
    await lending.pass_days(1)

    async with lending.hall.pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM timer WHERE kind = 'credit_day'") == 0


async def test_lists_show_each_side_its_lines(lending: Lending) -> None:
    await lending.receive(1_000)
    mine = await lending.hall.run(credit.my_credit, credit.asks.ListCredit(), lending.li)
    given = await lending.hall.run(credit.credit_given, credit.asks.ListCredit(), lending.hongfa)

    assert [(one.side, one.owed_minor) for one in (*mine.items, *given.items)] == [
        ("buyer", 3_500),
        ("seller", 3_500),
    ]
    assert [one.counterparty.zh for one in given.items] == ["小李杂货店"]
    assert (await lending.hall.run(credit.credit_given, credit.asks.ListCredit(), lending.li)).items == []
