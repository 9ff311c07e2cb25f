"""Errands of after-sales: a case ends once its money is with the buyer, and goes on once a difference is paid."""

from typing import Any

from huozhan import aftersales
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system


async def case_refunded(hall: Hall, *, order_id: int, refund_id: int, **_: Any) -> None:
    """Ends the case whose refund has ended."""
    ask = aftersales.asks.Refunded(order_id=str(order_id), refund_id=str(refund_id))
    await hall.run(aftersales.case_refunded, ask, system())


async def difference_paid(hall: Hall, *, case_id: int, payment_id: int, amount_minor: int, **_: Any) -> None:
    """Lets the exchange go on whose difference the channel has, or sends back what came too late."""
    ask = aftersales.asks.DifferencePaid(
        case_id=str(case_id), payment_id=str(payment_id), amount_minor=amount_minor
    )
    await hall.run(aftersales.difference_paid, ask, system())
