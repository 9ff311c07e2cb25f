"""Watching the funder: what it owes or is owed, how old that is, what is open and what differs; and whether the book agrees."""

from collections.abc import Mapping
from datetime import timedelta

from huozhan import ledger, parties, payments
from huozhan.finance.advance import ASKED_AGAIN, DeedKind, DeedState
from huozhan.finance.ending import SECOND_PERSON
from huozhan.finance.funder_views import FunderDeedView, FunderDesk
from huozhan.finance.store import advances, funder_proof
from huozhan.finance.views import AgeLine, EndingProposed
from huozhan.finance.watching import AGES_DAYS, OPEN_MAX
from huozhan.kernel.findings import Finding
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case

FUNDER = payments.FAST_FUNDER_ID


@use_case("market.ledger", writes=False)
async def funder_desk(work: Work, _ask: Nothing) -> FunderDesk:
    """Show the funder's clearing account by age, what is asked and not answered, and what was answered otherwise."""
    totals = await funder_proof.totals(work)
    clearing = await ledger.balance(work, ledger.funder_clearing(FUNDER))
    rows = await advances.open_deeds(work, OPEN_MAX)
    people = {row["proposed_by"] for row in rows if row["proposed_by"] is not None}
    names = await parties.person_names(work, people) if people else {}
    return FunderDesk(
        second_person_from_minor=work.rule(SECOND_PERSON).value,
        clearing_minor=clearing.posted_minor,
        open_minor=totals["open_minor"],
        repaid_minor=totals["repaid_minor"],
        borne_minor=totals["borne_minor"],
        suppliers=totals["suppliers"],
        ages=await _ages(work),
        open=[
            FunderDeedView(
                deed_id=str(row["deed_id"]),
                order_id=str(row["order_id"]),
                order_number=row["order_number"],
                kind=row["kind"],
                amount_minor=row["amount_minor"],
                state=row["state"],
                why=row["why"],
                asked_at=row["asked_at"],
                can=_can(row),
                taken_matters=row["kind"] == DeedKind.repayments,
                proposed=_proposed(work, row, names),
            )
            for row in rows
        ],
        settled=[
            (on.isoformat(), net_minor)
            for on, net_minor in await payments.funder_settlements(work, OPEN_MAX, FUNDER)
        ],
    )


async def odd_advance_deeds_waiting(work: Work, limit: int) -> int:
    """How many answers of the funder wait for a person, counted up to a bound."""
    return await advances.waiting(work, limit)


def _proposed(work: Work, row: advances.Row, names: Mapping[int, str]) -> EndingProposed | None:
    if row["proposed_by"] is None or row["state"] != DeedState.odd:
        return None
    return EndingProposed(
        end="end",
        taken_minor=row["proposed_minor"],
        by=names.get(row["proposed_by"], ""),
        is_mine=row["proposed_by"] == work.actor.person_id,
    )


def _can(row: advances.Row) -> list[str]:
    if row["state"] != DeedState.odd:
        return []
    return ["again", "end"] if row["kind"] in ASKED_AGAIN else ["end"]


async def _ages(work: Work) -> list[AgeLine]:
    """What moved at the funder, by how many days ago."""
    lines = []
    until = work.now + timedelta(days=1)
    for days, older in zip(AGES_DAYS, (*AGES_DAYS[1:], None), strict=True):
        since = work.now - timedelta(days=older) if older is not None else None
        lines.append(AgeLine(days=days, amount_minor=await funder_proof.moved_since(work, since, until)))
        until = since or until
    return lines


async def spoken_for(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """What of orders is the funder's, or will be once it answers, for ordering to compare with what is on its way."""
    return await funder_proof.spoken_for(work, after, limit)


async def verify_advances(work: Work) -> list[Finding]:
    """Compares advances with what was asked of the funder, and its clearing account with both."""
    found = [Finding(code="finance.advance_apart", facts=dict(row)) for row in await funder_proof.apart(work)]
    found += [Finding(code="finance.funder_differs", facts=dict(row)) for row in await funder_proof.odd(work)]
    booked = (await ledger.balance(work, ledger.funder_clearing(FUNDER))).posted_minor
    expected = await funder_proof.clearing(work) - await payments.settled_with_funder(work, FUNDER)
    if booked != expected:
        facts = {"id": FUNDER, "ours_minor": expected, "booked_minor": booked}
        found.append(Finding(code="finance.funder_unexplained", facts=facts))
    return found
