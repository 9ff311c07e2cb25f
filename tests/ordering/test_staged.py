"""An order in stages, from the quote to the last tail: who pays what, who has it, when goods may leave."""

from datetime import timedelta

import pytest

from huozhan import ordering
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.ordering.asks import PayOrders, RefundUnshipped
from huozhan.ordering.order import GateShut, InStages
from huozhan.ordering.placing import TradeTypeClosed
from huozhan.payments import PaymentMethod
from huozhan.staging import Condition, Plan
from tests.ordering.banking import Banking
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade


@pytest.fixture
def staged(trade: Trade) -> StagedTrade:
    """The little trade in stages."""
    return StagedTrade(trade)


async def test_a_quote_shows_a_plan_stage_by_stage(trade: Trade, staged: StagedTrade) -> None:
    await staged.offer(
        Plan(plan_code="3-6-1", gate=2, condition=Condition.sample_approved, from_minor=50_000)
    )

    quote = await trade.quote(*trade.want(red=100), trade_types=staged.choice("3-6-1"))

    (share,) = quote.shares
    assert [one.trade_type for one in share.trade_types] == ["escrow", "staged"]
    plan = share.trade_types[1].plan
    assert plan is not None
    assert [(s.due, s.amount_minor, s.freight_minor, s.is_escrowed) for s in plan.stages] == [
        ("on_order", 27_000, 0, True),
        ("before_shipping", 54_000 + 3_000, 3_000, False),
        ("after_receipt", 9_000, 0, False),
    ]
    assert (quote.amount_minor, quote.pay_first_minor, quote.can_be_placed) == (93_000, 27_000, True)


async def test_a_small_order_is_told_from_which_amount_a_plan_is_open(
    trade: Trade, staged: StagedTrade
) -> None:
    await staged.offer(Plan(plan_code="3-7", gate=2, condition=Condition.sample_approved, from_minor=93_001))

    with pytest.raises(TradeTypeClosed) as refused:
        await trade.place(*trade.want(red=100), trade_types=staged.choice("3-7"))

    assert refused.value.facts["why"] == "order_too_small"
    assert refused.value.facts["from_minor"] == 93_001


async def test_a_plan_that_is_not_offered_is_refused(trade: Trade, staged: StagedTrade) -> None:
    await staged.offer(Plan(plan_code="3-7", gate=2, condition=Condition.sample_approved))

    for code in ("5-5", "9-1"):
        with pytest.raises(TradeTypeClosed):
            await trade.place(*trade.want(red=100), trade_types=staged.choice(code))


