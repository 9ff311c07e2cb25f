"""Reactions: who hears of what happens to a credit line."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huozhan import messaging
from huozhan.credit.facts import (
    BillDisputed,
    BillMade,
    CreditAnswered,
    CreditFact,
    CreditOffered,
    CreditRepaid,
    CreditResumed,
    CreditStopped,
    DisputeAnswered,
    PaymentReminded,
    StatementMade,
)
from huozhan.kernel.money import written
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

PAGES = {"buyer": "/credit/{agreement_id}", "seller": "/desk/credit/{agreement_id}"}
PERMISSIONS = {"buyer": "order.view", "seller": "funds.view"}


class Telling(NamedTuple):
    """Which side hears of a fact, and under which words."""

    side: str
    kind: str


TELLINGS: Mapping[type[CreditFact], tuple[Telling, ...]] = {
    CreditOffered: (Telling("buyer", "credit_offered"),),
    CreditAnswered: (Telling("seller", "credit_accepted"),),
    CreditStopped: (Telling("buyer", "credit_stopped"),),
    CreditResumed: (Telling("buyer", "credit_resumed"),),
    BillMade: (Telling("buyer", "credit_bill"), Telling("seller", "credit_billed")),
    StatementMade: (Telling("buyer", "credit_statement"), Telling("seller", "credit_stated")),
    PaymentReminded: (Telling("buyer", "credit_due"),),
    CreditRepaid: (Telling("seller", "credit_paid"), Telling("buyer", "credit_payment_done")),
    BillDisputed: (Telling("seller", "credit_disputed"),),
    DisputeAnswered: (Telling("buyer", "credit_dispute_agreed"),),
}


async def tell_of_credit(work: Work, facts: Sequence[CreditFact]) -> None:
    """Tells buyers and sellers what happened to their credit lines."""
    await messaging.tell_all(
        work, [_notice(fact, telling) for fact in facts for telling in TELLINGS[type(fact)]]
    )


def _notice(fact: CreditFact, telling: Telling) -> NoticeToTell:
    facts = {
        name: getattr(fact, field)
        for name, field in (("number", "order_number"), ("due_on", "due_on"))
        if hasattr(fact, field)
    }
    if hasattr(fact, "amount_minor"):
        facts["amount"] = written(fact.amount_minor)
    return NoticeToTell(
        org_id=fact.buyer_id if telling.side == "buyer" else fact.seller_id,
        kind=_kind(fact, telling),
        facts=facts,
        link=PAGES[telling.side].format(agreement_id=fact.agreement_id),
        permission=PERMISSIONS[telling.side],
    )


def _kind(fact: CreditFact, telling: Telling) -> str:
    """The words for a fact that may go one way or the other."""
    if isinstance(fact, CreditAnswered) and not fact.accepted:
        return "credit_declined"
    if isinstance(fact, CreditStopped) and fact.by_clock:
        return "credit_stopped_late"
    if isinstance(fact, PaymentReminded) and fact.days > 0:
        return "credit_overdue"
    if isinstance(fact, DisputeAnswered) and not fact.agreed:
        return "credit_dispute_refused"
    return telling.kind
