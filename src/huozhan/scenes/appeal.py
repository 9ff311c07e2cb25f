"""An appeal: a supplier says why an order should not count for a figure; an operator decides."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves
from huozhan.scenes.measure import Measure


class AppealState(StrEnum):
    """Where an appeal stands."""

    filed = "filed"
    accepted = "accepted"
    refused = "refused"


MOVES = Moves(
    "service_appeal",
    AppealState.filed,
    {
        (AppealState.filed, "accept"): AppealState.accepted,
        (AppealState.filed, "refuse"): AppealState.refused,
    },
)

APPEALABLE = frozenset(
    {
        Measure.pickup_48,
        Measure.pickup_24,
        Measure.fulfilment,
        Measure.signed_72,
        Measure.quality_refund,
        Measure.bad_review,
        Measure.refund_time,
        Measure.dispute,
        Measure.intervention,
        Measure.delivery_refund,
    }
)
"""Measures that are made of orders against which a supplier may say something."""


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """One appeal, as it is read from its row."""

    order_id: int
    appeal_id: int
    seller_id: int
    measure: Measure
    counted_on: date
    state: AppealState
    reason: str
    filed_at: datetime
    filed_by: int
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""
