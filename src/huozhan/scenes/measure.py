"""A measure: one thing that is counted of how a supplier serves, order by order and day by day."""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec


class Measure(StrEnum):
    """What is counted (domain rules B3.1). Some only say of how many (`paid`, `ended`), others only how often."""

    paid = "paid"
    pickup_48 = "pickup_48"
    pickup_24 = "pickup_24"
    fulfilment = "fulfilment"
    signed_72 = "signed_72"
    ended = "ended"
    quality_refund = "quality_refund"
    bad_review = "bad_review"
    refund_time = "refund_time"
    dispute = "dispute"
    intervention = "intervention"
    delivery_refund = "delivery_refund"
    quick_answer = "quick_answer"
    answer_24 = "answer_24"
    repurchase = "repurchase"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What one order, or one case of it (`about_id`), adds to one measure, and for which day."""

    measure: Measure
    about_id: int = 0
    counted_on: date
    due: int = 0
    hit: int = 0
    minutes: int = 0
    vertical: str = ""


class Count(msgspec.Struct, frozen=True, array_like=True):
    """How many were due, how many hit, and how long it took all of them together."""

    due: int = 0
    hit: int = 0
    minutes: int = 0


NONE = Count()
COUNTED_OF = {
    Measure.quality_refund: Measure.ended,
    Measure.dispute: Measure.paid,
    Measure.intervention: Measure.paid,
    Measure.delivery_refund: Measure.paid,
}
"""Measures that say only how often: of how many, another one says."""

Figures = dict[Measure, Count]


def count_of(figures: Figures, measure: Measure) -> Count:
    """How often something happened, of how many; what happened more often than that counts as always."""
    own = figures.get(measure, NONE)
    due = figures.get(COUNTED_OF.get(measure, measure), NONE).due
    return Count(due, min(own.hit, due), own.minutes)


def day_of(moment: datetime, timezone: str) -> date:
    """The day a moment falls on where the market is."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def midnight_of(on: date, timezone: str) -> datetime:
    """The moment a day begins where the market is."""
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(timezone))
