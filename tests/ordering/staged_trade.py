"""Trade in stages, in one line each: 晨光 offers plans, 小李 orders by one, both step through it."""

from typing import Any

import msgspec

from huozhan import ordering, staging
from huozhan.ordering.asks import (
    ConfirmStage,
    DeclareStage,
    GiveUpOrder,
    PushStage,
    RejectStage,
    StopOrder,
    TradeTypeChoice,
)
from huozhan.ordering.views import OrderPage, PlacedOrder
from huozhan.staging import TEMPLATES, Condition, EditStagePlans, Plan
from tests.ordering.trading import Trade


class StagedTrade:
    """The little trade, with what can be done to an order in stages."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.seller = trade.chenguang

    async def offer(self, *plans: Plan) -> None:
        """晨光 offers these plans."""
        await self.trade.hall.run(staging.edit_stage_plans, EditStagePlans(plans=plans), self.seller)

    async def one(self, code: str = "3-7", condition: str = "sample_approved", **more: Any) -> PlacedOrder:
        """小李 orders 100 red cups at 9.00 and 30.00 of freight (930.00) by a plan that 晨光 offers."""
        gate = more.pop("gate", TEMPLATES.get(code, 1))
        quantities = more.pop("quantities", {"red": 100})
        await self.offer(Plan(plan_code=code, gate=gate, condition=Condition(condition), **more))
        placed = await self.trade.place(*self.trade.want(**quantities), trade_types=self.choice(code))
        (order,) = placed.orders
        return order

    def choice(self, code: str) -> tuple[TradeTypeChoice, ...]:
        """晨光's part is paid by a plan."""
        seller_id = str(self.seller.org_id)
        return (TradeTypeChoice(seller_id=seller_id, trade_type="staged", plan_code=code),)

    async def declare(self, order: PlacedOrder, note: str = "样品已寄出", **more: Any) -> None:
        """The seller says that the first stage's condition is met."""
        ask = DeclareStage(order_id=order.order_id, stage_no=1, note=note, **more)
        await self.trade.hall.run(ordering.declare_stage, ask, self.seller)

    async def confirm(self, order: PlacedOrder) -> None:
        """The buyer says so too."""
        ask = ConfirmStage(order_id=order.order_id, stage_no=1)
        await self.trade.hall.run(ordering.confirm_stage, ask, self.trade.li)

    async def reject(self, order: PlacedOrder, reason: str = "颜色不对") -> None:
        """The buyer does not find it met."""
        ask = RejectStage(order_id=order.order_id, stage_no=1, reason=reason)
        await self.trade.hall.run(ordering.reject_stage, ask, self.trade.li)

    async def push(self, order: PlacedOrder, stage_no: int = 2) -> None:
        """The seller asks for a stage."""
        ask = PushStage(order_id=order.order_id, stage_no=stage_no)
        await self.trade.hall.run(ordering.push_stage, ask, self.seller)

    async def stop(self, order: PlacedOrder, **more: Any) -> None:
        """The buyer stops."""
        ask = StopOrder(order_id=order.order_id, reason="不做了", **more)
        await self.trade.hall.run(ordering.stop_order, ask, self.trade.li)

    async def give_up(self, order: PlacedOrder) -> None:
        """The seller gives up."""
        ask = GiveUpOrder(order_id=order.order_id, reason="做不了")
        await self.trade.hall.run(ordering.give_up_order, ask, self.seller)

    async def to_second(self, order: PlacedOrder) -> None:
        """The first stage is paid, declared and confirmed."""
        await self.trade.pay(order)
        await self.declare(order)
        await self.confirm(order)

    async def page(self, order: PlacedOrder) -> OrderPage:
        """The order as its buyer sees it."""
        return await self.trade.page(order)

    async def states(self, order: PlacedOrder) -> list[str]:
        """Where its stages stand."""
        return [stage.state for stage in (await self.page(order)).stages]

    async def money(self, order: PlacedOrder) -> tuple[int, int, int]:
        """Escrow, what the seller was paid, what went back."""
        money = (await self.page(order)).money
        return money.escrow_minor, money.released_minor, money.refunded_minor

    async def queued(self) -> list[dict[str, Any]]:
        """Refunds that the worker is to ask the channel for."""
        async with self.trade.hall.pool.acquire() as db:
            rows = await db.fetch("SELECT payload FROM job WHERE kind = 'payments.refund' ORDER BY job_id")
        return [msgspec.json.decode(row["payload"]) for row in rows]
