"""SQL of what buyers made of offers; it is public, hence nothing is scoped."""

from collections.abc import Sequence

from huozhan.kernel.work import Work


async def note_points(work: Work, offer_id: int, reviews: int, points_sum: int) -> None:
    """Writes how many reviews of an offer count, and the sum of their points."""
    await work.db.execute(
        "INSERT INTO offer_esteem (offer_id, reviews, points_sum) VALUES ($1, $2, $3)"
        " ON CONFLICT (offer_id) DO UPDATE SET reviews = $2, points_sum = $3",
        offer_id, reviews, points_sum,
    )  # fmt: skip


async def note_buyers(
    work: Work,
    offer_ids: Sequence[int],
    buyers: Sequence[int],
    repeat_buyers: Sequence[int],
    rates_bp: Sequence[int | None],
    are_bounds: Sequence[bool],
) -> None:
    """Writes how many buyers came back, offer by offer; what has not changed is left alone."""
    await work.db.execute(
        "INSERT INTO offer_esteem AS e (offer_id, buyers, repeat_buyers, repeat_bp, repeat_bound)"
        " SELECT * FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::boolean[])"
        " ON CONFLICT (offer_id) DO UPDATE SET buyers = EXCLUDED.buyers, repeat_buyers = EXCLUDED.repeat_buyers,"
        " repeat_bp = EXCLUDED.repeat_bp, repeat_bound = EXCLUDED.repeat_bound"
        " WHERE (e.buyers, e.repeat_buyers) <> (EXCLUDED.buyers, EXCLUDED.repeat_buyers)",
        list(offer_ids), list(buyers), list(repeat_buyers), list(rates_bp), list(are_bounds),
    )  # fmt: skip
