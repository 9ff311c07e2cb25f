"""What a buyer may review of orders that came to a good end: lines of which something was kept."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.ordering.store import to_review as store

_bilingual = msgspec.json.Decoder(Bilingual).decode


class LineToReview(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order that ended in success, as it was bought; `quantity` is what was received."""

    order_id: int
    number: str
    line_no: int
    offer_id: int
    sku_id: int
    seller_id: int
    buyer_id: int
    title: Bilingual
    options: Bilingual
    picture: str | None
    category_id: str
    unit: str
    quantity: int
    paid_minor: int
    """What the buyer paid for the goods that were received, in minor units."""
    ended_at: datetime


async def lines_to_review(work: Work, order_ids: Collection[int]) -> list[LineToReview]:
    """The lines of completed orders of which something was received and kept; of all the market, for whoever invites."""
    return [
        LineToReview(
            **{**dict(row), "title": _bilingual(row["title"]), "options": _bilingual(row["options"])}
        )
        for row in await store.lines(work, order_ids)
    ]


async def must_have_bought(work: Work, order_id: int) -> None:
    """Refuses an order that the actor's organisation did not place, as one that is not there."""
    if not await store.is_bought(work, order_id):
        raise NotFound(order_id=str(order_id))
