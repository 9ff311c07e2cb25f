"""Counting what waits for a person, up to a bound, without reading any of it."""

import msgspec

from huozhan.kernel.work import Work
from huozhan.payments.differing import FILE_PATIENCE
from huozhan.payments.store import awaited, bank, receipts, reconciliation


class MoneyWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """How much of each kind waits for a person."""

    receipts: int
    bank: int
    differences: int
    files: int


async def money_waiting(work: Work, limit: int) -> MoneyWaiting:
    """Parked money, differences and files that have not come in time; each counted up to a bound."""
    return MoneyWaiting(
        receipts=await receipts.parked_count(work, limit),
        bank=await bank.parked_count(work, limit),
        differences=await reconciliation.open_count(work, limit),
        files=await awaited.late_count(work, work.now - work.rule(FILE_PATIENCE).span, limit),
    )
