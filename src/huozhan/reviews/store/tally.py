"""SQL of what the reviews of an offer come to."""

from collections.abc import Mapping

from huozhan.kernel.work import Work
from huozhan.reviews.review import POINTS, Review

_ADD = """
INSERT INTO review_tally AS t (offer_id, points_1, points_2, points_3, points_4, points_5, pictured)
VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (offer_id) DO UPDATE
   SET points_1 = t.points_1 + $2, points_2 = t.points_2 + $3, points_3 = t.points_3 + $4, points_4 = t.points_4 + $5,
       points_5 = t.points_5 + $6, pictured = t.pictured + $7
RETURNING points_1, points_2, points_3, points_4, points_5
"""


async def add(work: Work, review: Review, by: int) -> list[int]:
    """Adds a review to its offer's tally (`by` 1) or takes it out (−1); tells how many gave 1 to 5 points then."""
    counts = [by if review.points == points else 0 for points in POINTS]
    row = await work.db.fetchrow(_ADD, review.offer_id, *counts, by if review.pictures else 0)
    return list(row)


async def of_offer(work: Work, offer_id: int) -> Mapping[str, int]:
    """How many gave 1 to 5 points (`points_1` …) and how many show pictures."""
    row = await work.db.fetchrow("SELECT * FROM review_tally WHERE offer_id = $1", offer_id)
    return dict(row) if row else {}
