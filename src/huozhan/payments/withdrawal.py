"""A withdrawal: the one table of its moves, and what it may be."""

from enum import StrEnum

from huozhan import ledger
from huozhan.kernel.moves import Moves
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.payments.store import withdrawals


class WithdrawalState(StrEnum):
    """How far a withdrawal has come; the words are under `desk.withdrawal.<state>`."""

    waiting = "waiting"
    asked = "asked"
    done = "done"
    failed = "failed"
    refused = "refused"
    taken_back = "taken_back"
    expired = "expired"


_S = WithdrawalState

MOVES = Moves(
    "withdrawal",
    _S.waiting,
    {
        # A small one goes to the bank at once, as if approved; a large one waits for a second person.
        (_S.waiting, "approve"): _S.asked,
        (_S.waiting, "refuse"): _S.refused,
        (_S.waiting, "take_back"): _S.taken_back,
        (_S.waiting, "expire"): _S.expired,
        (_S.asked, "pay"): _S.done,
        (_S.asked, "fail"): _S.failed,
    },
)


class OverLimit(Refusal):
    """One withdrawal, or those of one day together, may be so much and no more."""

    code = "payments.withdraw_over_limit"


class TooOften(Refusal):
    """So many withdrawals a day and no more."""

    code = "payments.withdraw_too_often"


def account_of(org_id: int, source: str) -> ledger.Account:
    """Out of what it is paid: a seller's available money, or a buyer's wallet."""
    return ledger.wallet(org_id) if source == "wallet" else ledger.payable_available(org_id)


async def must_be_within_limits(work: Work, amount_minor: int) -> bool:
    """Refuses what is above the limits of rule; tells whether a second person must approve.

    Amounts of one day count together, so that nothing is gained by asking in small pieces. The caller holds the lock
    of the organisation's bank accounts, so that those who ask at once follow each other.
    """
    once, day = work.rule("withdraw.once_most").value, work.rule("withdraw.day_most").value
    times = work.rule("withdraw.day_times").value
    if amount_minor > once:
        raise OverLimit(amount_minor=amount_minor, most_minor=once, used_minor=0)
    row = await withdrawals.of_last_day(work)
    if row["times"] >= times:
        raise TooOften(times=times)
    if row["amount_minor"] + amount_minor > day:
        raise OverLimit(amount_minor=amount_minor, most_minor=day, used_minor=row["amount_minor"])
    approval_from: int = work.rule("withdraw.approval_from").value
    return bool(row["amount_minor"] + amount_minor >= approval_from)
