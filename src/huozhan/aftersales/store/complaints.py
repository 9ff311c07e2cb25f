"""Cases of many orders as they are measured, for the market's own count."""

from collections.abc import Sequence
from typing import Any

from huozhan.kernel.work import Work

_COMPLAINTS = """
SELECT c.order_id, c.case_id, coalesce(r.liability, c.liability) AS liability, c.applied_at,
       CASE WHEN c.state = 'success' AND c.refunded_minor > 0 THEN c.ended_at END AS refunded_at,
       c.escalated_at, r.ruled_at,
       coalesce(r.outcome <> 'none' AND r.liability <> $2, false) AS is_against_seller
  FROM aftersale_case c
  LEFT JOIN aftersale_ruling r ON r.order_id = c.order_id AND r.case_id = c.case_id AND r.round = c.rulings
 WHERE c.order_id = ANY ($1::bigint[])
"""


async def complaints(work: Work, order_ids: Sequence[int], wish: str) -> list[Any]:
    """The cases of some orders with their last ruling; a `wish` of the buyer is nobody's fault."""
    rows: list[Any] = await work.db.fetch(_COMPLAINTS, list(order_ids), wish)
    return rows
