"""Errands of after-sales: a case ends once its money is with the buyer."""

from typing import Any

from huozhan import aftersales
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system


async def case_refunded(hall: Hall, *, order_id: int, refund_id: int, **_: Any) -> None:
    """Ends the case whose refund has ended."""
    ask = aftersales.asks.Refunded(order_id=str(order_id), refund_id=str(refund_id))
    await hall.run(aftersales.case_refunded, ask, system())
