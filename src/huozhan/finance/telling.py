"""Reactions: a buyer hears what the lender decided, what is owed to it, and by when."""

from collections.abc import Sequence

from huozhan import messaging
from huozhan.finance.facts import LimitDecided, LoanDebited, LoanMoved
from huozhan.finance.loan import LoanEvent
from huozhan.kernel.money import written
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

KINDS = {
    LoanEvent.capture: "loan_owed",
    LoanEvent.fall_due: "loan_due",
    LoanEvent.lapse: "loan_overdue",
    LoanEvent.pay_part: "loan_part",
    LoanEvent.settle: "loan_repaid",
    LoanEvent.claim: "loan_claimed",
    LoanEvent.write_off: "loan_claimed",
    LoanEvent.put_off: "loan_put_off",
    LoanEvent.put_off_rest: "loan_put_off",
}
PAGE = "/pay-later"


async def tell_of_loans(work: Work, facts: Sequence[LoanMoved]) -> None:
    """Tells buyers what became of what they owe the lender."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.buyer_id,
                kind=KINDS[LoanEvent(fact.event)],
                facts={
                    "number": fact.order_number,
                    "amount": written(fact.owed_minor),
                    "due_on": fact.due_on,
                },
                link=PAGE,
                permission="order.view",
            )
            for fact in facts
        ],
    )


async def tell_of_debits(work: Work, facts: Sequence[LoanDebited]) -> None:
    """Tells buyers what was taken from their wallet, and reminds them of what is still owed."""
    await messaging.tell_all(work, [notice for fact in facts for notice in _debit_notices(fact)])


def _debit_notices(fact: LoanDebited) -> list[NoticeToTell]:
    said = [("loan_debited", fact.taken_minor), ("loan_remind", fact.rest_minor)]
    return [
        NoticeToTell(
            org_id=fact.buyer_id,
            kind=kind,
            facts={"number": fact.order_number, "amount": written(amount_minor), "due_on": fact.due_on},
            link=PAGE,
            permission="order.view",
        )
        for kind, amount_minor in said
        if amount_minor
    ]


async def tell_of_limits(work: Work, facts: Sequence[LimitDecided]) -> None:
    """Tells buyers what the lender decided about their limit."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind=f"limit_{fact.state}",
                facts={"amount": written(fact.limit_minor)},
                link=PAGE,
                permission="order.view",
            )
            for fact in facts
        ],
    )
