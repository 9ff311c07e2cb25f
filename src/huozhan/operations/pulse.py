"""How the market does right now."""

from datetime import datetime
from zoneinfo import ZoneInfo

from huozhan import ledger, ordering, payments
from huozhan.kernel.queues import depth
from huozhan.kernel.shapes import Nothing, View
from huozhan.kernel.work import Work, use_case


class Pulse(View, frozen=True, kw_only=True):
    """Today's trade, the money held, and what waits or failed behind the scenes."""

    at: datetime
    since: datetime
    orders_placed: int
    orders_paid: int
    paid_minor: int
    escrow_minor: int
    facts_waiting: int
    oldest_fact_at: datetime | None
    jobs_waiting: int
    jobs_failed: int
    timers_set: int
    timers_late: int
    callbacks_in_trouble: int


@use_case("market.view", writes=False)
async def pulse(work: Work, _ask: Nothing) -> Pulse:
    """Takes the market's pulse: today's trade, escrow, queues, late timers, failed jobs and callbacks."""
    since = work.now.astimezone(ZoneInfo(work.terms.timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    takings = await ordering.takings(work, since)
    trial = await ledger.draw_trial_balance(work)
    waits = await depth(work)
    return Pulse(
        at=work.now,
        since=since,
        orders_placed=takings.placed,
        orders_paid=takings.paid,
        paid_minor=takings.paid_minor,
        escrow_minor=next(
            line.credit_minor - line.debit_minor for line in trial.lines if line.code == ledger.ESCROW
        ),
        facts_waiting=waits.facts_waiting,
        oldest_fact_at=waits.oldest_fact_at,
        jobs_waiting=waits.jobs_waiting,
        jobs_failed=waits.jobs_failed,
        timers_set=waits.timers_set,
        timers_late=waits.timers_late,
        callbacks_in_trouble=await payments.callbacks_in_trouble(work),
    )
