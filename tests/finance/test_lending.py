"""An order that a lender pays: promised, received, given back, repaid; to the fen, and explained in the book (E13)."""

from datetime import timedelta

import pytest

from huozhan import finance, ledger, ordering
from huozhan.kernel.actor import system
from huozhan.ordering.asks import PayOrders, QuoteAsk
from huozhan.ordering.placing import TradeTypeClosed
from huozhan.ordering.ways import OtherWayToPay
from huozhan.payments import PaymentMethod
from tests.finance.later import LIMIT, Later

# A hundred red cups cost 900.00, their freight 6.00 and 24 × 1.00.
GOODS, FREIGHT = 90_000, 3_000
ALL = GOODS + FREIGHT


async def test_a_promise_is_no_money_and_lets_the_seller_ship(later: Later) -> None:
    order = await later.lent(red=100)

    page = await later.trade.page(order)
    assert (page.state, page.money.where, page.money.lender_minor, page.money.escrow_minor) == (
        "wait_send", "lender", ALL, 0,
    )  # fmt: skip
    order_id = int(order.order_id)
    assert await later.balance(ledger.loan_held(order_id)) == ALL
    assert (await later.balance(ledger.escrow(order_id)), await later.clearing()) == (0, 0)
    loan = await later.loan(order)
    assert (loan.state, loan.held_minor, loan.owed_minor, loan.due_at) == ("authorised", ALL, 0, None)
    assert await later.findings() == []


async def test_receipt_pays_the_seller_and_the_lender_owes_it(later: Later) -> None:
    order = await later.received(red=100)

    # Commission 2 % of goods, service fee 0.5 % of all; both with their tax inside.
    assert await later.trade.owed_to(later.trade.chenguang) == ALL - 1_800 - 465
    assert await later.balance(ledger.Account(302, 0)) == 439
    assert await later.clearing() == ALL
    loan = await later.loan(order)
    assert (loan.state, loan.held_minor, loan.owed_minor) == ("active", 0, ALL)
    assert loan.due_at is not None
    assert (loan.due_at - later.trade.clock.now()).days == 30
    assert later.lender.owes_market() == ALL
    assert await later.findings() == []


async def test_each_parcel_is_lent_for_when_it_is_received(later: Later) -> None:
    order = await later.lent(red=100)
    (first,) = await later.trade.ship(order, l1=40)
    await later.trade.confirm(order, first)
    await later.errands()
    assert (await later.loan(order)).owed_minor == 36_000 + 1_200

    await later.refund(order, l1=10)
    await later.agree_to_refund(order)
    await later.trade.ship(order)
    await later.trade.confirm(order)
    await later.errands()

    loan = await later.loan(order)
    assert (loan.captured_minor, loan.held_minor) == (ALL - 9_000 - 300, 0)
    assert await later.clearing() == later.lender.owes_market() == ALL - 9_300
    assert await later.findings() == []


async def test_goods_that_will_not_come_free_the_limit_whole(later: Later) -> None:
    order = await later.lent(red=100)
    assert (await later.loans()).limit.used_minor == ALL

    await later.refund(order)

    loan = await later.loan(order)
    assert ((await later.trade.page(order)).state, loan.state, loan.held_minor) == ("terminated", "voided", 0)
    assert (await later.loans()).limit.used_minor == 0
    assert await later.findings() == []


async def test_a_promise_that_comes_too_late_is_given_free(later: Later) -> None:
    (order,) = await later.choose(red=100)
    payment_id = await later.open(order)
    later.lender.consent(payment_id)
    async with later.hall.pool.acquire() as db:
        await db.execute("DELETE FROM job")
    ask = ordering.asks.CancelOrder(order_id=order.order_id, reason="买错了")
    await later.hall.run(ordering.cancel_order, ask, later.li)
    # The order waits for the lender, who says that the buyer was faster; so it stands and can be given back.
    await later.errands()

    page = await later.trade.page(order)
    assert (page.state, page.money.where) == ("wait_send", "lender")
    assert await later.findings() == []


async def test_one_consent_is_enough_for_orders_of_two_suppliers(later: Later) -> None:
    await later.switch(later.trade.hongfa)
    orders = await later.choose(later.trade.chenguang, later.trade.hongfa, red=100, bolt=1_000)
    await later.agree(await later.open(*orders))

    assert {(await later.loan(one)).state for one in orders} == {"authorised"}
    assert len(later.lender.loans) == 2
    assert await later.findings() == []


