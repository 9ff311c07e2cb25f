"""A lender pays an order of 小李's, which was received: what is owed for it is a private thing of 小李's."""

import msgspec

from huozhan import finance
from huozhan.kernel.shapes import Nothing
from tests.finance.later import Later
from tests.finance.lender import PlainLender
from tests.ordering.trading import Trade


async def lent(trade: Trade, things: dict[str, str]) -> None:
    """Opens 小李's limit, and lets one order be received that the lender pays."""
    lender = PlainLender(trade.clock)
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, lender=lender)
    later = Later(trade, lender)
    await later.switch(trade.chenguang)
    await later.get_limit()
    order = await later.received(blue=5)
    things["lent_order"] = order.order_id
    await later.take_back(order, 1)
    lender.answer_with = {"amount_minor": 9}
    await later.errands()
    lender.answer_with = {}
    desk = await trade.hall.run(finance.lender_desk, Nothing(), trade.people.operator)
    odd = next(one for one in desk.open if one.state == "odd")
    things["lenders_deed"], things["lenders_order"] = odd.deed_id, odd.order_id
