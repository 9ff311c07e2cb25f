"""Deposits: paid in through the channel, debts first; below the floor a shop sells nothing; back when the shop closes."""

from collections.abc import Sequence

import pytest

from huozhan import catalogue, ledger, operations, parties, payments
from huozhan.catalogue.restricting import ShopIsClosed, ShopRestricted
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.funds import watch_deposits
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.refusals import Forbidden
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import deposit as held_by
from huozhan.ledger import payable_available, seller_debt, wallet
from huozhan.operations.closing import AfterSalesOpen, CasesOpen, SalesOpen
from huozhan.parties.personal_data import MoneyIsLeft
from huozhan.payments import Compensation
from huozhan.payments.asks import FillPool, ListDeposits, PayDeposit, Penalise, SellersAfter
from huozhan.payments.depositing import MoreThanDeposit, NotASupplier
from tests import world
from tests.aftersales.complaining import Desk
from tests.ledger.books import posted
from tests.ordering.trading import BOLTS, Trade
from tests.payments.paying import noted, outcome, working


def ask_for(hall: Hall, *, required: int, floor: int) -> None:
    """The market asks for deposits from now on."""
    rules = (("deposit.required", required), ("deposit.floor", floor))
    hall.rules = RuleBook(
        [
            *hall.rules,
            *(Rule(code=code, version=9, value=value, unit="minor", effective_from=hall.clock.now()) for code, value in rules),
        ]
    )  # fmt: skip


async def pay_in(trade: Trade, amount_minor: int, **told: object) -> str:
    """晨光 pays a deposit, and the channel says so."""
    asked = await trade.hall.run(payments.pay_deposit, PayDeposit(amount_minor=amount_minor), trade.chenguang)
    body = payments.write_message(
        payments.ports.ChannelPayment(
            **{
                "merchant": "huozhan", "merchant_ref": asked.payment_id, "state": "paid", "amount_minor": amount_minor,
                "currency": "CNY", "channel_txn": f"ct-{asked.payment_id}", "paid_amount_minor": amount_minor,
                "paid_currency": "CNY", "paid_at": trade.clock.now(),
            } | told,
        )
    )  # fmt: skip
    is_odd = bool(told)
    for _ in range(2):
        callback_id = await noted(trade.hall, body, is_answer=is_odd)
        async with trade.hall.working(system()) as work:
            assert await payments.settle(work, callback_id) is None, "no order is paid by a deposit"
    return asked.payment_id


async def fall(trade: Trade, amount_minor: int, order_id: int = 5) -> None:
    """A promise of 晨光's costs so much."""
    async with trade.hall.working(system()) as work:
        await payments.compensate(
            work,
            Compensation(
                order_id=order_id, seller_id=trade.chenguang.org_id, buyer_id=trade.li.org_id, cause="late",
                amount_minor=amount_minor,
            ),
        )  # fmt: skip


async def stands(trade: Trade) -> Sequence[int]:
    org_id = trade.chenguang.org_id
    return await posted(working(trade.hall), held_by(org_id), seller_debt(org_id), payable_available(org_id))


async def told(trade: Trade) -> list[str]:
    while await relay_once(trade.hall):
        pass
    rows = await working(trade.hall).db.fetch(
        "SELECT kind FROM notice WHERE org_id = $1 AND kind LIKE 'deposit%' ORDER BY notice_id",
        trade.chenguang.org_id,
    )
    return [row["kind"] for row in rows]


async def test_a_deposit_is_paid_in_once_through_the_channel(trade: Trade) -> None:
    await pay_in(trade, 50_000)

    assert await stands(trade) == [50_000, 0, 0]
    assert await payments.verify(working(trade.hall)) == []
    view = await trade.hall.run(payments.deposit, Nothing(), trade.chenguang)
    assert (view.deposit_minor, view.missing_minor, view.restricted_why) == (50_000, 0, "")
    page = await trade.hall.run(
        payments.fund_lines, payments.asks.FundLines(account="deposit"), trade.chenguang
    )
    assert [(line.event, line.change_minor) for line in page.items] == [("E10a", 50_000)]


