"""Judging deposits: whoever has less than the rules ask is told once, and below the floor the shop is restricted."""

from collections.abc import Sequence

from huozhan import catalogue, ledger
from huozhan.kernel.work import Work
from huozhan.payments.deposit import MOVES, Standing, event_for
from huozhan.payments.facts import DepositMoved
from huozhan.payments.store import deposits

REQUIRED = "deposit.required"
FLOOR = "deposit.floor"


async def judge(work: Work, org_ids: Sequence[int]) -> None:
    """Compares deposits with the rules; each change of standing is told once and restricts or frees the shop."""
    required, floor = work.rule(REQUIRED).value, work.rule(FLOOR).value
    closed = {
        org_id
        for org_id, why in (await catalogue.restrictions_of(work, org_ids)).items()
        if why == catalogue.CLOSED
    }
    judged = [org_id for org_id in org_ids if org_id not in closed]
    stands = await ledger.balances(work, [ledger.deposit(org_id) for org_id in judged])
    before = await deposits.standings(work, judged)
    for org_id in judged:
        posted = stands[ledger.deposit(org_id)].posted_minor
        event = event_for(posted, required=required, floor=floor)
        was = Standing(before.get(org_id, MOVES.first))
        if not MOVES.allows(was, event):
            continue
        state = MOVES.after(was, event)
        await deposits.set_standing(work, org_id, state)
        if Standing.restricted in (was, state):
            why = catalogue.DEPOSIT if state is Standing.restricted else ""
            await catalogue.restrict_shops(work, [org_id], why)
        work.record(DepositMoved(org_id=org_id, state=state, amount_minor=posted))
