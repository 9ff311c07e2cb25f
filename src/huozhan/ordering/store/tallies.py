"""What is counted over many orders at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from huozhan.kernel.work import Work


async def takings(work: Work, since: datetime, placed_from: datetime) -> asyncpg.Record:
    """Orders placed and paid since a moment in the whole market.

    An order paid since then was placed after `placed_from`; that bound lets the index cut the search short.
    """
    return await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE placed_at >= $1) AS placed,"
        " count(*) FILTER (WHERE paid_at >= $1) AS paid,"
        " coalesce(sum(paid_minor + credit_minor) FILTER (WHERE paid_at >= $1), 0)::bigint AS paid_minor"
        " FROM trade_order WHERE placed_at >= $2",
        since, placed_from,
    )  # fmt: skip


async def takings_by_day(
    work: Work, days: Sequence[datetime], placed_from: datetime, seller_id: int
) -> list[asyncpg.Record]:
    """A seller's orders placed and paid in each span that begins with one of these moments."""
    rows: list[asyncpg.Record] = await work.db.fetch(
        "WITH sold AS (SELECT width_bucket(placed_at, $1::timestamptz[]) AS placed_on, paid_minor + credit_minor AS sold_minor,"
        "   width_bucket(paid_at, $1::timestamptz[]) AS paid_on"
        "  FROM trade_order WHERE placed_at >= $2 AND seller_id = $3)"
        " SELECT (SELECT count(*) FROM sold WHERE placed_on = day) AS placed,"
        "  (SELECT count(*) FROM sold WHERE paid_on = day) AS paid,"
        "  (SELECT coalesce(sum(sold_minor), 0)::bigint FROM sold WHERE paid_on = day) AS paid_minor"
        " FROM generate_series(1, cardinality($1::timestamptz[])) AS day ORDER BY day",
        list(days), placed_from, seller_id,
    )  # fmt: skip
    return rows


async def bought_between(
    work: Work, from_at: datetime, until_at: datetime, placed_from: datetime
) -> list[Any]:
    """Orders of each offer and buyer that were paid in a time; one of which nothing was left to send or keep is none."""
    rows: list[Any] = await work.db.fetch(
        "SELECT l.offer_id, o.buyer_id, count(DISTINCT o.order_id)::int AS orders"
        " FROM trade_order o JOIN order_line l ON l.order_id = o.order_id"
        " WHERE o.placed_at >= $3 AND o.placed_at < $2 AND o.paid_at >= $1 AND o.paid_at < $2"
        " AND o.state NOT IN ('closed', 'terminated') AND NOT l.is_sample AND l.refunded < l.quantity"
        " GROUP BY l.offer_id, o.buyer_id ORDER BY l.offer_id, o.buyer_id",
        from_at, until_at, placed_from,
    )  # fmt: skip
    return rows


async def purchases(work: Work, since: datetime, placed_from: datetime) -> list[Any]:
    """The lines of the actor's organisation's orders that were paid since a moment, as far as they were kept."""
    rows: list[Any] = await work.db.fetch(
        "SELECT l.offer_id, l.sku_id, l.quantity - l.refunded AS quantity, o.paid_at"
        " FROM trade_order o JOIN order_line l ON l.order_id = o.order_id"
        " WHERE o.buyer_id = $1 AND o.placed_at >= $3 AND o.paid_at >= $2"
        " AND o.state NOT IN ('closed', 'terminated') AND NOT l.is_sample AND l.refunded < l.quantity"
        " ORDER BY o.paid_at, l.order_id, l.line_no",
        work.actor.org_id, since, placed_from,
    )  # fmt: skip
    return rows


async def last_ends(work: Work, seller_id: int, since: Sequence[datetime]) -> list[Any]:
    """The last end of a seller's orders that came to success, for each span of placing between moments in their order."""
    rows: list[Any] = await work.db.fetch(
        "SELECT min(placed_at) AS placed_at, max(ended_at) AS ended_at FROM trade_order"
        " WHERE seller_id = $1 AND state = 'success' GROUP BY width_bucket(placed_at, $2::timestamptz[])",
        seller_id, list(since),
    )  # fmt: skip
    return rows


async def bought_since(work: Work, seller_id: int, buyer_id: int, since: datetime) -> list[Any]:
    """What each buyer, or one, has kept of a seller's orders that came to success since a moment: in how many, for how much."""
    rows: list[Any] = await work.db.fetch(
        "SELECT buyer_id, count(*)::int AS orders, sum(paid_minor + credit_minor - refunded_minor)::bigint AS kept_minor"
        " FROM trade_order WHERE seller_id = $1 AND ($2::bigint = 0 OR buyer_id = $2) AND state = 'success' AND ended_at >= $3"
        " GROUP BY buyer_id",
        seller_id, buyer_id, since,
    )  # fmt: skip
    return rows


async def sales_left(work: Work, seller_id: int, ended: Sequence[str]) -> Any:
    """How many of a seller's orders have not come to their end, and when the last of the others did."""
    return await work.db.fetchrow(
        "SELECT count(*) FILTER (WHERE state <> ALL ($2::text[]))::int AS open, max(ended_at) AS last_ended_at"
        " FROM trade_order WHERE seller_id = $1",
        seller_id, list(ended),
    )  # fmt: skip
