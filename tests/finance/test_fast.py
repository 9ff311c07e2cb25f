"""Fast arrival: the seller has its money at pick-up, the funder has it back first, and refunds before receipt are the funder's loss."""

import pytest

from huozhan import finance, ledger, ordering, payments
from huozhan.finance.looking import FeeMoved
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AnswerRefund, LineQuantity, RefundUnshipped
from tests.aftersales.complaining import Desk
from tests.finance.fast import Fast
from tests.finance.later import Later
from tests.finance.lender import PlainLender
from tests.payments.test_withdraw import account_of

GOODS, FREIGHT = 90_000, 600 + 24 * 100
ALL = GOODS + FREIGHT
COMMISSION = 1_800
BRINGS = ALL - COMMISSION
FEE = 365
"""0.4 % of what 100 red cups bring, half up."""
DEPARTED, HUB, SIGNED, REJECTED = 206, 204, 301, 404


async def test_a_picked_up_parcel_is_advanced_less_the_fee_and_repaid_at_receipt(fast: Fast) -> None:
    order = await fast.advanced(red=100)

    one = await fast.one(order)
    assert (one.state, one.advanced_minor, one.fee_minor) == ("open", BRINGS, FEE)
    assert await fast.available() == BRINGS - FEE
    assert await fast.clearing() == BRINGS - FEE
    assert await fast.balance(ledger.escrow(int(order.order_id))) == ALL

    await fast.trade.confirm(order)

    one = await fast.one(order)
    assert (one.state, one.repaid_minor, one.open_minor) == ("repaid", BRINGS, 0)
    assert await fast.available() == BRINGS - FEE
    assert await fast.clearing() == -FEE
    await fast.agrees()


async def test_parcels_are_advanced_one_by_one_and_each_ones_goods_repay_it(fast: Fast) -> None:
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order, l1=30)
    await fast.scan(order, 1)
    (second,) = await fast.trade.ship(order)
    await fast.scan(order, 2)
    await fast.errands()
    first, last = (await fast.of_order(order)).advances
    assert (first.advanced_minor, last.advanced_minor) == (27_360, 63_840)
    assert first.advanced_minor + last.advanced_minor == BRINGS

    await fast.trade.confirm(order, second)

    first, last = (await fast.of_order(order)).advances
    assert (first.state, first.repaid_minor, last.state, last.repaid_minor) == ("open", 0, "repaid", 63_840)
    await fast.agrees()
    await fast.trade.confirm(order)
    assert [one.state for one in (await fast.of_order(order)).advances] == ["repaid", "repaid"]
    assert await fast.available() == BRINGS - first.fee_minor - last.fee_minor
    await fast.agrees()


async def test_a_refund_before_receipt_is_the_funders_loss_and_nobody_elses(fast: Fast) -> None:
    desk = Desk(fast.trade)
    order = await fast.advanced(red=100)
    case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=100)
    await desk.answer(case, agree=True)

    one = await fast.one(order)
    assert (one.state, one.repaid_minor, one.borne_minor) == ("borne", 0, BRINGS)
    assert (await fast.trade.page(order)).state == "terminated"
    assert await fast.available() == BRINGS - FEE
    await fast.agrees()
    assert await fast.clearing() == BRINGS - FEE


async def test_of_a_part_given_back_the_funder_bears_what_the_rest_does_not_bring(fast: Fast) -> None:
    desk = Desk(fast.trade)
    order = await fast.advanced(red=100)
    case = await desk.apply(order, l1=100, goods_minor=30_000, freight_minor=0)
    await desk.answer(case, agree=True)

    one = await fast.one(order)
    kept = ALL - 30_000 - 1_200
    assert (one.state, one.repaid_minor, one.borne_minor) == ("borne", kept, BRINGS - kept)
    assert await fast.available() == BRINGS - FEE
    await fast.agrees()


