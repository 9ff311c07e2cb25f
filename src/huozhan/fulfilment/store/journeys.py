"""How the goods of many orders travelled, for the market's own count."""

from collections.abc import Collection, Sequence
from typing import Any

from huozhan.kernel.work import Work

_JOURNEYS = """
SELECT order_id, bool_or(is_carried) AS has_carrier, min(first_at) AS first_scan_at,
       CASE WHEN bool_and(first_at IS NOT NULL OR NOT is_carried) THEN max(first_at) END AS all_scanned_at,
       CASE WHEN bool_and(signed_at IS NOT NULL OR NOT is_carried) THEN max(signed_at) END AS signed_at
  FROM (SELECT p.order_id, p.kind = 'carrier' AS is_carried, p.signed_at,
               (SELECT min(s.scanned_at) FROM parcel_scan s WHERE s.order_id = p.order_id
                   AND s.parcel_id = p.parcel_id AND s.state = ANY ($2::int[])) AS first_at
          FROM parcel p WHERE p.order_id = ANY ($1::bigint[])) AS sent
 GROUP BY order_id
"""


async def journeys(work: Work, order_ids: Sequence[int], seen: Collection[int]) -> list[Any]:
    """The way of all parcels of some orders together; `seen` are the scan states of goods that the carrier has."""
    rows: list[Any] = await work.db.fetch(_JOURNEYS, list(order_ids), list(seen))
    return rows
