"""Ending a staged order before its goods leave: on whose account, and what becomes of the money. Pure (B1.5b)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from huozhan import staging
from huozhan.kernel.work import Work
from huozhan.ordering.order import Order, OrderEvent
from huozhan.staging import Stage


class Fault(StrEnum):
    """Who it is that does not go on."""

    buyer = "buyer"
    seller = "seller"


FAULT_OF: Mapping[OrderEvent, Fault] = {
    OrderEvent.stop: Fault.buyer,
    OrderEvent.stop_due: Fault.buyer,
    OrderEvent.give_up: Fault.seller,
    OrderEvent.leave: Fault.seller,
    OrderEvent.leave_due: Fault.seller,
}
"""How a staged order may end before its goods leave, and on whose account."""

EARNEST = "earnest"
"""The cause of a claim: earnest money is owed once more by the seller who gives up."""


class GiveBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a seller was paid for a stage and gives back of it."""

    stage: Stage
    goods_minor: int
    freight_minor: int

    @property
    def amount_minor(self) -> int:
        """What the buyer gets of it."""
        return self.goods_minor + self.freight_minor


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the money when a staged order ends before its goods leave."""

    kept_minor: int
    """What the seller gets out of the first stage's escrow."""
    back_minor: int
    """What goes back to the buyer out of it."""
    given_back: tuple[GiveBack, ...]
    """What the seller has been paid and gives back."""
    earnest_minor: int
    """What the seller owes besides, for giving up earnest money."""

    @property
    def all_back_minor(self) -> int:
        """What goes back to the buyer of what was paid."""
        return self.back_minor + sum(one.amount_minor for one in self.given_back)


def ending_of(stages: Sequence[Stage], contract_minor: int, fault: Fault, cap_bp: int) -> Ending:
    """Says who gets what; a buyer leaves the lower of the deposit and a share of the contract, a seller nothing. Pure."""
    first = stages[0]
    kept_minor = staging.kept_when_stopped(first.paid_minor, contract_minor, cap_bp)
    with_seller = sum(stage.released_minor for stage in stages)
    if fault is Fault.seller:
        return Ending(
            kept_minor=0,
            back_minor=first.escrow_minor,
            given_back=_given_back(stages, with_seller),
            earnest_minor=kept_minor if first.is_earnest else 0,
        )
    from_escrow = min(max(0, kept_minor - with_seller), first.escrow_minor)
    return Ending(
        kept_minor=from_escrow,
        back_minor=first.escrow_minor - from_escrow,
        given_back=_given_back(stages, max(0, with_seller - kept_minor)),
        earnest_minor=0,
    )


def _given_back(stages: Sequence[Stage], amount_minor: int) -> tuple[GiveBack, ...]:
    """An amount out of what the seller was paid, the last stage first, goods before freight."""
    found = []
    for stage in reversed(stages):
        part = min(amount_minor, stage.released_minor)
        if part:
            goods = min(part, stage.goods_minor)
            found.append(GiveBack(stage=stage, goods_minor=goods, freight_minor=part - goods))
            amount_minor -= part
    return tuple(found)


def ending_now(work: Work, order: Order, event: OrderEvent) -> Ending:
    """What becomes of the money if the order ends so."""
    cap = work.rules.pinned("stage.deposit_cap_bp", order.rule_pins, order.placed_at)
    return ending_of(order.stages, order.amount_minor, FAULT_OF[event], cap.value)


def kept_in_all(order: Order, ending: Ending) -> int:
    """What the seller has of the buyer's money in the end, before commission."""
    return order.paid_minor - order.refunded_minor - ending.all_back_minor
