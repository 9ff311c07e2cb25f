"""What may happen to orders that are paid in stages 分阶段; their payments, parcels and receipts are everybody's."""

from bench.drills.simulation.happening import Happening, event
from bench.drills.simulation.opening import PLANS
from huozhan import ordering
from huozhan.ordering.asks import (
    ConfirmStage,
    DeclareStage,
    GiveUpOrder,
    PushStage,
    RejectStage,
    StopOrder,
    TradeTypeChoice,
)


@event(8)
async def order_in_stages(h: Happening) -> str:
    """Cups by one of the shop's plans."""
    plan = h.chance.choice(PLANS)
    choice = TradeTypeChoice(
        seller_id=str(h.trade.chenguang.org_id), trade_type="staged", plan_code=plan.plan_code
    )
    wanted = h.trade.want(red=h.chance.randint(1, 60))
    placed = await h.trade.place(*wanted, trade_types=(choice,), from_cart=False)
    h.orders += placed.orders
    return f"{plan.plan_code} {[order.amount_minor for order in placed.orders]}"


@event(6)
async def declare(h: Happening) -> str:
    """The seller says that the first stage's condition is met."""
    order = await h.any_order("wait_send", of="staged")
    if order is None:
        return "none"
    ask = DeclareStage(order_id=order.order_id, stage_no=1, note="样品已寄出")
    await h.hall.run(ordering.declare_stage, ask, h.trade.seller_of(order))
    return "declared"


@event(6)
async def answer_stage(h: Happening) -> str:
    """The buyer agrees or does not."""
    order = await h.any_order("wait_send", of="staged")
    if order is None:
        return "none"
    if h.chance.random() < 0.75:
        await h.hall.run(
            ordering.confirm_stage, ConfirmStage(order_id=order.order_id, stage_no=1), h.trade.li
        )
        return "agreed"
    ask = RejectStage(order_id=order.order_id, stage_no=1, reason="颜色不对")
    await h.hall.run(ordering.reject_stage, ask, h.trade.li)
    return "rejected"


@event(6)
async def push(h: Happening) -> str:
    """The seller calls for a stage."""
    order = await h.any_order("wait_send", "success", of="staged")
    if order is None:
        return "none"
    ask = PushStage(order_id=order.order_id, stage_no=h.chance.choice((2, 2, 3)))
    await h.hall.run(ordering.push_stage, ask, h.trade.seller_of(order))
    return "pushed"


@event(6)
async def pay_stage(h: Happening) -> str:
    """The buyer goes to pay what is payable of an order in stages."""
    order = await h.any_order("wait_pay", "wait_send", "success", of="staged")
    if order is None:
        return "none"
    ask = ordering.asks.PayOrders(order_ids=(order.order_id,))
    payment_id = (await h.hall.run(ordering.pay_orders, ask, h.trade.li)).payment_id
    if payment_id not in h.payments:
        h.payments.append(payment_id)
    return payment_id


@event(1)
async def stop(h: Happening) -> str:
    """The buyer stops."""
    order = await h.any_order("wait_send", of="staged")
    if order is None:
        return "none"
    return str(
        (
            await h.hall.run(
                ordering.stop_order, StopOrder(order_id=order.order_id, reason="不做了"), h.trade.li
            )
        ).state
    )


@event(1)
async def give_up(h: Happening) -> str:
    """The seller gives up."""
    order = await h.any_order("wait_send", of="staged")
    if order is None:
        return "none"
    ask = GiveUpOrder(order_id=order.order_id, reason="做不了")
    return str((await h.hall.run(ordering.give_up_order, ask, h.trade.seller_of(order))).state)
