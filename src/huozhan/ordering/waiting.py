"""Who must act on an order, and until when."""

from datetime import datetime

import msgspec

from huozhan.ordering.order import OrderState
from huozhan.staging import Stage, StageState

BUYER, SELLER, MARKET, NOBODY = "buyer", "seller", "market", ""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whose turn it is."""

    state: OrderState
    pay_close_at: datetime
    ship_promise_at: datetime | None
    receive_due_at: datetime | None
    is_closing: bool
    refund_until: datetime | None
    stage: Stage | None = None
    """The stage at hand, where the order is paid in stages."""


def who_acts(waiting: Waiting) -> tuple[str, datetime | None]:
    """Whose turn it is, and the moment at which the clock acts instead."""
    if waiting.is_closing:
        return MARKET, None
    if waiting.refund_until is not None:
        return SELLER, waiting.refund_until
    if waiting.stage and waiting.stage.state is StageState.waitbuyerconfirmaction:
        return BUYER, waiting.stage.confirm_due_at
    if waiting.stage and waiting.stage.state is StageState.waitbuyerpay and waiting.stage.stage_no > 1:
        return BUYER, waiting.stage.pay_due_at
    turns = {
        OrderState.wait_pay: (BUYER, waiting.pay_close_at),
        OrderState.wait_send: (SELLER, waiting.ship_promise_at),
        OrderState.part_sent: (SELLER, waiting.ship_promise_at),
        OrderState.wait_receive: (BUYER, waiting.receive_due_at),
    }
    return turns.get(waiting.state, (NOBODY, None))
