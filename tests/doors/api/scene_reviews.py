"""What 小李 says of cups in the scene of the access matrix: one order is reviewed with a picture, one may be."""

from huozhan import reviews
from huozhan.doors.jobs.relay import relay_once
from huozhan.reviews.asks import WriteReview
from tests.ordering.trading import Trade

REVIEW_PICTURE = "00000000000000000000000000000009"


async def reviewed(trade: Trade, things: dict[str, str]) -> None:
    """Two orders came to a good end."""
    for name in ("reviewed_order", "order_to_review"):
        order = await trade.paid(red=10)
        await trade.ship(order)
        await trade.confirm(order)
        things[name] = order.order_id
    while await relay_once(trade.hall):
        pass
    ask = WriteReview(
        order_id=things["reviewed_order"], line_no=1, points=2, text="有两只磕碰", pictures=(REVIEW_PICTURE,)
    )
    said = await trade.hall.run(reviews.write_review, ask, trade.li)
    things["review"] = said.review_id