async def test_money_back_for_what_is_not_shipped_leaves_an_advance_as_it_is(fast: Fast) -> None:
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order, l1=40)
    await fast.scan(order)
    await fast.errands()
    ask = RefundUnshipped(order_id=order.order_id, lines=(LineQuantity(1, 60),), reason="不需要了")
    refund = await fast.hall.run(ordering.refund_unshipped, ask, fast.trade.li)
    if refund.state == "asked":
        yes = AnswerRefund(order_id=order.order_id, refund_id=refund.refund_id, agree=True)
        await fast.hall.run(ordering.answer_refund, yes, fast.trade.chenguang)

    one = await fast.one(order)
    assert (one.state, one.open_minor, one.borne_minor) == ("open", 36_480, 0)
    await fast.trade.confirm(order)
    assert (await fast.one(order)).state == "repaid"
    await fast.agrees()


async def test_of_one_parcel_of_two_given_back_the_other_parcels_money_is_not_taken(fast: Fast) -> None:
    desk = Desk(fast.trade)
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order, l1=30)
    await fast.scan(order, 1)
    await fast.errands()
    case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=30)
    await desk.answer(case, agree=True)
    assert ((await fast.one(order)).state, (await fast.one(order)).borne_minor) == ("borne", 27_360)

    await fast.trade.ship(order)
    await fast.trade.confirm(order)

    got = await fast.available()
    assert got == 27_360 - (await fast.one(order)).fee_minor + BRINGS - 27_360
    await fast.agrees()


async def test_a_parcel_that_was_not_advanced_neither_repays_nor_covers_another_ones_advance(
    fast: Fast,
) -> None:
    desk = Desk(fast.trade)
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order, l1=30)
    await fast.scan(order, 1)
    await fast.errands()
    (second,) = await fast.trade.ship(order, l1=30)
    await fast.trade.ship(order)
    await fast.trade.confirm(order, second)
    assert ((await fast.one(order)).state, (await fast.one(order)).repaid_minor) == ("open", 0)

    case = await desk.apply(order, goods_status="not_received", reason_code="late", l1=30)
    await desk.answer(case, agree=True)

    one = await fast.one(order)
    assert (one.state, one.borne_minor) == ("borne", 27_360)
    await fast.trade.confirm(order)
    assert await fast.available() == BRINGS - one.fee_minor
    await fast.agrees()