async def test_who_alone_has_a_deposit_is_not_erased_and_leaves_no_open_shop(trade: Trade) -> None:
    erase = parties.EraseMe(password=world.PASSWORD)
    await pay_in(trade, 50_000)
    with pytest.raises(MoneyIsLeft):
        await trade.hall.run(operations.erase_me, erase, trade.chenguang)
    shop = [trade.chenguang.org_id]
    assert await catalogue.restrictions_of(working(trade.hall), shop) == {}

    await trade.hall.run(operations.erase_me, erase, trade.hongfa)

    gone = trade.hongfa.org_id
    assert await catalogue.restrictions_of(working(trade.hall), [*shop, gone]) == {gone: catalogue.CLOSED}


async def test_another_amount_than_asked_is_no_deposit_and_goes_back(trade: Trade) -> None:
    await pay_in(trade, 50_000, paid_amount_minor=40_000)

    assert await stands(trade) == [0, 0, 0]
    assert await outcome(trade.hall) in ("mismatched", "duplicate")
    refunds = await working(trade.hall).db.fetch("SELECT amount_minor FROM payment_refund")
    assert [row["amount_minor"] for row in refunds] == [40_000]


async def test_what_is_owed_is_settled_before_the_deposit_grows(trade: Trade) -> None:
    await fall(trade, 3_000)
    assert await stands(trade) == [0, 3_000, 0]

    await pay_in(trade, 10_000)

    assert await stands(trade) == [7_000, 0, 0]
    assert await payments.verify(working(trade.hall)) == []


async def test_below_the_floor_nothing_is_published_or_sold_until_it_is_paid_in(trade: Trade) -> None:
    ask_for(trade.hall, required=50_000, floor=20_000)
    await pay_in(trade, 50_000)
    await fall(trade, 31_000)
    quote = await trade.quote(*trade.want(red=120))
    assert not quote.can_be_placed
    assert [line.why for line in quote.invalid] == ["not_on_sale"]
    with pytest.raises(ShopRestricted):
        await trade.hall.run(catalogue.publish_offer, BOLTS, trade.chenguang)
    view = await trade.hall.run(payments.deposit, Nothing(), trade.chenguang)
    assert (view.deposit_minor, view.missing_minor, view.restricted_why) == (19_000, 31_000, "deposit")

    await pay_in(trade, 31_000)

    assert (await trade.quote(*trade.want(red=120))).can_be_placed
    await trade.hall.run(catalogue.publish_offer, BOLTS, trade.chenguang)
    assert await told(trade) == ["deposit_restricted", "deposit_enough"]


async def test_a_deposit_that_got_back_what_was_not_owed_frees_the_shop_at_once(trade: Trade) -> None:
    ask_for(trade.hall, required=50_000, floor=20_000)
    await pay_in(trade, 50_000)
    await fall(trade, 31_000)
    assert not (await trade.quote(*trade.want(red=120))).can_be_placed

    async with trade.hall.working(system()) as work:
        assert await payments.give_compensation_back(work, 5, "late")

    assert await stands(trade) == [50_000, 0, 0]
    assert (await trade.quote(*trade.want(red=120))).can_be_placed
    assert await told(trade) == ["deposit_restricted", "deposit_enough"]


async def test_nobody_is_looked_at_while_the_rules_ask_for_no_deposit(trade: Trade) -> None:
    ask_for(trade.hall, required=0, floor=0)
    judged = await trade.hall.run(payments.watch_deposits, SellersAfter(limit=1), system())
    assert judged.last == 0

    ask_for(trade.hall, required=1, floor=0)
    judged = await trade.hall.run(payments.watch_deposits, SellersAfter(limit=1), system())
    assert judged.last in (trade.chenguang.org_id, trade.hongfa.org_id)


async def test_a_new_rule_reaches_every_seller_and_tells_each_once(trade: Trade) -> None:
    ask_for(trade.hall, required=50_000, floor=0)
    for _ in range(2):
        await watch_deposits(trade.hall)
    assert await told(trade) == ["deposit_low"]
    assert (await trade.quote(*trade.want(red=120))).can_be_placed

    ask_for(trade.hall, required=50_000, floor=1)
    await watch_deposits(trade.hall)
    assert not (await trade.quote(*trade.want(red=120))).can_be_placed
    ask_for(trade.hall, required=0, floor=0)
    await watch_deposits(trade.hall)

    assert (await trade.quote(*trade.want(red=120))).can_be_placed
    assert await told(trade) == ["deposit_low", "deposit_restricted", "deposit_enough"]


