"""What `verify` asks the rows of all orders; it reads the whole market, so nothing is scoped by an organisation."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from huozhan.kernel.work import Work


async def escrow_expected(work: Work, after: int, limit: int, types: Sequence[str]) -> list[tuple[int, int]]:
    """What the escrow of each order of these trade types must hold, as (order_id, amount); only where it is not zero."""
    rows = await work.db.fetch(
        "SELECT order_id, paid_minor - refunded_minor - released_minor AS escrow_minor FROM trade_order"
        " WHERE order_id > $1 AND paid_minor <> refunded_minor + released_minor AND trade_type = ANY ($3::text[])"
        " ORDER BY order_id LIMIT $2",
        after, limit, list(types),
    )  # fmt: skip
    return [(row["order_id"], row["escrow_minor"]) for row in rows]


async def credit_expected(work: Work, after: int, limit: int) -> list[tuple[int, tuple[int, int, int]]]:
    """What orders on credit stand at, as (order_id, (not decided, received, given back)), in order of id."""
    rows = await work.db.fetch(
        "SELECT order_id, credit_minor - refunded_minor - released_minor AS left_minor, released_minor, refunded_minor"
        " FROM trade_order WHERE order_id > $1 AND credit_minor > 0 ORDER BY order_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [
        (row["order_id"], (row["left_minor"], row["released_minor"], row["refunded_minor"])) for row in rows
    ]


async def next_range(work: Work, after: int, orders_max: int) -> int | None:
    """The last of the next so many orders; None where there are no more."""
    last: int | None = await work.db.fetchval(
        "SELECT max(order_id) FROM (SELECT order_id FROM trade_order WHERE order_id > $1"
        " ORDER BY order_id LIMIT $2) AS batch",
        after, orders_max,
    )  # fmt: skip
    return last


KEPT_APART = """
SELECT o.order_id, o.released_minor, l.kept::bigint, o.subsidy_minor - o.subsidy_back_minor AS added,
       l.subsidy::bigint AS kept_subsidy
  FROM trade_order o JOIN (
    SELECT order_id, sum(kept_goods_minor + kept_freight_minor) AS kept, sum(kept_subsidy_minor) AS subsidy
      FROM order_line WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id) AS l USING (order_id)
 WHERE l.kept > o.released_minor OR o.state = 'success' AND l.subsidy <> o.subsidy_minor - o.subsidy_back_minor LIMIT $3
"""
"""Orders whose seller keeps more than was released, or another part of the market's money than did not go back."""

AMOUNTS_APART = """
SELECT o.order_id, o.goods_minor, o.freight_minor, l.goods::bigint, l.freight::bigint FROM trade_order o JOIN (
    SELECT order_id, sum(goods_minor) AS goods, sum(freight_minor) AS freight FROM order_line
     WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id) AS l USING (order_id)
 WHERE o.goods_minor <> l.goods OR o.freight_minor <> l.freight LIMIT $3
"""
"""Orders whose lines do not add up to their amounts."""

DISCOUNTS_APART = """
SELECT l.order_id, l.line_no, l.discount_minor, coalesce(d.off, 0)::bigint AS off, l.subsidy_minor,
       coalesce(d.added, 0)::bigint AS added
  FROM order_line l LEFT JOIN (
    SELECT order_id, line_no, sum(amount_minor) FILTER (WHERE funder = 'seller') AS off,
           sum(amount_minor) FILTER (WHERE funder = 'market') AS added
      FROM order_discount WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id, line_no) AS d USING (order_id, line_no)
 WHERE l.order_id > $1 AND l.order_id <= $2
   AND (l.discount_minor <> coalesce(d.off, 0) OR l.subsidy_minor <> coalesce(d.added, 0)) LIMIT $3
"""
"""Lines that were lowered, or are paid for by the market, by another amount than their promotions say."""

SUBSIDIES_APART = """
SELECT o.order_id, o.subsidy_minor, l.subsidies::bigint FROM trade_order o JOIN (
    SELECT order_id, sum(subsidy_minor) AS subsidies FROM order_line
     WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id) AS l USING (order_id)
 WHERE o.subsidy_minor <> l.subsidies LIMIT $3
"""
"""Orders to which the market adds another amount than their lines say."""

TIMERS_LEFT = """
SELECT o.order_id, t.kind FROM timer t JOIN trade_order o ON o.order_id = t.about_id
 WHERE o.order_id > $1 AND o.order_id <= $2 AND o.state IN ('success', 'closed', 'terminated')
   AND t.kind <> 'review_window' LIMIT $3
"""
"""Timers on finished orders; the one whose time begins with a good end is not left, but set then."""

