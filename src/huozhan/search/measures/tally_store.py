"""SQL that sums what was bought over several spans of days at once; the market's own, so nothing is scoped by organisation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from huozhan.kernel.work import Work


async def bought_offers(work: Work, after: date, until: date) -> list[int]:
    """Offers that anybody bought after one day and up to another."""
    rows = await work.db.fetch(
        "SELECT DISTINCT offer_id FROM offer_buyer WHERE on_day > $1 AND on_day <= $2 ORDER BY offer_id",
        after, until,
    )  # fmt: skip
    return [row["offer_id"] for row in rows]


_TALLIES = """
WITH sold_by AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS s(offer_id, seller_id)),
each AS (
    SELECT b.offer_id, b.buyer_id,
           coalesce(sum(b.orders) FILTER (WHERE b.on_day > $4), 0) AS orders,
           count(*) FILTER (WHERE b.on_day > $5) AS recent,
           count(*) FILTER (WHERE b.on_day > $6 AND b.on_day <= $5) AS before,
           count(*) FILTER (WHERE b.on_day > $7) AS days
      FROM offer_buyer b JOIN sold_by s USING (offer_id)
     WHERE b.on_day > least($4, $6, $7) AND b.on_day <= $3 AND b.buyer_id <> s.seller_id
     GROUP BY b.offer_id, b.buyer_id)
SELECT offer_id, count(*) FILTER (WHERE orders > 0)::int AS buyers, sum(orders)::int AS orders,
       sum(least(orders, $8))::int AS weighed, sum(recent)::int AS recent, count(*) FILTER (WHERE recent > 0)::int AS recent_buyers,
       sum(before)::int AS before, count(*) FILTER (WHERE days > 0)::int AS of_buyers, count(*) FILTER (WHERE days > 1)::int AS came_back
  FROM each GROUP BY offer_id ORDER BY offer_id
"""


async def tallies(
    work: Work,
    sold_by: Sequence[tuple[int, int]],
    *,
    until: date,
    bought_after: date,
    recent_after: date,
    before_after: date,
    back_after: date,
    cap: int,
) -> list[Any]:
    """One row for each offer of which anything was bought."""
    rows: list[Any] = await work.db.fetch(
        _TALLIES, [offer for offer, _ in sold_by], [seller for _, seller in sold_by], until, bought_after, recent_after,
        before_after, back_after, cap,
    )  # fmt: skip
    return rows
