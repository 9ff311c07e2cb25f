"""Verifying: what loans say is what the memo accounts say, and the lender's clearing account is explained to the last unit."""

from collections.abc import Mapping
from datetime import datetime

from huozhan import ledger, payments
from huozhan.finance.funder_watching import verify_advances
from huozhan.finance.lending import LENDER_ID
from huozhan.finance.store import deeds, funder_proof, proof
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
_PAGE = 1_000


async def verify(work: Work) -> list[Finding]:
    """Compares promises and debts with the ledger, loans with what was asked of the lender, its account with both."""
    found = _compare("finance.promise_apart", await proof.held(work), await _open(work, ledger.LOAN_HELD))
    found += _compare("finance.debt_apart", await proof.owed(work), await _open(work, ledger.LOAN_OWED))
    found += [Finding(code="finance.deeds_apart", facts=dict(row)) for row in await proof.apart(work)]
    found += [Finding(code="finance.lender_differs", facts=dict(row)) for row in await proof.odd(work)]
    booked = (await ledger.balance(work, ledger.funder_clearing(LENDER_ID))).posted_minor
    expected = await proof.clearing(work) - await payments.settled_with_funder(work)
    found += _compare("finance.lender_unexplained", {LENDER_ID: expected}, {LENDER_ID: booked})
    found += await verify_advances(work)
    # A deed that is not answered is asked again and again, a file that has not come is a finding of its own.
    told_since = await payments.funders_open_since(work)
    found += payments.clearing_old([payments.clearing_age(work, ledger.FUNDER_CLEARING, told_since)])
    return found[:FINDINGS_MAX]


async def clearing_since(work: Work) -> datetime | None:
    """Since when the oldest money stands open on 103, at the lender or the funder; None where none does."""
    found = [
        await payments.funders_open_since(work),
        await deeds.open_since(work, await payments.spans_untold(work, LENDER_ID)),
        await funder_proof.open_since(work, await payments.spans_untold(work, payments.FAST_FUNDER_ID)),
    ]
    return min(filter(None, found), default=None)


async def _open(work: Work, code: int) -> dict[int, int]:
    found: dict[int, int] = {}
    after = 0
    while page := await ledger.open_balances(work, code, after, _PAGE):
        found.update((owner_id, balance.posted_minor) for owner_id, balance in page)
        after = page[-1][0]
    return found


def _compare(code: str, ours: Mapping[int, int], booked: Mapping[int, int]) -> list[Finding]:
    return [
        Finding(
            code=code,
            facts={"id": id_, "ours_minor": ours.get(id_, 0), "booked_minor": booked.get(id_, 0)},
        )
        for id_ in sorted(ours.keys() | booked.keys())
        if ours.get(id_, 0) != booked.get(id_, 0)
    ]
