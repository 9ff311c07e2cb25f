"""The custody bank's account: what is booked on it beside what the bank has told of it."""

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.payments.days import day_bounds
from huozhan.payments.ports import BANK_ID
from huozhan.payments.store import bank_days
from huozhan.payments.views import CustodyState


async def custody_state(work: Work) -> CustodyState:
    """The custody bank's account: what is booked (102), what the bank said last, and what it has not told yet."""
    booked_minor = (await ledger.balance(work, ledger.custody_bank(BANK_ID))).posted_minor
    last = await bank_days.last(work, BANK_ID)
    if last is None:
        return CustodyState(booked_minor=booked_minor)
    _, told_until = day_bounds(await bank_days.told_until(work, BANK_ID))
    return CustodyState(
        booked_minor=booked_minor,
        on=last["on_day"],
        closing_minor=last["closing_minor"],
        untold_minor=await bank_days.untold(work, told_until),
        missing_on=await bank_days.missing_before(work, BANK_ID, last["on_day"]),
    )