STATES_APART = """
SELECT o.order_id, o.state FROM trade_order o JOIN (
    SELECT order_id, sum(quantity - shipped - refunded) AS to_ship, sum(shipped - received - returned) AS to_receive,
           sum(shipped) AS shipped, sum(refunded) AS refunded, sum(received) AS received
      FROM order_line WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id) AS l USING (order_id)
 WHERE NOT CASE o.state
    WHEN 'wait_pay' THEN shipped = 0 AND refunded = 0
    WHEN 'closed' THEN shipped = 0 AND refunded = 0
    WHEN 'wait_send' THEN shipped = 0 AND to_ship > 0
    WHEN 'part_sent' THEN shipped > 0 AND to_ship > 0
    WHEN 'wait_receive' THEN to_ship = 0 AND to_receive > 0
    WHEN 'success' THEN to_ship = 0 AND to_receive = 0 AND received > 0
    WHEN 'terminated' THEN to_ship = 0 AND to_receive = 0 AND received = 0
 END LIMIT $3
"""
"""Orders whose state says something else than what their lines have come to."""

MONEY_APART = """
SELECT o.order_id, o.refunded_minor + o.released_minor AS decided, l.settled::bigint FROM trade_order o JOIN (
    SELECT order_id, sum(div(2 * (goods_minor - subsidy_minor)::numeric * (received + refunded + returned) + quantity, 2 * quantity)
                       + div(2 * subsidy_minor::numeric * (received + refunded + returned) + quantity, 2 * quantity)
                       + div(2 * freight_minor::numeric * (received + refunded + returned) + quantity, 2 * quantity))
             AS settled
      FROM order_line WHERE order_id > $1 AND order_id <= $2 GROUP BY order_id) AS l USING (order_id)
 WHERE o.state <> 'closed' AND o.trade_type <> 'staged' AND o.refunded_minor + o.released_minor <> l.settled LIMIT $3
"""
"""Orders of which more or less money is decided than their received, refunded and returned units are worth."""


async def apart(work: Work, check: str, after: int, until: int, limit: int) -> Sequence[asyncpg.Record]:
    """What one of the checks above finds among a range of orders."""
    return list(await work.db.fetch(check, after, until, limit))


async def lines_sent(work: Work, after: int, orders_max: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Shipped quantities and those no longer on their way, by (order, line), of the next orders of which anything was sent."""
    rows = await work.db.fetch(
        "SELECT order_id, line_no, shipped, received + returned AS received FROM order_line"
        " WHERE shipped > 0 AND order_id IN ("
        " SELECT order_id FROM trade_order WHERE order_id > $1 AND state IN"
        "  ('part_sent', 'wait_receive', 'success', 'terminated') ORDER BY order_id LIMIT $2)",
        after, orders_max,
    )  # fmt: skip
    return {(row["order_id"], row["line_no"]): (row["shipped"], row["received"]) for row in rows}


class StagedSums(NamedTuple):
    """What a staged order says of itself, for its stages to agree with."""

    order_id: int
    goods_minor: int
    freight_minor: int
    left_minor: int
    """Paid and not given back: a closed order's late payment went straight back, past every stage."""
    released_minor: int
    is_gate_shut: bool
    is_open: bool


_STAGED = """
SELECT o.order_id, o.goods_minor, o.freight_minor, o.paid_minor - o.refunded_minor AS left_minor, o.released_minor,
       EXISTS (SELECT 1 FROM order_hold h WHERE h.order_id = o.order_id AND h.code = 'stage_gate') AS is_gate_shut,
       o.state = 'wait_send' AS is_open
  FROM trade_order o
 WHERE o.order_id > $1 AND o.order_id <= $2 AND o.trade_type = 'staged'
"""


async def staged(work: Work, after: int, until: int) -> list[StagedSums]:
    """The staged orders among a range."""
    return [StagedSums(**dict(row)) for row in await work.db.fetch(_STAGED, after, until)]


async def promise_timers(work: Work, order_ids: Sequence[int]) -> dict[int, datetime]:
    """When the promises of these orders count as broken, as the timers say it."""
    rows = await work.db.fetch(
        "SELECT about_id, due_at FROM timer WHERE about_id = ANY ($1::bigint[]) AND kind = 'ship_promise'",
        list(order_ids),
    )
    return {row["about_id"]: row["due_at"] for row in rows}
