"""The clock of receipt: each parcel has its own moment, one timer on the order wakes for the next of them."""

from collections.abc import Iterable
from datetime import datetime

from huozhan.fulfilment.parcel import Parcel
from huozhan.kernel.work import Work

AUTO_CONFIRM = "auto_confirm"


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
