"""SQL of what buyers made of offers; it is public, hence nothing is scoped."""

from huozhan.kernel.work import Work


async def note_points(work: Work, offer_id: int, reviews: int, points_sum: int) -> None:
    """Writes how many reviews of an offer count, and the sum of their points."""
    await work.db.execute(
        "INSERT INTO offer_esteem (offer_id, reviews, points_sum) VALUES ($1, $2, $3)"
        " ON CONFLICT (offer_id) DO UPDATE SET reviews = $2, points_sum = $3",
        offer_id, reviews, points_sum,
    )  # fmt: skip
