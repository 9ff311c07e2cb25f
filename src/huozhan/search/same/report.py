"""A supplier's objection to the group that one of its offers is in, and an operator's word on it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class ReportState(StrEnum):
    """Where an objection stands."""

    filed = "filed"
    accepted = "accepted"
    refused = "refused"


MOVES = Moves(
    "same_report",
    ReportState.filed,
    {
        (ReportState.filed, "accept"): ReportState.accepted,
        (ReportState.filed, "refuse"): ReportState.refused,
    },
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One objection, as it is read from its row."""

    report_id: int
    offer_id: int
    seller_id: int
    state: ReportState
    reason: str
    filed_at: datetime
    filed_by: int
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""
