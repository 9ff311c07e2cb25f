"""Orders as invoices need them, several at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

_READ = """
SELECT o.order_id, o.number, o.buyer_id, o.seller_id, o.state, o.placed_at, o.paid_at, o.ended_at,
       o.paid_minor + o.credit_minor AS taken_minor, o.refunded_minor, o.subsidy_minor, o.subsidy_back_minor,
       (SELECT json_agg(to_json(l) ORDER BY l.line_no) FROM order_line l WHERE l.order_id = o.order_id) AS lines
  FROM trade_order o
 WHERE o.order_id = ANY ($1::bigint[]) AND ($2 OR o.buyer_id = $3 OR o.seller_id = $3)
 ORDER BY o.order_id
"""


async def read(work: Work, order_ids: Collection[int], *, of_all: bool) -> list[Any]:
    """Orders of the actor's organisation (the system reaches all, and so does a check of the books), in order of id; not locked."""
    rows: list[Any] = await work.db.fetch(
        _READ, list(order_ids), of_all or work.actor.kind == "system", work.actor.org_id
    )
    return rows


async def ended_between(work: Work, seller_id: int, limit: int) -> list[int]:
    """The newest orders that the actor's organisation bought from a seller and received."""
    rows = await work.db.fetch(
        "SELECT order_id FROM trade_order WHERE buyer_id = $1 AND seller_id = $2 AND state = 'success'"
        " ORDER BY placed_at DESC, order_id DESC LIMIT $3",
        work.actor.org_id, seller_id, limit,
    )  # fmt: skip
    return [row["order_id"] for row in rows]


async def paid_by_seller(work: Work, from_at: datetime, until_at: datetime) -> dict[int, int]:
    """How many orders of each seller were paid or taken on credit between two moments; of all sellers, for the market's report."""
    rows = await work.db.fetch(
        "SELECT seller_id, count(*) AS orders FROM trade_order WHERE paid_at >= $1 AND paid_at < $2"
        " GROUP BY seller_id",
        from_at,
        until_at,
    )
    return {row["seller_id"]: row["orders"] for row in rows}
