"""Reactions: who hears that a case went on, and what follows once a refund has ended."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huozhan import messaging, parties, payments
from huozhan.aftersales.case import BUYER, CLOCK, MARKET, SELLER
from huozhan.aftersales.facts import CaseMoved
from huozhan.aftersales.store import cases as store
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

PAGES = {
    BUYER: "/cases/{case_id}",
    SELLER: "/desk/cases/{case_id}",
    MARKET: "/console/cases/{case_id}",
}
REFUNDED_JOB = "aftersales.refunded"


class Telling(NamedTuple):
    """Which side hears of a move, and under which words."""

    side: str
    kind: str


TELLINGS: Mapping[str, tuple[Telling, ...]] = {
    "apply": (Telling(SELLER, "case_applied"),),
    "modify": (Telling(SELLER, "case_modified"),),
    "cancel": (Telling(SELLER, "case_cancelled"),),
    "lapse": (Telling(SELLER, "case_lapsed"), Telling(BUYER, "case_lapsed")),
    "agree_refund": (Telling(BUYER, "case_agreed"),),
    "agree_return": (Telling(BUYER, "case_return_agreed"),),
    "refuse": (Telling(BUYER, "case_refused"),),
    "send_back": (Telling(SELLER, "case_sent_back"),),
    "accept": (Telling(BUYER, "case_agreed"),),
    "reject": (Telling(BUYER, "case_rejected"),),
    "agree_resend": (Telling(BUYER, "case_resend_agreed"),),
    "accept_exchange": (Telling(BUYER, "case_exchange_accepted"),),
    "accept_dearer": (Telling(BUYER, "case_difference_due"),),
    "pay_difference": (Telling(SELLER, "case_difference_paid"),),
    "unpaid": (Telling(SELLER, "case_difference_unpaid"), Telling(BUYER, "case_agreed")),
    "send_again": (Telling(BUYER, "case_sent_again"),),
    "receive_again": (Telling(SELLER, "case_replaced"),),
    "receive_cheaper": (Telling(SELLER, "case_replaced"), Telling(BUYER, "case_difference_back")),
    "refund_instead": (Telling(BUYER, "case_agreed"),),
    "refunded": (Telling(BUYER, "case_refunded"),),
    "escalate": (
        Telling(SELLER, "case_escalated"),
        Telling(BUYER, "case_escalated"),
        Telling(MARKET, "case_to_rule"),
    ),
    "extend": (Telling(SELLER, "case_extended"), Telling(BUYER, "case_extended")),
    "rule": (Telling(SELLER, "case_ruled"), Telling(BUYER, "case_ruled")),
    "appeal": (
        Telling(SELLER, "case_appealed"),
        Telling(BUYER, "case_appealed"),
        Telling(MARKET, "case_to_rule"),
    ),
    "carry_out_refund": (Telling(SELLER, "case_carried_out"), Telling(BUYER, "case_agreed")),
    "carry_out_return": (Telling(SELLER, "case_carried_out"), Telling(BUYER, "case_return_agreed")),
    "carry_out_nothing": (Telling(SELLER, "case_carried_out"), Telling(BUYER, "case_carried_out")),
}
BY_CLOCK = {"agree_refund", "agree_return", "agree_resend", "accept"}
"""Moves of which the seller hears too where the clock made them in the seller's place."""


async def tell_of_cases(work: Work, facts: Sequence[CaseMoved]) -> None:
    """Tells the side that must act next or that waited for it."""
    market_id = await parties.market_org_id(work)
    await messaging.tell_all(work, [notice for fact in facts for notice in _notices(fact, market_id)])


def _notices(fact: CaseMoved, market_id: int) -> list[NoticeToTell]:
    org_ids = {BUYER: fact.buyer_id, SELLER: fact.seller_id, MARKET: market_id}
    tellings = list(TELLINGS[fact.event])
    if fact.by == CLOCK and fact.event in BY_CLOCK:
        tellings.append(Telling(SELLER, "case_agreed_by_clock"))
    return [
        NoticeToTell(
            org_id=org_ids[telling.side],
            kind=telling.kind,
            facts={"number": fact.order_number},
            link=PAGES[telling.side].format(case_id=fact.case_id),
            permission="market.view" if telling.side == MARKET else "order.view",
        )
        for telling in tellings
    ]


async def go_on_once_refunded(work: Work, facts: Sequence[payments.facts.RefundDone]) -> None:
    """Leaves a job for each case whose money has arrived, because ending it locks its order."""
    for fact in facts:
        if fact.order_id and await store.refunding(work, fact.order_id, fact.refund_id):
            work.enqueue(
                REFUNDED_JOB,
                {"order_id": fact.order_id, "refund_id": fact.refund_id},
                dedupe_key=f"{REFUNDED_JOB}:{fact.refund_id}",
            )
