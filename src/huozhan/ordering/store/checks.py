"""What `verify` asks the rows of all orders; it reads the whole market, so nothing is scoped by an organisation."""

from collections.abc import Sequence

import asyncpg

from huozhan.kernel.work import Work


async def escrow_expected(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """What each order's escrow must hold, as (order_id, amount), in order of id; only where it is not zero."""
    rows = await work.db.fetch(
        "SELECT order_id, paid_minor - refunded_minor - released_minor AS escrow_minor FROM trade_order"
        " WHERE order_id > $1 AND paid_minor <> refunded_minor + released_minor ORDER BY order_id LIMIT $2",
        after, limit,
    )  # fmt: skip
    return [(row["order_id"], row["escrow_minor"]) for row in rows]


async def amounts_apart(work: Work, limit: int) -> Sequence[asyncpg.Record]:
    """Orders whose lines do not add up to their amounts."""
    return list(
        await work.db.fetch(
            "SELECT o.order_id, o.goods_minor, o.freight_minor, l.goods, l.freight FROM trade_order o JOIN ("
            "  SELECT order_id, sum(goods_minor) AS goods, sum(freight_minor) AS freight FROM order_line"
            "   GROUP BY order_id) AS l USING (order_id)"
            " WHERE o.goods_minor <> l.goods OR o.freight_minor <> l.freight LIMIT $1",
            limit,
        )
    )


async def timers_left(work: Work, limit: int) -> Sequence[asyncpg.Record]:
    """Timers on finished orders."""
    return list(
        await work.db.fetch(
            "SELECT o.order_id, t.kind FROM timer t JOIN trade_order o ON o.order_id = t.about_id"
            " WHERE o.state IN ('success', 'closed', 'terminated') LIMIT $1",
            limit,
        )
    )


_STATES_APART = """
SELECT o.order_id, o.state FROM trade_order o JOIN (
    SELECT order_id, sum(quantity - shipped - refunded) AS to_ship, sum(shipped - received) AS to_receive,
           sum(shipped) AS shipped, sum(refunded) AS refunded
      FROM order_line GROUP BY order_id) AS l USING (order_id)
 WHERE NOT CASE o.state
    WHEN 'wait_pay' THEN shipped = 0 AND refunded = 0
    WHEN 'closed' THEN shipped = 0 AND refunded = 0
    WHEN 'wait_send' THEN shipped = 0 AND to_ship > 0
    WHEN 'part_sent' THEN shipped > 0 AND to_ship > 0
    WHEN 'wait_receive' THEN to_ship = 0 AND to_receive > 0
    WHEN 'success' THEN to_ship = 0 AND to_receive = 0 AND shipped > 0
    WHEN 'terminated' THEN to_ship = 0 AND shipped = 0
 END LIMIT $1
"""


async def states_apart(work: Work, limit: int) -> Sequence[asyncpg.Record]:
    """Orders whose state says something else than what their lines have come to."""
    return list(await work.db.fetch(_STATES_APART, limit))


_MONEY_APART = """
SELECT o.order_id, o.refunded_minor + o.released_minor AS left_escrow, l.settled::bigint FROM trade_order o JOIN (
    SELECT order_id, sum(div(2 * goods_minor::numeric * (received + refunded) + quantity, 2 * quantity)
                       + div(2 * freight_minor::numeric * (received + refunded) + quantity, 2 * quantity)) AS settled
      FROM order_line GROUP BY order_id) AS l USING (order_id)
 WHERE o.state <> 'closed' AND o.refunded_minor + o.released_minor <> l.settled LIMIT $1
"""


async def money_apart(work: Work, limit: int) -> Sequence[asyncpg.Record]:
    """Orders of which more or less money left escrow than their received and refunded units are worth."""
    return list(await work.db.fetch(_MONEY_APART, limit))


async def lines_sent(work: Work, after: int, orders_max: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Shipped and received quantities by (order, line) of the next orders of which anything was shipped."""
    rows = await work.db.fetch(
        "SELECT order_id, line_no, shipped, received FROM order_line WHERE shipped > 0 AND order_id IN ("
        " SELECT order_id FROM trade_order WHERE order_id > $1 AND state IN"
        "  ('part_sent', 'wait_receive', 'success') ORDER BY order_id LIMIT $2)",
        after, orders_max,
    )  # fmt: skip
    return {(row["order_id"], row["line_no"]): (row["shipped"], row["received"]) for row in rows}
