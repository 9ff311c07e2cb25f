"""The clock of receipt: each parcel has its own moment, one timer on the order wakes for the next of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from huozhan import ordering
from huozhan.disruption import Stop
from huozhan.fulfilment.parcel import Parcel
from huozhan.fulfilment.receipt import confirm_due, receipt_rules
from huozhan.kernel.work import Work
from huozhan.ordering import Exemption

AUTO_CONFIRM = "auto_confirm"


class Bound(Protocol):
    """An order as its clocks need it: the rules it was placed under, and what stops them."""

    @property
    def placed_at(self) -> datetime: ...
    @property
    def paid_at(self) -> datetime | None: ...
    @property
    def rule_pins(self) -> Mapping[str, int]: ...
    @property
    def exemptions(self) -> tuple[Exemption, ...]: ...


def stops_for(work: Work, order: Bound, carrier_code: str) -> list[Stop]:
    """What stops the clocks of an order's goods that travel with a carrier."""
    grace = work.rules.pinned("disruption.grace", order.rule_pins, order.placed_at).span
    return ordering.stops_of(
        order.exemptions, began=order.paid_at or order.placed_at, grace=grace, carrier=carrier_code
    )


def first_due(work: Work, order: Bound, carrier_code: str) -> datetime:
    """When a parcel that leaves now counts as received if nothing more is heard of it."""
    rules = receipt_rules(work.rules, order.rule_pins, work.now)
    stops = stops_for(work, order, carrier_code)
    due_at = confirm_due(work.now, None, False, (), stops, 0, work.now, rules)  # noqa: FBT003 -- nobody saw it yet
    assert due_at is not None
    return due_at


def receipt_due(work: Work, order: Bound, parcel: Parcel) -> datetime:
    """The same for a parcel that is under way, by all that is known of it; never in the past."""
    return _receipt_due(work, order, parcel, work.now)


def plain_receipt_due(work: Work, order: Bound, parcel: Parcel) -> datetime:
    """The same as the rules alone say it, be it past."""
    return _receipt_due(work, order, parcel, parcel.shipped_at)


def _receipt_due(work: Work, order: Bound, parcel: Parcel, now: datetime) -> datetime:
    due_at = confirm_due(
        parcel.shipped_at,
        parcel.signed_at,
        parcel.tracked,
        parcel.spans,
        stops_for(work, order, parcel.carrier_code),
        0,
        now,
        receipt_rules(work.rules, order.rule_pins, parcel.shipped_at),
    )
    assert due_at is not None
    return due_at


def next_due(parcels: Iterable[Parcel]) -> datetime | None:
    """The next moment at which one of these parcels counts as received; the clock of a paused one stands still."""
    running = (parcel for parcel in parcels if parcel.received_at is None and parcel.paused_at is None)
    return min((parcel.confirm_due_at for parcel in running), default=None)


def set_clock(work: Work, order_id: int, due_at: datetime | None) -> None:
    """Sets the order's timer to the next parcel's moment, or takes it away."""
    if due_at is None:
        work.clear_timer(AUTO_CONFIRM, about=order_id)
    else:
        work.set_timer(AUTO_CONFIRM, about=order_id, due_at=due_at)
