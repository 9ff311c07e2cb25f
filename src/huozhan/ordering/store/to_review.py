"""Lines of completed orders as reviews need them, several orders at once."""

from collections.abc import Collection
from typing import Any

from huozhan.kernel.work import Work


async def lines(work: Work, order_ids: Collection[int]) -> list[Any]:
    """Lines of successful orders of which something was received."""
    rows: list[Any] = await work.db.fetch(
        "SELECT o.order_id, o.number, l.line_no, l.offer_id, l.sku_id, o.seller_id, o.buyer_id, l.title::text AS title,"
        " l.options::text AS options, l.picture, l.category_id, l.unit, l.received AS quantity,"
        " (l.goods_minor - l.subsidy_minor) * l.received / l.quantity AS paid_minor, o.ended_at"
        " FROM trade_order o JOIN order_line l USING (order_id)"
        " WHERE o.order_id = ANY ($1::bigint[]) AND o.state = 'success' AND l.received > 0"
        " ORDER BY o.order_id, l.line_no",
        list(order_ids),
    )  # fmt: skip
    return rows


async def is_bought(work: Work, order_id: int) -> bool:
    """Tells whether the actor's organisation placed an order."""
    return bool(
        await work.db.fetchval(
            "SELECT true FROM trade_order WHERE order_id = $1 AND buyer_id = $2", order_id, work.actor.org_id
        )
    )
