"""On its due day what is owed to the lender is repaid from the wallet of a buyer who has agreed; others are reminded."""

from datetime import timedelta
from typing import Any

from huozhan import finance, ledger, messaging
from huozhan.doors.jobs import lender as errands
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.views import PlacedOrder
from tests.finance.later import Later
from tests.finance.test_ending import end, odd

ALL = 93_000
TERM = 30


async def agree(later: Later, *, is_on: bool = True) -> None:
    await later.hall.run(finance.agree_to_debit, finance.asks.AgreeToDebit(is_on=is_on), later.li)


async def fill(later: Later, amount_minor: int) -> None:
    """So much of 小李's is in the wallet: a refund that the lender would not take."""
    order = await later.received(blue=500)
    await later.take_back(order, amount_minor, key=f"case:fill{amount_minor}")
    later.lender.answer_with = {"amount_minor": 1}
    await later.errands()
    later.lender.answer_with = {}
    later.lender.loans[later.ref(order)]["refunded_minor"] = 0
    await end(later, await odd(later), "accept", 0)
    later.lender.own_repayment(later.ref(order), 10**9)
    await later.hear("loan.changed", loan_ref=later.ref(order))


async def a_day(later: Later, **passed: Any) -> None:
    """Time passes, and the worker does its rounds."""
    later.trade.clock.pass_(**passed)
    await errands.debits_due(later.hall)
    await later.errands()
    while await relay_once(later.hall):
        pass


async def wallet(later: Later) -> int:
    return await later.balance(ledger.wallet(later.li.org_id))


async def heard(later: Later) -> list[str]:
    """What 小李 was told of it."""
    page = await later.hall.run(messaging.notices, messaging.Notices(limit=50), later.li)
    return [one.kind for one in page.items if one.kind in ("loan_debited", "loan_remind")]


def due_in(later: Later) -> timedelta:
    """How long until 14:00 of the day on which what is received now falls due."""
    now = later.trade.clock.now()
    local = now + timedelta(hours=8)
    due = (local + timedelta(days=TERM)).replace(hour=14, minute=0, second=0, microsecond=0)
    return due - local


async def test_the_wallet_repays_at_two_in_the_afternoon_of_the_due_day(later: Later) -> None:
    await fill(later, 95_000)
    await agree(later)
    order = await later.received(red=100)
    wait = due_in(later)

    await a_day(later, seconds=wait.total_seconds() - 60)
    assert await wallet(later) == 95_000
    await a_day(later, seconds=60)

    assert await wallet(later) == 95_000 - ALL
    assert (await later.loan(order)).state == "repaid"
    assert await heard(later) == ["loan_debited"]
    assert await later.findings() == []
    await a_day(later, days=1)
    assert await wallet(later) == 95_000 - ALL, "once"


async def test_a_wallet_that_holds_less_repays_what_it_can_and_again_the_day_after(later: Later) -> None:
    await fill(later, 30_000)
    await agree(later)
    order = await later.received(red=100)
    await a_day(later, seconds=due_in(later).total_seconds())

    assert (await wallet(later), (await later.loan(order)).owed_minor) == (0, ALL - 30_000)
    assert sorted(await heard(later)) == ["loan_debited", "loan_remind"]
    await a_day(later, days=1)
    assert sorted(await heard(later)) == ["loan_debited", "loan_remind"], "reminded once"
    assert await later.findings() == []


async def test_who_agrees_after_the_due_day_is_debited_for_what_fell_due_before(later: Later) -> None:
    await fill(later, 95_000)
    order = await later.received(red=100)
    await a_day(later, days=TERM + 1)
    assert await heard(later) == ["loan_remind"]

    await agree(later)
    await a_day(later, minutes=1)

    assert await wallet(later) == 95_000 - ALL
    assert (await later.loan(order)).owed_minor == 0
    assert await later.findings() == []


async def test_who_has_not_agreed_is_reminded_and_debited_nothing(later: Later) -> None:
    await fill(later, 95_000)
    order = await later.received(red=100)
    await agree(later)
    await agree(later, is_on=False)
    await a_day(later, seconds=due_in(later).total_seconds())
    assert (await wallet(later), (await later.loan(order)).owed_minor) == (95_000, ALL)
    assert await heard(later) == ["loan_remind"]


async def test_a_debt_that_is_repaid_is_debited_no_more(later: Later) -> None:
    await fill(later, 95_000)
    await agree(later)
    order = await later.received(red=100)
    wait = due_in(later)
    await later.repay(order)
    await a_day(later, seconds=wait.total_seconds())
    assert (await wallet(later), await heard(later)) == (95_000, [])
    assert await later.findings() == []


async def test_a_debit_that_is_done_twice_takes_once(later: Later) -> None:
    await fill(later, 95_000)
    await agree(later)
    order: PlacedOrder = await later.received(red=100)
    later.trade.clock.pass_(seconds=due_in(later).total_seconds())
    order_id, _, payment_id = later.ref(order).partition("-")
    for _ in range(2):
        ask = finance.asks.LoanAsk(order_id=order_id, payment_id=payment_id)
        await later.hall.run(finance.debit_loan, ask, system())
    await later.hall.run(finance.debits_due, Nothing(), system())
    await later.errands()
    assert await wallet(later) == 95_000 - ALL
    assert await later.findings() == []
