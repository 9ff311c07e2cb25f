"""What is counted of 陈掌柜's service in the scene of the access matrix: two orders picked up late, one of them appealed."""

from datetime import timedelta

from huozhan import scenes
from huozhan.kernel.actor import system
from huozhan.scenes.asks import AppealMark
from huozhan.scenes.measure import Measure
from tests.ordering.trading import Trade


async def served(trade: Trade, things: dict[str, str]) -> None:
    """Both count as paid a week ago and never picked up."""
    began_at = trade.clock.now() - timedelta(days=7)
    orders = [int(things[name]) for name in ("paid_order", "sent_order")]
    sales = [
        scenes.Sale(
            order_id=order_id,
            seller_id=int(things["seller_org"]),
            buyer_id=trade.li.org_id,
            vertical="aa",
            began_at=began_at,
            promise_at=None,
            out_at=None,
            is_late=False,
            is_custom=False,
            is_agreed=False,
            is_exempt=False,
            given_back_at=None,
            late_refund_at=None,
            ended_at=None,
        )
        for order_id in orders
    ]
    async with trade.hall.working(system("scene")) as work:
        told = scenes.Happened(sales=sales, journeys={}, complaints={})
        await scenes.judge_orders(work, orders, told)
    ask = AppealMark(order_id=things["sent_order"], measure=Measure.pickup_48, reason="买家要求晚发")
    filed = await trade.hall.run(scenes.appeal_mark, ask, trade.chenguang)
    things["service_appeal"] = filed.appeal_id
