"""SQL of what the reviews of an offer come to."""

from collections.abc import Mapping

from huozhan.kernel.work import Work
from huozhan.reviews.review import POINTS, Review

_ADD = """
INSERT INTO review_tally AS t (offer_id, points_1, points_2, points_3, points_4, points_5, pictured, followed)
VALUES ($1, greatest($2::int, 0), greatest($3::int, 0), greatest($4::int, 0), greatest($5::int, 0), greatest($6::int, 0),
        greatest($7::int, 0), greatest($8::int, 0))
    ON CONFLICT (offer_id) DO UPDATE
   SET points_1 = t.points_1 + $2, points_2 = t.points_2 + $3, points_3 = t.points_3 + $4, points_4 = t.points_4 + $5,
       points_5 = t.points_5 + $6, pictured = t.pictured + $7, followed = t.followed + $8
RETURNING points_1, points_2, points_3, points_4, points_5
"""

_APART = """
WITH counted AS (
    SELECT offer_id, count(*) FILTER (WHERE points = 1) AS points_1, count(*) FILTER (WHERE points = 2) AS points_2,
           count(*) FILTER (WHERE points = 3) AS points_3, count(*) FILTER (WHERE points = 4) AS points_4,
           count(*) FILTER (WHERE points = 5) AS points_5,
           count(*) FILTER (WHERE pictures <> '{}' OR follow_pictures <> '{}') AS pictured,
           count(*) FILTER (WHERE followed_at IS NOT NULL) AS followed
      FROM review WHERE state = 'shown' AND counts GROUP BY offer_id
), sides AS (
    SELECT offer_id, points_1, points_2, points_3, points_4, points_5, pictured, followed FROM counted
    EXCEPT SELECT offer_id, points_1, points_2, points_3, points_4, points_5, pictured, followed FROM review_tally
    UNION ALL
    SELECT offer_id, 0, 0, 0, 0, 0, 0, 0 FROM review_tally t
     WHERE points_1 + points_2 + points_3 + points_4 + points_5 + pictured + followed > 0
       AND NOT EXISTS (SELECT FROM counted c WHERE c.offer_id = t.offer_id)
)
SELECT offer_id FROM sides ORDER BY offer_id LIMIT $1
"""


async def add(work: Work, review: Review, by: int) -> list[int]:
    """Adds a review to its offer's tally (`by` 1) or takes it out (−1); tells how many gave 1 to 5 points then."""
    counts = [by if review.points == points else 0 for points in POINTS]
    row = await work.db.fetchrow(
        _ADD, review.offer_id, *counts, by if review.is_pictured else 0, by if review.followed_at else 0
    )
    return list(row)


async def follow(work: Work, before: Review, after: Review) -> None:
    """A review that counts has a follow-up now, and may show pictures where it had none."""
    await work.db.execute(
        "UPDATE review_tally SET followed = followed + 1, pictured = pictured + $2 WHERE offer_id = $1",
        after.offer_id, int(after.is_pictured) - int(before.is_pictured),
    )  # fmt: skip


async def of_offer(work: Work, offer_id: int) -> Mapping[str, int]:
    """How many gave 1 to 5 points (`points_1` …) how many show pictures and how many have a follow-up."""
    row = await work.db.fetchrow("SELECT * FROM review_tally WHERE offer_id = $1", offer_id)
    return dict(row) if row else {}


async def apart(work: Work, at_most: int) -> list[int]:
    """Offers whose tally is not what their reviews come to, in the order of their ids."""
    return [row["offer_id"] for row in await work.db.fetch(_APART, at_most)]
