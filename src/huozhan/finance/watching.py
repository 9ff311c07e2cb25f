"""Watching: the operator's view of the lender: what it owes or is owed, how old that is, what is open and what differs."""

from collections.abc import Mapping
from datetime import timedelta

from huozhan import ledger, parties, payments
from huozhan.finance.ending import SECOND_PERSON, ends_of
from huozhan.finance.lending import LENDER_ID
from huozhan.finance.loan import DeedKind, DeedState
from huozhan.finance.store import oddities, proof
from huozhan.finance.views import AgeLine, EndingProposed, LenderDeedView, LenderDesk, LenderSaid
from huozhan.kernel.shapes import Nothing, read_json
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
        second_person_from_minor=work.rule(SECOND_PERSON).value,
        open=await _open(work),
        settled=[
            (on.isoformat(), net_minor) for on, net_minor in await payments.funder_settlements(work, OPEN_MAX)
        ],
    )


async def odd_deeds_waiting(work: Work, limit: int) -> int:
    """How many answers of the lender wait for a person, counted up to a bound."""
    return await oddities.waiting(work, limit)


async def _open(work: Work) -> list[LenderDeedView]:
    rows = await oddities.open_deeds(work, OPEN_MAX)
    people = {row["proposed_by"] for row in rows if row["proposed_by"] is not None}
    names = await parties.person_names(work, people) if people else {}
    return [
        LenderDeedView(
            deed_id=str(row["deed_id"]),
            order_id=str(row["order_id"]),
            order_number=row["order_number"],
            kind=row["kind"],
            amount_minor=row["amount_minor"],
            state=row["state"],
            why=row["why"],
            asked_at=row["asked_at"],
            said=read_json(row["told"], LenderSaid) if row["told"] else None,
            ends=list(ends_of(DeedKind(row["kind"]))) if row["state"] == DeedState.odd else [],
            proposed=_proposed(work, row, names),
        )
        for row in rows
    ]


def _proposed(work: Work, row: oddities.Row, names: Mapping[int, str]) -> EndingProposed | None:
    if row["proposed_by"] is None or row["state"] != DeedState.odd:
        return None
    return EndingProposed(
        end=row["ending"],
        taken_minor=row["proposed_minor"],
        by=names.get(row["proposed_by"], ""),
        is_mine=row["proposed_by"] == work.actor.person_id,
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
