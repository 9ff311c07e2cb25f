"""Reactions: who hears that something about a parcel is doubted."""

from collections.abc import Sequence

from huozhan import messaging
from huozhan.fulfilment.facts import ParcelDoubted
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

SELLERS_PAGE = "/desk/orders/{order_id}"


async def tell_of_doubts(work: Work, facts: Sequence[ParcelDoubted]) -> None:
    """Tells the seller, who can still put it right."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.seller_id,
                kind=f"parcel_{fact.doubt}",
                facts={"number": fact.number},
                link=SELLERS_PAGE.format(order_id=fact.order_id),
                permission="order.view",
            )
            for fact in facts
        ],
    )
