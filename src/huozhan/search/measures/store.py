"""Every query of the log and of the measures. They are the market's own, so nothing is scoped by organisation here."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from huozhan.kernel.work import Work

_SEARCH = """
INSERT INTO search_log (on_day, search_id, at, org_id, who, door, lang, q, filters, sort, page, total, is_relaxed, ranking,
                        trial_id, offer_ids, scores_e3, factors, marks)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
    ON CONFLICT DO NOTHING
"""
_TOUCH = """
INSERT INTO offer_touch (on_day, touch_id, at, kind, offer_id, org_id, who) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING
"""


async def put_away(
    work: Work, searches: Sequence[tuple[Any, ...]], touches: Sequence[tuple[Any, ...]]
) -> None:
    """Writes notes into the log; one that is there already stays as it is."""
    await work.db.executemany(_SEARCH, searches)
    await work.db.executemany(_TOUCH, touches)


async def last_counted(work: Work) -> date | None:
    """The last day that was counted."""
    found: date | None = await work.db.fetchval("SELECT max(on_day) FROM measured_day")
    return found


async def claim_day(work: Work, on: date) -> bool:
    """Takes a day to count; false where somebody else did."""
    taken = await work.db.fetchval(
        "INSERT INTO measured_day (on_day, counted_at, searches)"
        " SELECT $1, $2, count(*) FROM search_log WHERE on_day = $1 ON CONFLICT DO NOTHING RETURNING true",
        on, work.now,
    )  # fmt: skip
    return bool(taken)


async def offers_of(work: Work, on: date) -> list[int]:
    """The offers that anybody was shown, opened or put into the cart on a day."""
    rows = await work.db.fetch(
        "SELECT DISTINCT offer_id FROM (SELECT unnest(offer_ids) AS offer_id FROM search_log WHERE on_day = $1"
        " UNION ALL SELECT offer_id FROM offer_touch WHERE on_day = $1) AS seen ORDER BY offer_id",
        on,
    )  # fmt: skip
    return [row["offer_id"] for row in rows]


# Whoever it is counts once for each offer and day: an organisation, however many of its people look, or a browser.
# A click is a view soon after a search that showed the offer; it belongs to that search's day.
_COUNT = """
WITH sold_by AS (SELECT * FROM unnest($3::bigint[], $4::bigint[], $7::text[]) AS s(offer_id, seller_id, category_id)),
shown AS (
    SELECT l.at, l.who, l.org_id, o.offer_id, CASE WHEN l.org_id = 0 THEN encode(l.who, 'hex') ELSE l.org_id::text END AS one
      FROM search_log l CROSS JOIN LATERAL unnest(l.offer_ids) AS o(offer_id)
     WHERE l.on_day = $1),
seen AS (
    SELECT offer_id, count(DISTINCT one)::int AS impressions,
           count(DISTINCT one) FILTER (WHERE EXISTS (
               SELECT 1 FROM offer_touch t WHERE t.on_day BETWEEN $1 AND $1 + 1 AND t.kind = 'view'
                  AND t.offer_id = shown.offer_id AND t.who = shown.who
                  AND t.at >= shown.at AND t.at <= shown.at + $2::interval))::int AS clicks
      FROM shown JOIN sold_by USING (offer_id)
     WHERE shown.org_id <> seller_id
     GROUP BY offer_id),
touched AS (
    SELECT t.offer_id,
           count(DISTINCT CASE WHEN t.org_id = 0 THEN encode(t.who, 'hex') ELSE t.org_id::text END)
               FILTER (WHERE t.kind = 'view')::int AS views,
           count(DISTINCT CASE WHEN t.org_id = 0 THEN encode(t.who, 'hex') ELSE t.org_id::text END)
               FILTER (WHERE t.kind = 'cart')::int AS carts
      FROM offer_touch t JOIN sold_by USING (offer_id)
     WHERE t.on_day = $1 AND t.org_id <> seller_id
     GROUP BY t.offer_id),
paid AS (
    SELECT offer_id, sum(orders)::int AS orders, count(*)::int AS buyers
      FROM unnest($5::bigint[], $6::int[]) AS p(offer_id, orders) GROUP BY offer_id)
INSERT INTO offer_measure (offer_id, category_id, on_day, impressions, clicks, views, carts, orders, buyers)
SELECT offer_id, coalesce(category_id, ''), $1, coalesce(impressions, 0), coalesce(clicks, 0), coalesce(views, 0), coalesce(carts, 0),
       coalesce(orders, 0), coalesce(buyers, 0)
  FROM seen FULL JOIN touched USING (offer_id) FULL JOIN paid USING (offer_id) LEFT JOIN sold_by USING (offer_id)
 ORDER BY offer_id
    ON CONFLICT (offer_id, on_day) DO NOTHING
"""
_BOUGHT = """
INSERT INTO offer_buyer (offer_id, category_id, buyer_id, on_day, orders)
SELECT offer_id, coalesce(category_id, ''), buyer_id, $1, orders
  FROM unnest($2::bigint[], $3::bigint[], $4::int[]) AS p(offer_id, buyer_id, orders)
  LEFT JOIN unnest($5::bigint[], $6::text[]) AS c(offer_id, category_id) USING (offer_id)
    ON CONFLICT DO NOTHING
