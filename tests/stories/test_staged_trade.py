"""Four months of trade in stages: a sample refused and approved, a price lowered on the way, a tail paid late, every fen told."""

from typing import Any

from huozhan import ledger, messaging, ordering, payments
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import Actor
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AmendPrice
from huozhan.payments.asks import FundLines
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade


async def told(trade: Trade, actor: Actor) -> list[str]:
    """What somebody's organisation heard of its orders, in no certain order."""
    while await relay_once(trade.hall):
        pass
    heard = await trade.hall.run(messaging.notices, messaging.Notices(), actor)
    return [n.kind for n in heard.items if n.kind.startswith(("order_", "stage_", "gate_"))]


async def test_four_months_of_trade_in_stages(trade: Trade, db: Any) -> None:
    staged = StagedTrade(trade)
    # March: 120 cups at 9.00 and 35.00 of freight by 3/6/1; the first sample is refused, the second one approved.
    order = await staged.one("3-6-1", quantities={"red": 60, "blue": 60})
    await trade.pay(order)
    await trade.let_pass(days=10)
    await staged.declare(order, "样品 SF1000000000042 已寄出", picture="a" * 32)
    await trade.let_pass(days=3)
    await staged.reject(order, "釉色偏暗")
    await trade.let_pass(days=10)
    await staged.declare(order, "第二版样品 SF1000000000043 已寄出")
    await trade.let_pass(days=2)
    await staged.confirm(order)
    assert [stage.amount_minor for stage in (await staged.page(order)).stages] == [32_400, 68_300, 10_800]

    # April: for the delay the supplier takes 53.90 off; the unpaid stages bear it. The rest before shipping is paid.
    ask = AmendPrice(order_id=order.order_id, reason="样品延误补偿", goods_minor=102_610)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)
    await trade.let_pass(days=12)
    await staged.push(order)
    await trade.let_pass(days=6)
    await trade.pay(order)
    assert [stage.amount_minor for stage in (await staged.page(order)).stages] == [
        32_400, 60_180 + 3_500, 10_030,
    ]  # fmt: skip

    # May: the goods leave, and the clock confirms what the carrier never scanned.
    await trade.let_pass(days=1)
    await trade.ship(order)
    await trade.let_pass(days=30)
    page = await staged.page(order)
    assert (page.state, page.stages[2].state) == ("success", "waitbuyerpay")

    # July: nothing forced the tail, and it is paid.
    await trade.let_pass(days=45)
    await trade.pay(order)

    page = await staged.page(order)
    assert [stage.state for stage in page.stages] == ["success"] * 3
    assert await staged.money(order) == (0, 106_110, 0)
    # Two per cent of 1,026.10, charged in three parts of which each alone would round up.
    assert await trade.owed_to(trade.chenguang) == 106_110 - 2_052
    funds = await trade.hall.run(payments.funds, Nothing(), trade.chenguang)
    assert funds.available_minor == 106_110 - 2_052
    lines = await trade.hall.run(payments.fund_lines, FundLines(), trade.chenguang)
    direct = [line for line in lines.items if line.event == "E11b"]
    assert [line.change_minor for line in direct] == [10_030 - 200, 63_680 - 1_204]
    assert all(trade.hall.words.has(f"ledger.event.{line.event}") for line in lines.items)

    assert sorted(await told(trade, trade.chenguang)) == sorted([
        "order_placed", "stage_paid", "stage_rejected", "stage_confirmed", "stage_paid", "gate_opened",
        "order_received", "stage_paid",
    ])  # fmt: skip
    assert sorted(await told(trade, trade.li)) == sorted([
        "stage_declared", "stage_declared", "order_amended", "stage_due", "order_shipped", "stage_due",
        "order_completed",
    ])  # fmt: skip
    assert await trade.findings() == []
    async with trade.hall.working(trade.system) as work:
        await ledger.seal_chain(work)
        assert await ledger.verify(work) == []
        assert await payments.verify(work) == []
    assert await db.fetchval("SELECT array_agg(kind) FROM timer") == ["review_window"]