async def test_an_order_goes_through_all_its_stages(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-6-1")
    assert await staged.states(order) == ["waitbuyerpay", "waitactivate", "waitactivate"]

    await trade.pay(order)
    assert await staged.states(order) == ["waitselleract", "waitactivate", "waitactivate"]
    assert await staged.money(order) == (27_000, 0, 0)
    with pytest.raises(GateShut):
        await trade.ship(order)

    await staged.declare(order, picture="0" * 32)
    page = await staged.page(order)
    assert (page.who_acts, page.until) == ("buyer", trade.clock.now() + timedelta(days=7))
    await staged.confirm(order)
    assert await staged.money(order) == (0, 27_000, 0)
    assert await trade.owed_to(trade.chenguang) == 27_000 - 540

    assert await staged.states(order) == ["success", "waitsellerpush", "waitactivate"]
    await staged.push(order)
    assert (await staged.page(order)).money.to_pay_minor == 57_000
    await trade.pay(order)
    assert await trade.owed_to(trade.chenguang) == 84_000 - 1_620
    page = await staged.page(order)
    assert page.until == trade.clock.now() + timedelta(hours=48), "the promise to ship runs from the gate"

    await trade.ship(order)
    assert await staged.states(order) == ["success", "waitbuyerreceive", "waitactivate"]
    await trade.confirm(order)
    page = await staged.page(order)
    assert (page.state, page.who_acts, page.until) == ("success", "buyer", None)
    assert [stage.state for stage in page.stages] == ["success", "success", "waitbuyerpay"]

    await trade.pay(order)
    assert await staged.states(order) == ["success"] * 3
    assert await staged.money(order) == (0, 93_000, 0)
    assert await trade.owed_to(trade.chenguang) == 93_000 - 1_800
    assert await trade.findings() == []


async def test_goods_received_frees_the_deposit_with_the_receipt(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7", "goods_received")

    await trade.pay(order)
    assert await staged.states(order) == ["waitbuyerreceive", "waitsellerpush"]
    await staged.push(order)
    await trade.pay(order)
    assert await staged.money(order) == (27_000, 66_000, 0)

    await trade.ship(order)
    await trade.confirm(order)

    assert await staged.states(order) == ["success", "success"]
    assert await staged.money(order) == (0, 93_000, 0)
    assert await trade.owed_to(trade.chenguang) == 93_000 - 1_800
    assert await trade.findings() == []


async def test_nine_tenths_before_shipping_and_a_tail_after_the_receipt(
    trade: Trade, staged: StagedTrade
) -> None:
    order = await staged.one("9-1", "goods_received")

    await trade.pay(order)
    assert await staged.states(order) == ["waitsellersend", "waitactivate"]
    assert await staged.money(order) == (84_000, 0, 0)
    await trade.ship(order)
    assert await trade.owed_to(trade.chenguang) == 0
    await trade.confirm(order)
    assert await staged.money(order) == (0, 84_000, 0)

    await trade.let_pass(days=400)
    assert await staged.states(order) == ["success", "waitbuyerpay"], "nothing forces a tail's date"
    await trade.pay(order)
    assert await trade.owed_to(trade.chenguang) == 93_000 - 1_800
    assert await trade.findings() == []


async def test_a_sample_that_is_not_approved_is_made_again(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("9-1", "sample_approved")
    await trade.pay(order)
    await staged.declare(order)

    await staged.reject(order, "杯口不平")

    page = await staged.page(order)
    assert (page.stages[0].state, page.stages[0].refused, page.who_acts) == (
        "waitselleract",
        "杯口不平",
        "seller",
    )
    with pytest.raises(GateShut):
        await trade.ship(order)
    await staged.declare(order, "第二版样品")
    await staged.confirm(order)
    await trade.ship(order)
    assert (await staged.page(order)).state == "wait_receive"
    assert await trade.findings() == []


async def test_the_clock_confirms_for_a_silent_buyer(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one()
    await trade.pay(order)
    await staged.declare(order)

    await trade.let_pass(days=6, hours=23)
    assert await staged.money(order) == (27_000, 0, 0)
    await trade.let_pass(hours=1)

    assert await staged.money(order) == (0, 27_000, 0)
    assert await staged.states(order) == ["success", "waitsellerpush"]


async def test_nobody_acts_out_of_turn(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one()

    for deed in (staged.declare, staged.confirm, staged.reject, staged.push):
        with pytest.raises(NoSuchMove):
            await deed(order)
    await trade.pay(order)
    for deed in (staged.confirm, staged.reject, staged.push):
        with pytest.raises(NoSuchMove):
            await deed(order)
    with pytest.raises(NoSuchMove):
        await trade.hall.run(ordering.pay_orders, PayOrders(order_ids=(order.order_id,)), trade.li)


async def test_only_its_own_side_steps(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one()
    await trade.pay(order)
    people = trade.people
    trade.people.li, li = people.hengxin, people.li
    with pytest.raises(NotFound):
        await staged.stop(order)
    trade.people.li = li
    staged.seller = trade.hongfa
    with pytest.raises(NotFound):
        await staged.declare(order)


async def test_goods_in_stages_leave_together_and_are_not_given_back_by_the_line(
    trade: Trade, staged: StagedTrade
) -> None:
    order = await staged.one("9-1", "goods_received")
    await trade.pay(order)

    with pytest.raises(InStages):
        await trade.ship(order, l1=50)
    with pytest.raises(InStages):
        ask = RefundUnshipped(order_id=order.order_id, reason="不要了")
        await trade.hall.run(ordering.refund_unshipped, ask, trade.li)


async def test_an_order_without_stages_knows_no_steps(trade: Trade, staged: StagedTrade) -> None:
    order = await trade.paid(red=100)

    for deed in (staged.declare, staged.confirm, staged.push, staged.stop, staged.give_up):
        with pytest.raises(NotFound):
            await deed(order)


async def test_money_for_a_stage_that_was_paid_before_goes_back(trade: Trade, staged: StagedTrade) -> None:
    """Two stages of one amount are two payments: the second payment of the first one does not pay the second one."""
    staged.seller = trade.hongfa
    order = await staged.one("5-5", "production_started", quantities={"bolt": 1_000})
    first, second = [stage.amount_minor for stage in (await staged.page(order)).stages]
    assert first == second
    alone = await trade.open_payment(order)
    together = await trade.open_payment(order, await trade.one(blue=1))

    await trade.settle(together)
    await staged.declare(order)
    await staged.confirm(order)
    await staged.push(order)
    await trade.settle(alone)

    page = await staged.page(order)
    assert [(stage.state, stage.paid_minor) for stage in page.stages] == [
        ("success", first),
        ("waitbuyerpay", 0),
    ]
    assert await trade.findings() == []


async def test_stages_are_paid_by_bank_and_from_the_wallet_too(trade: Trade, staged: StagedTrade) -> None:
    bank = Banking(trade)
    order = await staged.one("3-6-1")
    await bank.send(await bank.choose(order), 27_000 + 9_000)
    assert await staged.states(order) == ["waitselleract", "waitactivate", "waitactivate"]
    assert (await staged.money(order), await bank.wallet()) == ((27_000, 0, 0), 9_000)

    await staged.declare(order)
    await staged.confirm(order)
    await staged.push(order)
    await bank.send(await bank.choose(order), 57_000)
    assert await staged.states(order) == ["success", "waitsellersend", "waitactivate"]
    await trade.ship(order)
    await trade.confirm(order)
    await bank.choose(order, method=PaymentMethod.wallet)

    assert await staged.states(order) == ["success"] * 3
    assert (await staged.money(order), await bank.wallet()) == ((0, 93_000, 0), 0)
    assert await trade.owed_to(trade.chenguang) == 93_000 - 1_800
    assert await trade.findings() == []
