"""A funder has advanced a parcel of 晨光's, and answered another question otherwise than it was asked."""

import msgspec

from tests.finance.fast import Fast
from tests.finance.funder import PlainFunder
from tests.ordering.trading import Trade


async def advanced(trade: Trade, things: dict[str, str]) -> None:
    """Opens 晨光's limit, lets one order be advanced, and leaves one of the funder's answers for a person."""
    funder = PlainFunder()
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, funder=funder)
    fast = Fast(trade, funder)
    await fast.get_limit(trade.chenguang)
    await fast.switch(trade.chenguang)
    order = await fast.advanced(red=5)
    things["advanced_order"] = order.order_id
    await trade.confirm(order)
    funder.answer_with = {"amount_minor": 1}
    await fast.errands()
    async with trade.hall.pool.acquire() as db:
        things["odd_deed"] = str(await db.fetchval("SELECT deed_id FROM advance_deed WHERE state = 'odd'"))
