"""Watching: the operator's view of the lender: what it owes or is owed, how old that is, what is open and what differs."""

from datetime import timedelta

from huozhan import ledger, payments
from huozhan.finance.lending import LENDER_ID
from huozhan.finance.store import loans, proof
from huozhan.finance.views import AgeLine, LenderDeedView, LenderDesk
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case

OPEN_MAX = 100
AGES_DAYS = (0, 1, 3, 7)


@use_case("market.ledger", writes=False)
async def lender_desk(work: Work, _ask: Nothing) -> LenderDesk:
    """Show the lender's clearing account by age, what is asked and not answered, and what was answered otherwise."""
    totals = await proof.totals(work)
    clearing = await ledger.balance(work, ledger.funder_clearing(LENDER_ID))
    return LenderDesk(
        clearing_minor=clearing.posted_minor,
        held_minor=totals["held_minor"],
        owed_minor=totals["owed_minor"],
        overdue_minor=totals["overdue_minor"],
        ages=await _ages(work),
        open=[
            LenderDeedView(
                deed_id=str(row["deed_id"]),
                order_id=str(row["order_id"]),
                order_number=row["order_number"],
                kind=row["kind"],
                amount_minor=row["amount_minor"],
                state=row["state"],
                why=row["why"],
                asked_at=row["asked_at"],
            )
            for row in await loans.open_deeds(work, OPEN_MAX)
        ],
        settled=[
            (on.isoformat(), net_minor) for on, net_minor in await payments.funder_settlements(work, OPEN_MAX)
        ],
    )


async def _ages(work: Work) -> list[AgeLine]:
    """What moved at the lender, by how many days ago."""
    lines = []
    until = work.now + timedelta(days=1)
    for days, older in zip(AGES_DAYS, (*AGES_DAYS[1:], None), strict=True):
        since = work.now - timedelta(days=older) if older is not None else None
        amount_minor = await proof.captured_since(work, since, until)
        lines.append(AgeLine(days=days, amount_minor=amount_minor))
        until = since or until
    return lines
