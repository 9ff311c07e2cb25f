"""Errands of disruptions: the clocks of the orders they hit, a page of orders in each transaction."""

from typing import Any

from huozhan import fulfilment
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

DONE = "0"


async def follow(hall: Hall, *, suspension_id: int, **_: Any) -> None:
    """Sets the clocks of every order that a notice hits; done again it changes nothing."""
    after = DONE
    while True:
        ask = fulfilment.asks.FollowSuspension(suspension_id=str(suspension_id), after=after)
        after = (await hall.run(fulfilment.follow_suspension, ask, system())).after
        if after == DONE:
            return


async def follow_filing(hall: Hall, *, order_id: int, filing_id: int, **_: Any) -> None:
    """Sets the clocks of one order for which a filing was granted."""
    ask = fulfilment.asks.FollowFiling(order_id=str(order_id), filing_id=str(filing_id))
    await hall.run(fulfilment.follow_filing, ask, system())