async def test_a_penalty_takes_no_more_than_the_deposit_and_is_written_down(trade: Trade) -> None:
    await pay_in(trade, 10_000)
    org_id, operator = str(trade.chenguang.org_id), trade.people.operator
    with pytest.raises(MoreThanDeposit) as refused:
        ask = Penalise(org_id=org_id, amount_minor=10_001, reason="虚假发货")
        await trade.hall.run(operations.penalise, ask, operator)
    assert refused.value.facts == {"deposit_minor": 10_000, "amount_minor": 10_001}

    line = await trade.hall.run(
        operations.penalise, Penalise(org_id=org_id, amount_minor=4_000, reason="虚假发货"), operator
    )

    assert (line.deposit_minor, await stands(trade)) == (6_000, [6_000, 0, 0])
    assert await posted(working(trade.hall), ledger.Account(305)) == [4_000]
    assert await told(trade) == ["deposit_penalised"]
    with pytest.raises(Forbidden):
        ask = Penalise(org_id=org_id, amount_minor=1, reason="虚假发货")
        await trade.hall.run(operations.penalise, ask, trade.hongfa)


async def test_the_pool_is_filled_by_the_market_and_pays_before_debt(trade: Trade) -> None:
    filled = await trade.hall.run(
        operations.fill_pool, FillPool(amount_minor=3_000, reason="开业备付"), trade.people.operator
    )
    assert filled.pool_minor == 3_000

    order = await trade.paid(red=80)
    await trade.let_pass(hours=48)

    (claim,) = (await trade.page(order, trade.chenguang)).claims
    assert claim.taken is not None
    assert (claim.taken.pool_minor, claim.taken.debt_minor) == (3_000, 1_000), (
        "a promise of 48 hours carries the badge"
    )
    shown = await trade.hall.run(payments.list_deposits, ListDeposits(), trade.people.operator)
    assert [(line.debt_minor, line.state) for line in shown.sellers] == [(1_000, "enough")]
    assert await posted(working(trade.hall), wallet(trade.li.org_id)) == [4_000]


async def test_a_shop_closes_once_nothing_is_open_and_its_deposit_comes_back(trade: Trade) -> None:
    async def close(actor: Actor) -> None:
        async with working(trade.hall).db.transaction():
            await trade.hall.run(operations.close_shop, Nothing(), actor)

    await pay_in(trade, 50_000)
    order = await trade.paid(red=120)
    with pytest.raises(SalesOpen) as refused:
        await close(trade.chenguang)
    assert refused.value.facts == {"n": 1}
    await trade.ship(order)
    await trade.confirm(order)
    with pytest.raises(AfterSalesOpen):
        await close(trade.chenguang)
    assert (await trade.quote(*trade.want(red=120))).can_be_placed, "what was refused closed nothing"
    await trade.let_pass(days=29)
    with pytest.raises(AfterSalesOpen) as refused_again:
        await close(trade.chenguang)
    assert refused_again.value.facts["days"] == 30, "defects are complained of until then"
    case = await Desk(trade).apply(order, l1=120)
    await trade.let_pass(days=1)
    with pytest.raises(CasesOpen) as waits:
        await close(trade.chenguang)
    assert waits.value.facts == {"n": 1}
    await Desk(trade).cancel(case)
    before = (await stands(trade))[2]

    await close(trade.chenguang)
    await trade.let_pass(minutes=2)

    assert await stands(trade) == [0, 0, before + 50_000]
    assert not (await trade.quote(*trade.want(red=120))).can_be_placed
    with pytest.raises(ShopIsClosed):
        await trade.hall.run(catalogue.publish_offer, BOLTS, trade.chenguang)
    await trade.hall.run(operations.open_shop, Nothing(), trade.chenguang)
    assert (await trade.quote(*trade.want(red=120))).can_be_placed
    assert await payments.verify(working(trade.hall)) == []


async def test_who_does_not_sell_puts_nothing_down(trade: Trade) -> None:
    with pytest.raises(NotASupplier):
        await trade.hall.run(payments.pay_deposit, PayDeposit(amount_minor=1), trade.li)
