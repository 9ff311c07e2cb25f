"""Disruption 疫情/灾害豁免: notices that stop the clocks, and the running clock itself. The front desk.

Asks, views and facts are reached as `disruption.asks.DraftSuspension`, `disruption.views.DisruptionView`,
`disruption.facts.SuspensionMoved`.
"""

from huozhan.disruption import asks, facts, views
from huozhan.disruption.asks import Link, Moment
from huozhan.disruption.clock import Stop, due_at, stands_still_until
from huozhan.disruption.looking import disruptions, running, suspension, suspensions
from huozhan.disruption.noticing import (
    approve_suspension,
    draft_suspension,
    drop_suspension,
    judge_end,
    propose_end,
    publish_suspension,
    suspension_of,
)
from huozhan.disruption.suspension import Suspension, SuspensionKind

__all__ = [
    "Link",
    "Moment",
    "Stop",
    "Suspension",
    "SuspensionKind",
    "approve_suspension",
    "asks",
    "disruptions",
    "draft_suspension",
    "drop_suspension",
    "due_at",
    "facts",
    "judge_end",
    "propose_end",
    "publish_suspension",
    "running",
    "stands_still_until",
    "suspension",
    "suspension_of",
    "suspensions",
    "views",
]
