"""Reactions: who hears that an invoice went on, and what a refund does to what is invoiced."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from huozhan import messaging
from huozhan.invoicing.facts import InvoiceMoved
from huozhan.invoicing.store import room
from huozhan.kernel.money import written
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

FOLLOW_JOB = "invoicing.follow"
BUYER, SELLER = "buyer", "seller"
PAGES = {BUYER: "/invoices/{invoice_id}", SELLER: "/desk/invoices/{invoice_id}"}


class Telling(NamedTuple):
    """Which side hears of a move, and under which words."""

    side: str
    kind: str


TELLINGS: Mapping[str, tuple[Telling, ...]] = {
    "ask": (Telling(SELLER, "invoice_asked"),),
    "withdraw": (Telling(SELLER, "invoice_withdrawn"),),
    "refuse": (Telling(BUYER, "invoice_refused"),),
    "lessen": (Telling(SELLER, "invoice_lessened"), Telling(BUYER, "invoice_lessened")),
    "lapse": (Telling(SELLER, "invoice_lapsed"), Telling(BUYER, "invoice_lapsed")),
    "issued": (Telling(BUYER, "invoice_issued"), Telling(SELLER, "invoice_issued")),
    "verified": (Telling(BUYER, "invoice_issued"), Telling(SELLER, "invoice_verified")),
    "fail": (Telling(SELLER, "invoice_failed"),),
    "late": (Telling(SELLER, "invoice_late"), Telling(BUYER, "invoice_late_buyer")),
    "voided": (Telling(BUYER, "invoice_voided"), Telling(SELLER, "invoice_voided")),
    "red_ask": (Telling(BUYER, "invoice_red_asked"), Telling(SELLER, "invoice_red_waits")),
    "red_part": (Telling(BUYER, "invoice_reddened"), Telling(SELLER, "invoice_reddened")),
    "red_all": (Telling(BUYER, "invoice_reddened"), Telling(SELLER, "invoice_reddened")),
    "red_fail": (Telling(SELLER, "invoice_red_failed"),),
    "red_fail_again": (Telling(SELLER, "invoice_red_failed"),),
}


async def tell_of_invoices(work: Work, facts: Sequence[InvoiceMoved]) -> None:
    """Tells the side that must act next or that waited for it."""
    await messaging.tell_all(
        work, [_notice(fact, telling) for fact in facts for telling in TELLINGS.get(fact.event, ())]
    )


def _notice(fact: InvoiceMoved, telling: Telling) -> NoticeToTell:
    more = {"reason": fact.reason} if telling.kind == "invoice_refused" else {}
    return NoticeToTell(
        org_id=fact.buyer_id if telling.side == BUYER else fact.seller_id,
        kind=telling.kind,
        facts={"number": ", ".join(fact.order_numbers[:3]), "amount": written(fact.amount_minor), **more},
        link=PAGES[telling.side].format(invoice_id=fact.invoice_id),
        permission="order.view",
    )


async def follow_money_back(work: Work, facts: Sequence[Any]) -> None:
    """Leaves a job for each order that was ever invoiced: money of it may have gone back, or more may be paid.

    One for each time: a job that is being worked has read the order already, so the next one must not be left out.
    """
    for order_id in {fact.order_id for fact in facts if fact.order_id}:
        if await room.of_order(work, order_id) is not None:
            work.enqueue(FOLLOW_JOB, {"order_id": order_id})
