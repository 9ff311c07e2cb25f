"""Opinions: reviews as they are told to those who measure suppliers (domain rules B3.1)."""

from collections.abc import Sequence

from huozhan import scenes
from huozhan.kernel.work import Work
from huozhan.reviews.review import ReviewState
from huozhan.reviews.store import reviews as store


async def opinions_to_judge(work: Work, order_ids: Sequence[int]) -> dict[int, list[scenes.Opinion]]:
    """What buyers of some orders said that is shown and counts; few points are those up to rule `review.bad_to`."""
    bad_to = work.rule("review.bad_to").value
    found: dict[int, list[scenes.Opinion]] = {}
    for one in await store.of_orders(work, order_ids):
        if one.state is not ReviewState.shown or not one.counts:
            continue
        assert one.written_at is not None
        opinion = scenes.Opinion(
            order_id=one.order_id,
            review_id=int(one.review_id or 0),
            written_at=one.written_at,
            is_bad=(one.points or 0) <= bad_to,
        )
        found.setdefault(one.order_id, []).append(opinion)
    return found
