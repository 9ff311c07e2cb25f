"""Sales as they are measured: many orders of the whole market at once, for the market's own count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

_SALES = """
SELECT o.order_id, o.seller_id, o.buyer_id, coalesce(o.paid_at, o.placed_at) AS began_at,
       o.ship_promise_at AS promise_at, o.is_late, o.trade_type = 'staged' AS is_custom, o.ended_at,
       o.is_exempt OR EXISTS (SELECT FROM order_exemption x WHERE x.order_id = o.order_id) AS is_exempt,
       EXISTS (SELECT FROM order_longer_promise p WHERE p.order_id = o.order_id AND p.state = 'agreed') AS is_agreed,
       (SELECT l.category_id FROM order_line l WHERE l.order_id = o.order_id
         ORDER BY l.goods_minor DESC, l.line_no LIMIT 1) AS category_id,
       (SELECT min(m.moved_at) FROM order_move m WHERE m.order_id = o.order_id
           AND m.event IN ('ship_all', 'refund_rest', 'refund_last', 'refund_all')) AS out_at,
       (SELECT min(m.moved_at) FROM order_move m WHERE m.order_id = o.order_id
           AND m.event IN ('refund_all', 'stop', 'stop_due', 'give_up', 'leave', 'leave_due')) AS given_back_at,
       (SELECT min(r.answered_at) FROM order_refund r WHERE r.order_id = o.order_id AND r.state = 'agreed'
           AND (r.answered_by = ANY ($2::text[]) OR (o.is_late AND r.answered_at >= o.ship_promise_at)))
           AS late_refund_at
  FROM trade_order o
 WHERE o.order_id = ANY ($1::bigint[]) AND o.state NOT IN ('wait_pay', 'closed')
"""


async def sales(work: Work, order_ids: Sequence[int], by_seller: Sequence[str]) -> list[Any]:
    """Those of some orders that were paid or taken on credit, with what decides how they count."""
    rows: list[Any] = await work.db.fetch(_SALES, list(order_ids), list(by_seller))
    return rows


async def placed_since(work: Work, after_id: int, since: datetime, limit: int) -> list[int]:
    """The next orders of the whole market that were placed since a moment, in order of id."""
    rows = await work.db.fetch(
        "SELECT order_id FROM trade_order WHERE order_id > $1 AND placed_at >= $2 ORDER BY order_id LIMIT $3",
        after_id, since, limit,
    )  # fmt: skip
    return [row["order_id"] for row in rows]
