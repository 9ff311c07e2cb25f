"""Watching the insurer: what it owes or is owed, what is open, refused or differs; and whether the book agrees."""

from datetime import datetime, timedelta

from huozhan import catalogue, ledger, payments
from huozhan.insurance.asks import ListPolicies
from huozhan.insurance.looking import policy_views
from huozhan.insurance.policy import DeedKind, DeedState
from huozhan.insurance.store import policies, proof
from huozhan.insurance.views import AgeLine, InsurerDeedView, InsurerDesk, PolicyView
from huozhan.kernel.findings import Finding
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case

INSURER = payments.INSURER_ID
POOL = payments.FREIGHT_POOL_ID
OPEN_MAX = 200
AGES_DAYS = (0, 1, 3, 7)


@use_case("market.ledger", writes=False)
async def insurer_desk(work: Work, _ask: Nothing) -> InsurerDesk:
    """Show the insurer's clearing account by age, what is asked and not answered, claims it refused, and what it answered otherwise."""
    totals = await proof.totals(work)
    clearing = await ledger.balance(work, ledger.funder_clearing(INSURER))
    pool = await ledger.balance(work, ledger.insurance_pool(POOL))
    return InsurerDesk(
        clearing_minor=clearing.posted_minor,
        pool_minor=pool.posted_minor,
        policies=totals["policies"],
        premiums_minor=totals["premiums_minor"],
        paid_minor=totals["paid_minor"],
        suppliers=await catalogue.shops_that_promise(work, catalogue.Service.freight_insurance),
        ages=await _ages(work),
        open=[
            InsurerDeedView(
                deed_id=str(row["deed_id"]),
                order_id=str(row["order_id"]),
                order_number=row["order_number"],
                case_number=row["case_number"] or "",
                kind=row["kind"],
                amount_minor=row["amount_minor"],
                state=row["state"],
                why=row["why"],
                asked_at=row["asked_at"],
                pays_by=row["pays_by"],
                is_overdue=row["state"] == DeedState.asked
                and row["pays_by"] is not None
                and row["pays_by"] < work.now,
                can=_can(row),
            )
            for row in await policies.open_deeds(work, OPEN_MAX)
        ],
        settled=[
            (on.isoformat(), net_minor)
            for on, net_minor in await payments.funder_settlements(work, OPEN_MAX, INSURER)
        ],
    )


@use_case("market.ledger", writes=False)
async def insurance_policies(work: Work, ask: ListPolicies) -> Page[PolicyView]:
    """Show all policies with their claims, the newest order first."""
    found = await policies.of_market(work, before_in(ask.cursor), ask.size + 1)
    shown = found[: ask.size]
    next_cursor = write_cursor(shown[-1].order_id) if len(found) > ask.size else None
    return Page(await policy_views(work, shown), next_cursor)


def _can(row: policies.Row) -> list[str]:
    if row["state"] not in (DeedState.odd, DeedState.refused):
        return []
    if row["kind"] == DeedKind.policies:
        return ["end"]
    return ["again", "pay", "end"] if row["kind"] == DeedKind.claims else ["again", "end"]


async def insurer_answers_waiting(work: Work, limit: int) -> int:
    """How many answers of the insurer wait for a person, counted up to a bound."""
    return await proof.waiting(work, limit)


async def _ages(work: Work) -> list[AgeLine]:
    """What moved at the insurer, by how many days ago."""
    lines = []
    until = work.now + timedelta(days=1)
    for days, older in zip(AGES_DAYS, (*AGES_DAYS[1:], None), strict=True):
        since = work.now - timedelta(days=older) if older is not None else None
        lines.append(AgeLine(days=days, amount_minor=await proof.moved_since(work, since, until)))
        until = since or until
    return lines


async def verify(work: Work) -> list[Finding]:
    """Compares policies with their claims and with what was asked of the insurer, and both accounts with them."""
    found = [Finding(code="insurance.policy_apart", facts=dict(row)) for row in await proof.apart(work)]
    found += [Finding(code="insurance.insurer_differs", facts=dict(row)) for row in await proof.odd(work)]
    booked = (await ledger.balance(work, ledger.insurance_pool(POOL))).posted_minor
    if booked != (expected := await proof.pool(work)):
        facts = {"id": POOL, "ours_minor": expected, "booked_minor": booked}
        found.append(Finding(code="insurance.pool_unexplained", facts=facts))
    booked = (await ledger.balance(work, ledger.funder_clearing(INSURER))).posted_minor
    expected = await proof.clearing(work) - await payments.settled_with_funder(work, INSURER)
    if booked != expected:
        facts = {"id": INSURER, "ours_minor": expected, "booked_minor": booked}
        found.append(Finding(code="insurance.insurer_unexplained", facts=facts))
    return found


async def clearing_since(work: Work) -> datetime | None:
    """Since when the oldest money stands open at the insurer that no file of its deeds has told; None where none does."""
    return await proof.open_since(work, await payments.spans_untold(work, INSURER))
