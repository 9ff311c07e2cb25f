"""The operator's word on reviews, on record."""

from huozhan import reviews
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.operate", writes=True)
async def judge_review(work: Work, ask: reviews.asks.JudgeReviewDoubt) -> reviews.views.ReviewDoubtView:
    """Uphold or dismiss a report about a review, or an appeal of whose review was hidden, and write down who did."""
    judged = await reviews.judge_doubt(work, ask)
    await note_act(
        work,
        "review.judge",
        about=judged.review.review_id,
        reason=ask.reason,
        kind=judged.kind,
        outcome=ask.outcome,
    )
    return judged
