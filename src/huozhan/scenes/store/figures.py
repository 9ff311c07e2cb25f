"""What is said of suppliers up to a day: counted for the whole market at once, read for some."""

from collections.abc import Collection
from datetime import date
from typing import Any

import msgspec

from huozhan.kernel.work import Work
from huozhan.scenes.measure import Count, Figures, Measure


class ScoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """The figures and scores of one supplier up to a day."""

    seller_id: int
    until_on: date
    figures: Figures
    composite_e2: int | None
    consultation_e2: int | None
    logistics_e2: int | None
    after_sale_e2: int | None
    quality_e2: int | None
    dispute_e2: int | None


_FIGURES = dict[Measure, Count]
_COLUMNS = "seller_id, until_on, figures, composite_e2, consultation_e2, logistics_e2, after_sale_e2, quality_e2, dispute_e2"
# Who bought on two different days at least has come again.
_COUNT = f"""
INSERT INTO service_score (seller_id, until_on, figures)
SELECT seller_id, $1, jsonb_object_agg(measure, jsonb_build_array(due, hit, minutes))
  FROM (SELECT seller_id, measure, sum(due) AS due, sum(hit) AS hit, sum(minutes) AS minutes FROM service_day
         WHERE counted_on >= $2 AND counted_on < $1 GROUP BY seller_id, measure
         UNION ALL
        SELECT seller_id, '{Measure.repurchase}', count(*), count(*) FILTER (WHERE days > 1), 0
          FROM (SELECT seller_id, buyer_id, count(DISTINCT counted_on) AS days FROM service_mark
                 WHERE measure = '{Measure.paid}' AND counted_on >= $3 AND counted_on < $1
                 GROUP BY seller_id, buyer_id) AS b
         GROUP BY seller_id) AS f
 WHERE NOT EXISTS (SELECT FROM service_score WHERE until_on = $1)
 GROUP BY seller_id
RETURNING 1
"""


async def count(work: Work, until_on: date, from_on: date, bought_from: date) -> int:
    """Counts the whole market up to a day, where that was not done; tells for how many suppliers."""
    return len(await work.db.fetch(_COUNT, until_on, from_on, bought_from))


_FORGET = """
WITH marks AS (DELETE FROM service_mark WHERE counted_on < $1), days AS (DELETE FROM service_day WHERE counted_on < $1)
DELETE FROM service_score WHERE until_on < $1
"""


async def forget(work: Work, before: date) -> None:
    """Drops what was counted for days that are long over."""
    await work.db.execute(_FORGET, before)


async def latest(work: Work, seller_ids: Collection[int], since: date) -> dict[int, ScoreRow]:
    """What was said last of suppliers, since a day; everybody may know."""
    rows = await work.db.fetch(
        f"SELECT DISTINCT ON (seller_id) {_COLUMNS} FROM service_score"
        " WHERE seller_id = ANY ($1::bigint[]) AND until_on >= $2 ORDER BY seller_id, until_on DESC",
        list(seller_ids), since,
    )  # fmt: skip
    return {row["seller_id"]: _score(row) for row in rows}


def _score(row: Any) -> ScoreRow:
    return ScoreRow(**dict(row) | {"figures": msgspec.json.decode(row["figures"], type=_FIGURES)})
