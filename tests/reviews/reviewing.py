"""What buyers say of goods, and what the market makes of it, in one line each."""

from typing import Any

from huozhan import operations, reviews
from huozhan.doors.jobs.relay import relay_once
from huozhan.kernel.actor import Actor, anonymous
from huozhan.ordering.views import PlacedOrder
from huozhan.reviews.asks import (
    JudgeReviewDoubt,
    ListReviewDoubts,
    OfferReviews,
    OrderReviews,
    OwnReviews,
    ReportReview,
    WriteReview,
)
from huozhan.reviews.views import OwnReview, OwnReviewsPage, ReviewDoubtView, ReviewsPage, WrittenReview
from tests.ordering.trading import Trade

PICTURE = "0" * 31 + "9"


class Reviewing:
    """A trade whose buyer reviews."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.hall = trade.hall
        self.clock = trade.clock

    async def completed(self, **goods: int) -> PlacedOrder:
        """小李 bought, had and confirmed an order, and was invited to review it."""
        order = await self.trade.paid(**goods or {"red": 10})
        await self.trade.ship(order)
        await self.trade.confirm(order)
        await self.told()
        return order

    async def told(self) -> None:
        """What happened is told to whom it concerns."""
        while await relay_once(self.hall):
            pass

    async def write(
        self, order: PlacedOrder, points: int = 5, *, actor: Actor | None = None, **more: Any
    ) -> WrittenReview:
        """小李 (or another) reviews line 1, or the one named."""
        ask = WriteReview(order_id=order.order_id, line_no=more.pop("line_no", 1), points=points, **more)
        return await self.hall.run(reviews.write_review, ask, actor or self.trade.li)

    async def lines(self, order: PlacedOrder) -> list[OwnReview]:
        """The lines of an order as its buyer sees them."""
        ask = OrderReviews(order_id=order.order_id)
        return (await self.hall.run(reviews.reviews_of_order, ask, self.trade.li)).lines

    async def mine(self, **more: Any) -> OwnReviewsPage:
        """小李's own list."""
        return await self.hall.run(reviews.my_reviews, OwnReviews(**more), self.trade.li)

    async def of(self, offer_id: str, actor: Actor | None = None, **more: Any) -> ReviewsPage:
        """What everybody sees of an offer's reviews."""
        ask = OfferReviews(offer_id=offer_id, **more)
        return await self.hall.run(reviews.offer_reviews, ask, actor or anonymous())

    async def report(self, said: WrittenReview, actor: Actor, cause: str = "unrelated") -> None:
        """Somebody reports a review."""
        ask = ReportReview(review_id=said.review_id, cause=cause)
        await self.hall.run(reviews.report_review, ask, actor)

    async def doubts(self) -> list[ReviewDoubtView]:
        """What waits for the operator."""
        return (
            await self.hall.run(reviews.review_doubts, ListReviewDoubts(), self.trade.people.operator)
        ).items

    async def judge(
        self, doubt: ReviewDoubtView, outcome: str, reason: str = "与商品无关"
    ) -> ReviewDoubtView:
        """The operator decides."""
        ask = JudgeReviewDoubt(doubt_id=doubt.doubt_id, outcome=outcome, reason=reason)
        return await self.hall.run(operations.judge_review, ask, self.trade.people.operator)

    async def hidden(self, order: PlacedOrder, points: int = 1) -> WrittenReview:
        """小李 reviewed, the seller reported, the market took it away."""
        said = await self.write(order, points)
        await self.report(said, self.trade.chenguang)
        await self.judge((await self.doubts())[-1], "upheld")
        return said

    async def rows(self, sql: str) -> list[Any]:
        """What stands in the database."""
        async with self.hall.pool.acquire() as db:
            return list(await db.fetch(sql))
