"""Gating: refunds of an order wait, owed in the book and asked of nobody, while a context above keeps a gate before them.

Whoever sets a gate says what lets a refund go; here nobody knows why.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.payments.payment import PaymentMethod
from huozhan.payments.refunding import send_on
from huozhan.payments.store import gates
from huozhan.payments.waiting import INTENT_PATIENCE


class HeldRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund that waits before a gate of its order; `held_for` is what lets it go, 0 where nobody has named it."""

    order_id: int
    refund_id: int
    amount_minor: int
    held_since: datetime
    held_for: int


async def set_gate(work: Work, order_ids: Collection[int], gate_id: int) -> None:
    """Refunds of these orders that are asked from now on wait."""
    await gates.add(work, order_ids, gate_id)


async def lift_gate(work: Work, order_ids: Collection[int], gate_id: int) -> None:
    """The gate is gone; what waits before it is let go by whoever lifts it."""
    await gates.remove(work, gate_id, order_ids)


async def bind_held(work: Work, order_id: int, held_for: int) -> bool:
    """What waits of an order and is bound to nothing yet is let go by this; tells whether anything waits for it."""
    return await gates.bind(work, order_id, held_for)


async def let_go(work: Work, order_id: int, held_for: int = 0) -> int:
    """Sends on what of an order waits for this, or is bound to nothing; tells how many refunds went."""
    rows = await gates.free(work, order_id, held_for, work.now + work.rule(INTENT_PATIENCE).span)
    for row in rows:
        await _send(work, row)
    return len(rows)


async def held_refunds(work: Work, order_ids: Collection[int]) -> list[HeldRefund]:
    """What waits of orders that the caller may see, the oldest first."""
    return [HeldRefund(**dict(row)) for row in await gates.held(work, order_ids)]


async def order_of_held(work: Work, refund_id: int) -> int:
    """The order of a refund that waits and is bound to nothing; 0 where it does not."""
    return await gates.order_of(work, refund_id)


async def _send(work: Work, row: Any) -> None:
    await send_on(
        work, PaymentMethod(row["method"]), payment_id=row["payment_id"], order_id=row["order_id"],
        refund_id=row["refund_id"], amount_minor=row["amount_minor"],
    )  # fmt: skip
