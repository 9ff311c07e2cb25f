"""The clock of a line: one timer per agreement, which looks at its bills once a day while any are open.

Statements are frozen some days before they are due; reminders go out before and after; what stays unpaid stops the
line, and in the end ends it (B1.5a). Each look asks what the day demands and what was done before, so that a look
that comes late, twice or after days of silence does what is left to do, once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from huozhan.credit.agreement import MOVES, Agreement, begins, market_day
from huozhan.credit.asks import AgreementDue
from huozhan.credit.bill import MOVES as BILL_MOVES
from huozhan.credit.bill import Bill, BillState
from huozhan.credit.facts import CreditStopped, PaymentReminded, StatementMade
from huozhan.credit.granting import between, move
from huozhan.credit.store import agreements, bills
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

CREDIT_DAY = "credit_day"
STATEMENT_BEFORE = "credit.statement_before"
FREEZE_AFTER = "credit.freeze_after"
TERMINATE_AFTER = "credit.terminate_after"


def set_clock(work: Work, agreement_id: int, at: datetime) -> None:
    """The line is looked at then, and not before."""
    work.set_timer(CREDIT_DAY, about=agreement_id, due_at=at)


@use_case("system", writes=True)
async def credit_day_due(work: Work, ask: AgreementDue) -> Done:
    """Look at a line: what is to be stated, whom to remind, what is overdue for how long."""
    agreement = await agreements.lock(work, int(ask.about_id))
    if agreement is None or not await work.timer_is_due(CREDIT_DAY, about=agreement.agreement_id):
        return Done()
    unpaid = await bills.open_bills(work, agreement.agreement_id)
    await _state(work, agreement, unpaid)
    await _remind(work, agreement, unpaid)
    await _stop_what_is_late(work, agreement, unpaid)
    if unpaid:
        set_clock(work, agreement.agreement_id, begins(work, market_day(work) + timedelta(days=1)))
    return Done()


async def _state(work: Work, agreement: Agreement, unpaid: Sequence[Bill]) -> None:
    """Freezes into one statement what is due on one day."""
    from_on = market_day(work) + timedelta(days=work.rule(STATEMENT_BEFORE).value)
    by_day: dict[date, list[Bill]] = defaultdict(list)
    for bill in unpaid:
        if bill.state is BillState.billable and bill.open_minor and bill.due_on <= from_on:
            by_day[bill.due_on].append(bill.in_state(BILL_MOVES.after(bill.state, "state")))
    for due_on, stated in sorted(by_day.items()):
        statement_id = work.new_id()
        await bills.state_bills(work, agreement.agreement_id, statement_id, due_on, stated)
        work.record(
            between(
                agreement,
                StatementMade,
                statement_id=statement_id,
                amount_minor=sum(bill.open_minor for bill in stated),
                due_on=due_on.isoformat(),
            )
        )


async def _remind(work: Work, agreement: Agreement, unpaid: Sequence[Bill]) -> None:
    """Reminds of each due day at most once per step; steps that a silent worker missed are passed over."""
    steps = [
        -work.rule("credit.remind_before").value, 0, work.rule("credit.remind_late").value,
        work.rule("credit.remind_again").value,
    ]  # fmt: skip
    day = market_day(work)
    owed: dict[date, int] = defaultdict(int)
    for bill in unpaid:
        owed[bill.due_on] += bill.due_minor
    for due_on, amount_minor in sorted(owed.items()):
        reached = [days for days in steps if due_on + timedelta(days=days) <= day]
        if (
            amount_minor
            and reached
            and await bills.remind(work, agreement.agreement_id, due_on, max(reached))
        ):
            work.record(
                between(
                    agreement,
                    PaymentReminded,
                    amount_minor=amount_minor,
                    due_on=due_on.isoformat(),
                    days=max(reached),
                )
            )


async def _stop_what_is_late(work: Work, agreement: Agreement, unpaid: Sequence[Bill]) -> None:
    late = [bill.due_on for bill in unpaid if bill.due_minor and bill.due_on < market_day(work)]
    if not late:
        return
    days = (market_day(work) - min(late)).days
    event = "freeze" if days >= work.rule(FREEZE_AFTER).value else ""
    event = "terminate" if days >= work.rule(TERMINATE_AFTER).value else event
    if event and MOVES.allows(agreement.state, event):
        state = await move(work, agreement, event, reason=f"{days} d")
        work.record(between(agreement, CreditStopped, state=state, by_clock=True))
