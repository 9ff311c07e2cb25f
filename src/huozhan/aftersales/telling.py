"""Reactions: who hears that a case went on, and what follows once a refund has ended."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huozhan import messaging, payments
from huozhan.aftersales.case import BUYER, CLOCK, SELLER
from huozhan.aftersales.facts import CaseMoved
from huozhan.aftersales.store import cases as store
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

PAGES = {
    BUYER: "/cases/{case_id}",
    SELLER: "/desk/cases/{case_id}",
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
    "refunded": (Telling(BUYER, "case_refunded"),),
}
BY_CLOCK = {"agree_refund", "agree_return", "accept"}
"""Moves of which the seller hears too where the clock made them in the seller's place."""


async def tell_of_cases(work: Work, facts: Sequence[CaseMoved]) -> None:
    """Tells the side that must act next or that waited for it."""
    await messaging.tell_all(work, [notice for fact in facts for notice in _notices(fact)])


def _notices(fact: CaseMoved) -> list[NoticeToTell]:
    tellings = list(TELLINGS[fact.event])
    if fact.by == CLOCK and fact.event in BY_CLOCK:
        tellings.append(Telling(SELLER, "case_agreed_by_clock"))
    return [
        NoticeToTell(
            org_id=fact.buyer_id if telling.side == BUYER else fact.seller_id,
            kind=telling.kind,
            facts={"number": fact.order_number},
            link=PAGES[telling.side].format(case_id=fact.case_id),
            permission="order.view",
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