async def test_what_is_kept_of_one_parcel_repays_its_own_advance(fast: Fast) -> None:
    """A case about units of two parcels, of which one was advanced: each has its part of what the seller keeps."""
    desk = Desk(fast.trade)
    order = await fast.trade.paid(red=100)
    await fast.trade.ship(order, l1=50)
    await fast.trade.ship(order)
    await fast.scan(order, 2)
    await fast.errands()
    case = await desk.apply(order, l1=100, goods_minor=30_000, freight_minor=0)
    await desk.answer(case, agree=True)

    one = await fast.one(order)
    kept = ALL - 30_000 - 1_200
    assert (one.state, one.repaid_minor, one.borne_minor) == ("borne", kept // 2, BRINGS // 2 - kept // 2)
    assert await fast.available() == BRINGS // 2 - one.fee_minor + kept // 2
    await fast.agrees()


async def test_all_parcels_together_are_advanced_no_more_than_they_bring(fast: Fast) -> None:
    """Four bolts are 0.14 without a commission, eight are 0.28 with 0.01: the second parcel is advanced the difference."""
    hongfa = fast.trade.hongfa
    await fast.get_limit(hongfa)
    await fast.switch(hongfa)
    order = await fast.trade.paid(bolt=100)
    for parcel_no in (1, 2):
        await fast.trade.ship(order, l1=4)
        await fast.scan(order, parcel_no)
    await fast.errands()
    assert [one.advanced_minor for one in (await fast.of_order(order)).advances] == [14, 13]

    await fast.trade.confirm(order)

    assert [one.state for one in (await fast.of_order(order)).advances] == ["repaid", "repaid"]
    await fast.agrees()


@pytest.mark.parametrize(
    ("states", "is_advanced"),
    [
        ((HUB,), True),
        ((0, DEPARTED), True),
        ((REJECTED, HUB), False),
        ((REJECTED, 1), True),
        ((1, 1, HUB, SIGNED), True),
    ],
)
async def test_the_first_word_of_a_carrier_that_has_the_parcel_counts_and_only_once(
    fast: Fast, states: tuple[int, ...], *, is_advanced: bool
) -> None:
    order = await fast.trade.paid(red=10)
    await fast.trade.ship(order)
    for state in states:
        await fast.scan(order, state=state)
        await fast.errands()

    assert [one.state for one in (await fast.of_order(order)).advances] == ["open"] * is_advanced
    assert len(fast.funder.advances) == is_advanced
    await fast.agrees()


async def test_orders_paid_together_are_advanced_each_for_itself(fast: Fast) -> None:
    trade = fast.trade
    await fast.get_limit(trade.hongfa)
    await fast.switch(trade.hongfa)
    orders = (await trade.place(*trade.want(red=100, bolt=1000))).orders
    await trade.pay(*orders)
    for order in orders:
        await trade.ship(order)
        await fast.scan(order)
    await fast.errands()

    for order in orders:
        assert (await fast.one(order)).state == "open"
    assert await fast.available(trade.hongfa) == 3_500 - 70 - 14
    for order in orders:
        await trade.confirm(order)
    await fast.agrees()


async def test_an_order_paid_from_the_wallet_is_advanced_and_the_money_can_be_withdrawn(fast: Fast) -> None:
    seller, li = fast.trade.chenguang, fast.trade.li
    order = await fast.trade.one(red=10)
    async with fast.hall.working(fast.trade.system) as work:
        await payments.compensate(
            work,
            payments.Compensation(
                order_id=1, seller_id=fast.trade.hongfa.org_id, buyer_id=li.org_id, cause="late", amount_minor=50_000
            ),
        )  # fmt: skip
    ask = ordering.asks.PayOrders(order_ids=(order.order_id,), method=payments.PaymentMethod.wallet)
    await fast.hall.run(ordering.pay_orders, ask, li)
    await fast.trade.ship(order)
    await fast.scan(order)
    await fast.errands()
    got = (await fast.one(order)).paid_out_minor

    account_id = await account_of(fast.hall, seller)
    wish = payments.asks.Withdraw(account_id=account_id, amount_minor=got)
    await fast.hall.run(payments.withdraw, wish, seller, key="w1")

    funds = await fast.hall.run(payments.funds, Nothing(), seller)
    assert (funds.available_minor, funds.in_transit_minor, got) == (0, got, 10_558)
    await fast.trade.confirm(order)
    assert (await fast.one(order)).state == "repaid"
    await fast.agrees()


async def test_other_ways_to_trade_are_not_advanced_and_say_why(fast: Fast) -> None:
    lender = PlainLender(fast.trade.clock)
    outside = fast.hall.outside
    fast.hall.outside = type(outside)(
        **{name: getattr(outside, name) for name in outside.__struct_fields__} | {"lender": lender}
    )
    later = Later(fast.trade, lender)
    await later.switch(fast.trade.chenguang)
    await later.get_limit()
    order = await later.lent(red=10)
    await fast.trade.ship(order)
    await fast.scan(order)

    assert (await fast.errands(), (await fast.of_order(order)).why) == ([], "trade_type")
    await fast.trade.confirm(order)
    await later.errands()
    assert await fast.findings() == []


async def test_without_agreement_limit_or_at_a_higher_fee_nothing_is_advanced(fast: Fast) -> None:
    trade = fast.trade

    async def why() -> str:
        order = await trade.paid(red=10)
        await trade.ship(order)
        await fast.scan(order)
        assert await fast.errands() == []
        assert (await fast.of_order(order)).advances == []
        return (await fast.of_order(order)).why

    fast.funder.stopped.add(str(trade.chenguang.org_id))
    await fast.hear("account.refused", buyer_ref=str(trade.chenguang.org_id))
    assert await why() == "stopped"
    fast.funder.stopped.clear()
    fast.funder.limits[str(trade.chenguang.org_id)] += 1
    async with fast.hall.pool.acquire() as db:
        await db.execute("UPDATE funder_account SET version = 0")
    await fast.hear("account.open", buyer_ref=str(trade.chenguang.org_id))
    dearer = Rule(code="fast_arrival.fee", version=2, value=50, unit="bp", effective_from=trade.clock.now())
    fast.hall.rules = RuleBook([*fast.hall.rules, dearer])
    assert await why() == "fee_moved"
    await fast.switch(trade.chenguang)
    order = await fast.advanced(red=10)
    assert (await fast.one(order)).fee_bp == 50
    await fast.switch(trade.chenguang, is_on=False)
    assert await why() == "off"
    with pytest.raises(FeeMoved):
        ask = finance.funder_asks.SwitchFastArrival(is_on=True, fee_bp=40)
        await fast.hall.run(finance.switch_fast_arrival, ask, trade.chenguang)
    with pytest.raises(finance.NoFunding):
        ask = finance.funder_asks.SwitchFastArrival(is_on=True, fee_bp=50)
        await fast.hall.run(finance.switch_fast_arrival, ask, trade.hongfa)
    assert await fast.findings() == []


async def test_an_advance_settles_what_the_seller_owes_before_it_can_be_withdrawn(fast: Fast) -> None:
    seller = fast.trade.chenguang
    order = await fast.trade.paid(red=100)
    async with fast.hall.working(fast.trade.system) as work:
        await payments.compensate(
            work,
            payments.Compensation(
                order_id=int(order.order_id), seller_id=seller.org_id, buyer_id=fast.trade.li.org_id, cause="late",
                amount_minor=4_500,
            ),
        )  # fmt: skip
    await fast.trade.ship(order)
    await fast.scan(order)
    await fast.errands()

    assert await fast.available() == BRINGS - FEE - 4_500
    assert await fast.balance(ledger.seller_debt(seller.org_id)) == 0


async def test_under_a_settlement_hold_the_funder_is_repaid_at_receipt_and_the_rest_waits(fast: Fast) -> None:
    trade = fast.trade
    week = Rule(code="settle_hold", version=2, value=7, unit="days", effective_from=trade.clock.now())
    fast.hall.rules = RuleBook([*fast.hall.rules, week])
    order = await trade.paid(red=100)
    await trade.ship(order, l1=40)
    await fast.scan(order)
    await fast.errands()
    advanced = (await fast.one(order)).advanced_minor
    got = await fast.available()
    await trade.ship(order)
    await trade.confirm(order)

    assert (await fast.one(order)).state == "repaid"
    assert await fast.balance(ledger.payable_pending(trade.chenguang.org_id)) == BRINGS - advanced
    assert await fast.available() == got
    await fast.agrees()
    await trade.let_pass(days=8)
    assert await fast.available() == got + BRINGS - advanced
    assert await fast.findings() == []


async def test_the_fund_records_say_what_was_advanced_at_which_fee_and_what_repaid_it(fast: Fast) -> None:
    order = await fast.advanced(red=100)
    await fast.trade.confirm(order)

    ask = payments.asks.FundLines(sort="proceeds")
    lines = (await fast.hall.run(payments.fund_lines, ask, fast.trade.chenguang)).items
    told = {line.event: (line.account, line.change_minor) for line in lines}
    assert told == {
        "E22a": ("available", BRINGS - FEE), "E4": ("pending", BRINGS), "E22r": ("pending", -BRINGS),
    }  # fmt: skip
    (given,) = [line for line in lines if line.event == "E22a"]
    assert given.memo == {
        "order_number": order.number, "advanced_minor": BRINGS, "funder_fee_minor": FEE, "fee_bp": 40, "fee_version": 1,
    }  # fmt: skip


async def test_a_buyer_learns_that_the_seller_was_advanced_and_no_amounts(fast: Fast) -> None:
    order = await fast.advanced(red=100)

    shown = await fast.of_order(order, fast.trade.li)

    assert (shown.side, shown.is_advanced, shown.advances, shown.open_minor) == ("buyer", True, [], 0)
    view = await fast.view()
    assert (view.open_minor, view.advanced_minor, view.fees_minor) == (BRINGS, BRINGS, FEE)
    desk = await fast.hall.run(finance.funder_desk, Nothing(), fast.trade.people.operator)
    assert (desk.open_minor, desk.clearing_minor, desk.suppliers, desk.open) == (BRINGS, BRINGS - FEE, 1, [])