async def test_it_is_offered_by_suppliers_who_take_it_to_buyers_with_a_limit(later: Later) -> None:
    trade = later.trade
    quote = await trade.quote(*trade.want(red=100, bolt=100))
    offered = {
        share.supplier.org_id: [one for one in share.trade_types if one.trade_type == "pay_later"]
        for share in quote.shares
    }
    (choice,) = offered[str(trade.chenguang.org_id)]
    assert offered[str(trade.hongfa.org_id)] == []
    assert (choice.why, choice.facts) == (
        "", {"left_minor": LIMIT, "limit_minor": LIMIT, "term_days": 30, "fee_bp": 50},
    )  # fmt: skip


async def test_more_than_the_limit_is_not_placed(later: Later) -> None:
    await later.get_limit(50_000)
    with pytest.raises(TradeTypeClosed) as refused:
        await later.choose(red=100)
    assert refused.value.facts["why"] == "over_limit"

    other = await later.trade.address_of(later.trade.hongfa)
    ask = QuoteAsk(address_id=other, lines=later.trade.want(red=100))
    quote = await later.hall.run(ordering.quote, ask, later.trade.hongfa)
    (choice,) = [one for one in quote.shares[0].trade_types if one.trade_type == "pay_later"]
    assert choice.why == "no_limit"


async def test_what_a_lender_pays_nobody_else_pays_and_nothing_else(later: Later) -> None:
    (lent,), escrowed = await later.choose(red=100), await later.trade.one(red=10)
    for order, method in (
        (lent, PaymentMethod.channel),
        (lent, PaymentMethod.wallet),
        (escrowed, PaymentMethod.lender),
    ):
        with pytest.raises(OtherWayToPay):
            await later.hall.run(
                ordering.pay_orders, PayOrders(order_ids=(order.order_id,), method=method), later.li
            )


async def test_repaid_early_in_two_parts(later: Later) -> None:
    order = await later.received(red=100)

    await later.repay(order, 30_000)
    assert (await later.loan(order)).on_its_way_minor == 30_000
    await later.errands()
    loan = await later.loan(order)
    assert (loan.state, loan.owed_minor, loan.on_its_way_minor) == ("part", 63_000, 0)

    await later.repay(order)
    await later.errands()
    loan = await later.loan(order)
    assert (loan.state, loan.owed_minor, loan.repaid_minor) == ("repaid", 0, ALL)
    assert await later.clearing() == later.lender.owes_market() == 0
    assert await later.findings() == []


async def test_what_is_repaid_beyond_the_debt_is_the_buyers(later: Later) -> None:
    order = await later.received(red=100)
    await later.repay(order)
    later.lender.own_repayment(later.ref(order), 13_000)
    await later.errands()

    assert (await later.loan(order)).state == "repaid"
    assert await later.balance(ledger.wallet(later.li.org_id)) == 13_000
    assert await later.clearing() == later.lender.owes_market() == 13_000
    assert await later.findings() == []


async def test_nothing_more_than_what_is_owed_is_repaid(later: Later) -> None:
    order = await later.received(red=100)
    with pytest.raises(finance.MoreThanOwed):
        await later.repay(order, ALL + 1)
    await later.repay(order)
    with pytest.raises(finance.NothingOwed):
        await later.repay(order)


async def test_the_days_of_a_debt_are_the_lenders_word(later: Later) -> None:
    order = await later.received(red=100)

    seen = []
    for stage in ("due", "overdue", "claimed"):
        await later.word(order, stage)
        seen.append((await later.loan(order)).state)
    assert seen == ["due", "overdue", "claimed"]
    assert (await later.loans()).overdue_minor == ALL
    assert await later.findings() == []


@pytest.mark.parametrize("said", ["due", "overdue", "claimed", "written_off"])
@pytest.mark.parametrize("paid_minor", [0, 30_000])
async def test_what_the_lender_takes_back_counts_no_longer(later: Later, said: str, paid_minor: int) -> None:
    order = await later.received(red=100)
    if paid_minor:
        later.lender.own_repayment(later.ref(order), paid_minor)
    await later.word(order, said)

    await later.word(order, "active")

    assert (await later.loan(order)).state == ("part" if paid_minor else "active")
    assert (await later.loans()).overdue_minor == 0
    await later.word(order, "overdue")
    await later.word(order, "due")
    assert (await later.loan(order)).state == ("part" if paid_minor else "due")
    assert (await later.loans()).overdue_minor == 0
    assert await later.findings() == []


async def test_the_report_of_income_knows_both_fees(later: Later) -> None:
    await later.received(red=100)
    since = later.trade.clock.now() - timedelta(days=1)
    async with later.hall.working(system()) as work:
        (income,) = await ledger.income_by_seller(work, since, since + timedelta(days=2))
    assert (income.gross_minor, income.returns_minor, income.fees_minor) == (ALL, 0, 1_800 + 465)
