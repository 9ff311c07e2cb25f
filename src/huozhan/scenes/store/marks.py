"""Marks of orders and the sums of days, which always equal them."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work
from huozhan.scenes.happened import Sale
from huozhan.scenes.measure import Mark, Measure


async def marks(work: Work, order_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """What orders add as it is written down."""
    rows = await work.db.fetch(
        "SELECT order_id, measure, about_id, counted_on, due, hit, minutes, vertical FROM service_mark"
        " WHERE order_id = ANY ($1::bigint[])",
        list(order_ids),
    )
    found: dict[int, list[Mark]] = {}
    for row in rows:
        values = dict(row)
        order_id = values.pop("order_id")
        found.setdefault(order_id, []).append(Mark(**values | {"measure": Measure(values["measure"])}))
    return found


# Sums are moved by what goes and then by what comes, in two statements: one could not take a mark away and put it back.
_TAKE = """
WITH gone AS (
    DELETE FROM service_mark WHERE order_id = ANY ($1::bigint[])
    RETURNING seller_id, measure, counted_on, due, hit, minutes
), summed AS (
    SELECT seller_id, measure, counted_on, sum(due) AS due, sum(hit) AS hit, sum(minutes) AS minutes
      FROM gone GROUP BY seller_id, measure, counted_on ORDER BY seller_id, measure, counted_on
)
UPDATE service_day d SET due = d.due - s.due, hit = d.hit - s.hit, minutes = d.minutes - s.minutes
  FROM summed s WHERE d.seller_id = s.seller_id AND d.measure = s.measure AND d.counted_on = s.counted_on
"""
_ADD = """
WITH come AS (
    INSERT INTO service_mark (order_id, measure, about_id, seller_id, buyer_id, counted_on, due, hit, minutes, vertical)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::date[], $7::int[],
                         $8::int[], $9::bigint[], $10::text[])
    RETURNING seller_id, measure, counted_on, due, hit, minutes
)
INSERT INTO service_day AS d (seller_id, measure, counted_on, due, hit, minutes)
SELECT seller_id, measure, counted_on, sum(due), sum(hit), sum(minutes)
  FROM come GROUP BY seller_id, measure, counted_on ORDER BY seller_id, measure, counted_on
    ON CONFLICT (seller_id, measure, counted_on) DO UPDATE
   SET due = d.due + EXCLUDED.due, hit = d.hit + EXCLUDED.hit, minutes = d.minutes + EXCLUDED.minutes
"""


async def replace(work: Work, changed: Mapping[int, tuple[Sale | None, Sequence[Mark]]]) -> None:
    """Writes what orders add now in the place of what they added, and moves the sums of the days by the difference."""
    rows = [
        (sale.order_id, m.measure, m.about_id, sale.seller_id, sale.buyer_id, m.counted_on, m.due, m.hit, m.minutes,
         m.vertical)
        for sale, marks in changed.values() if sale for m in marks
    ]  # fmt: skip
    await work.db.execute(_TAKE, list(changed))
    if rows:
        await work.db.execute(_ADD, *_columns(rows, 10))


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(width)]
