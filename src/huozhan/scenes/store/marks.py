"""Marks of orders and the sums of days, which always equal them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

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
    DELETE FROM service_mark WHERE {which}
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
    await work.db.execute(_TAKE.format(which="order_id = ANY ($1::bigint[])"), list(changed))
    if rows:
        await work.db.execute(_ADD, *_columns(rows, 10))


async def drop(work: Work, order_id: int, measure: Measure) -> None:
    """Takes an order out of one measure, and out of its sum."""
    await work.db.execute(_TAKE.format(which="order_id = $1 AND measure = $2"), order_id, measure)


class OwnMark(msgspec.Struct, frozen=True, kw_only=True):
    """A mark of the actor's organisation."""

    order_id: int
    about_id: int
    counted_on: date
    due: int
    hit: int
    minutes: int


async def own(
    work: Work,
    measure: Measure,
    days: tuple[date, date],
    hit: int | None,
    before: tuple[date, int, int] | None,
    limit: int,
) -> list[OwnMark]:
    """The marks of the actor's organisation of the days from one to before another, the latest first."""
    on, order_id, about_id = before or (None, None, None)
    rows = await work.db.fetch(
        "SELECT order_id, about_id, counted_on, due, hit, minutes FROM service_mark"
        " WHERE seller_id = $1 AND measure = $2 AND counted_on >= $3 AND counted_on < $4 AND ($5::int IS NULL OR hit = $5)"
        " AND ($6::date IS NULL OR (counted_on, order_id, about_id) < ($6, $7::bigint, $8::bigint))"
        " ORDER BY counted_on DESC, order_id DESC, about_id DESC LIMIT $9",
        work.actor.org_id, measure, *days, hit, on, order_id, about_id, limit,
    )  # fmt: skip
    return [OwnMark(**dict(row)) for row in rows]


async def own_day(work: Work, order_id: int, measure: Measure) -> date | None:
    """For which day an order of the actor's organisation counts in a measure; None where it does not."""
    on: date | None = await work.db.fetchval(
        "SELECT max(counted_on) FROM service_mark WHERE order_id = $1 AND measure = $2 AND seller_id = $3",
        order_id, measure, work.actor.org_id,
    )  # fmt: skip
    return on


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(width)]
