"""What waits for the operator's people, counted and not read."""

import msgspec

from huozhan import (
    aftersales,
    carriage,
    certificates,
    finance,
    insurance,
    ordering,
    parties,
    payments,
    reviews,
    scenes,
    search,
)
from huozhan.kernel.queues import in_trouble
from huozhan.kernel.shapes import Nothing, View
from huozhan.kernel.work import Work, use_case

COUNT_MAX = 100
"""A hundred says as much as more."""


class Waiting(View, frozen=True, kw_only=True):
    """How much waits in each list of the console, up to `COUNT_MAX`; what the person may not work on counts as nothing."""

    timers_late: int
    jobs_failed: int
    cases: int
    filings: int
    suppliers: int = 0
    receipts: int = 0
    bank: int = 0
    differences: int = 0
    files: int = 0
    lender: int = 0
    funder: int = 0
    carrier_bills: int = 0
    insurer: int = 0
    service_appeals: int = 0
    same_reports: int = 0
    reviews: int = 0
    certificates: int = 0


@use_case("market.view", writes=False)
async def waiting(work: Work, _ask: Nothing) -> Waiting:
    """Counts what waits for whoever looks."""
    timers_late, jobs_failed = await in_trouble(work, limit=COUNT_MAX)
    found = Waiting(
        timers_late=timers_late,
        jobs_failed=jobs_failed,
        cases=await aftersales.cases_before_market(work, COUNT_MAX),
        filings=await ordering.filings_waiting(work, COUNT_MAX),
        service_appeals=await scenes.appeals_waiting(work, COUNT_MAX),
        same_reports=await search.reports_waiting(work, COUNT_MAX),
        reviews=await reviews.doubts_waiting(work, COUNT_MAX),
    )
    if work.actor.may("market.review"):
        found = msgspec.structs.replace(
            found,
            suppliers=await parties.applications_waiting(work, COUNT_MAX),
            certificates=await certificates.certificates_waiting(work, COUNT_MAX),
        )
    if work.actor.may("market.ledger"):
        money = await payments.money_waiting(work, COUNT_MAX)
        found = msgspec.structs.replace(
            found,
            lender=await finance.odd_deeds_waiting(work, COUNT_MAX),
            funder=await finance.odd_advance_deeds_waiting(work, COUNT_MAX),
            carrier_bills=await carriage.bills_waiting(work, COUNT_MAX),
            insurer=await insurance.insurer_answers_waiting(work, COUNT_MAX),
            **msgspec.structs.asdict(money),
        )
    return found
