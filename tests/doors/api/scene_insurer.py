"""An order of 晨光's is insured by its supplier, and the insurer answered another question otherwise than it was asked."""

import msgspec

from tests.insurance.insured import Insured
from tests.insurance.insurer import PlainInsurer
from tests.ordering.trading import Trade


async def insured(trade: Trade, things: dict[str, str]) -> None:
    """Lets one order be insured and received, and leaves the answer about its premium for a person; 晨光 gives no more then."""
    insurer = PlainInsurer()
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, insurer=insurer)
    story = Insured(trade, insurer)
    await story.switch()
    order = await story.paid(red=5)
    things["insured_order"] = order.order_id
    await story.errands()
    await trade.ship(order)
    await trade.confirm(order)
    insurer.answer_with = {"amount_minor": 1}
    await story.errands()
    await story.switch(is_on=False)
    async with trade.hall.pool.acquire() as db:
        things["odd_premium"] = str(
            await db.fetchval("SELECT deed_id FROM insurance_deed WHERE state = 'odd'")
        )
