"""Reactions: who hears of what happens to an order, and what is done once a payment is closed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huozhan import messaging, payments
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell
from huozhan.ordering.compensating import NO_STOCK
from huozhan.ordering.facts import (
    ClaimTakenBack,
    FilingDecided,
    GateOpened,
    LackDeclared,
    LongerPromiseAnswered,
    LongerPromiseAsked,
    OrderAmended,
    OrderClosed,
    OrderCompleted,
    OrderExempted,
    OrderFact,
    OrderLate,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderShipped,
    OrderStopped,
    OrderTakenOnCredit,
    OrderTerminated,
    RefundAnswered,
    RefundAsked,
    RefundTakenBack,
    StageConfirmed,
    StageDeclared,
    StageDue,
    StagePaid,
    StageRejected,
    UnshippedGivenBack,
)

BUYERS_PAGE = "/orders/{order_id}"
SELLERS_PAGE = "/desk/orders/{order_id}"
BY_CLOCK = "unshipped"
PAYMENT_CLOSED_JOB = "ordering.payment_closed"


class Telling(NamedTuple):
    """Which side hears of a fact, under which words, and whom it concerns there."""

    side: str
    kind: str
    permission: str = "order.view"


TELLINGS: Mapping[type[OrderFact], tuple[Telling, ...]] = {
    OrderPlaced: (Telling("seller", "order_placed"),),
    OrderAmended: (Telling("buyer", "order_amended"),),
    OrderTakenOnCredit: (Telling("seller", "order_on_credit"),),
    OrderPaid: (Telling("seller", "order_paid"), Telling("buyer", "order_in_escrow")),
    OrderClosed: (Telling("seller", "order_closed"), Telling("buyer", "order_closed")),
    OrderShipped: (Telling("buyer", "order_shipped"),),
    OrderExempted: (Telling("seller", "order_exempted"), Telling("buyer", "order_held_up")),
    ClaimTakenBack: (Telling("seller", "claim_returned"), Telling("buyer", "claim_taken_back")),
    LongerPromiseAsked: (Telling("buyer", "longer_promise_asked"),),
    LongerPromiseAnswered: (Telling("seller", "longer_promise_agreed"),),
    FilingDecided: (Telling("seller", "filing_granted"),),
    OrderLate: (Telling("seller", "order_late"), Telling("buyer", "order_late_cancel")),
    RefundAsked: (Telling("seller", "refund_asked"),),
    RefundAnswered: (Telling("buyer", "refund_answered"),),
    LackDeclared: (Telling("buyer", "lack_declared"),),
    UnshippedGivenBack: (Telling("seller", "unshipped_given_back"), Telling("buyer", "unshipped_came_back")),
    RefundTakenBack: (Telling("seller", "refund_taken_back"),),
    OrderReceived: (Telling("seller", "order_received"),),
    OrderCompleted: (Telling("buyer", "order_completed"),),
    StageDue: (Telling("buyer", "stage_due"),),
    StagePaid: (Telling("seller", "stage_paid"),),
    StageDeclared: (Telling("buyer", "stage_declared"),),
    StageRejected: (Telling("seller", "stage_rejected"),),
    StageConfirmed: (Telling("seller", "stage_confirmed"),),
    GateOpened: (Telling("seller", "gate_opened"),),
    OrderStopped: (Telling("seller", "order_stopped"), Telling("buyer", "order_stopped")),
    OrderTerminated: (Telling("seller", "order_terminated"), Telling("buyer", "order_terminated")),
}


async def tell_of_orders(work: Work, facts: Sequence[OrderFact]) -> None:
    """Tells buyers and sellers what happened to their orders."""
    await messaging.tell_all(
        work,
        [
            _notice(fact, telling)
            for fact in facts
            for telling in TELLINGS[type(fact)]
            if not _is_known(fact, telling)
        ],
    )


def _is_known(fact: OrderFact, telling: Telling) -> bool:
    """Tells whether a side hears it by another fact, or did it itself: who takes goods back, or lacks them, knows."""
    if not isinstance(fact, UnshippedGivenBack):
        return False
    return fact.ended or fact.by == NO_STOCK or (telling.side == "buyer" and fact.by != BY_CLOCK)


_SAID = (
    "amount_minor",
    "released_minor",
    "stage_no",
    "kept_minor",
    "back_minor",
    "days",
    "title_zh",
    "title_en",
)
"""What of a fact a notice may say beside the order's number."""


def _notice(fact: OrderFact, telling: Telling) -> NoticeToTell:
    org_id, page = (fact.buyer_id, BUYERS_PAGE) if telling.side == "buyer" else (fact.seller_id, SELLERS_PAGE)
    kind = telling.kind
    if isinstance(fact, OrderAmended) and fact.is_offer:
        kind = "amendment_offered"
    if isinstance(fact, RefundAnswered) and not fact.agreed:
        kind = "refund_refused"
    if isinstance(fact, LongerPromiseAnswered) and not fact.agreed:
        kind = "longer_promise_refused"
    if isinstance(fact, FilingDecided) and not fact.granted:
        kind = "filing_rejected"
    if isinstance(fact, OrderReceived) and fact.on_credit:
        kind = "order_received_on_credit"
    if isinstance(fact, OrderPaid) and fact.is_lent and telling.side == "buyer":
        kind = "order_lent"
    facts: dict[str, object] = {"number": fact.number}
    for name in _SAID:
        if hasattr(fact, name):
            facts[name] = getattr(fact, name)
    return NoticeToTell(
        org_id=org_id,
        kind=kind,
        facts=facts,
        link=page.format(order_id=fact.order_id),
        permission=telling.permission,
    )


async def go_on_once_closed(work: Work, facts: Sequence[payments.facts.PaymentClosed]) -> None:
    """Leaves a job for each closed payment, because what waited for it locks its orders one by one."""
    for fact in facts:
        payment_id = fact.payment_id
        work.enqueue(
            PAYMENT_CLOSED_JOB, {"payment_id": payment_id}, dedupe_key=f"{PAYMENT_CLOSED_JOB}:{payment_id}"
        )
