"""Measures of promises: what fell due and what was kept, without the orders that a disruption excuses (B1.8, B3.1)."""

from datetime import timedelta

from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.clock_views import PromiseRecord
from huozhan.ordering.store import exemptions as store

WINDOW = timedelta(days=30)
"""Domain rule B3.1: measures roll over thirty days."""


@use_case("order.view", writes=False)
async def my_promises(work: Work, _ask: Nothing) -> PromiseRecord:
    """Say how many of one's promises to ship fell due in thirty days, how many were kept, how many are exempt."""
    since = work.now - WINDOW
    placed_from = since - work.rule("disruption.looks_back").span
    row = await store.record(work, since, placed_from)
    return PromiseRecord(since=since, due=row["due"], kept=row["kept"], exempt=row["exempt"])
