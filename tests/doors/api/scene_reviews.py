"""What 小李 says of cups in the scene of the access matrix: reviewed with a picture, hidden, reported, or still to be said."""

from huozhan import operations, reviews
from huozhan.doors.jobs.relay import relay_once
from huozhan.reviews.asks import JudgeReviewDoubt, ListReviewDoubts, ReportReview, WriteReview
from tests.ordering.trading import Trade

REVIEW_PICTURE = "00000000000000000000000000000009"


async def reviewed(trade: Trade, things: dict[str, str]) -> None:
    """Four orders came to a good end; of three something was said, one of these is hidden, one reported."""
    names = ("reviewed_order", "hidden_order", "reported_order", "order_to_review")
    for name in names:
        order = await trade.paid(red=1)
        await trade.ship(order)
        await trade.confirm(order)
        things[name] = order.order_id
    while await relay_once(trade.hall):
        pass
    said = {}
    for name in names[:-1]:
        ask = WriteReview(
            order_id=things[name], line_no=1, points=2, text="有两只磕碰", pictures=(REVIEW_PICTURE,)
        )
        said[name] = (await trade.hall.run(reviews.write_review, ask, trade.li)).review_id
    things["review"], things["hidden_review"] = said["reviewed_order"], said["hidden_order"]
    for review_id in (said["hidden_order"], said["reported_order"]):
        report = ReportReview(review_id=review_id, cause="unrelated", note="物流磕碰")
        await trade.hall.run(reviews.report_review, report, trade.people.hongfa)
    first, last = (
        await trade.hall.run(reviews.review_doubts, ListReviewDoubts(), trade.people.operator)
    ).items
    judged = JudgeReviewDoubt(doubt_id=first.doubt_id, outcome="upheld", reason="与商品无关")
    await trade.hall.run(operations.judge_review, judged, trade.people.operator)
    things["review_doubt"] = last.doubt_id
