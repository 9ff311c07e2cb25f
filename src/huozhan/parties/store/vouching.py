"""SQL of what stands behind a supplier's facts; it is public, hence nothing is scoped."""

from typing import Any

from huozhan.kernel.work import Work

_VOUCHED = """
SELECT o.name_zh, o.name_en, o.uscc, o.supplier_kind, o.province_code, o.city_code, o.belt_zh, o.belt_en, o.since_on,
       a.applied_at, a.decided_at
  FROM organisation o
  LEFT JOIN LATERAL (
    SELECT applied_at, decided_at FROM supplier_application s
     WHERE s.org_id = o.org_id AND s.state = 'approved' ORDER BY application_id DESC LIMIT 1) a ON true
 WHERE o.org_id = $1 AND o.can_sell
"""


async def vouched(work: Work, org_id: int) -> Any:
    """A supplier as it stands, with when it last applied and was approved."""
    return await work.db.fetchrow(_VOUCHED, org_id)