"""


async def count_day(
    work: Work,
    on: date,
    within: timedelta,
    homes: Sequence[tuple[int, int, str]],
    paid: Sequence[tuple[int, int, int]],
) -> None:
    """Writes what a day came to for each offer. `homes` are rows of offer, seller and category, `paid` rows of offer, buyer, orders."""
    offers, categories = [offer for offer, *_ in homes], [category for *_, category in homes]
    await work.db.execute(
        _COUNT, on, within, offers, [seller for _, seller, _ in homes],
        [offer for offer, *_ in paid], [orders for *_, orders in paid],
        categories,
    )  # fmt: skip
    await work.db.execute(
        _BOUGHT, on, [offer for offer, *_ in paid], [buyer for _, buyer, _ in paid], [orders for *_, orders in paid],
        offers, categories,
    )  # fmt: skip


class SumRow(msgspec.Struct, frozen=True, kw_only=True):
    """What some days came to for one offer, and who of its buyers came back in the days before their end."""

    offer_id: int
    impressions: int = 0
    clicks: int = 0
    views: int = 0
    carts: int = 0
    orders: int = 0
    bought: int = 0
    buyers: int = 0
    repeat_buyers: int = 0


_SUMS = """
WITH days AS (
    SELECT offer_id, sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks, sum(views)::bigint AS views,
           sum(carts)::bigint AS carts, sum(orders)::bigint AS orders, sum(buyers)::bigint AS bought
      FROM offer_measure WHERE offer_id = ANY ($1::bigint[]) AND on_day > $2 AND on_day <= $4 GROUP BY offer_id),
each AS (
    SELECT offer_id, buyer_id, count(*) AS days FROM offer_buyer
     WHERE offer_id = ANY ($1::bigint[]) AND on_day > $3 AND on_day <= $4 GROUP BY offer_id, buyer_id),
back AS (
    SELECT offer_id, count(*)::bigint AS buyers, count(*) FILTER (WHERE days > 1)::bigint AS repeat_buyers
      FROM each GROUP BY offer_id)
SELECT offer_id, coalesce(impressions, 0) AS impressions, coalesce(clicks, 0) AS clicks, coalesce(views, 0) AS views,
       coalesce(carts, 0) AS carts, coalesce(orders, 0) AS orders, coalesce(bought, 0) AS bought,
       coalesce(buyers, 0) AS buyers, coalesce(repeat_buyers, 0) AS repeat_buyers
  FROM days FULL JOIN back USING (offer_id)
"""


async def sums(
    work: Work, offer_ids: Collection[int], after: date, repeat_after: date, until: date
) -> list[SumRow]:
    """What the days after `after` up to `until` came to; buyers are counted over the days after `repeat_after`."""
    rows = await work.db.fetch(_SUMS, list(offer_ids), after, repeat_after, until)
    return [SumRow(**dict(row)) for row in rows]


class QueryRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often words were looked for, by how many, and what was found the last time."""

    q: str
    searches: int
    people: int
    total: int


async def queries(work: Work, from_at: datetime, until_at: datetime, limit: int) -> list[QueryRow]:
    """The words that most people looked for in a time, first pages only; what one organisation asks counts as one."""
    rows = await work.db.fetch(
        "SELECT q, count(*)::bigint AS searches,"
        " count(DISTINCT CASE WHEN org_id = 0 THEN encode(who, 'hex') ELSE org_id::text END)::bigint AS people,"
        " (array_agg(total ORDER BY at DESC))[1] AS total"
        " FROM search_log WHERE on_day BETWEEN ($1::timestamptz - interval '1 day')::date AND ($2::timestamptz + interval '1 day')::date"
        " AND at >= $1 AND at < $2 AND page = 1 AND q <> ''"
        " GROUP BY q ORDER BY people DESC, searches DESC, q LIMIT $3",
        from_at, until_at, limit,
    )  # fmt: skip
    return [QueryRow(**dict(row)) for row in rows]


async def searches_of(work: Work, who: bytes) -> list[Any]:
    """What one person looked for, the latest first."""
    rows: list[Any] = await work.db.fetch(
        "SELECT at, q, filters, sort, page, total FROM search_log WHERE who = $1 ORDER BY at DESC", who
    )
    return rows


async def forget_who(work: Work, who: bytes) -> None:
    """Drops everything that one person or browser did; what it came to for offers stays, a count without anybody."""
    await work.db.execute("DELETE FROM search_log WHERE who = $1", who)
    await work.db.execute("DELETE FROM offer_touch WHERE who = $1", who)


_OLD = """
DELETE FROM {table} WHERE ({keys}) IN (SELECT {keys} FROM {table} WHERE on_day < $1 ORDER BY on_day LIMIT $2) RETURNING 1
"""
_KEYS = {
    "search_log": "on_day, search_id",
    "offer_touch": "on_day, touch_id",
    "offer_measure": "offer_id, on_day",
    "offer_buyer": "offer_id, buyer_id, on_day",
}


async def forget_before(work: Work, table: str, before: date, rows_max: int) -> int:
    """Drops the oldest rows of one of these tables; tells how many."""
    return len(await work.db.fetch(_OLD.format(table=table, keys=_KEYS[table]), before, rows_max))


_RETURNS = """
WITH each AS (
    SELECT offer_id, buyer_id, count(*) FILTER (WHERE on_day > $1) AS days FROM offer_buyer
     WHERE on_day >= $1 AND on_day <= $2 GROUP BY offer_id, buyer_id)
SELECT offer_id, count(*) FILTER (WHERE days > 0)::int AS buyers, count(*) FILTER (WHERE days > 1)::int AS repeat_buyers
  FROM each GROUP BY offer_id ORDER BY offer_id
"""


async def returns(work: Work, after: date, until: date) -> list[tuple[int, int, int]]:
    """Of each offer that anybody bought in the days from `after`: its buyers after that day, and who of them came back."""
    return [tuple(row) for row in await work.db.fetch(_RETURNS, after, until)]
