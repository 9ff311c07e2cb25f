"""After-sales, rulings, amendments and coupons of lent orders: the same functions as under escrow, to the fen."""

from huozhan import ledger, ordering
from tests.aftersales.complaining import Desk
from tests.finance.later import Later
from tests.promotion import promoting

ALL = 93_000


async def test_money_back_for_goods_on_their_way_frees_the_promise(later: Later) -> None:
    desk = Desk(later.trade)
    order = await later.lent(red=100)
    await later.trade.ship(order)
    case = await desk.apply(order, l1=100, goods_minor=30_000, freight_minor=0)
    await desk.answer(case, agree=True)
    await later.errands()

    loan = await later.loan(order)
    assert (await desk.page(case)).state == "success"
    assert (loan.captured_minor, loan.held_minor, loan.state) == (ALL - 30_000, 0, "active")
    assert await later.clearing() == later.lender.owes_market() == ALL - 30_000
    assert await later.findings() == []


async def test_a_refund_of_received_goods_lessens_the_debt_first(later: Later) -> None:
    desk = Desk(later.trade)
    order = await later.received(red=100)
    before = await later.trade.owed_to(later.trade.chenguang)
    case = await desk.apply(order, l1=40)
    assert (await desk.answer(case, agree=True)).state == "refunding"
    await later.errands()
    await later.end_case(case)

    loan = await later.loan(order)
    assert (loan.refunded_minor, loan.owed_minor) == (37_200, ALL - 37_200)
    assert await later.balance(ledger.wallet(later.li.org_id)) == 0
    # Our commission on 360.00 comes back; the service fee does not, for the lender has lent.
    assert await later.trade.owed_to(later.trade.chenguang) == before - 37_200 + 720
    assert await later.clearing() == later.lender.owes_market() == ALL - 37_200
    assert (await desk.page(case)).state == "success"
    assert await later.findings() == []


async def test_what_of_a_refund_is_more_than_the_debt_is_the_buyers(later: Later) -> None:
    desk = Desk(later.trade)
    order = await later.received(red=100)
    await later.repay(order, 80_000)
    await later.errands()
    case = await desk.apply(order, l1=40)
    await desk.answer(case, agree=True)
    await later.errands()
    await later.end_case(case)

    loan = await later.loan(order)
    assert (loan.state, loan.refunded_minor, loan.owed_minor) == ("repaid", 13_000, 0)
    assert await later.balance(ledger.wallet(later.li.org_id)) == 37_200 - 13_000
    assert await later.clearing() == later.lender.owes_market() == 0
    assert await later.findings() == []


async def test_a_ruling_is_carried_out_at_the_lender(later: Later) -> None:
    desk = Desk(later.trade)
    order = await later.lent(red=100)
    await later.trade.ship(order)
    case = await desk.apply(order, l1=100)
    await desk.answer(case, agree=False, reason="货品无误")
    await desk.escalate(case)
    await later.trade.let_pass(days=8)
    await desk.rule(case, "part", goods_minor=45_000, freight_minor=0)
    await later.trade.let_pass(days=4)
    await later.errands()

    loan = await later.loan(order)
    assert (await desk.page(case)).state == "success"
    assert (loan.captured_minor, loan.held_minor) == (ALL - 45_000, 0)
    assert await later.clearing() == later.lender.owes_market()
    assert await later.findings() == []


async def test_a_lower_price_needs_a_new_consent(later: Later) -> None:
    (order,) = await later.choose(red=100)
    first = await later.open(order)
    ask = ordering.asks.AmendPrice(order_id=order.order_id, goods_minor=80_000, reason="老客户优惠")
    await later.hall.run(ordering.amend_price, ask, later.trade.chenguang)
    await later.errands()
    await later.closed(first)
    assert first in later.lender.closed

    await later.agree(await later.open(order))
    loan = await later.loan(order)
    assert (loan.authorised_minor, loan.state) == (83_000, "authorised")
    assert await later.findings() == []


async def test_a_broken_promise_frees_what_was_never_shipped(later: Later) -> None:
    order = await later.lent(red=100)
    await later.trade.let_pass(days=10)
    await later.trade.let_pass(days=30)
    await later.errands()

    page, loan = await later.trade.page(order), await later.loan(order)
    assert (page.state, [claim.cause for claim in page.claims]) == ("terminated", ["late"])
    assert (loan.state, later.lender.owes_market()) == ("voided", 0)


async def test_the_markets_coupon_stands_in_escrow_beside_the_promise(later: Later) -> None:
    made = await promoting.market_coupon(later.trade, 2_000, budget=10_000)
    await promoting.claim(later.trade, made)
    order = await later.lent(red=100)
    loan = await later.loan(order)
    subsidy = ALL - loan.authorised_minor
    assert subsidy > 0
    assert await later.balance(ledger.escrow(int(order.order_id))) == subsidy
    (first,) = await later.trade.ship(order, l1=33)
    await later.trade.confirm(order, first)
    await later.refund(order, l1=7)
    await later.agree_to_refund(order)
    await later.trade.ship(order)
    desk = Desk(later.trade)
    case = await desk.apply(order, l1=60, goods_minor=10_001, freight_minor=0)
    await desk.answer(case, agree=True)
    await later.errands()

    loan = await later.loan(order)
    assert loan.held_minor == 0
    assert await later.balance(ledger.escrow(int(order.order_id))) == 0
    assert await later.clearing() == later.lender.owes_market() == loan.captured_minor
    assert await later.findings() == []
