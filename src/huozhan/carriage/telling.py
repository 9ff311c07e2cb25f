"""Reactions: a supplier hears what freight it paid beyond a release, and what of it came back."""

from collections.abc import Sequence

from huozhan import messaging
from huozhan.carriage.facts import FreightMoved
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

KINDS = {"charge": "freight_charged", "more": "freight_more", "back": "freight_back"}
PAGE = "/desk/orders/{order_id}"
FUNDS_PAGE = "/desk/funds"


async def tell_of_freight(work: Work, facts: Sequence[FreightMoved]) -> None:
    """Tells the supplier's money people; what it owes now is told beside it."""
    notices = []
    for fact in facts:
        said = {"number": fact.order_number, "waybill": fact.waybill, "amount_minor": fact.amount_minor}
        notices.append(
            NoticeToTell(
                org_id=fact.seller_id, kind=KINDS[fact.kind], facts=said, permission="funds.view",
                link=PAGE.format(order_id=fact.order_id),
            )
        )  # fmt: skip
        if fact.debt_minor:
            owes = {"number": fact.order_number, "amount_minor": fact.debt_minor}
            notices.append(
                NoticeToTell(
                    org_id=fact.seller_id, kind="owes", facts=owes, permission="funds.view", link=FUNDS_PAGE
                )
            )
    await messaging.tell_all(work, notices)
