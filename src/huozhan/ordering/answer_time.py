"""By when a seller answers a question for money back before shipment: in days, or in hours where the shop promises it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huozhan import catalogue
from huozhan.kernel.rules import Rule
from huozhan.kernel.work import Work
from huozhan.ordering.order import Order

UNSHIPPED, FAST = "refund_answer.unshipped", "refund_answer.fast"


def answer_due(work: Work, order: Order) -> tuple[datetime, Rule]:
    """Until when a question asked now is answered, and the rule that says so; silence is a yes (B1.3)."""

    def rule(code: str) -> Rule:
        return work.rules.pinned(code, order.rule_pins, order.placed_at)

    if catalogue.Service.fast_refund not in order.services:
        return work.now + rule(UNSHIPPED).span, rule(UNSHIPPED)
    due_at = fast_due(
        work.now.astimezone(ZoneInfo(work.terms.timezone)),
        rule(FAST).span,
        opens=rule("refund_answer.fast_from").value,
        closes=rule("refund_answer.fast_until").value,
        by=rule("refund_answer.fast_by").value,
    )
    return due_at.astimezone(work.now.tzinfo), rule(FAST)


def fast_due(local: datetime, within: timedelta, *, opens: int, closes: int, by: int) -> datetime:
    """Within so long while the shop works; otherwise by an hour of the next morning, holidays too. Pure, on a local clock."""
    if opens <= local.hour < closes:
        return local + within
    morning = local if local.hour < opens else local + timedelta(days=1)
    return morning.replace(hour=by, minute=0, second=0, microsecond=0)
