"""Every query of ranking: the market's own, so nothing is scoped by organisation here."""

from collections.abc import Collection
from datetime import date

import msgspec

from huozhan.kernel.work import Work


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the last days came to in one category; '' is the whole market."""

    category_id: str
    views: int = 0
    bought: int = 0
    buyers: int = 0
    repeat_buyers: int = 0


# A category's row and the market's in one go: the market is the group of all.
_MEAN = """
WITH days AS (
    SELECT coalesce(category_id, '') AS category_id, sum(views)::bigint AS views, sum(buyers)::bigint AS bought
      FROM offer_measure WHERE on_day > $1 AND on_day <= $3
     GROUP BY GROUPING SETS ((category_id), ())),
each AS (
    SELECT category_id, offer_id, buyer_id, count(*) AS days FROM offer_buyer
     WHERE on_day > $2 AND on_day <= $3 GROUP BY category_id, offer_id, buyer_id),
back AS (
    SELECT coalesce(category_id, '') AS category_id, count(*)::bigint AS buyers,
           count(*) FILTER (WHERE days > 1)::bigint AS repeat_buyers
      FROM each GROUP BY GROUPING SETS ((category_id), ()))
INSERT INTO category_standing (category_id, until_on, views, bought, buyers, repeat_buyers)
SELECT category_id, $3, coalesce(views, 0), coalesce(bought, 0), coalesce(buyers, 0), coalesce(repeat_buyers, 0)
  FROM days FULL JOIN back USING (category_id)
"""


async def count_categories(work: Work, after: date, repeat_after: date, until: date) -> None:
    """Counts the means of all categories anew, over the days up to one."""
    await work.db.execute("DELETE FROM category_standing")
    await work.db.execute(_MEAN, after, repeat_after, until)


async def categories(work: Work, category_ids: Collection[str]) -> dict[str, CategoryRow]:
    """The means of these categories and of the whole market."""
    rows = await work.db.fetch(
        "SELECT category_id, views, bought, buyers, repeat_buyers FROM category_standing"
        " WHERE category_id = ANY ($1::text[])",
        ["", *category_ids],
    )  # fmt: skip
    return {row["category_id"]: CategoryRow(**dict(row)) for row in rows}


async def round_at(work: Work, on: date, ranking: int) -> int | None:
    """After which offer the round of a day and ranking goes on; None where it has ended."""
    row = await work.db.fetchrow(
        "SELECT after_id, is_ended FROM ranking_round WHERE on_day = $1 AND ranking = $2", on, ranking
    )
    if row is None:
        return 0
    return None if row["is_ended"] else row["after_id"]


async def go_on(work: Work, on: date, ranking: int, after_id: int, noted: int, *, is_ended: bool) -> None:
    """Notes how far the round has come."""
    await work.db.execute(
        "INSERT INTO ranking_round (on_day, ranking, after_id, noted, is_ended) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (on_day, ranking) DO UPDATE SET after_id = EXCLUDED.after_id,"
        " noted = ranking_round.noted + EXCLUDED.noted, is_ended = EXCLUDED.is_ended",
        on, ranking, after_id, noted, is_ended,
    )  # fmt: skip
